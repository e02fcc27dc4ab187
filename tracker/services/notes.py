"""Opening the note of a declared connection: an act, because each opening stands in the history."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.access import Actor, Permission, Subject
from tracker.domain.errors import NotFoundError
from tracker.domain.facts import Nature
from tracker.domain.lifecycle import OPEN
from tracker.models import ConnectionRow, Declaration, InForce, Inspector
from tracker.queries.proposers import subject_of
from tracker.services.checks import loaded, subjects
from tracker.services.history import recording, words_of
from tracker.services.permit import permit


@dataclass(frozen=True, slots=True)
class OpenNote:
    """The note of a connection that a finding of this assignment rests on; without one, that awaits a grade."""

    connection_ref: str
    assignment: str | None = None


def open_note(session: Session, actor: Actor, command: OpenNote, *, at: datetime) -> str:
    """Return the note of a connection that is before this decision-maker, and enter in the history that it was read.

    Raises NotFoundError for a connection that is not before anybody, NotPermittedError for one before somebody else.
    """
    with recording(session, actor, at) as history:
        found = session.execute(
            select(ConnectionRow, Inspector)
            .join(Declaration, Declaration.id == ConnectionRow.declaration_id)
            .join(Inspector, Inspector.id == Declaration.inspector_id)
            .where(ConnectionRow.ref == command.connection_ref)
            .options(joinedload(ConnectionRow.note))
        ).one_or_none()
        if found is None:
            message = "There is no such connection."
            raise NotFoundError(message)
        connection, inspector = found
        about: tuple[str, ...] = (f"connection:{connection.ref}", f"inspector:{inspector.staff_no}")
        if command.assignment is None:
            permit(actor, Permission.GRADE, Subject(inspector_id=inspector.id))
            current = session.get(InForce, inspector.id)
            is_in_force = current is not None and current.declaration_id == connection.declaration_id
            if connection.nature is not Nature.OTHER or not is_in_force:
                message = "No grade is asked for this connection."
                raise NotFoundError(message)
        else:
            about = (*about, *_before(session, actor, command.assignment, connection.ref))
        history.append("connection:opened", tuple(dict.fromkeys(about)), {})
        return words_of(connection.note)


def _before(session: Session, actor: Actor, ref: str, connection_ref: str) -> tuple[str, ...]:
    """Return the subjects of an assignment whose findings rest on the connection and are before the actor."""
    assignment = loaded(session, ref)
    if assignment is None or assignment.check is None or assignment.state not in OPEN:
        message = "There is no such assignment."
        raise NotFoundError(message)
    permit(actor, Permission.DECIDE, subject_of(session, assignment))
    if connection_ref not in {each.connection_ref for each in assignment.check.findings}:
        message = "No finding of this assignment rests on that connection."
        raise NotFoundError(message)
    return subjects(assignment)
