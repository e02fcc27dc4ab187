"""Inspectors by the number that somebody types."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.models import Account, Inspector


def by_staff_no(session: Session, text: str) -> Inspector | None:
    """Return the inspector of a staff number, written in whatever case; None where several are as like it, or none."""
    wanted = text.strip()
    rows = session.scalars(
        select(Inspector)
        .where(func.lower(Inspector.staff_no) == wanted.lower())
        .order_by(Inspector.staff_no != wanted, Inspector.id)
        .limit(2)
    ).all()
    is_sure = len(rows) == 1 or (rows and rows[0].staff_no == wanted)
    return rows[0] if is_sure else None


def with_account(session: Session, text: str) -> tuple[Inspector, Account | None] | None:
    """Return the inspector of a staff number as `by_staff_no` does, and his or her account if there is one."""
    found = by_staff_no(session, text)
    if found is None:
        return None
    return found, session.scalars(select(Account).where(Account.inspector_id == found.id)).one_or_none()
