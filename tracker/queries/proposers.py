"""Who proposed an inspector for an inspection: now, and before where that was released."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.access import Subject
from tracker.models import Assignment


def subject_of(session: Session, assignment: Assignment) -> Subject:
    """Return what leave to decide on an assignment depends on: whose it is, and everybody who ever proposed it."""
    query = select(Assignment.proposed_by).where(
        Assignment.inspection_id == assignment.inspection_id, Assignment.inspector_id == assignment.inspector_id
    )
    proposers = frozenset(session.scalars(query))
    return Subject(assignment.inspector_id, assignment.proposed_by, proposers=proposers)


def all_proposers(session: Session, wanted: Sequence[ColumnElement[bool]]) -> dict[int, set[str]]:
    """Return of some assignments, by number, everybody who ever proposed the inspector for the inspection."""
    ever = aliased(Assignment)
    same = and_(ever.inspection_id == Assignment.inspection_id, ever.inspector_id == Assignment.inspector_id)
    query = select(Assignment.id, ever.proposed_by).join(Assignment.inspection).join(ever, same).where(*wanted)
    found: dict[int, set[str]] = {}
    for number, who in session.execute(query):
        found.setdefault(number, set()).add(who)
    return found
