"""When an inspector leaves: the day first, then what it would mean, then the act; and taking it back.

Who may not see the schedule is told the same of everybody, whatever inspections there are.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission, Subject, permits
from tracker.domain.dates import in_words
from tracker.domain.errors import NotFoundError, OutOfDateError, RefusedError
from tracker.domain.leaving import LONGEST_REMARK, Means, fault_of
from tracker.models import Account, Assignment, Inspector
from tracker.queries import leavings
from tracker.queries.inspections import provider_names
from tracker.queries.staff import by_staff_no, with_account
from tracker.services import leavings as acts
from tracker.services.leavings import Leaving, RecordLeaving, WithdrawLeaving
from tracker.web.access import requires
from tracker.web.admin.room import blueprint
from tracker.web.auth import actor
from tracker.web.clock import now, today
from tracker.web.dates import DayField
from tracker.web.fields import AreaField, Form, TextField
from tracker.web.said import NOTICE

KEPT = "Kept with the history, for auditors and the inspector. Do not write what you know of somebody’s private life."


class FindForm(Form):
    """Whose leaving is to be recorded."""

    class Meta:
        """A question by its address: it changes nothing, so it needs no token."""

        csrf = False

    staff_no = TextField(
        "Staff number",
        hint="As on the imported staff list. The inspector needs no account.",
        longest=40,
        classes="govuk-input--width-10",
        needed="Enter the staff number",
        autocomplete="off",
    )


class LeavingForm(Form):
    """The day on which an inspector leaves."""

    left_on = DayField(
        "On which day does the inspector leave?",
        what="The day of leaving",
        hint="The first day on which he or she inspects no more. For example, 1 4 2026",
        needed="Enter the day of leaving",
    )
    remark = AreaField("Remark (optional)", longest=LONGEST_REMARK, rows=3, hint=KEPT)


class StayingForm(Form):
    """Why the day of leaving is taken back."""

    remark = AreaField("Remark (optional)", longest=LONGEST_REMARK, rows=3, hint=KEPT)


@blueprint.get("/leaving")
@requires(Permission.RECORD_LEAVING)
def find_leaver() -> str | Response | tuple[str, int]:
    """Ask for a staff number (?staff_no=), and lead to that inspector's page."""
    if "staff_no" not in request.args:
        return render_template("admin/find_leaver.html", form=FindForm(formdata=None))
    form = FindForm(formdata=request.args)
    if form.validate():
        wanted = form.staff_no.data or ""
        if (found := by_staff_no(db.session, wanted)) is not None:
            return redirect(url_for("admin.leaving", staff_no=found.staff_no))
        form.staff_no.errors = (f"No inspector has the staff number “{wanted}”",)
    return render_template("admin/find_leaver.html", form=form), 422


@blueprint.get("/leaving/<path:staff_no>")
@requires(Permission.RECORD_LEAVING)
def leaving(staff_no: str) -> str:
    """Ask on which day an inspector leaves."""
    found, account = _found(staff_no)
    form = LeavingForm(formdata=None)
    form.left_on.process_data(found.left_on)
    return _page(found, account, form)


@blueprint.post("/leaving/<path:staff_no>")
@requires(Permission.RECORD_LEAVING)
@writes
def leaving_post(staff_no: str) -> Response | str | tuple[str, int]:
    """Show what it would mean that the inspector leaves on a day; sent again from that page, record it."""
    (found, account), form = _found(staff_no), LeavingForm()
    if not form.validate():
        return _page(found, account, form), 422
    day = form.left_on.data
    if day == found.left_on:
        flash(f"It is on record already that {found.name} leaves on {in_words(day)}. Nothing was changed.", NOTICE)
        return _to(found, account)
    if fault := fault_of(day, today()):
        form.refuse(RefusedError(fault, field="left_on"))
    if form.errors or "again" in request.form:
        return _page(found, account, form), 422 if form.errors else 200
    if "seen" not in request.form:
        return render_template("admin/leaving_check.html", form=form, day=day, **_shown(found, account, day))
    return _recorded(staff_no, form, day)


def _recorded(staff_no: str, form: LeavingForm, day: date) -> Response | tuple[str, int]:
    try:
        done = acts.record(db.session, actor(), RecordLeaving(staff_no, day, form.remark.data or "", _was()), at=now())
    except (RefusedError, OutOfDateError) as error:
        return _refused(staff_no, form, error)
    flash(f"It is recorded that {done.inspector.name} leaves on {in_words(day)}.{_released(done)}")
    return _to(*_found(staff_no))


def _released(done: Leaving) -> str:
    """Return how many were released, for whoever may see what is planned; the same for all others, always."""
    if not _sees_schedule():
        return ""
    said = f" Released from assignments: {len(done.released):,}." if done.released else ""
    return f"{said} To be replaced by a scheduler: {len(done.to_replace):,}." if done.to_replace else said


@blueprint.get("/staying/<path:staff_no>")
@requires(Permission.RECORD_LEAVING)
def staying(staff_no: str) -> str | Response:
    """Say what it means to take back that an inspector leaves."""
    found, account = _found(staff_no)
    return _staying(found, account, StayingForm()) if found.left_on else _stays(found, account)


@blueprint.post("/staying/<path:staff_no>")
@requires(Permission.RECORD_LEAVING)
@writes
def staying_post(staff_no: str) -> Response | tuple[str, int]:
    """Take back that an inspector leaves; the same form sent twice does it once."""
    (found, account), form = _found(staff_no), StayingForm()
    if found.left_on is None:
        return _stays(found, account)
    if not form.validate():
        return _staying(found, account, form), 422
    try:
        command = WithdrawLeaving(staff_no, form.remark.data or "", _was())
        done = acts.withdraw(db.session, actor(), command, at=now())
    except (RefusedError, OutOfDateError) as error:
        return _refused(staff_no, form, error)
    flash(f"It is taken back that {done.inspector.name} leaves.")
    return _to(*_found(staff_no))


def _refused(staff_no: str, form: LeavingForm | StayingForm, error: RefusedError | OutOfDateError) -> tuple[str, int]:
    db.session.rollback()
    form.refuse(error if isinstance(error, RefusedError) else RefusedError(str(error)))
    page = _page(*_found(staff_no), form) if isinstance(form, LeavingForm) else _staying(*_found(staff_no), form)
    return page, 409 if isinstance(error, OutOfDateError) else 422


def _stays(found: Inspector, account: Account | None) -> Response:
    flash(f"No day is on record on which {found.name} leaves. Nothing was changed.", NOTICE)
    return _to(found, account)


def _was() -> date | None:
    """Return the day that stood on record as the page was shown; what is no day is none."""
    try:
        return date.fromisoformat(request.form.get("was", ""))
    except ValueError:
        return None


def _found(staff_no: str) -> tuple[Inspector, Account | None]:
    found = with_account(db.session, staff_no)
    if found is None:
        message = "There is no such inspector."
        raise NotFoundError(message)
    return found


def _to(found: Inspector, account: Account | None) -> Response:
    if account is not None:
        return redirect(url_for("admin.person", ref=account.ref), code=303)
    return redirect(url_for("admin.leaving", staff_no=found.staff_no), code=303)


def _page(found: Inspector, account: Account | None, form: LeavingForm) -> str:
    is_own = not permits(actor(), Permission.RECORD_LEAVING, Subject(inspector_id=found.id))
    return render_template(
        "admin/leaving.html", inspector=found, account=account, form=form, is_own=is_own, today=today()
    )


def _staying(found: Inspector, account: Account | None, form: StayingForm) -> str:
    return render_template("admin/staying.html", inspector=found, account=account, form=form, today=today())


def _sees_schedule() -> bool:
    return any(permits(actor(), each) for each in (Permission.PLAN_INSPECTIONS, Permission.READ_HISTORY))


def _shown(found: Inspector, account: Account | None, day: date) -> dict[str, Any]:
    """Return what a page says before the act, and nothing of inspections to whoever may not see them."""
    sees = _sees_schedule()
    touched = leavings.touched(db.session, {found.id: day}, today())[found.id] if sees else []
    return {
        "inspector": found,
        "account": account,
        "sees_schedule": sees,
        "today": today(),
        "links": permits(actor(), Permission.PLAN_INSPECTIONS),
        **{each.name.casefold(): _of(touched, each) for each in Means},
        "providers": provider_names(db.session, {each.inspection.provider for each, _ in touched}),
    }


def _of(touched: Sequence[tuple[Assignment, Means]], wanted: Means) -> list[Assignment]:
    return [each for each, means in touched if means is wanted]
