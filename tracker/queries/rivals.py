"""Who was quicker: confirmed for the last place of a team, or proposed for a place that another is proposed for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from tracker.domain.lifecycle import HELD, IN_THE_TEAM, State
from tracker.models import Assignment, HistoryEntry, HistorySubject, Inspection, Inspector
from tracker.queries.decisions import names_of

# Whoever comes second within this time most likely had the page open when the other was quicker.
A_MOMENT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Rival:
    """An inspector who has a place, or is proposed for one: by whom, and when."""

    name: str
    by: str
    actor: str
    at: datetime

    def was_just_now(self, now: datetime) -> bool:
        """Tell whether that was a moment ago."""
        return now - self.at <= A_MOMENT


def last_confirmed(session: Session, inspection: Inspection) -> Rival | None:
    """Return who was confirmed last of those who hold a place in a team, as the history tells it; None for nobody."""
    row = session.execute(
        select(Inspector.name, HistoryEntry.actor, HistoryEntry.at)
        .join(Assignment, Assignment.inspector_id == Inspector.id)
        .join(HistorySubject, HistorySubject.subject == literal("assignment:") + Assignment.ref)
        .join(HistoryEntry, HistoryEntry.seq == HistorySubject.seq)
        .where(Assignment.inspection_id == inspection.id, Assignment.role.in_(IN_THE_TEAM))
        .where(Assignment.state.in_(HELD), HistoryEntry.event == "assignment:confirmed")
        .order_by(HistoryEntry.seq.desc())
        .limit(1)
    ).one_or_none()
    return _rival(session, *row) if row else None


def proposed_before(session: Session, assignment: Assignment) -> Rival | None:
    """Return who was proposed last before this one, where more are proposed for a team than it has places; or None."""
    there = (Assignment.inspection_id == assignment.inspection_id, Assignment.role.in_(IN_THE_TEAM))
    if assignment.role not in IN_THE_TEAM:
        return None
    wanting = session.scalar(select(func.count(Assignment.id)).where(*there, Assignment.state != State.RELEASED)) or 0
    size = session.scalar(select(Inspection.team_size).where(Inspection.id == assignment.inspection_id)) or 0
    if wanting <= size:
        return None
    row = session.execute(
        select(Inspector.name, Assignment.proposed_by, Assignment.proposed_at)
        .join(Assignment, Assignment.inspector_id == Inspector.id)
        .where(*there, Assignment.state == State.PROPOSED, Assignment.id < assignment.id)
        .order_by(Assignment.id.desc())
        .limit(1)
    ).one_or_none()
    return _rival(session, *row) if row else None


def _rival(session: Session, name: str, actor: str, at: datetime) -> Rival:
    return Rival(name, names_of(session, [actor])[actor], actor, at)
