"""Legal holds: what nobody may erase for now, and why."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker.models import LegalHold, LegalHoldEnd


def holds(session: Session) -> list[LegalHold]:
    """Return every hold with what it is on, its reasons and its end, the latest first."""
    query = select(LegalHold).options(
        joinedload(LegalHold.inspector),
        joinedload(LegalHold.inspection),
        joinedload(LegalHold.reason),
        joinedload(LegalHold.end).joinedload(LegalHoldEnd.reason),
    )
    return list(session.scalars(query.order_by(LegalHold.id.desc())))


def hold(session: Session, ref: str) -> LegalHold | None:
    """Return a hold by its reference, or None."""
    return next((each for each in holds(session) if each.ref == ref), None)
