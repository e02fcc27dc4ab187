"""Whom to remind of mitigations that are due and not done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, literal, or_
from sqlalchemy.orm import Session, aliased

from tracker.domain import mitigating
from tracker.models import Account, Decision, Mitigation
from tracker.queries.mitigations import PERSON, moved_up, waiting_rows
from tracker.queries.parts import among


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
    earlier = {number: each.due_on for number, each in moved_up(session).items()}
    due = or_(Mitigation.due_on <= today, among(Mitigation.id, [key for key, day in earlier.items() if day <= today]))
    query = (
        waiting_rows(due)
        .outerjoin(decider, and_(literal(PERSON) + decider.ref == Decision.decided_by, decider.disabled_at.is_(None)))
        .with_only_columns(
            Mitigation.ref, Account.id, Account.disabled_at, decider.id, Mitigation.due_on, Mitigation.id
        )
    )
    for ref, owner, gone_at, asker, asked_by, number in session.execute(query):
        due_on = earlier.get(number, asked_by)
        step = mitigating.reminder(due_on, today)
        if step is not None and gone_at is None:
            yield Chased(ref, owner, asker, step, due_on < today)
