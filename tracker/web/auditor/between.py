"""What changed between two moments: which assignments stand otherwise, and all that was done, by its kind."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from flask import abort, render_template, request
from sqlalchemy.orm import Session
from wtforms.validators import ValidationError

from tracker.database import db
from tracker.domain.access import Permission
from tracker.domain.acts import BY_KEY
from tracker.domain.uk_time import instant_of, midnight
from tracker.queries import asat, inspections
from tracker.queries.asat import Stood
from tracker.queries.called import providers_called
from tracker.queries.inspections import provider_names
from tracker.queries.scrutiny import between, stated_between
from tracker.queries.scrutiny.between import MOMENT, Span
from tracker.queries.staff import by_staff_no
from tracker.web import exporting
from tracker.web.access import requires
from tracker.web.auditor.forms import time_field, time_of
from tracker.web.auditor.lines import before, shown
from tracker.web.auditor.questions import LONGEST, refuse_far
from tracker.web.auditor.room import blueprint
from tracker.web.clock import today
from tracker.web.dates import DayField
from tracker.web.exporting import Cells, Exported, Rows, narrowed
from tracker.web.fields import Form, TextField
from tracker.web.paging import asked as page_asked
from tracker.web.unchanged import same_while_nothing_happens

DAY, WEEK = timedelta(days=1), timedelta(days=7)
MINUTE = timedelta(minutes=1)
SOME = 500
LINES = 50
SHOWN = 200
COLUMNS = (
    *("Assignment", "Inspector", "Inspection", "Provider", "Between", "And"),
    *("State before", "State after", "Verdict before", "Verdict after"),
)
PARTS = tuple(f"{name}-{part}" for name in ("since", "until") for part in ("day", "month", "year"))
ADDRESS = (*PARTS, "since_time", "until_time", "about")


class BetweenForm(Form):
    """Two moments of the past, on a clock in the United Kingdom."""

    class Meta:
        """A question by its address: it changes nothing, so it needs no token."""

        csrf = False

    since = DayField("From", what="The first day", hint="For example, 17 3 2026", needed="Enter the first day")
    since_time = time_field("Time on that day", "the beginning")
    until = DayField("To", what="The last day", hint="For example, 24 3 2026", needed="Enter the last day")
    until_time = time_field("Time on the last day", "the end")
    about = TextField(
        "Only about one inspector, or one inspection",
        longest=100,
        classes="govuk-input--width-20",
        hint="A staff number, or the reference of an inspection. Leave it empty for all",
        autocomplete="off",
    )
    subject = ""

    def validate_until(self, field: DayField) -> None:
        """Refuse a span that ends before it begins, or that is too long to be worked out while the page waits."""
        refuse_far(field)
        if not (field.data and self.since.data):
            return
        if field.data - self.since.data > LONGEST:
            raise ValidationError(f"The span is longer than {LONGEST.days} days: ask for a year at a time")
        if field.data < self.since.data or self.moments[1] <= self.moments[0]:
            raise ValidationError("The second moment is not after the first: mend one of them")

    def validate_about(self, field: TextField) -> None:
        """Refuse what names neither an inspector nor an inspection."""
        wanted = (field.data or "").strip()
        if not wanted:
            return
        inspector = by_staff_no(db.session, wanted)
        found = inspections.by_reference(db.session, wanted)
        if inspector is None and found is None:
            raise ValidationError(f"No inspector has the staff number, and no inspection the reference “{wanted}”")
        self.subject = f"inspection:{wanted}" if inspector is None else f"inspector:{inspector.staff_no}"

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The instants from which and before which: a minute that is named last is meant to its end."""
        since, until = (time_of(each.data) for each in (self.since_time, self.until_time))
        start = instant_of(self.since.data, since or time.min)
        if until is None:
            return start, midnight(self.until.data + DAY)
        return start, instant_of(self.until.data, until) + MINUTE


def _asked() -> tuple[BetweenForm, Span | None]:
    """Return the form as the address fills it, and the acts between its moments: the last week's, unless it says."""
    if not any(request.args.get(name) for name in ADDRESS):
        form = BetweenForm(formdata=None)
        form.since.process_data(today() - WEEK)
        form.until.process_data(today())
        return form, Span(midnight(today() - WEEK), midnight(today() + DAY))
    form = BetweenForm(formdata=request.args)
    return form, Span(*form.moments, about=form.subject) if form.validate() else None


@blueprint.get("/between")
@requires(Permission.READ_HISTORY)
@same_while_nothing_happens
def between_moments() -> str:
    """Show what changed between two moments, and the acts of one kind (?kind=) line by line."""
    form, span = _asked()
    kind, page = request.args.get("kind", ""), page_asked()
    if kind and kind not in BY_KEY:
        abort(404)
    address = {name: request.args[name] for name in ADDRESS if request.args.get(name)}
    told = _told(span, kind) if span else {}
    return render_template(
        "auditor/between.html", form=form, span=span, address=address, kind=kind, page=page, most=LINES, **told
    )


def _told(span: Span, kind: str) -> dict[str, Any]:
    refs, page = between.changed(db.session, span), page_asked()
    moved, left = (
        between.told(db.session, span, events, before=None, limit=LINES)
        for events in (between.REPLANNED, between.LEAVING)
    )
    rows = otherwise(db.session, span, refs[page.start : page.start + page.size])
    found: dict[str, Any] = {
        "number": len(refs),
        "rows": rows,
        "providers": provider_names(db.session, {after.assignment.inspection.provider for _, after in rows}),
        "turned": stated_between.turned(db.session, span),
        "moved": shown(moved.lines),
        "moved_number": moved.total,
        "left": shown(left.lines),
        "left_number": left.total,
        "lapsed": stated_between.lapsed(db.session, span),
        "done": [(BY_KEY[key], number) for key, number in between.done(db.session, span).items()],
    }
    if kind:
        events = between.events_of(db.session, span, kind)
        acts = between.told(db.session, span, events, before=before(), limit=LINES)
        found |= {"group": BY_KEY[kind], "acts": acts, "lines": shown(acts.lines)}
    return found


def otherwise(session: Session, span: Span, refs: list[str]) -> list[tuple[Stood | None, Stood]]:
    """Return how some assignments stood just before the first moment, and at the last."""
    then = asat.assignments(session, refs, span.start - MOMENT)
    now = asat.assignments(session, refs, span.end - MOMENT)
    # Of what no act tells, which is found when the history is verified, nothing can be said here.
    return [(then.get(ref), now[ref]) for ref in refs if ref in now]


def changed_by(subject: str, at: datetime | None) -> dict[str, Any]:
    """Return what a page says of the assignments that stand otherwise by the acts about its subject, if any can.

    Told are the acts by an instant, with the providers' names of then.
    """
    spans = between.spans_of(db.session, subject, at)
    rows, number = [], 0
    for span in spans[: between.MOST_ACTS]:
        refs = between.changed(db.session, span)
        number += len(refs)
        rows += otherwise(db.session, span, refs[:SHOWN])
    called = providers_called(db.session, {after.assignment.inspection.provider for _, after in rows}, at)
    providers = {ref: each.name for ref, each in called.items()}
    more = len(spans) > between.MOST_ACTS
    told = {"can": bool(spans), "is_decision": subject.startswith("decision:"), "more": more}
    return {**told, "number": number, "rows": rows[:SHOWN], "providers": providers}


def _rows() -> Rows:
    _, span = _asked()

    def all_of_it(session: Session) -> Iterator[Cells]:
        refs = between.changed(session, span) if span else []
        for start in range(0, len(refs), SOME):
            if span is not None:
                some = otherwise(session, span, refs[start : start + SOME])
                names = provider_names(session, {after.assignment.inspection.provider for _, after in some})
                yield from (_cells(each, names, span) for each in some)

    return all_of_it


def _cells(pair: tuple[Stood | None, Stood], names: Mapping[str, str], span: Span) -> Cells:
    then, now = pair
    row = now.assignment
    return (
        *(row.ref, row.inspector.name, row.inspection.reference, names[row.inspection.provider]),
        *(span.start, span.end - MOMENT),
        *(then.state if then else "", now.state),
        *(each.check.verdict if each and each.check else "" for each in pair),
    )


def _of() -> str:
    form, span = _asked()
    return f"{form.since.data}-to-{form.until.data}" if span else ""


def _filters() -> Sequence[str]:
    _, span = _asked()
    return narrowed({"moments": _of(), "about": span.about if span else None})


exporting.add(
    blueprint,
    "/between/export",
    "export_between",
    Exported("assignments that stand otherwise", Permission.READ_HISTORY, COLUMNS, _rows, _filters, _of),
)
