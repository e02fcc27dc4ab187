"""A provider's objection: recording it, and answering it once it is decided."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission, Subject
from tracker.domain.errors import NotFoundError, RefusedError
from tracker.models import Assignment
from tracker.queries import decisions, inspections
from tracker.queries.objections import Standing
from tracker.services import objections as acts
from tracker.services.objections import RecordObjection
from tracker.services.permit import permit
from tracker.web import objecting
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import now, today
from tracker.web.objecting import ObjectionForm
from tracker.web.scheduler.room import blueprint

RECORDED = "The objection is recorded, and the assignment was checked again. Decision-makers have it on their list."


@blueprint.get("/objections")
@requires(Permission.RECORD_OBJECTION)
def objections() -> str:
    """List the objections that nobody answered yet."""
    return objecting.listed("scheduler")


@blueprint.get("/assignments/<ref>/objection")
@requires(Permission.RECORD_OBJECTION)
def objection(ref: str) -> str:
    """Ask for an objection as it came in."""
    form = ObjectionForm()
    form.received_on.process_data(today())
    return _page(_assignment(ref), form)


@blueprint.post("/assignments/<ref>/objection")
@requires(Permission.RECORD_OBJECTION)
@writes
def objection_post(ref: str) -> Response | tuple[str, int]:
    """Record an objection; the same form sent twice records one."""
    found, form = _assignment(ref), ObjectionForm()
    if not form.validate():
        return _page(found, form), 422
    command = RecordObjection(ref, form.received_on.data, form.made_by.data or "", form.words.data or "")
    try:
        acts.record(db.session, actor(), command, at=now())
    except RefusedError as error:
        db.session.rollback()
        form.refuse(error)
        return _page(_assignment(ref), form), 422
    flash(RECORDED)
    return redirect(url_for("scheduler.assignment", ref=ref, _anchor="objections"), code=303)


@blueprint.get("/objections/<ref>/answer")
@requires(Permission.RECORD_OBJECTION)
def answer_objection(ref: str) -> str | Response:
    """Ask what the provider was told."""
    return objecting.answer_asked("scheduler", *_standing(ref))


@blueprint.post("/objections/<ref>/answer")
@requires(Permission.RECORD_OBJECTION)
@writes
def answer_objection_post(ref: str) -> Response | tuple[str, int]:
    """Record what the provider was told."""
    return objecting.answer_sent("scheduler", ref, _standing)


def _standing(ref: str) -> tuple[Standing, Assignment]:
    standing, found = objecting.found_or_404(ref)
    permit(actor(), Permission.RECORD_OBJECTION, Subject(inspector_id=found.inspector_id))
    return standing, found


def _assignment(ref: str) -> Assignment:
    found = decisions.one(db.session, ref)
    if found is None:
        raise NotFoundError("There is no such assignment.")
    permit(actor(), Permission.RECORD_OBJECTION, Subject(inspector_id=found.inspector_id))
    return found


def _page(found: Assignment, form: ObjectionForm) -> str:
    provider = inspections.provider_names(db.session, [found.inspection.provider])[found.inspection.provider]
    return render_template("scheduler/objection.html", assignment=found, provider=provider, form=form)
