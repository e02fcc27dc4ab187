"""Mitigations: what each decision asked to be done, by whom, and what became of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from tracker.domain import mitigating
from tracker.domain.access import Actor, Permission, Role, Subject, permits
from tracker.domain.lifecycle import OPEN
from tracker.domain.mitigating import Progress
from tracker.models import (
    Account,
    Assignment,
    Decision,
    FindingRow,
    Mitigation,
    MitigationDone,
    RoleGrant,
)
from tracker.queries.decisions import decided_anew

PERSON = "person:"

# A query, whatever columns its caller makes it return.
Rows = Any


@dataclass(frozen=True, slots=True)
class Asked:
    """A mitigation as a decision asked for it, and whether it is still called for."""

    mitigation: Mitigation
    decision: Decision
    assignment: Assignment
    is_called_for: bool

    def progress(self, today: date) -> Progress:
        """Return how it stands on a day."""
        is_done = self.mitigation.done is not None
        return mitigating.progress(self.mitigation.due_on, today, is_done=is_done, is_called_for=self.is_called_for)

    def days_over(self, today: date) -> int:
        """Return by how many days it is overdue."""
        return mitigating.days_over(self.mitigation.due_on, today)

    @property
    def is_before(self) -> bool:
        """Whether it is due before the inspection begins."""
        return self.mitigation.due_on < self.assignment.inspection.starts_on

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
    return [Asked(*row) for row in session.execute(whole)]


def of_assignments(session: Session, assignments: Sequence[int]) -> dict[int, list[Asked]]:
    """Return the mitigations that decisions on these assignments asked for, the soonest due first."""
    found: dict[int, list[Asked]] = {number: [] for number in assignments}
    if assignments:
        for each in _all(session, _asked(Decision.assignment_id.in_(assignments))):
            found[each.assignment.id].append(each)
    return found


def of_decisions(session: Session, decisions: Sequence[int]) -> dict[int, list[Asked]]:
    """Return the mitigations that these decisions asked for, by the decision's number."""
    found: dict[int, list[Asked]] = {number: [] for number in decisions}
    if decisions:
        for each in _all(session, _asked(Mitigation.decision_id.in_(decisions))):
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
    mine = _asked(Account.ref == actor.ref.removeprefix(PERSON)).order_by(None)
    done = exists().where(MitigationDone.mitigation_id == Mitigation.id)
    past = case((and_(_stands(), ~done), 0), else_=1)
    number, over = session.execute(mine.with_only_columns(func.count(), func.coalesce(func.sum(past), 0))).one()
    soonest = case((past == 0, Mitigation.due_on))
    some = mine.order_by(past, soonest, Mitigation.due_on.desc(), Mitigation.id).offset(start).limit(size)
    return Own(number - over, over, _all(session, some) if number else [])


def to_do(session: Session, actor: Actor, today: date) -> tuple[int, int]:
    """Return how many mitigations the actor has yet to see to, and how many of these are overdue."""
    due = session.scalars(_due(), {"owner": actor.ref.removeprefix(PERSON)}).all()
    return len(due), sum(day < today for day in due)


@cache
def _due() -> Select[date]:
    """Return the query of what an owner has to see to: put together once, for every first page asks it."""
    mine: Select[date] = waiting_rows(Account.ref == bindparam("owner")).with_only_columns(Mitigation.due_on)
    return mine.order_by(None)


def waiting_rows(*where: ColumnElement[bool]) -> Rows:
    """Return what asks for the mitigations that are still called for and not done, the soonest due first."""
    done = exists().where(MitigationDone.mitigation_id == Mitigation.id)
    return _asked(_stands(), ~done, *where)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many mitigations are yet to be done, how many of these are overdue, and some of them."""

    number: int
    overdue: int
    found: list[Asked]


def waiting(
    session: Session, actor: Actor, today: date, *, start: int, size: int, only_overdue: bool = False
) -> Waiting:
    """Return what is yet to be done, the soonest due first; nothing about the actor.

    Nor of what the actor proposed: what others decided on that is not for its proposer to read.
    """
    own = actor.inspector_id if actor.inspector_id is not None else -1
    among = (Assignment.inspector_id != own, Assignment.proposed_by != actor.ref)
    late = func.coalesce(func.sum(case((Mitigation.due_on < today, 1), else_=0)), 0)
    counts = waiting_rows(*among).with_only_columns(func.count(), late).order_by(None)
    number, overdue = session.execute(counts).one()
    some = waiting_rows(*among, *([Mitigation.due_on < today] if only_overdue else ()))
    return Waiting(number, overdue, _all(session, some.offset(start).limit(size)) if number else [])


def is_called_for(session: Session, ref: str) -> bool:
    """Whether a mitigation is yet to be done."""
    return session.scalar(waiting_rows(Mitigation.ref == ref).with_only_columns(Mitigation.id)) is not None


@dataclass(frozen=True, slots=True)
class Chased:
    """A mitigation that was due by today and is not done: whom to tell, by account, and which reminder has come."""

    ref: str
    owner: int
    decider: int | None
    step: int
    is_over: bool


def chased(session: Session, today: date) -> Iterator[Chased]:
    """Yield the mitigations that are due and not done, with whom to tell of it."""
    decider = aliased(Account)
    query = (
        waiting_rows(Mitigation.due_on <= today)
        .outerjoin(decider, and_(literal(PERSON) + decider.ref == Decision.decided_by, decider.disabled_at.is_(None)))
        .with_only_columns(Mitigation.ref, Account.id, Account.disabled_at, decider.id, Mitigation.due_on)
    )
    for ref, owner, gone_at, asker, due_on in session.execute(query):
        step = mitigating.reminder(due_on, today)
        if step is not None and gone_at is None:
            yield Chased(ref, owner, asker, step, due_on < today)


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who may be asked to see to a mitigation: the account's reference, the name, and in which role."""

    ref: str
    name: str
    role: str


ROLES = {Role.SCHEDULER: "scheduler", Role.DECISION_MAKER: "decision-maker"}


def owners(session: Session, assignment: Assignment) -> list[Owner]:
    """Return who may be asked: schedulers, decision-makers and the inspector concerned, by name."""
    held = and_(RoleGrant.account_id == Account.id, RoleGrant.revoked_at.is_(None), RoleGrant.role.in_(list(ROLES)))
    query = (
        select(Account.ref, Account.name, RoleGrant.role, Account.inspector_id)
        .outerjoin(RoleGrant, held)
        .where(Account.disabled_at.is_(None))
        .where(or_(RoleGrant.id.is_not(None), Account.inspector_id == assignment.inspector_id))
        .order_by(Account.name, Account.ref, RoleGrant.role)
    )
    rows: list[Any] = list(session.execute(query))
    found: dict[str, Owner] = {}
    for ref, name, role, inspector_id in rows:
        is_inspector = inspector_id == assignment.inspector_id
        said = "the inspector" if is_inspector else ROLES[role]
        before = found.get(ref)
        both = f"{before.role} and {said}" if before and said not in before.role else said
        found[ref] = Owner(ref, name, both)
    return list(found.values())
