"""Who is on a team and has an account that is closed: he or she can neither declare nor confirm any more."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tracker.domain.lifecycle import OPEN
from tracker.models import Account, Assignment, Inspection
from tracker.queries.figures import kept


def _are(today: date) -> tuple[ColumnElement[bool], ...]:
    closed = select(Account.inspector_id).where(Account.disabled_at.is_not(None), Account.inspector_id.is_not(None))
    return Assignment.inspector_id.in_(closed), Assignment.state.in_(OPEN), Inspection.ends_on >= today


def number_on_teams(session: Session, today: date) -> int:
    """Return how many open assignments of inspections that have not ended are of somebody whose account is closed."""

    def counted() -> int:
        query = select(func.count()).select_from(Assignment).join(Assignment.inspection).where(*_are(today))
        return session.scalar(query) or 0

    return kept(session, ("closed accounts", today), counted)


def on_teams(session: Session, today: date, *, start: int, size: int) -> list[int]:
    """Return a page of these assignments by number, the soonest inspection first."""
    query = select(Assignment.id).join(Assignment.inspection).where(*_are(today))
    some = query.order_by(Inspection.starts_on, Assignment.id).offset(start).limit(size)
    return list(session.scalars(some))


def closed_at(session: Session, inspectors: set[int]) -> dict[int, datetime]:
    """Return when the accounts of these inspectors were closed, of those whose account is."""
    query = select(Account.inspector_id, Account.disabled_at).where(Account.inspector_id.in_(inspectors))
    return {number: at for number, at in session.execute(query) if number is not None and at is not None}


def open_of_account(session: Session, ref: str, today: date) -> int:
    """Return how many places the inspector of an account has on inspections that have not ended."""
    mine = Account.ref == ref, Assignment.state.in_(OPEN), Inspection.ends_on >= today
    query = select(func.count()).select_from(Assignment).join(Assignment.inspection)
    return session.scalar(query.join(Account, Account.inspector_id == Assignment.inspector_id).where(*mine)) or 0
