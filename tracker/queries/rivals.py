"""Who was quicker: confirmed for a team's last place, proposed for the same place, or with the same inspector."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, literal, or_, select
from sqlalchemy.orm import Session

from tracker.domain.lifecycle import HELD, IN_THE_TEAM, LEAD, OPEN, State
from tracker.models import Assignment, HistoryEntry, HistorySubject, Inspection, Inspector
from tracker.queries.decisions import names_of

# Whoever comes second within this time most likely had the page open when the other was quicker.
A_MOMENT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Rival:
    """An inspector who has a place, or is proposed for one: by whom, when, and whether as lead."""

    name: str
    by: str
    actor: str
    at: datetime
    leads: bool

    def was_just_now(self, now: datetime) -> bool:
        """Tell whether that was a moment ago."""
        return now - self.at <= A_MOMENT


def last_confirmed(session: Session, inspection: Inspection) -> Rival | None:
    """Return who was confirmed last of those who hold a place in a team, as the history tells it; None for nobody."""
    row = session.execute(
        select(Inspector.name, HistoryEntry.actor, HistoryEntry.at, Assignment.role)
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
    """Return whom this one was proposed beside: another lead, or the last before where a team wants more than it has.

    A team has one place for a lead, held or only proposed; of all its places, those of the same role are named first.
    """
    if assignment.role not in IN_THE_TEAM:
        return None
    there = (Assignment.inspection_id == assignment.inspection_id, Assignment.state.in_(OPEN))
    before = (
        select(Inspector.name, Assignment.proposed_by, Assignment.proposed_at, Assignment.role)
        .join(Assignment, Assignment.inspector_id == Inspector.id)
        .where(*there, Assignment.role.in_(IN_THE_TEAM), Assignment.id < assignment.id)
        .order_by(Assignment.role != assignment.role, Assignment.id.desc())
        .limit(1)
    )
    if assignment.role == LEAD:
        lead = session.execute(before.where(Assignment.role == LEAD)).one_or_none()
        if lead is not None:
            return _rival(session, *lead)
    wanting = session.scalar(select(func.count(Assignment.id)).where(*there, Assignment.role.in_(IN_THE_TEAM))) or 0
    size = session.scalar(select(Inspection.team_size).where(Inspection.id == assignment.inspection_id)) or 0
    if wanting <= size:
        return None
    row = session.execute(before.where(Assignment.state == State.PROPOSED)).one_or_none()
    return _rival(session, *row) if row else None


def elsewhere(session: Session, inspection: Inspection, inspector: Inspector, today: date) -> Rival | None:
    """Return how an inspector came to be on another inspection on one of the days of this one; None for who is free.

    Nobody is busy with a proposal for an inspection that is over. Of several the one that was proposed last is told.
    """
    last = session.execute(
        select(Assignment.proposed_by, Assignment.proposed_at, Assignment.role)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(Assignment.inspector_id == inspector.id, Assignment.inspection_id != inspection.id)
        .where(Assignment.state.in_(OPEN), or_(Assignment.state.in_(HELD), Inspection.ends_on >= today))
        .where(Inspection.starts_on <= inspection.ends_on, Inspection.ends_on >= inspection.starts_on)
        .order_by(Assignment.id.desc())
        .limit(1)
    ).one_or_none()
    return _rival(session, inspector.name, *last) if last else None


def _rival(session: Session, name: str, actor: str, at: datetime, role: str) -> Rival:
    return Rival(name, names_of(session, [actor])[actor], actor, at, role == LEAD)


@dataclass(frozen=True, slots=True)
class Gone:
    """Who released an inspector, and whom they proposed instead, if anybody."""

    name: str
    by: str
    instead: str | None

    @property
    def sentence(self) -> str:
        """It in words."""
        instead = f", and proposed {self.instead} instead" if self.instead else ""
        return f"{self.by[:1].upper()}{self.by[1:]} has released {self.name} already{instead}."


def gone(session: Session, leaving: Assignment) -> Gone:
    """Return who released the inspector of an assignment that is no longer open, as the history tells it."""
    last = session.scalars(
        select(HistoryEntry)
        .join(HistorySubject, HistorySubject.seq == HistoryEntry.seq)
        .where(HistorySubject.subject == f"assignment:{leaving.ref}")
        .where(HistoryEntry.event.in_(("assignment:released", "assignment:replaced")))
        .order_by(HistoryEntry.seq.desc())
        .limit(1)
    ).one()
    named = select(HistorySubject.subject).where(HistorySubject.seq == last.seq)
    newcomer = (
        select(Inspector.name)
        .join(Assignment, Assignment.inspector_id == Inspector.id)
        .where((literal("assignment:") + Assignment.ref).in_(named), Assignment.id != leaving.id)
    )
    instead = session.scalar(newcomer) if last.event == "assignment:replaced" else None
    return Gone(leaving.inspector.name, names_of(session, [last.actor])[last.actor], instead)
