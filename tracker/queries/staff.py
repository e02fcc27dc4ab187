"""Inspectors by the number that somebody types."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.models import Inspector


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
