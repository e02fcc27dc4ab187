"""Who proposed an inspector for an inspection: now, and before where that was released."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.access import Subject
from tracker.models import Assignment


def subject_of(session: Session, assignment: Assignment) -> Subject:
    """Return what leave to decide on an assignment depends on: whose it is, and everybody who ever proposed it."""
    query = select(Assignment.proposed_by).where(
        Assignment.inspection_id == assignment.inspection_id, Assignment.inspector_id == assignment.inspector_id
    )
    proposers = frozenset(session.scalars(query))
    return Subject(assignment.inspector_id, assignment.proposed_by, proposers=proposers)
