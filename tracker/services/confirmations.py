"""An inspector's word for one inspection: no connection beyond those declared."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission, Subject
from tracker.domain.errors import NotFoundError, RefusedError
from tracker.domain.lifecycle import OPEN
from tracker.models import Assignment, InspectorConfirmation
from tracker.services.checks import Changed, loaded, recheck, subjects
from tracker.services.declarations import wording_id
from tracker.services.history import recording
from tracker.services.permit import permit


@dataclass(frozen=True, slots=True)
class Vouch:
    """Confirm for an assignment of one's own; `wording` is the exact text that was certified."""

    assignment: str
    wording: str


def vouch(session: Session, actor: Actor, command: Vouch, *, at: datetime) -> list[Changed]:
    """Keep an inspector's word for one inspection, and check it again; given twice, it is kept once."""
    with recording(session, actor, at) as history:
        assignment = loaded(session, command.assignment)
        if assignment is None:
            message = "There is no such assignment."
            raise NotFoundError(message)
        permit(actor, Permission.CONFIRM_OWN, Subject(inspector_id=assignment.inspector_id))
        if assignment.state not in OPEN:
            message = "You have been released from this inspection: there is nothing to confirm."
            raise RefusedError(message)
        if has_vouched(session, assignment.id):
            return []
        session.add(
            InspectorConfirmation(
                assignment_id=assignment.id, confirmed_at=at, wording_id=wording_id(session, command.wording)
            )
        )
        session.flush()
        history.append("assignment:vouched", subjects(assignment), {"starts_on": _start(assignment)})
        return recheck(session, actor, cause="own word", at=at, only=[assignment.id])


def _start(assignment: Assignment) -> str:
    return assignment.inspection.starts_on.isoformat()


def has_vouched(session: Session, assignment_id: int) -> bool:
    """Whether the inspector has confirmed for this assignment."""
    there = select(InspectorConfirmation.id).where(InspectorConfirmation.assignment_id == assignment_id)
    return session.scalar(there) is not None
