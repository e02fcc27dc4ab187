"""What changed between two moments of what inspectors state, and which decisions ceased to hold."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Row, Text, select, type_coerce
from sqlalchemy.orm import Session

from tracker.domain.lifecycle import Ruling
from tracker.models import (
    Assignment,
    ConflictCheck,
    ConnectionRow,
    Decision,
    Declaration,
    DeclarationKind,
    Inspection,
    Inspector,
)
from tracker.queries import lapses
from tracker.queries.decisions import names_of
from tracker.queries.lapses import Lapse
from tracker.queries.scrutiny.between import MOMENT, Span

T = TypeVar("T")
SOME = 500
# What makes a connection the same, and what of it may then be another.
_Stated = dict[tuple[str, str, str], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Turned:
    """How many connections of an inspector came, became others in their days, and went; by what was in force."""

    inspector: str
    staff_no: str
    came: int
    changed: int
    went: int


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A decision that allowed a finding and ceased to hold: whose it was, on which assignment, and why it ceased."""

    by: str
    inspector: str
    reference: str
    assignment: str
    lapse: Lapse


def turned(session: Session, acts: Span) -> list[Turned]:
    """Return whose connections in force were others at the end than at the start, by name."""
    filed = select(Declaration.inspector_id).where(
        Declaration.recorded_at >= acts.start, Declaration.recorded_at < acts.end
    )
    people = select(Inspector.id, Inspector.name, Inspector.staff_no).where(Inspector.id.in_(filed), acts.inspectors)
    found = []
    for some in _lots(session.execute(people.order_by(Inspector.name, Inspector.id)).all()):
        then, now = _in_force(session, [each.id for each in some], acts)
        # Who declared nothing else meanwhile states the same.
        same = {each for each, number in now.items() if then.get(each) == number}
        stated = _stated(session, {number for each, number in (*then.items(), *now.items()) if each not in same})
        for number, name, staff_no in some:
            before, after = (stated.get(each.get(number, 0), {}) for each in (then, now))
            changed = sum(before[each] != after[each] for each in before.keys() & after.keys())
            numbers = len(after.keys() - before.keys()), changed, len(before.keys() - after.keys())
            if any(numbers):
                found.append(Turned(name, staff_no, *numbers))
    return found


def lapsed(session: Session, acts: Span) -> list[Lapsed]:
    """Return the decisions that ceased to hold between the moments, the latest first."""
    checked = select(ConflictCheck.assignment_id).where(
        ConflictCheck.checked_at >= acts.start, ConflictCheck.checked_at < acts.end
    )
    query = (
        select(Decision.id, Decision.decided_by, Inspector.name, Inspection.reference, Assignment.ref, Assignment.id)
        .join(Assignment, Assignment.id == Decision.assignment_id)
        .join(Assignment.inspection)
        .join(Assignment.inspector)
        .where(Decision.outcome == str(Ruling.ALLOW), Assignment.id.in_(checked), acts.assignments)
    )
    rows = session.execute(query).all()
    ceased: dict[int, Lapse] = {}
    for some in _lots(sorted({row[5] for row in rows})):
        ceased |= lapses.of_assignments(session, some, acts.end - MOMENT)
    names = names_of(session, {row[1] for row in rows})
    found = [
        Lapsed(names[by], inspector, reference, ref, ceased[number])
        for number, by, inspector, reference, ref, _ in rows
        if number in ceased and ceased[number].since >= acts.start
    ]
    return sorted(found, key=lambda each: (each.lapse.since, each.assignment), reverse=True)


def _lots(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + SOME] for start in range(0, len(items), SOME))


def _in_force(session: Session, people: Sequence[int], acts: Span) -> tuple[dict[int, int], dict[int, int]]:
    """Return which declaration of each was in force just before the first moment, and at the last."""
    query = (
        select(Declaration.inspector_id, Declaration.id, Declaration.kind, Declaration.recorded_at)
        .where(Declaration.inspector_id.in_(people), Declaration.recorded_at < acts.end)
        .order_by(Declaration.made_at, Declaration.id)
    )
    rows = session.execute(query).all()
    return _latest(row for row in rows if row.recorded_at < acts.start), _latest(rows)


def _latest(rows: Iterable[Row[int, int, DeclarationKind, datetime]]) -> dict[int, int]:
    latest = {inspector: (number, kind) for inspector, number, kind, _ in rows}
    return {inspector: number for inspector, (number, kind) in latest.items() if kind is not DeclarationKind.WITHDRAWAL}


def _stated(session: Session, declarations: Iterable[int]) -> dict[int, _Stated]:
    # Columns, for there may be hundreds of thousands: to make an object of each takes ten times as long.
    stated = select(
        ConnectionRow.declaration_id,
        type_coerce(ConnectionRow.nature, Text),
        type_coerce(ConnectionRow.holder, Text),
        ConnectionRow.target,
        ConnectionRow.began_on,
        ConnectionRow.ended_on,
    )
    found: dict[int, _Stated] = {}
    for some in _lots(sorted(declarations)):
        rows = session.execute(stated.where(ConnectionRow.declaration_id.in_(some)))
        for declaration, nature, holder, target, began, ended in rows:
            found.setdefault(declaration, {})[nature, holder, target] = began, ended or ""
    return found
