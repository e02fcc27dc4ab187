"""Inspectors whose declaration is out of date, or who made none: since when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor
from tracker.domain.dates import months_after
from tracker.domain.uk_time import in_uk
from tracker.models import Declaration, InForce, Inspector
from tracker.queries import policies
from tracker.queries.leavings import is_here


@dataclass(frozen=True, slots=True)
class Overdue:
    """An inspector without a declaration in date; `made_on` is None for one who has none."""

    inspector: Inspector
    made_on: date | None
    since: date


def overdue(session: Session, actor: Actor, today: date) -> Iterator[Overdue]:
    """Yield the inspectors, but for the actor, who need a declaration; never made and withdrawn ones included."""
    book = policies.all_in_force(session, today)
    own = actor.inspector_id if actor.inspector_id is not None else -1
    last = select(func.max(Declaration.recorded_at)).where(Declaration.inspector_id == Inspector.id).scalar_subquery()
    rows: list[Any] = list(
        session.execute(
            select(Inspector, InForce.made_on, last)
            .outerjoin(InForce, InForce.inspector_id == Inspector.id)
            .where(is_here(today), Inspector.id != own)
            .order_by(Inspector.staff_no)
        )
    )
    for inspector, made_on, last_at in rows:
        if made_on is None:
            yield Overdue(inspector, None, in_uk(last_at or inspector.added_at).date())
            continue
        _, policy = book.of(inspector.engagement)
        until = months_after(made_on, policy.valid_months)
        if until < today:
            yield Overdue(inspector, made_on, until + timedelta(days=1))
