"""What a file of inspections, or of who is to go where, would do: every row judged before anything is written."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.domain.access import Actor, Permission, Subject, permits
from tracker.domain.check import check
from tracker.domain.errors import BadRowError, BadRowsError
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import OPEN
from tracker.domain.planning import Fate, Foreseen, PlaceRow, PlannedRow
from tracker.domain.schemes import is_group
from tracker.models import Assignment, Inspection, Inspector, ProviderRow
from tracker.queries import policies
from tracker.queries.facts import facts_for
from tracker.queries.pairs import Pair
from tracker.services.assignments import AddInspection, faults_of
from tracker.services.permit import permit
from tracker.services.plan_changes import changed, with_means

LIST = 1_000
MOST_NAMED = 12
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
    def unknown(self) -> int:
        """How many rows name a provider that is on no imported register."""
        return sum(each.is_unknown for each in self.lines)

    @property
    def warned(self) -> list[Foreseen]:
        """The rows to look at: right, but with a provider or a framework that is not known."""
        return [each for each in self.lines if each.warns]

    @property
    def verdicts(self) -> Counter[Verdict]:
        """How many new rows have which verdict."""
        return Counter(each.verdict for each in self.lines if each.verdict is not None)

    @property
    def changes(self) -> list[Foreseen]:
        """The rows that change inspections that are known."""
        return [each for each in self.lines if each.fate in (Fate.MOVED, Fate.OFF)]

    @property
    def digest(self) -> str:
        """A digest that is another as soon as these changes would do something else."""
        told = [[each.row, each.fate, each.says, *each.means] for each in self.changes]
        return sha256(json.dumps(told).encode()).hexdigest()

    def refuse_wrong(self) -> None:
        """Raise BadRowsError where rows are wrong."""
        if wrong := self.of(Fate.WRONG):
            raise BadRowsError(tuple(BadRowError(each.row, each.says) for each in wrong))


def _preview(lines: Iterable[Foreseen], problems: Sequence[BadRowError]) -> Preview:
    unread = (Foreseen(each.row, "", Fate.WRONG, each.says) for each in problems)
    return Preview(tuple(sorted((*lines, *unread), key=lambda each: each.row)))


def preview_inspections(
    session: Session, actor: Actor, rows: Sequence[PlannedRow], today: date, problems: Sequence[BadRowError] = ()
) -> Preview:
    """Judge each inspection of a file; `problems` are of the rows that could not be read. Writes nothing.

    One that is known may be moved to other days, or called off, if nothing else of it is said otherwise.

    A provider on no imported register is warned of, for a register may come later: silence is never clear. So is a
    framework that no inspection was done under so far, where others were.
    """
    permit(actor, Permission.PLAN_INSPECTIONS)
    known: dict[str, Any] = {
        each.reference: each
        for each in _in_parts(session, select(Inspection), Inspection.reference, {row.reference for row in rows})
    }
    warned = _Warned(session, rows)
    lines, there = [], []
    for row in rows:
        before = known.get(row.reference)
        if isinstance(before, Inspection):
            line = changed(row, before, today)
            there.append((row, before))
        else:
            line = _inspection(row, before)
        lines.append(warned.warned(row, line))
        known[row.reference] = row
    return _preview(with_means(session, actor, lines, there, today), problems)


class _Warned:
    """Which of the providers and frameworks that a file names are known."""

    def __init__(self, session: Session, rows: Sequence[PlannedRow]) -> None:
        refs = {row.provider for row in rows}
        self.providers = set(_in_parts(session, select(ProviderRow.ref), ProviderRow.ref, refs))
        self.frameworks = set(session.scalars(select(Inspection.framework).distinct()))

    def warned(self, row: PlannedRow, line: Foreseen) -> Foreseen:
        if line.fate is Fate.WRONG:
            return line
        is_unknown = row.provider not in self.providers
        warns = [f"provider: {_unknown(row.provider)}"] if is_unknown else []
        if line.fate is Fate.NEW and self.frameworks and row.framework not in self.frameworks:
            so_far = ", ".join(sorted(self.frameworks)[:MOST_NAMED])
            warns.append(f"framework: nothing was inspected under “{row.framework}” so far, but under {so_far}")
        return replace(line, warns="; ".join(warns), is_unknown=is_unknown)


def _unknown(ref: str) -> str:
    found = "is a group, not a provider" if is_group(ref) else "is on no imported register"
    return f"{ref} {found}: whoever is proposed will be undetermined at the least"


def command_of(row: PlannedRow) -> AddInspection:
    """Return what a row asks for."""
    return AddInspection(reference=row.reference, **{name: getattr(row, name) for name in FIELDS})


def _inspection(row: PlannedRow, there: PlannedRow | None) -> Foreseen:
    """Judge a row of an inspection that is not known, but for an earlier row about it, if there is one."""
    what = f"{row.reference}, {row.provider}"
    if there is not None:
        differing = [name for name in (*FIELDS, "called_off") if getattr(there, name) != getattr(row, name)]
        if differing:
            says = f"{row.reference} is planned already, with another {', '.join(differing)}"
            return Foreseen(row.row, what, Fate.WRONG, says)
        return Foreseen(row.row, what, Fate.UNCHANGED)
    if row.called_off:
        says = f"There is no inspection {row.reference} that could be called off: leave called_off empty to plan it"
        return Foreseen(row.row, what, Fate.WRONG, says)
    if bad := faults_of(command_of(row)):
        return Foreseen(row.row, what, Fate.WRONG, "; ".join(f"{field}: {cure}" for field, cure in bad))
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
        wrong = [*row.faults, *self._wrong(row, actor)]
        if wrong:
            return Foreseen(row.row, what, Fate.WRONG, "; ".join(wrong))
        if self.roles.get(key) == row.role:
            return Foreseen(row.row, what, Fate.UNCHANGED)
        self.roles[key] = row.role
        return Foreseen(row.row, what, Fate.NEW)

    def _wrong(self, row: PlaceRow, actor: Actor) -> Iterator[str]:
        inspector = self.inspectors.get(row.staff_no)
        if row.inspection and row.inspection not in self.inspections:
            yield f"There is no inspection {row.inspection}. Plan it first"
        elif row.inspection and self.inspections[row.inspection].called_off_at is not None:
            yield f"{row.inspection} was called off: nobody goes there any more"
        if row.staff_no and inspector is None:
            yield f"There is no inspector with staff number {row.staff_no}: compare it with the staff list"
        if inspector is None:
            return
        there = self.roles.get((row.inspection, row.staff_no))
        if there == row.role:
            return
        if not permits(actor, Permission.ASSIGN, Subject(inspector_id=inspector.id)):
            yield "You cannot propose yourself: another scheduler does"
        if there is not None:
            yield f"{inspector.name} is already proposed for {row.inspection}, in another role: release first"

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
