"""The questions of a period as files: repeat exposure, what was clear and would not be now, who decided again."""

from collections.abc import Callable, Iterator
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain.access import Permission
from tracker.domain.rule_words import rule_in_words
from tracker.queries import inspections, policies
from tracker.queries.scrutiny.deciding_again import again
from tracker.queries.scrutiny.hindsight import hindsight
from tracker.queries.scrutiny.repeat import exposures
from tracker.web import exporting
from tracker.web.auditor.questions import YEAR, period_asked
from tracker.web.auditor.room import blueprint
from tracker.web.clock import checked_on, today
from tracker.web.exporting import Cells, Exported, Rows, narrowed

REPEAT = (
    "Inspector",
    "Staff number",
    "Group",
    "Group's reference",
    "Inspections",
    "As lead",
    "Of the group's",
    "Share",
)
HINDSIGHT = ("Inspector", "Provider", "Reference", "First day", "Assignment", "Verdict now", "What is found now")
AGAIN = ("Decided", "Decided by", "Decision", "Finding", "Inspector", "Reference", "Assignment", "Decided before for")


def _rows(told: Callable[[Session, date, date, date], Iterator[Cells]]) -> Callable[[], Rows]:
    """Return the rows of a period that the address asks for; none of one that cannot be asked for."""

    def rows() -> Rows:
        _, first, last = period_asked(today() - YEAR, today())
        on = checked_on()
        return lambda session: told(session, first, last, on) if first and last else iter(())

    return rows


def _repeat(session: Session, first: date, last: date, _on: date) -> Iterator[Cells]:
    for each in exposures(session, first, last):
        share = f"{each.share:.0%}"
        yield each.inspector, each.staff_no, each.group, each.group_ref, each.number, each.led, each.of, share


def _hindsight(session: Session, first: date, last: date, on: date) -> Iterator[Cells]:
    known = hindsight(session, policies.all_in_force(session, on), first, last)
    found = (*known.missed, *known.untold)
    names = inspections.provider_names(session, {each.assignment.inspection.provider for each in found})
    for each in found:
        row, inspection = each.assignment, each.assignment.inspection
        whose = row.inspector.name, names[inspection.provider], inspection.reference, inspection.starts_on, row.ref
        for finding in each.found:
            yield *whose, finding.verdict, finding.sentence
        if not each.found:
            yield *whose, "Cannot be told", "No declaration is in force, and nothing was stated since that check."


def _again(session: Session, first: date, last: date, _on: date) -> Iterator[Cells]:
    for each in again(session, first, last):
        said = "Allowed" if each.outcome == "allow" else "Upheld"
        whose = rule_in_words(each.rule), each.inspector, each.reference, each.assignment
        yield each.decided_at, each.decided_by, said, *whose, ", ".join(reference for reference, _ in each.earlier)


def _of() -> str:
    _, first, last = period_asked(today() - YEAR, today())
    return f"{first}-to-{last}" if first and last else ""


LISTS = {
    "repeat": ("repeat exposure", REPEAT, _repeat),
    "hindsight": ("clear then and not now", HINDSIGHT, _hindsight),
    "decided-again": ("decided again", AGAIN, _again),
}
for page, (name, columns, told) in LISTS.items():
    exporting.add(
        blueprint,
        f"/{page}/export",
        f"export_{page.replace('-', '_')}",
        Exported(name, Permission.READ_HISTORY, columns, _rows(told), lambda: narrowed({"period": _of()}), _of),
    )
