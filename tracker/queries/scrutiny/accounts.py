"""An account as it stood at an instant: its roles, whether it was open, and whose staff number it bears."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.access import Role
from tracker.models import Account, HistoryEntry, HistorySubject, RoleGrant

CLOSED, REOPENED = "person:closed", "person:reopened"


@dataclass(frozen=True, slots=True)
class Stood:
    """How an account stood: since when it was closed, if it was; its staff number is that of now."""

    roles: tuple[Role, ...]
    closed_at: datetime | None
    staff_no: str


def account(session: Session, ref: str, at: datetime) -> Stood | None:
    """Return how an account stood at an instant; None where there is none, or was none yet."""
    query = select(Account).where(Account.ref == ref, Account.added_at <= at).options(joinedload(Account.inspector))
    row = session.scalars(query).one_or_none()
    if row is None:
        return None
    held = select(RoleGrant.role).where(
        RoleGrant.account_id == row.id,
        RoleGrant.granted_at <= at,
        or_(RoleGrant.revoked_at.is_(None), RoleGrant.revoked_at > at),
    )
    acts = (
        select(HistoryEntry.event, HistoryEntry.at)
        .join(HistorySubject, HistorySubject.seq == HistoryEntry.seq)
        .where(HistorySubject.subject == f"person:{ref}", HistoryEntry.event.in_((CLOSED, REOPENED)))
        .where(HistoryEntry.at <= at)
        .order_by(HistoryEntry.seq.desc())
        .limit(1)
    )
    last = session.execute(acts).one_or_none()
    closed_at = last.at if last is not None and last.event == CLOSED else None
    return Stood(
        tuple(session.scalars(held.order_by(RoleGrant.id))), closed_at, row.inspector.staff_no if row.inspector else ""
    )
