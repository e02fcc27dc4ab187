"""Calling an inspection off: who is released by that, why it is called off, and the act."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.domain.errors import OutOfDateError, RefusedError
from tracker.domain.lifecycle import OPEN
from tracker.models import Assignment, Inspection
from tracker.queries import inspections
from tracker.queries.inspections import Listed
from tracker.queries.supposed import Supposed
from tracker.services.calling_off import CallOff
from tracker.services.calling_off import call_off as act
from tracker.services.moving import days_of, stops
from tracker.services.moving_previews import Effects, digest_of, effects
from tracker.services.plan_changes import questioned_in_words
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import checked_on, now, today
from tracker.web.said import NOTICE
from tracker.web.scheduler.forms import CallOffForm
from tracker.web.scheduler.room import blueprint
from tracker.web.scheduler.teams import as_shown, found_by, moved_meanwhile

MEANWHILE = (
    "The team, or what it would mean on other inspections, changed since this page was shown. It was not called off. "
    "Read it below, and press again if it is still what you want."
)


@blueprint.get("/call-off/<path:reference>")
@requires(Permission.PLAN_INSPECTIONS)
def call_off(reference: str) -> str | Response:
    """Say whom calling an inspection off would release, and ask why it is called off."""
    found = found_by(reference)
    sentence = stops(db.session, actor(), found.inspection, today())
    return _fixed(found, sentence) if sentence else _page(found, CallOffForm())


@blueprint.post("/call-off/<path:reference>")
@requires(Permission.PLAN_INSPECTIONS)
@writes
def call_off_post(reference: str) -> Response | tuple[str, int]:
    """Call an inspection off; the same form sent twice does it once."""
    found, form = found_by(reference), CallOffForm()
    row = found.inspection
    if sentence := stops(db.session, actor(), row, today()):
        return _fixed(found, sentence)
    if not form.validate():
        return _page(found, form), 422
    if moved := moved_meanwhile(row, request.form.get("was", "")):
        form.refuse(RefusedError(f"{moved}. It was not called off. Press again if it is still what you want."))
        return _page(found, form), 409
    meant = _meant(row)
    if request.form.get("seen") not in (None, _digest(_team(row), meant)):
        form.refuse(RefusedError(MEANWHILE))
        return _page(found, form), 409
    try:
        ended = act(db.session, actor(), CallOff(reference, form.reason.data or "", days_of(row)), at=now())
    except (RefusedError, OutOfDateError) as error:
        db.session.rollback()
        form.refuse(error if isinstance(error, RefusedError) else RefusedError(str(error)))
        return _page(found_by(reference), form), 409 if isinstance(error, OutOfDateError) else 422
    number = ended.released
    released = f" {number:,} {'inspector was' if number == 1 else 'inspectors were'} released." if number else ""
    flash(f"{reference} is called off.{released} {questioned_in_words(meant)}".rstrip())
    return _to(found)


def _fixed(found: Listed, sentence: str) -> Response:
    flash(f"{sentence}. Nothing was changed.", NOTICE)
    return _to(found)


def _to(found: Listed) -> Response:
    return redirect(url_for("scheduler.inspection", reference=found.inspection.reference), code=303)


def _page(found: Listed, form: CallOffForm) -> str:
    row = found.inspection
    team, meant = _team(row), _meant(row)
    return render_template(
        "scheduler/call_off.html",
        found=found,
        form=form,
        team=team,
        meant=meant,
        was=as_shown(row),
        today=today(),
        digest=_digest(team, meant),
    )


def _team(row: Inspection) -> list[Assignment]:
    return [each for each in inspections.team(db.session, row.id) if each.state in OPEN]


def _meant(row: Inspection) -> Effects:
    return effects(db.session, Supposed(off=[row]), actor(), checked_on())


def _digest(team: Sequence[Assignment], meant: Effects) -> str:
    return digest_of([f"{each.ref} {each.state}" for each in team], meant)
