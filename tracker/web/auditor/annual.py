"""The annual compliance report: on a page, the same to be printed, and its figures as files."""

from collections.abc import Iterator
from datetime import date, datetime

from flask import render_template, request
from sqlalchemy.orm import Session

from tracker.database import db
from tracker.domain.access import Permission
from tracker.domain.dates import in_words
from tracker.domain.rule_words import rule_in_words
from tracker.domain.uk_time import in_uk
from tracker.queries.annual import Period, Report, report
from tracker.web import exporting
from tracker.web.access import requires
from tracker.web.auditor.questions import PeriodForm, period_asked
from tracker.web.auditor.room import blueprint
from tracker.web.clock import today
from tracker.web.exporting import Cells, Exported, Rows, narrowed
from tracker.web.unchanged import same_while_nothing_happens

# The year of those who inspect schools ends on the last day of this month.
ENDS_IN = 8
COLUMNS = ("Part", "Figure", "What it counts", "In the period", "Of", "In the period before", "Of, then")
ADDRESS = tuple(f"{name}-{part}" for name in ("first", "last") for part in ("day", "month", "year"))


def last_year(day: date) -> Period:
    """Return the last whole year from September to August that has ended."""
    ends = date(day.year, ENDS_IN, 31) if day > date(day.year, ENDS_IN, 31) else date(day.year - 1, ENDS_IN, 31)
    return Period(date(ends.year - 1, ENDS_IN + 1, 1), ends)


def _asked() -> tuple[PeriodForm, Period | None]:
    """Return the form as the address fills it, and the period it asks for: the last whole year, unless it says."""
    standing = last_year(today())
    form, first, last = period_asked(standing.first, standing.last)
    if first and first > today():
        form.first.errors = ("The first day is to come: nothing is known of it yet",)
        return form, None
    return form, Period(first, last).known_on(today()) if first and last else None


def _page(template: str) -> str:
    form, period = _asked()
    address = {name: request.args[name] for name in ADDRESS if request.args.get(name)}
    told = report(db.session, period) if period else None
    return render_template(template, form=form, report=told, address=address, day=today())


@blueprint.get("/annual-report")
@requires(Permission.READ_HISTORY)
@same_while_nothing_happens
def annual_report() -> str:
    """Show the report of a period."""
    return _page("auditor/annual_report.html")


@blueprint.get("/annual-report/print")
@requires(Permission.READ_HISTORY)
@same_while_nothing_happens
def annual_printed() -> str:
    """Show the report on one plain page, to be printed."""
    return _page("auditor/annual_printed.html")


def _rows() -> Rows:
    _, period = _asked()

    def all_of_it(session: Session) -> Iterator[Cells]:
        if period is not None:
            yield from _cells(report(session, period))

    return all_of_it


def _cells(told: Report) -> Iterator[Cells]:
    earlier = told.period.before
    yield "The report", "Period", f"From {in_words(told.period.first)} to {in_words(told.period.last)}", "", "", "", ""
    yield "The report", "Period before", f"From {in_words(earlier.first)} to {in_words(earlier.last)}", "", "", "", ""
    for part in told.parts:
        for line in part.lines:
            now, before = line.number
            of = line.of or ("", "")
            yield part.heading, line.title, line.means, now, of[0], before, of[1]
    for found in told.rules:
        now, before = found.number
        yield (
            "Findings by rule",
            rule_in_words(found.rule),
            "Assignments of which a check found it",
            now,
            "",
            before,
            "",
        )
    for allowed in told.exceptions:
        alone = " alone, so far" if allowed.is_alone else ""
        by = f"{', '.join(allowed.by)}{alone}, last on {_on(allowed.last_at)}"
        what = f"Real conflict “{rule_in_words(allowed.rule)}” allowed by {by}"
        yield "Exceptions on real conflicts", allowed.assignment, what, 1, "", "", ""
    for register in told.registers:
        drawn = f"of {in_words(register.extract_on)}" if register.extract_on else "without a day: its age is not known"
        what = f"Days from the extract to the period’s last day; the extract {drawn}, imported on"
        age = "" if register.days is None else register.days
        yield "Registers", register.kind.description, f"{what} {_on(register.imported_at)}", age, "", "", ""
    for standing in told.in_force:
        what = f"Version {standing.version}, in force at the end, from {in_words(standing.effective_on)}"
        yield "Policies", standing.name, what, 1, "", "", ""
    for policy in told.policies:
        what = f"Version {policy.version}, in force from {in_words(policy.effective_on)}"
        yield "Policies", policy.name, what, 1, "", "", ""


def _on(at: datetime) -> str:
    return in_words(in_uk(at).date())


def _of() -> str:
    _, period = _asked()
    return f"{period.first}-to-{period.last}" if period else ""


exporting.add(
    blueprint,
    "/annual-report/export",
    "export_annual_report",
    Exported("annual report", Permission.READ_HISTORY, COLUMNS, _rows, lambda: narrowed({"period": _of()}), _of),
)
