"""What was known at a moment: the declaration in force then, and the assignments with their checks and decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.domain.events import STATES
from tracker.domain.lifecycle import HELD, IN_THE_TEAM, State
from tracker.models import (
    Assignment,
    ConflictCheck,
    Decision,
    Declaration,
    DeclarationKind,
    HistoryEntry,
    HistorySubject,
    Inspection,
)
from tracker.queries import declarations, moves


@dataclass(frozen=True, slots=True)
class Stood:
    """How an assignment stood at a moment: its state, the latest check by then, and the decisions by then.

    The days are those for which its inspection was planned then, and when it was called off, if it was by then.
    """

    assignment: Assignment
    state: State
    check: ConflictCheck | None
    decisions: tuple[Decision, ...]
    starts_on: date
    ends_on: date
    called_off_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Visited:
    """How an inspection stood at a moment: its days, when it was called off, and who was or is proposed for it.

    `held` is how many places somebody was confirmed for, a questioned one included.
    """

    starts_on: date
    ends_on: date
    called_off_at: datetime | None
    team: tuple[Stood, ...]

    @property
    def held(self) -> int:
        """How many places of the team are held."""
        return sum(each.state in HELD and each.assignment.role in IN_THE_TEAM for each in self.team)


def inspection(session: Session, row: Inspection, at: datetime) -> Visited | None:
    """Return how an inspection stood at an instant, its team in the order of proposal; None if not planned yet.

    One of which no entry tells at all has the days of now.
    """
    told = moves.told_at(session, [row.reference], at).get(row.reference)
    if told is None and moves.is_told(session, row.reference):
        return None
    days = told or moves.Planned(row.starts_on, row.ends_on, row.called_off_at)
    team = sorted(_stood(session, Assignment.inspection_id == row.id, at), key=lambda each: each.assignment.id)
    return Visited(days.starts_on, days.ends_on, days.called_off_at, tuple(team))


def declaration_in_force(session: Session, inspector_id: int, at: datetime) -> Declaration | None:
    """Return the declaration that was in force at an instant: the latest made of those known by then.

    None if none was known, or if the latest made was a withdrawal.
    """
    found = session.execute(
        select(Declaration.ref, Declaration.kind)
        .where(Declaration.inspector_id == inspector_id, Declaration.recorded_at <= at)
        .order_by(Declaration.made_at.desc(), Declaration.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None or found.kind is DeclarationKind.WITHDRAWAL:
        return None
    return declarations.by_ref(session, found.ref)


def assignments_of(session: Session, inspector_id: int, at: datetime) -> list[Stood]:
    """Return how each assignment of an inspector stood at an instant, the latest inspection first."""
    return _stood(session, Assignment.inspector_id == inspector_id, at)


def assignment(session: Session, ref: str, at: datetime) -> Stood | None:
    """Return how an assignment stood at an instant; None if it was not yet proposed."""
    return next(iter(_stood(session, Assignment.ref == ref, at)), None)


def assignments(session: Session, refs: Sequence[str], at: datetime) -> dict[str, Stood]:
    """Return how some assignments stood at an instant, by their references; those not yet proposed are left out."""
    return {each.assignment.ref: each for each in _stood(session, Assignment.ref.in_(refs), at)}


def _stood(session: Session, which: ColumnElement[bool], at: datetime) -> list[Stood]:
    rows = session.scalars(
        select(Assignment)
        .where(which, Assignment.proposed_at <= at)
        .options(joinedload(Assignment.inspection), joinedload(Assignment.inspector))
    ).all()
    states = _states(session, [each.ref for each in rows], at)
    numbers = [each.id for each in rows]
    checks, decided = _checks(session, numbers, at), _decisions(session, numbers, at)
    planned = moves.days_at(session, {each.inspection for each in rows}, at)
    found = []
    for each in rows:
        if each.ref in states:
            days, made = planned[each.inspection.reference], tuple(decided.get(each.id, ()))
            when = days.starts_on, days.ends_on, days.called_off_at
            found.append(Stood(each, states[each.ref], checks.get(each.id), made, *when))
    return sorted(found, key=lambda each: (each.starts_on, each.assignment.id), reverse=True)


def _states(session: Session, refs: Sequence[str], at: datetime) -> dict[str, State]:
    """Return the state that the last act by then left each assignment in, as the history tells it."""
    rows = session.execute(
        select(HistorySubject.subject, HistoryEntry.event)
        .join(HistoryEntry, HistoryEntry.seq == HistorySubject.seq)
        .where(
            HistorySubject.subject.in_([f"assignment:{ref}" for ref in refs]),
            HistoryEntry.event.in_(list(STATES)),
            HistoryEntry.at <= at,
        )
        .order_by(HistoryEntry.seq)
    )
    return {subject.removeprefix("assignment:"): STATES[event] for subject, event in rows}


def _checks(session: Session, numbers: Sequence[int], at: datetime) -> dict[int, ConflictCheck]:
    latest = (
        select(func.max(ConflictCheck.id))
        .where(ConflictCheck.assignment_id.in_(numbers), ConflictCheck.checked_at <= at)
        .group_by(ConflictCheck.assignment_id)
    )
    rows = session.scalars(
        select(ConflictCheck).where(ConflictCheck.id.in_(latest)).options(selectinload(ConflictCheck.findings))
    )
    return {row.assignment_id: row for row in rows}


def _decisions(session: Session, numbers: Sequence[int], at: datetime) -> dict[int, list[Decision]]:
    found: dict[int, list[Decision]] = {}
    for row in session.scalars(
        select(Decision)
        .where(Decision.assignment_id.in_(numbers), Decision.decided_at <= at)
        .options(joinedload(Decision.finding), joinedload(Decision.reasons))
        .order_by(Decision.id)
    ):
        found.setdefault(row.assignment_id, []).append(row)
    return found
