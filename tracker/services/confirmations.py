"""An inspector's word for one inspection: no connection beyond those declared."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission, Subject
from tracker.domain.errors import NotFoundError, OutOfDateError, RefusedError
from tracker.domain.lifecycle import OPEN
from tracker.models import Assignment, InForce, InspectorConfirmation
from tracker.services.checks import Changed, loaded, recheck, subjects
from tracker.services.declarations import wording_id
from tracker.services.history import recording
from tracker.services.permit import permit


@dataclass(frozen=True, slots=True)
class Vouch:
    """Confirm for an assignment of one's own.

    `wording` is the exact text that was certified, `declaration` the reference of the one in force that was shown.
    """

    assignment: str
    wording: str
    declaration: str


def vouch(session: Session, actor: Actor, command: Vouch, *, at: datetime) -> list[Changed]:
    """Keep an inspector's word for one inspection, and check it again; given twice, it is kept once.

    It says something of what is declared, so that something must be: refused where another declaration, or none, is in
    force than the one that was shown. A questioned place stays so until a scheduler confirms it: people hold places by
    a person's act, and what was known changed meanwhile.
    """
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
        _refuse_undeclared(session, assignment, command.declaration)
        session.add(
            InspectorConfirmation(
                assignment_id=assignment.id, confirmed_at=at, wording_id=wording_id(session, command.wording)
            )
        )
        session.flush()
        history.append(
            "assignment:vouched",
            subjects(assignment),
            {
                "starts_on": assignment.inspection.starts_on.isoformat(),
                "declaration": command.declaration,
                "wording": hashlib.sha256(command.wording.encode()).hexdigest(),
            },
        )
        return recheck(session, actor, cause="own word", at=at, only=[assignment.id])


def _refuse_undeclared(session: Session, assignment: Assignment, shown: str) -> None:
    current = session.scalar(select(InForce.ref).where(InForce.inspector_id == assignment.inspector_id))
    if current is None:
        message = "You have no declaration in force: make one first, also if you have nothing to declare."
        raise RefusedError(message)
    if current != shown:
        message = "What you declare changed after this page was shown: look at it again before you confirm."
        raise OutOfDateError(message)


def has_vouched(session: Session, assignment_id: int) -> bool:
    """Whether the inspector has confirmed for this assignment."""
    there = select(InspectorConfirmation.id).where(InspectorConfirmation.assignment_id == assignment_id)
    return session.scalar(there) is not None
