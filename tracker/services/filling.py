"""Whether a place is left for whoever is to be confirmed: one lead, and no more people than the team has places."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.dates import in_words
from tracker.domain.errors import RefusedError
from tracker.domain.lifecycle import HELD, IN_THE_TEAM, LEAD
from tracker.domain.uk_time import in_uk
from tracker.models import Assignment, Inspector
from tracker.queries import rivals


def refuse_full(session: Session, assignment: Assignment, at: datetime) -> None:
    """Refuse to confirm a second lead, or more people than the team has places; a questioned one keeps its place."""
    if assignment.role not in IN_THE_TEAM:
        return
    others = (
        Assignment.inspection_id == assignment.inspection_id,
        Assignment.id != assignment.id,
        Assignment.state.in_(HELD),
    )
    inspection = assignment.inspection
    leads = select(Inspector.name).join(Assignment).where(*others, Assignment.role == LEAD).limit(1)
    name = session.scalar(leads) if assignment.role == LEAD else None
    if name is not None:
        raise RefusedError(
            f"{inspection.reference} has a lead: {name}. Release or replace {name} first, or propose "
            f"{assignment.inspector.name} as one of the team"
        )
    taken = session.scalar(select(func.count(Assignment.id)).where(*others, Assignment.role.in_(IN_THE_TEAM)))
    if (taken or 0) >= inspection.team_size:
        last = rivals.last_confirmed(session, inspection)
        filled = ""
        if last is not None:
            when = "a moment ago" if last.was_just_now(at) else f"on {in_words(in_uk(last.at).date())}"
            filled = f"{last.name} was confirmed for its last place {when}, by {last.by}. "
        raise RefusedError(f"The team of {inspection.reference} is full. {filled}Release somebody first")
