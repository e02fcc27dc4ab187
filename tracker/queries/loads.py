"""An inspector's load: which inspections in each week of a term, and how many against the limits of the rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.allocation_rules import AllocationRules, Load
from tracker.domain.lifecycle import OPEN, State
from tracker.models import Assignment, Inspection, Inspector, ProviderRow
from tracker.queries.board import WEEK, monday_of

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Visit:
    """An open assignment of the inspector."""

    ref: str
    role: str
    state: State
    reference: str
    provider: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Week:
    """A week from its Monday, the open assignments that fall into it, and on how many of its days there is one."""

    monday: date
    visits: tuple[Visit, ...]
    days: int


@dataclass(frozen=True, slots=True)
class Term:
    """A term of an inspector's: its weeks, the limits, and how many inspections begin in it."""

    inspector: Inspector
    first: date
    after: date
    before: date
    limits: Load
    weeks: Sequence[Week]
    number: int


def inspector(session: Session, staff_no: str) -> Inspector | None:
    """Return an inspector by the staff number, or None."""
    return session.scalars(select(Inspector).where(Inspector.staff_no == staff_no)).one_or_none()


def term(session: Session, person: Inspector, rules: AllocationRules, day: date) -> Term:
    """Return the term of a day; a week counts each open assignment that falls into it, the term those that begin."""
    first = rules.term_of(day)
    after = _next(rules, first)
    visits = _visits(session, person.id, monday_of(first), monday_of(after - DAY) + WEEK)
    weeks = []
    monday = monday_of(first)
    while monday < after:
        some = tuple(each for each in visits if each.starts_on < monday + WEEK and each.ends_on >= monday)
        weeks.append(Week(monday, some, _days(some, monday)))
        monday += WEEK
    number = sum(first <= each.starts_on < after for each in visits)
    limits = rules.load_of(person.engagement)
    return Term(person, first, after, rules.term_of(first - DAY), limits, weeks, number)


def _next(rules: AllocationRules, first: date) -> date:
    """Return the first day of the term after this one."""
    day = first
    while rules.term_of(day) == first:
        day += WEEK
    return rules.term_of(day)


def _days(visits: Sequence[Visit], monday: date) -> int:
    week = [monday + DAY * number for number in range(7)]
    return sum(any(each.starts_on <= day <= each.ends_on for each in visits) for day in week)


def _visits(session: Session, inspector_id: int, first: date, after: date) -> list[Visit]:
    query = (
        select(
            Assignment.ref,
            Assignment.role,
            Assignment.state,
            Inspection.reference,
            func.coalesce(ProviderRow.name, Inspection.provider),
            Inspection.starts_on,
            Inspection.ends_on,
        )
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .outerjoin(ProviderRow, ProviderRow.ref == Inspection.provider)
        .where(Assignment.inspector_id == inspector_id, Assignment.state.in_(OPEN))
        .where(Inspection.starts_on < after, Inspection.ends_on >= first)
        .order_by(Inspection.starts_on, Assignment.id)
    )
    return [Visit(*row) for row in session.execute(query)]
