"""Replacing an inspector who drops out: one goes and another is proposed and checked, in one act or not at all."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission, Subject
from tracker.domain.choosing import WHY
from tracker.domain.errors import NotFoundError, OutOfDateError, RefusedError
from tracker.domain.lifecycle import OPEN
from tracker.models import Assignment, HistoryEntry, HistorySubject
from tracker.queries.decisions import names_of
from tracker.services.assignments import Propose, let_go, propose
from tracker.services.checks import loaded, subjects
from tracker.services.history import recording
from tracker.services.permit import permit

LONGEST_WORDS = 500


@dataclass(frozen=True, slots=True)
class Replace:
    """Replace the inspector of an assignment by another: why, as one of WHY, and in own words if there is more."""

    assignment: str
    staff_no: str
    why: str
    words: str = ""


def replace(session: Session, actor: Actor, command: Replace, *, at: datetime) -> Assignment:
    """Release one inspector and propose another in the same role, checked at once; return the new assignment.

    Where somebody was quicker, OutOfDateError says who, and nothing changes.
    """
    if command.why not in WHY:
        message = "Choose why the inspector is replaced"
        raise RefusedError(message, field="why")
    if len(command.words) > LONGEST_WORDS:
        message = f"Use at most {LONGEST_WORDS} characters"
        raise RefusedError(message, field="words")
    with recording(session, actor, at) as history:
        leaving = loaded(session, command.assignment)
        if leaving is None:
            message = "There is no such assignment."
            raise NotFoundError(message)
        permit(actor, Permission.ASSIGN, Subject(inspector_id=leaving.inspector_id))
        if leaving.state not in OPEN:
            raise OutOfDateError(_who_was_quicker(session, leaving))
        if command.staff_no == leaving.inspector.staff_no:
            raise RefusedError("Choose somebody else than the inspector who is replaced", field="staff_no")
        reason = ": ".join(filter(None, (WHY[command.why], command.words.strip())))
        let_go(history, leaving, reason, "replacement")
        placed = Propose(leaving.inspection.reference, command.staff_no, leaving.role)
        made = propose(session, actor, placed, at=at)
        gone = (f"assignment:{leaving.ref}", f"inspector:{leaving.inspector.staff_no}")
        history.append("assignment:replaced", (*subjects(made), *gone), {"role": made.role})
        return made


def _who_was_quicker(session: Session, leaving: Assignment) -> str:
    """Say who has released an inspector already, and whom they proposed instead."""
    name = leaving.inspector.name
    last = session.scalars(
        select(HistoryEntry)
        .join(HistorySubject, HistorySubject.seq == HistoryEntry.seq)
        .where(HistorySubject.subject == f"assignment:{leaving.ref}")
        .where(HistoryEntry.event.in_(("assignment:released", "assignment:replaced")))
        .order_by(HistoryEntry.seq.desc())
        .limit(1)
    ).one()
    who = names_of(session, [last.actor])[last.actor]
    is_replaced = last.event == "assignment:replaced"
    others = select(HistorySubject.subject).where(
        HistorySubject.seq == last.seq, HistorySubject.subject.startswith("assignment:")
    )
    refs = [each.partition(":")[2] for each in session.scalars(others)]
    newcomer = next((loaded(session, ref) for ref in refs if ref != leaving.ref), None) if is_replaced else None
    instead = f", and proposed {newcomer.inspector.name} instead" if newcomer else ""
    return f"{who} was quicker: {who} has released {name} already{instead}. Nothing of yours was saved."
