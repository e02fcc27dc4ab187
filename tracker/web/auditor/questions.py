"""Questions of a period: who went where too often, what was clear and would not be now, who decided again."""

from datetime import date, timedelta

from flask import abort, render_template, request
from sqlalchemy import select
from wtforms.validators import ValidationError

from tracker.database import db
from tracker.domain.access import Permission
from tracker.domain.lifecycle import LEAD
from tracker.models import GroupRow, Inspector
from tracker.queries import history, inspections, policies
from tracker.queries.scrutiny.deciding_again import again
from tracker.queries.scrutiny.hindsight import hindsight as look_back
from tracker.queries.scrutiny.repeat import exposures, parts
from tracker.web.access import requires
from tracker.web.auditor.room import blueprint
from tracker.web.clock import checked_on, today
from tracker.web.dates import DayField
from tracker.web.fields import Form
from tracker.web.unchanged import same_while_nothing_happens

YEAR = timedelta(days=365)
# Whatever a period asks for is worked out while the page waits: a year, and some days to spare.
LONGEST = timedelta(days=400)
SHOWN = 200


class PeriodForm(Form):
    """A period, both days included."""

    class Meta:
        """A question by its address: it changes nothing, so it needs no token."""

        csrf = False

    first = DayField("From", what="The first day", hint="For example, 1 9 2025", needed="Enter the first day")
    last = DayField("To", what="The last day", hint="For example, 31 8 2026", needed="Enter the last day")

    def validate_last(self, field: DayField) -> None:
        """Refuse a period that ends before it begins."""
        refuse_far(field)
        if field.data and self.first.data and field.data < self.first.data:
            raise ValidationError("The last day is before the first: mend one of them")
        if field.data and self.first.data and field.data - self.first.data > LONGEST:
            raise ValidationError(f"The period is longer than {LONGEST.days} days: ask for a year at a time")


def refuse_far(field: DayField) -> None:
    """Refuse a last day of which nothing can be known yet."""
    if field.data and field.data > today() + LONGEST:
        raise ValidationError(f"The last day is more than {LONGEST.days} days ahead: nothing is known of it yet")


def _period() -> tuple[PeriodForm, date | None, date | None]:
    return period_asked(today() - YEAR, today())


def _address() -> dict[str, str]:
    """Return what of the address asks for a period."""
    parts = (f"{name}-{part}" for name in ("first", "last") for part in ("day", "month", "year"))
    return {name: request.args[name] for name in parts if request.args.get(name)}


def period_asked(first: date, last: date) -> tuple[PeriodForm, date | None, date | None]:
    """Return the form as the address fills it, and the period it asks for: these days, where it asks for none."""
    if not _address():
        form = PeriodForm(formdata=None)
        form.first.process_data(first)
        form.last.process_data(last)
        return form, first, last
    form = PeriodForm(formdata=request.args)
    return (form, form.first.data, form.last.data) if form.validate() else (form, None, None)


@blueprint.get("/repeat")
@requires(Permission.READ_HISTORY)
@same_while_nothing_happens
def repeat() -> str:
    """Show who took part in many of one group's inspections."""
    form, first, last = _period()
    found = exposures(db.session, first, last) if first and last else []
    told = {"form": form, "is_asked": bool(first), "number": len(found), "address": _address()}
    return render_template("auditor/repeat.html", found=found[:SHOWN], **told)


@blueprint.get("/groups/<path:ref>")
@requires(Permission.READ_HISTORY)
@same_while_nothing_happens
def group(ref: str) -> str:
    """Show the inspections of one group's providers, and who took part in many of them."""
    row = db.session.scalars(select(GroupRow).filter_by(ref=ref)).one_or_none()
    if row is None:
        abort(404)
    form, first, last = _period()
    found, exposed = [], []
    if first and last:
        found = parts(db.session, "", ref, first, last)
        exposed = [each for each in exposures(db.session, first, last) if each.group_ref == ref]
    return render_template(
        "auditor/group.html",
        group=row,
        form=form,
        found=found[:SHOWN],
        number=len(found),
        again=exposed,
        is_asked=bool(first),
        address=dict(request.args),
    )


@blueprint.get("/repeat/<path:staff_no>")
@requires(Permission.READ_HISTORY)
@same_while_nothing_happens
def repeat_of(staff_no: str) -> str:
    """Show which inspections of one group (?group=) somebody took part in, among all of that group's."""
    group = request.args.get("group", "")
    _, first, last = _period()
    inspector = db.session.scalars(select(Inspector).filter_by(staff_no=staff_no)).one_or_none()
    if inspector is None:
        abort(404)
    found = parts(db.session, staff_no, group, first, last) if first and last else []
    own = [each for each in found if each.assignment]
    if not own:
        abort(404)
    return render_template(
        "auditor/repeat_of.html",
        inspector=inspector,
        group=history.names_of(db.session, [f"group:{group}"]).get(f"group:{group}", group),
        first=first,
        last=last,
        found=own,
        led=sum(each.role == LEAD for each in own),
        of=len(found),
        address=_address(),
    )


@blueprint.get("/hindsight")
@requires(Permission.READ_HISTORY)
@same_while_nothing_happens
def hindsight() -> str:
    """Show what was clear and would not be now."""
    form, first, last = _period()
    book = policies.all_in_force(db.session, checked_on())
    told = look_back(db.session, book, first, last) if first and last else None
    found, untold = (told.missed, told.untold) if told else ([], [])
    refs = {each.assignment.inspection.provider for each in (*found[:SHOWN], *untold[:SHOWN])}
    return render_template(
        "auditor/hindsight.html",
        form=form,
        is_asked=told is not None,
        found=found[:SHOWN],
        number=len(found),
        untold=untold[:SHOWN],
        untold_number=len(untold),
        address=_address(),
        providers=inspections.provider_names(db.session, refs),
    )


@blueprint.get("/decided-again")
@requires(Permission.READ_HISTORY)
@same_while_nothing_happens
def decided_again() -> str:
    """Show who decided again for the same inspector and provider."""
    form, first, last = _period()
    found = again(db.session, first, last) if first and last else []
    told = {"form": form, "is_asked": bool(first), "number": len(found), "address": _address()}
    return render_template("auditor/decided_again.html", found=found[:SHOWN], **told)
