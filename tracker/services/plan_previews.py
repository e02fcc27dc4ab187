"""What a file of inspections, or of who is to go where, would do: every row judged before anything is written."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.domain.access import Actor, Permission, Subject, permits
from tracker.domain.check import check
from tracker.domain.errors import BadRowError, BadRowsError, RefusedError
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import OPEN, ROLES
from tracker.domain.planning import Fate, Foreseen, PlaceRow, PlannedRow
from tracker.models import Assignment, Inspection, Inspector
from tracker.queries import policies
from tracker.queries.facts import facts_for
from tracker.queries.pairs import Pair
from tracker.services.assignments import AddInspection, refuse_bad
from tracker.services.permit import permit

LIST = 1_000
FIELDS = ("provider", "framework", "starts_on", "ends_on", "team_size")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Preview:
    """What would become of each row, in the order of the file."""

    lines: tuple[Foreseen, ...]

    def count(self, fate: Fate) -> int:
        """Return how many rows have this fate."""
        return sum(each.fate is fate for each in self.lines)

    def of(self, fate: Fate) -> list[Foreseen]:
        """Return the rows of this fate."""
        return [each for each in self.lines if each.fate is fate]

    @property
    def verdicts(self) -> Counter[Verdict]:
        """How many new rows have which verdict."""
        return Counter(each.verdict for each in self.lines if each.verdict is not None)

    def refuse_wrong(self) -> None:
        """Raise BadRowsError where rows are wrong."""
        if wrong := self.of(Fate.WRONG):
            raise BadRowsError(tuple(BadRowError(each.row, each.says) for each in wrong))


def _preview(lines: Iterable[Foreseen], problems: Sequence[BadRowError]) -> Preview:
    unread = (Foreseen(each.row, "", Fate.WRONG, each.says) for each in problems)
    return Preview(tuple(sorted((*lines, *unread), key=lambda each: each.row)))


def preview_inspections(
    session: Session, actor: Actor, rows: Sequence[PlannedRow], problems: Sequence[BadRowError] = ()
) -> Preview:
    """Judge each inspection of a file; `problems` are of the rows that could not be read. Writes nothing."""
    permit(actor, Permission.PLAN_INSPECTIONS)
    known: dict[str, Any] = {
        each.reference: each
        for each in _in_parts(session, select(Inspection), Inspection.reference, {row.reference for row in rows})
    }
    lines = []
    for row in rows:
        lines.append(_inspection(row, known.get(row.reference)))
        known.setdefault(row.reference, row)
    return _preview(lines, problems)


def command_of(row: PlannedRow) -> AddInspection:
    """Return what a row asks for."""
    return AddInspection(reference=row.reference, **{name: getattr(row, name) for name in FIELDS})


def _inspection(row: PlannedRow, there: Any) -> Foreseen:  # noqa: ANN401 (an inspection, or an earlier row that plans it)
    what = f"{row.reference}, {row.provider}"
    if there is not None:
        differing = [name for name in FIELDS if getattr(there, name) != getattr(row, name)]
        if differing:
            says = f"{row.reference} is planned already, with another {', '.join(differing)}"
            return Foreseen(row.row, what, Fate.WRONG, says)
        return Foreseen(row.row, what, Fate.UNCHANGED)
    try:
        refuse_bad(command_of(row))
    except RefusedError as error:
        return Foreseen(row.row, what, Fate.WRONG, str(error))
    return Foreseen(row.row, what, Fate.NEW)


def preview_places(
    session: Session, actor: Actor, rows: Sequence[PlaceRow], today: date, problems: Sequence[BadRowError] = ()
) -> Preview:
    """Judge each place of a file, and check the new ones as a proposal would. Writes nothing."""
    permit(actor, Permission.ASSIGN)
    known = _Known(session, rows)
    lines = [known.judged(row, actor) for row in rows]
    new = [(place, row) for place, (row, line) in enumerate(zip(rows, lines, strict=True)) if line.fate is Fate.NEW]
    book = policies.all_in_force(session, today)
    for start in range(0, len(new), LIST):
        some = new[start : start + LIST]
        for (place, row), facts in zip(some, facts_for(session, [known.pair(row) for _, row in some]), strict=True):
            outcome = check(facts, book.of(known.inspectors[row.staff_no].engagement)[1])
            lines[place] = replace(lines[place], verdict=outcome.verdict, rules=outcome.rules)
    return _preview(lines, problems)


class _Known:
    """What is known of the inspections and the inspectors that a file names, and who is proposed where already."""

    def __init__(self, session: Session, rows: Sequence[PlaceRow]) -> None:
        places, people = {row.inspection for row in rows}, {row.staff_no for row in rows}
        found = _in_parts(session, select(Inspection), Inspection.reference, places)
        self.inspections = {each.reference: each for each in found}
        self.inspectors = {
            each.staff_no: each for each in _in_parts(session, select(Inspector), Inspector.staff_no, people)
        }
        there = (
            select(Inspection.reference, Inspector.staff_no, Assignment.role)
            .join(Assignment, Assignment.inspection_id == Inspection.id)
            .join(Inspector, Inspector.id == Assignment.inspector_id)
            .where(Assignment.state.in_(OPEN))
        )
        self.roles: dict[tuple[str, str], str] = {}
        for some in _parts(places):
            for reference, staff_no, role in session.execute(there.where(Inspection.reference.in_(some))):
                self.roles[reference, staff_no] = role

    def judged(self, row: PlaceRow, actor: Actor) -> Foreseen:
        what, key = f"{row.inspection}, {row.staff_no}, {row.role}", (row.inspection, row.staff_no)
        if self.roles.get(key) == row.role:
            return Foreseen(row.row, what, Fate.UNCHANGED)
        wrong = self._wrong(row, actor)
        if not wrong:
            self.roles[key] = row.role
        return Foreseen(row.row, what, Fate.WRONG if wrong else Fate.NEW, wrong)

    def _wrong(self, row: PlaceRow, actor: Actor) -> str:
        inspector = self.inspectors.get(row.staff_no)
        if row.inspection not in self.inspections:
            return f"There is no inspection {row.inspection}. Plan it first"
        if inspector is None:
            return f"There is no inspector with staff number {row.staff_no}: compare it with the staff list"
        if row.role not in ROLES:
            return f"“{row.role[:40]}” is no role: give one of {', '.join(ROLES)}"
        if not permits(actor, Permission.ASSIGN, Subject(inspector_id=inspector.id)):
            return "You cannot propose yourself: another scheduler does"
        if (row.inspection, row.staff_no) in self.roles:
            return f"{inspector.name} is already proposed for {row.inspection}, in another role: release first"
        return ""

    def pair(self, row: PlaceRow) -> Pair:
        inspection, who = self.inspections[row.inspection], self.inspectors[row.staff_no]
        days = inspection.starts_on, inspection.ends_on
        return Pair(who.id, who.staff_no, inspection.provider, *days, row.role)


def _parts(values: Iterable[str]) -> Iterator[list[str]]:
    """Yield lists that a database takes as parameters of one statement."""
    wanted = sorted(values)
    for start in range(0, len(wanted), LIST):
        yield wanted[start : start + LIST]


def _in_parts(session: Session, query: Any, column: InstrumentedAttribute[str], values: Iterable[str]) -> Iterator[Any]:  # noqa: ANN401 (a select of whole rows)
    for some in _parts(values):
        condition: ColumnElement[bool] = column.in_(some)
        yield from session.scalars(query.where(condition))
