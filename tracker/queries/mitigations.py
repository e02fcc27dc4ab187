"""Mitigations: what each decision asked to be done, by whom, and what became of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from tracker.domain import mitigating
from tracker.domain.access import Actor, Permission, Subject, permits
from tracker.domain.lifecycle import OPEN
from tracker.domain.mitigating import Progress
from tracker.models import (
    Account,
    Assignment,
    Decision,
    FindingRow,
    Inspection,
    Mitigation,
    MitigationDone,
)
from tracker.queries.decisions import decided_anew
from tracker.queries.moved_up import Due, MovedUp
from tracker.queries.moved_up import moved_up as which_moved_up
from tracker.queries.parts import among, in_parts

PERSON = "person:"

Rows = Any  # a query, whatever columns its caller makes it return


@dataclass(frozen=True, slots=True)
class Asked:
    """A mitigation as a decision asked for it, and whether it is still called for.

    `moved_up` says by which day it must be done instead, where its inspection was moved to begin before it was due.
    """

    mitigation: Mitigation
    decision: Decision
    assignment: Assignment
    is_called_for: bool
    moved_up: MovedUp | None = None

    @property
    def due_on(self) -> date:
        """The day by which it must be done now, or had to be when it was done."""
        return self.moved_up.due_on if self.moved_up else self.mitigation.due_on

    def progress(self, today: date) -> Progress:
        """Return how it stands on a day."""
        is_done = self.mitigation.done is not None
        return mitigating.progress(self.due_on, today, is_done=is_done, is_called_for=self.is_called_for)

    def days_over(self, today: date) -> int:
        """Return by how many days it is overdue."""
        return mitigating.days_over(self.due_on, today)

    @property
    def is_before(self) -> bool:
        """Whether it is due before the inspection begins."""
        return self.due_on < self.assignment.inspection.starts_on

    @property
    def subject(self) -> Subject:
        """What leave to do it depends on."""
        owner = f"{PERSON}{self.mitigation.owner.ref}"
        return Subject(self.assignment.inspector_id, self.assignment.proposed_by, owner)

    def is_told_whose(self, actor: Actor) -> bool:
        """Whether the actor may know of which inspection it is: the schedule is secret."""
        about = Subject(self.assignment.inspector_id, self.assignment.proposed_by)
        is_own = actor.inspector_id is not None and actor.inspector_id == self.assignment.inspector_id
        return is_own or permits(actor, Permission.CHECK, about) or permits(actor, Permission.DECIDE, about)


def _stands() -> ColumnElement[bool]:
    """Whether the decision still holds a place open: not released, the facts as they were, not decided anew."""
    found = exists().where(FindingRow.check_id == Assignment.check_id, FindingRow.fingerprint == Decision.fingerprint)
    return and_(Assignment.state.in_(OPEN), found, ~decided_anew())


def _asked(*where: ColumnElement[bool]) -> Rows:
    return (
        select(Mitigation, Decision, Assignment, _stands())
        .join(Decision, Decision.id == Mitigation.decision_id)
        .join(Assignment, Assignment.id == Decision.assignment_id)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .join(Account, Account.id == Mitigation.owner_id)
        .where(*where)
        .order_by(Mitigation.due_on, Mitigation.id)
    )


def _all(session: Session, query: Rows) -> list[Asked]:
    whole = query.options(
        joinedload(Mitigation.what),
        joinedload(Mitigation.owner),
        joinedload(Mitigation.done).joinedload(MitigationDone.evidence),
        joinedload(Assignment.inspection),
        joinedload(Assignment.inspector),
    )
    found = [Asked(*row) for row in session.execute(whole)]
    # Of one that came to nothing, what was asked for is all that is left to tell.
    stand = (each for each in found if each.is_called_for or each.mitigation.done is not None)
    earlier = which_moved_up(session, map(_due_of, stand))
    return [replace(each, moved_up=earlier.get(each.mitigation.id)) for each in found]


def _soonest(found: Iterable[Asked]) -> list[Asked]:
    """Return these in the order of the days that count."""
    return sorted(found, key=lambda each: (each.due_on, each.mitigation.id))


def stood_at(session: Session, found: Sequence[Asked], at: datetime) -> list[Asked]:
    """Return these with the day that counted at an instant, by the moves up to it."""
    earlier = which_moved_up(session, (_due_of(each, at + timedelta.resolution) for each in found))
    return [replace(each, moved_up=earlier.get(each.mitigation.id)) for each in found]


def _due_of(asked: Asked, until: datetime | None = None) -> Due:
    inspection = asked.assignment.inspection
    row, done = asked.mitigation, asked.mitigation.done
    if done is not None:
        until = min(until or done.done_at, done.done_at)
    return Due(row.id, row.ref, row.due_on, inspection.reference, inspection.starts_on, until=until)


# What a question of what is due looks at, in the order of Due.
DUE = (Mitigation.id, Mitigation.ref, Mitigation.due_on, Inspection.reference, Inspection.starts_on)


def moved_up(session: Session, *where: ColumnElement[bool]) -> dict[int, MovedUp]:
    """Return which mitigations that wait must be done earlier than asked for, since their inspection was moved."""
    late = waiting_rows(Mitigation.due_on >= Inspection.starts_on, *where).with_only_columns(*DUE).order_by(None)
    return which_moved_up(session, (Due(*row) for row in session.execute(late)))


def of_inspections(session: Session, inspections: Sequence[int]) -> list[Asked]:
    """Return the mitigations of these inspections that are yet to be done, the soonest due first."""
    parts = in_parts(inspections)
    return _soonest(each for some in parts for each in _all(session, waiting_rows(Inspection.id.in_(some))))


def of_assignments(session: Session, assignments: Sequence[int]) -> dict[int, list[Asked]]:
    """Return the mitigations that decisions on these assignments asked for, the soonest due first."""
    found: dict[int, list[Asked]] = {number: [] for number in assignments}
    if assignments:
        for each in _soonest(_all(session, _asked(Decision.assignment_id.in_(assignments)))):
            found[each.assignment.id].append(each)
    return found


def of_decisions(session: Session, decisions: Sequence[int]) -> dict[int, list[Asked]]:
    """Return the mitigations that these decisions asked for, by the decision's number."""
    found: dict[int, list[Asked]] = {number: [] for number in decisions}
    if decisions:
        for each in _soonest(_all(session, _asked(Mitigation.decision_id.in_(decisions)))):
            found[each.decision.id].append(each)
    return found


def one(session: Session, ref: str) -> Asked | None:
    """Return a mitigation by its reference, or None."""
    return next(iter(_all(session, _asked(Mitigation.ref == ref))), None)


@dataclass(frozen=True, slots=True)
class Own:
    """How many mitigations somebody has yet to see to, how many are past, and some of them."""

    waiting: int
    past: int
    found: list[Asked]


def of_owner(session: Session, actor: Actor, *, start: int, size: int) -> Own:
    """Return what the actor was asked to see to: first what is yet to be done, the soonest due first, then the past."""
    own = Account.ref == actor.ref.removeprefix(PERSON)
    mine = _asked(own).order_by(None)
    done = exists().where(MitigationDone.mitigation_id == Mitigation.id)
    past = case((and_(_stands(), ~done), 0), else_=1)
    number, over = session.execute(mine.with_only_columns(func.count(), func.coalesce(func.sum(past), 0))).one()
    soonest = (case((past == 0, each)) for each in _by_day(moved_up(session, own) if number > over else {}))
    some = mine.order_by(past, *soonest, Mitigation.due_on.desc(), Mitigation.id).offset(start).limit(size)
    return Own(number - over, over, _all(session, some) if number else [])


def _by_day(earlier: Collection[int]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Return by what mitigations that wait stand in the order of the days that count; `earlier` were moved up."""
    # Such a one must be done by the day before its inspection begins: sooner than what is due on that first day.
    is_earlier = among(Mitigation.id, earlier)
    return case((is_earlier, Inspection.starts_on), else_=Mitigation.due_on), case((is_earlier, 0), else_=1)


def number_of_owner(session: Session, ref: str, actor: Actor) -> int:
    """Return how many mitigations somebody has yet to see to, as far as the actor may decide on them."""
    own = actor.inspector_id if actor.inspector_id is not None else -1
    theirs = Account.ref == ref, Assignment.inspector_id != own, Assignment.proposed_by != actor.ref
    return session.scalar(waiting_rows(*theirs).with_only_columns(func.count()).order_by(None)) or 0


def to_do(session: Session, actor: Actor, today: date) -> tuple[int, int]:
    """Return how many mitigations the actor has yet to see to, and how many of these are overdue."""
    rows = session.execute(_due(), {"owner": actor.ref.removeprefix(PERSON)}).all()
    due = [Due(*row) for row in rows]
    earlier = which_moved_up(session, due)
    days = [earlier[each.number].due_on if each.number in earlier else each.due_on for each in due]
    return len(due), sum(day < today for day in days)


@cache
def _due() -> Rows:
    """Return the query of what an owner has to see to: put together once, for every first page asks it."""
    return waiting_rows(Account.ref == bindparam("owner")).with_only_columns(*DUE).order_by(None)


def waiting_rows(*where: ColumnElement[bool]) -> Rows:
    """Return what asks for the mitigations that are still called for and not done, the soonest due first."""
    done = exists().where(MitigationDone.mitigation_id == Mitigation.id)
    return _asked(_stands(), ~done, *where)


class Which(StrEnum):
    """Which of the mitigations that are yet to be done a list is to hold."""

    ALL = "all"
    OVERDUE = "overdue"
    MOVED_UP = "moved-up"
    OWNER_GONE = "owner-gone"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many mitigations are yet to be done, by what is to be looked at, and some of them."""

    numbers: Mapping[Which, int]
    found: list[Asked]


def waiting(session: Session, actor: Actor, today: date, *, start: int, size: int, which: Which = Which.ALL) -> Waiting:
    """Return what is yet to be done, the soonest due first; nothing about the actor.

    Nor of what the actor proposed: what others decided on that is not for its proposer to read.
    """
    own = actor.inspector_id if actor.inspector_id is not None else -1
    of_others = (Assignment.inspector_id != own, Assignment.proposed_by != actor.ref)
    wanted, earlier = _conditions(today, {}), dict[int, MovedUp]()
    *counts, may_be_moved_up = _counts(
        session, of_others, (*wanted.values(), Mitigation.due_on >= Inspection.starts_on)
    )
    if may_be_moved_up:
        earlier = moved_up(session, *of_others)
        wanted = _conditions(today, earlier)
        counts = _counts(session, of_others, tuple(wanted.values()))
    numbers = dict(zip(wanted, counts, strict=True))
    some = waiting_rows(*of_others, wanted[which]).order_by(None).order_by(*_by_day(earlier), Mitigation.id)
    found = _all(session, some.offset(start).limit(size)) if numbers[which] else []
    return Waiting(numbers, found)


def is_overdue(today: date, earlier: Mapping[int, MovedUp]) -> ColumnElement[bool]:
    """Whether a mitigation should have been done by now; `earlier` are those that must be done earlier than asked."""
    late = [number for number, each in earlier.items() if each.due_on < today]
    return or_(Mitigation.due_on < today, among(Mitigation.id, late))


def _conditions(today: date, earlier: Mapping[int, MovedUp]) -> dict[Which, ColumnElement[bool]]:
    """Return what each list is to hold; `earlier` are those that must be done earlier than asked for."""
    return {
        Which.ALL: true(),
        Which.OVERDUE: is_overdue(today, earlier),
        Which.MOVED_UP: among(Mitigation.id, earlier),
        # Whoever has no account any more hears of nothing, and can say nothing.
        Which.OWNER_GONE: Account.disabled_at.is_not(None),
    }


def _counts(
    session: Session, which: Sequence[ColumnElement[bool]], conditions: Sequence[ColumnElement[bool]]
) -> list[int]:
    """Return of how many mitigations that wait each condition holds."""
    sums = [func.coalesce(func.sum(case((each, 1), else_=0)), 0) for each in conditions]
    return list(session.execute(waiting_rows(*which).with_only_columns(*sums).order_by(None)).one())


def is_called_for(session: Session, ref: str) -> bool:
    """Whether a mitigation is yet to be done."""
    return session.scalar(waiting_rows(Mitigation.ref == ref).with_only_columns(Mitigation.id)) is not None
