"""One inspection and its team, and proposing an inspector for it."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.domain.errors import NotFoundError, RefusedError
from tracker.domain.lifecycle import OPEN, are_apart
from tracker.models import Assignment, Inspection, Inspector
from tracker.queries import decisions, inspections, policies, rivals
from tracker.queries.inspections import Listed
from tracker.services import assignments
from tracker.services.assignments import Propose
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import now, today
from tracker.web.scheduler.forms import ProposeForm
from tracker.web.scheduler.room import blueprint

SHOWN = 20
LONGEST = 100


def _found(reference: str) -> Listed:
    found = inspections.by_reference(db.session, reference)
    if found is None:
        message = f"There is no inspection {reference}."
        raise NotFoundError(message)
    return found


@blueprint.get("/inspection/<path:reference>")
@requires(Permission.PLAN_INSPECTIONS)
def inspection(reference: str) -> str:
    """Show an inspection: its facts, its team, and the places that are open."""
    found = _found(reference)
    book = policies.all_in_force(db.session, today())
    team = inspections.team(db.session, found.inspection.id)
    among = Assignment.inspection_id == found.inspection.id
    pending = {each.id: each for each in decisions.pending(db.session, book, today(), among)}
    return render_template(
        "scheduler/inspection.html",
        found=found,
        provider=inspections.provider(db.session, found.inspection.provider),
        team=[each for each in team if each.state in OPEN],
        former=[each for each in team if each.state not in OPEN],
        pending=pending,
        has_ended=found.inspection.ends_on < today(),
    )


@blueprint.get("/propose/<path:reference>")
@requires(Permission.ASSIGN)
def propose(reference: str) -> str:
    """Find an inspector by a part of the name or the staff number."""
    found = _found(reference)
    choices = _choices(found.inspection)
    return _propose_page(found, ProposeForm(choices.free), choices)


@blueprint.post("/propose/<path:reference>")
@requires(Permission.ASSIGN)
@writes
def propose_post(reference: str) -> Response | tuple[str, int]:
    """Propose an inspector, and show at once what the check found."""
    found = _found(reference)
    wanted = request.form.get("staff_no", ""), request.form.get("role", "")
    # Sent twice, or proposed by somebody else meanwhile: the assignment that is there answers both.
    there = _open_of(found.inspection, wanted[0])
    must_be_two = there is not None and are_apart(there.role, wanted[1])
    if there is not None and not must_be_two:
        return redirect(url_for("scheduler.assignment", ref=there.ref), code=303)
    choices = _choices(found.inspection)
    form = ProposeForm(choices.free)
    # Whoever is in the team is not on the list to choose from; the act says why no other role is open to that person.
    if not must_be_two and not form.validate():
        return _propose_page(found, form, choices), 422
    command = Propose(found.inspection.reference, *wanted)
    try:
        made = assignments.propose(db.session, actor(), command, at=now())
    except RefusedError as error:
        db.session.rollback()
        there = _open_of(found.inspection, wanted[0])
        if there is not None and not must_be_two:
            return redirect(url_for("scheduler.assignment", ref=there.ref), code=303)
        form.refuse(error)
        return _propose_page(found, form, choices), 422
    _tell_of_rival(made)
    return redirect(url_for("scheduler.assignment", ref=made.ref), code=303)


@dataclass(frozen=True, slots=True)
class Choices:
    """The inspectors that a search found: those who may be proposed, as a form takes them, and those who are there."""

    free: list[tuple[str, str, dict[str, str]]]
    there: list[Inspector]
    has_more: bool


def _open_of(row: Inspection, staff_no: str) -> Assignment | None:
    """Return the open assignment of an inspector to an inspection, or None."""
    team = inspections.team(db.session, row.id)
    return next((each for each in team if each.state in OPEN and each.inspector.staff_no == staff_no), None)


def _tell_of_rival(made: Assignment) -> None:
    """Say who was quicker, where somebody else was just proposed for the place."""
    rival = rivals.proposed_before(db.session, made)
    if rival is not None and rival.actor != made.proposed_by and rival.was_just_now(made.proposed_at):
        flash(f"Somebody else was proposed for this place a moment ago: {rival.name}, by {rival.by}.")


def _words() -> str:
    return request.args.get("q", "").strip()[:LONGEST]


def _choices(row: Inspection) -> Choices:
    """Return whom the words in the address find; nobody proposes him- or herself."""
    words = _words()
    found = inspections.inspectors(db.session, words, today(), limit=SHOWN + 1) if words else []
    there = {each.inspector_id for each in inspections.team(db.session, row.id) if each.state in OPEN}
    others = [each for each in found[:SHOWN] if each.id != actor().inspector_id]
    return Choices(
        [
            (each.staff_no, each.name, {"hint": f"{each.staff_no} · {each.title} · {each.remits.replace(';', ', ')}"})
            for each in others
            if each.id not in there
        ],
        [each for each in others if each.id in there],
        has_more=len(found) > SHOWN,
    )


def _propose_page(found: Listed, form: ProposeForm, choices: Choices) -> str:
    return render_template("scheduler/propose.html", found=found, form=form, choices=choices, words=_words())
