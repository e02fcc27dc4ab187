"""Moving an inspection to other days: the days first, then what they would mean for the team, then the act."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.domain.errors import OutOfDateError, RefusedError
from tracker.domain.moving import Days, faults_of_move, span_in_words
from tracker.domain.planning import far_ahead
from tracker.queries.inspections import Listed
from tracker.queries.supposed import Supposed
from tracker.services.moved_mitigations import digest_with, left_too_late
from tracker.services.moving import Move, days_of, stops
from tracker.services.moving import move as act
from tracker.services.moving_previews import digest_of, effects
from tracker.services.plan_changes import questioned_in_words
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import checked_on, now, today
from tracker.web.said import NOTICE
from tracker.web.scheduler.forms import MoveForm
from tracker.web.scheduler.room import blueprint
from tracker.web.scheduler.teams import as_shown, found_by, moved_meanwhile

MEANWHILE = (
    "Something changed since this page was shown that bears on these days. Nothing was moved. Read what they would "
    "mean now, and press again if it is still what you want."
)


@blueprint.get("/move/<path:reference>")
@requires(Permission.PLAN_INSPECTIONS)
def move(reference: str) -> str | Response:
    """Ask for the new days of an inspection."""
    found = found_by(reference)
    if sentence := stops(db.session, actor(), found.inspection, today()):
        return _fixed(found, sentence)
    form = MoveForm(formdata=None)
    form.starts_on.process_data(found.inspection.starts_on)
    form.ends_on.process_data(found.inspection.ends_on)
    return _page(found, form)


@blueprint.post("/move/<path:reference>")
@requires(Permission.PLAN_INSPECTIONS)
@writes
def move_post(reference: str) -> Response | str | tuple[str, int]:
    """Show what new days would mean for the team; sent again from that page, move the inspection."""
    found, form = found_by(reference), MoveForm()
    was = days_of(found.inspection)
    if sentence := stops(db.session, actor(), found.inspection, today()):
        return _fixed(found, sentence)
    if not form.validate():
        return _page(found, form), 422
    days = form.starts_on.data, form.ends_on.data
    if days == was:
        return _as_planned(found, form)
    if moved := moved_meanwhile(found.inspection, request.form.get("was", "")):
        form.refuse(RefusedError(f"{moved}. Nothing was saved."))
        return _page(found, form), 409
    for field, fault in faults_of_move(was, days, today()):
        form.refuse(RefusedError(fault, field=field))
    if form.errors or "again" in request.form:
        return _page(found, form), 422 if form.errors else 200
    return _checked_or_moved(found, form, days)


def _checked_or_moved(found: Listed, form: MoveForm, days: Days) -> Response | str | tuple[str, int]:
    row = found.inspection
    meant = effects(db.session, Supposed([(row, days)]), actor(), checked_on())
    late = left_too_late(db.session, {row.id: days}, today())[row.id]
    was = as_shown(row)
    digest = digest_with(digest_of([was], meant), late)
    shown = {"found": found, "form": form, "days": days, "meant": meant, "digest": digest, "was": was}
    shown |= {"late": late, "far": far_ahead(days[0], today())}
    if "seen" not in request.form:
        return render_template("scheduler/move_check.html", **shown)
    if request.form["seen"] != digest:
        form.refuse(RefusedError(MEANWHILE))
        return render_template("scheduler/move_check.html", **shown), 409
    command = Move(row.reference, *days, form.reason.data or "", days_of(row))
    try:
        act(db.session, actor(), command, at=now())
    except (RefusedError, OutOfDateError) as error:
        db.session.rollback()
        form.refuse(error if isinstance(error, RefusedError) else RefusedError(str(error)))
        return _page(found_by(row.reference), form), 409 if isinstance(error, OutOfDateError) else 422
    moved = f"{row.reference} is moved: it is planned for {span_in_words(days)} now."
    flash(f"{moved} {questioned_in_words(meant)}".rstrip())
    return _to(found)


def _as_planned(found: Listed, form: MoveForm) -> Response | tuple[str, int]:
    """Say that there is nothing to move: the same form was sent twice, or no day was changed."""
    row = found.inspection
    if request.form.get("was") == as_shown(row):
        form.refuse(RefusedError("These are its days already: change one of them", field="starts_on"))
        return _page(found, form), 422
    flash(f"{row.reference} is planned for {span_in_words(days_of(row))} already. Nothing was changed.", NOTICE)
    return _to(found)


def _fixed(found: Listed, sentence: str) -> Response:
    flash(f"{sentence}. Nothing was changed.", NOTICE)
    return _to(found)


def _to(found: Listed) -> Response:
    return redirect(url_for("scheduler.inspection", reference=found.inspection.reference), code=303)


def _page(found: Listed, form: MoveForm) -> str:
    has_begun = found.inspection.starts_on < today()
    was = as_shown(found.inspection)
    return render_template("scheduler/move.html", found=found, form=form, was=was, has_begun=has_begun)
