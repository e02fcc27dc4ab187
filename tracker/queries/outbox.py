"""The outbox: what waits, what is still called for, what is in doubt, and what the day calls for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.access import Actor, Role
from tracker.domain.dates import months_after
from tracker.domain.lifecycle import OPEN, State
from tracker.domain.notices import ON_ITS_WAY, Kind, renewal_steps
from tracker.models import (
    Account,
    Assignment,
    InForce,
    Inspection,
    Inspector,
    InspectorConfirmation,
    LeadOpen,
    NoticeChoice,
    OutboxMessage,
    RoleGrant,
)
from tracker.queries import decisions, inspector, mitigations, policies, questions
from tracker.queries.decisions import Need
from tracker.queries.inspector import Currency
from tracker.queries.leavings import is_here

NEAR = timedelta(days=2)
TOLD_LATELY = timedelta(days=1)
ASSIGNMENTS = "/declarations/assignments/"
ASKED = "/declarations/asked/"
DECISIONS = "/decisions/assignments/"
MITIGATIONS = "/mitigations/"
RECENT = timedelta(days=7)


class Mail(StrEnum):
    """How a notice stands."""

    DOUBT = "in doubt"
    FAILED = "failed"
    OVER = "given up"
    WAITING = "waiting"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Standing:
    """How many notices stand how, and a page of those of one standing."""

    counts: dict[Mail, int]
    rows: list[OutboxMessage]


def _is(state: Mail, at: datetime) -> ColumnElement[bool]:
    row = OutboxMessage
    still = and_(row.sent_at.is_(None), row.ended_at.is_(None))
    return {
        Mail.DOUBT: and_(still, row.claimed_at <= at - ON_ITS_WAY),
        Mail.FAILED: and_(still, row.claimed_at.is_(None), row.attempts > 0),
        Mail.WAITING: and_(still, or_(row.attempts == 0, row.claimed_at > at - ON_ITS_WAY)),
        Mail.OVER: and_(row.ended_at > at - RECENT, row.attempts > 0),
        Mail.SENT: row.sent_at > at - RECENT,
    }[state]


def counts(session: Session, at: datetime) -> dict[Mail, int]:
    """Return how many notices stand how; of those that are done with, of the last seven days."""
    return {
        state: session.scalar(select(func.count()).select_from(OutboxMessage).where(_is(state, at))) or 0
        for state in Mail
    }


def standing(session: Session, state: Mail, at: datetime, *, start: int, limit: int) -> list[OutboxMessage]:
    """Return some notices that stand so, with whom they are for, the latest first."""
    query = select(OutboxMessage).where(_is(state, at)).options(joinedload(OutboxMessage.account))
    return list(session.scalars(query.order_by(OutboxMessage.id.desc()).offset(start).limit(limit)))


def next_due(session: Session, at: datetime) -> OutboxMessage | None:
    """Return the first notice that waits and whose time has come, with the account that it is for."""
    return session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.not_before <= at,
            OutboxMessage.claimed_at.is_(None),
            OutboxMessage.sent_at.is_(None),
            OutboxMessage.ended_at.is_(None),
        )
        .options(joinedload(OutboxMessage.account).selectinload(Account.grants))
        .order_by(OutboxMessage.id)
        .limit(1)
    ).one_or_none()


def is_wanted(session: Session, message: OutboxMessage) -> bool:
    """Whether its reader wants notices of its kind."""
    choice = session.get(NoticeChoice, (message.account_id, message.kind))
    return choice is None or choice.is_wanted


def unwanted(session: Session, account_ref: str) -> set[Kind]:
    """Return the kinds of notice that a person does not want."""
    query = select(NoticeChoice.kind).join(Account, Account.id == NoticeChoice.account_id)
    return set(session.scalars(query.where(Account.ref == account_ref, NoticeChoice.is_wanted.is_(False))))


def is_called_for(session: Session, message: OutboxMessage, today: date) -> bool:
    """Whether what a notice tells of is still so."""
    account = message.account
    if account.disabled_at is not None:
        return False
    return _CALLED_FOR[message.kind](session, message, today)


def _names(message: OutboxMessage) -> str:
    """Return the reference at the end of the path that a notice leads to."""
    return message.about.rpartition("/")[2]


def _of_word(session: Session, message: OutboxMessage, today: date) -> bool:
    return _awaits_word(session, _names(message), today)


def _of_change(session: Session, message: OutboxMessage, today: date) -> bool:
    # Whoever was released meanwhile, but by its being called off, is on it no more.
    concerned = or_(Assignment.state.in_(OPEN), Assignment.changed_at == Inspection.called_off_at)
    query = select(Assignment.id).join(Assignment.inspection).where(Assignment.ref == _names(message), concerned)
    return session.scalar(query.where(Inspection.ends_on >= today)) is not None


def _of_questioned(session: Session, message: OutboxMessage, _today: date) -> bool:
    # Told to the proposer, or to every scheduler where that one is none: any of theirs calls for it.
    person = f"person:{message.account.ref}"
    mine = or_(Assignment.proposed_by == person, Assignment.proposed_by.not_in(_schedulers()))
    return session.scalar(select(Assignment.id).where(mine, Assignment.state == State.QUESTIONED).limit(1)) is not None


def _of_leaving(_session: Session, _message: OutboxMessage, _today: date) -> bool:
    # It is told whatever that touches: who sees which notices go must not learn from it whether there are inspections.
    return True


def _of_lead(session: Session, message: OutboxMessage, today: date) -> bool:
    mine = LeadOpen.inspector_id == message.account.inspector_id
    waits = select(LeadOpen.fingerprint).join(Inspector, Inspector.id == LeadOpen.inspector_id).where(mine)
    return session.scalar(waits.where(is_here(today)).limit(1)) is not None


def _of_renewal(session: Session, message: OutboxMessage, today: date) -> bool:
    number = session.scalar(select(Inspector.id).where(Inspector.id == message.account.inspector_id, is_here(today)))
    return number is not None and inspector.footing(session, number, today).currency is not Currency.IN_FORCE


def _of_decision(session: Session, message: OutboxMessage, today: date) -> bool:
    account = message.account
    roles = frozenset(grant.role for grant in account.grants if grant.revoked_at is None)
    actor = Actor(f"person:{account.ref}", account.name, roles, account.inspector_id)
    queue = decisions.queue(session, policies.all_in_force(session, today), today, actor)
    return any(queue[need] for need in (Need.QUESTIONED, Need.DECISION, Need.EXCEPTION))


def _of_question(session: Session, message: OutboxMessage, today: date) -> bool:
    found = questions.one(session, _names(message), today)
    return found is not None and found.is_waiting


def _of_answer(session: Session, message: OutboxMessage, _today: date) -> bool:
    found = decisions.one(session, _names(message))
    return found is not None and found.state in OPEN


def _of_mitigation(session: Session, message: OutboxMessage, _today: date) -> bool:
    return mitigations.is_called_for(session, _names(message))


_CALLED_FOR: dict[Kind, Callable[[Session, OutboxMessage, date], bool]] = {
    Kind.CONFIRMATION: _of_word,
    Kind.CHANGED: _of_change,
    Kind.LEAVING: _of_leaving,
    Kind.OWN_LEAVING: _of_leaving,
    Kind.QUESTIONED: _of_questioned,
    Kind.LAPSED: _of_questioned,
    Kind.QUESTION: _of_lead,
    Kind.RENEWAL: _of_renewal,
    Kind.DECISION: _of_decision,
    Kind.ASKED: _of_question,
    Kind.ANSWERED: _of_answer,
    Kind.MITIGATION: _of_mitigation,
    Kind.OVERDUE: _of_mitigation,
}


def _schedulers() -> Select[str]:
    held = RoleGrant.role == Role.SCHEDULER, RoleGrant.revoked_at.is_(None), Account.disabled_at.is_(None)
    return select(literal("person:") + Account.ref).join(RoleGrant, RoleGrant.account_id == Account.id).where(*held)


def _awaits_word(session: Session, ref: str, today: date) -> bool:
    given = select(InspectorConfirmation.id).where(InspectorConfirmation.assignment_id == Assignment.id)
    query = (
        select(Assignment.id)
        .join(Assignment.inspection)
        .where(Assignment.ref == ref, Assignment.state.in_(OPEN), Inspection.ends_on >= today, ~given.exists())
    )
    return session.scalar(query) is not None


def unconfirmed(session: Session, at: datetime) -> list[tuple[int, str, date]]:
    """Return whose word is missing for inspections that are near: account number, assignment reference and first day.

    Whoever was told of the assignment within the last day, or is about to be, is not told again.
    """
    today = at.date()
    told = exists().where(
        OutboxMessage.kind == Kind.CONFIRMATION,
        OutboxMessage.account_id == Account.id,
        OutboxMessage.about == literal(ASSIGNMENTS) + Assignment.ref,
        or_(
            OutboxMessage.queued_at > at - TOLD_LATELY,
            and_(OutboxMessage.sent_at.is_(None), OutboxMessage.ended_at.is_(None)),
        ),
    )
    given = select(InspectorConfirmation.id).where(InspectorConfirmation.assignment_id == Assignment.id)
    query = (
        select(Account.id, Assignment.ref, Inspection.starts_on)
        .join(Assignment, Assignment.inspector_id == Account.inspector_id)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(Account.disabled_at.is_(None), Assignment.state.in_(OPEN), ~given.exists())
        .where(Inspection.starts_on <= today + NEAR, Inspection.ends_on >= today, ~told)
        .order_by(Assignment.id)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def renewals(session: Session, today: date) -> Iterator[tuple[int, str]]:
    """Yield the accounts of inspectors whose declaration is due, each with the step that has come."""
    book = policies.all_in_force(session, today)
    query = (
        select(Account.id, Inspector.engagement, InForce.made_on)
        .join(Inspector, Inspector.id == Account.inspector_id)
        .outerjoin(InForce, InForce.inspector_id == Inspector.id)
        .where(Account.disabled_at.is_(None), is_here(today))
        .order_by(Account.id)
    )
    # Outside of a join, there is no declaration, whatever the column's type says.
    rows: list[Any] = list(session.execute(query))
    for account, engagement, made_on in rows:
        _, policy = book.of(engagement)
        until = months_after(made_on, policy.valid_months) if made_on else None
        for step in renewal_steps(made_on, until, today):
            yield account, step
