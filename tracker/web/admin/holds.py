"""Legal holds: what must be kept whatever the retention schedule says."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.database import begin_write, db, writes
from tracker.domain.access import Permission
from tracker.domain.errors import NotFoundError, RefusedError
from tracker.models import LegalHold
from tracker.queries import decisions
from tracker.queries import holds as questions
from tracker.services import retention
from tracker.services.history import words_of
from tracker.services.retention import LiftHold, PlaceHold
from tracker.web.access import requires
from tracker.web.admin.room import blueprint
from tracker.web.auth import actor
from tracker.web.clock import now
from tracker.web.fields import AreaField, Form, TextField


class HoldForm(Form):
    """What is to be kept, and why."""

    staff_no = TextField("Staff number of an inspector", longest=40, classes="govuk-input--width-10")
    inspection = TextField("Or the reference of an inspection", longest=60, classes="govuk-input--width-20")
    reason = AreaField(
        "Why must it be kept?",
        longest=500,
        rows=3,
        hint="For example, that a court has asked for it. It is kept with the history.",
        needed="Say why it must be kept",
    )


class LiftForm(Form):
    """Why a hold ends."""

    reason = AreaField(
        "Why need it not be kept any longer?",
        longest=500,
        rows=3,
        needed="Say why it need not be kept any longer",
    )


@blueprint.get("/holds")
@requires(Permission.HOLD)
def holds() -> str:
    """List the holds, those that stand first."""
    found = questions.holds(db.session)
    people = {each.placed_by for each in found} | {each.end.ended_by for each in found if each.end}
    return render_template(
        "admin/holds.html",
        standing=[(each, words_of(each.reason)) for each in found if each.end is None],
        lifted=[(each, words_of(each.reason), words_of(each.end.reason)) for each in found if each.end],
        names=decisions.names_of(db.session, people),
    )


@blueprint.get("/holds/place")
@requires(Permission.HOLD)
def place_hold() -> str:
    """Ask what is to be kept, and why."""
    return render_template("admin/place_hold.html", form=HoldForm())


@blueprint.post("/holds/place")
@requires(Permission.HOLD)
@writes
def place_hold_post() -> Response | tuple[str, int]:
    """Place a hold."""
    form = HoldForm()
    if not form.validate():
        return render_template("admin/place_hold.html", form=form), 422
    command = PlaceHold(form.reason.data or "", form.staff_no.data or "", form.inspection.data or "")
    try:
        row = retention.place_hold(db.session, actor(), command, at=now())
    except RefusedError as error:
        # What the act had begun must not be committed with the page that refuses it.
        begin_write(db.session)
        form.refuse(error)
        return render_template("admin/place_hold.html", form=form), 422
    flash(f"The hold {row.ref} is placed.")
    return redirect(url_for("admin.holds"), code=303)


def _standing(ref: str) -> LegalHold:
    found = questions.hold(db.session, ref)
    if found is None:
        message = "There is no such hold."
        raise NotFoundError(message)
    return found


@blueprint.get("/holds/<ref>/lift")
@requires(Permission.HOLD)
def lift_hold(ref: str) -> str:
    """Ask why a hold ends."""
    return render_template("admin/lift_hold.html", form=LiftForm(), hold=_standing(ref))


@blueprint.post("/holds/<ref>/lift")
@requires(Permission.HOLD)
@writes
def lift_hold_post(ref: str) -> Response | tuple[str, int]:
    """Lift a hold."""
    form, hold = LiftForm(), _standing(ref)
    if not form.validate():
        return render_template("admin/lift_hold.html", form=form, hold=hold), 422
    if hold.end is None:
        retention.lift_hold(db.session, actor(), LiftHold(ref, form.reason.data or ""), at=now())
    flash(f"The hold {ref} is lifted.")
    return redirect(url_for("admin.holds"), code=303)
