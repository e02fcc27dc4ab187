"""Raising a connection for one inspection: it joins what is declared, is filed at once, and all is checked again."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission, Subject
from tracker.domain.drafting import Line, Writing
from tracker.domain.errors import NotFoundError, RefusedError
from tracker.domain.lifecycle import OPEN
from tracker.domain.statement import Statement
from tracker.models import Assignment, Declaration, Draft
from tracker.queries import declarations as questions
from tracker.services import declarations
from tracker.services.checks import loaded, subjects
from tracker.services.declarations import Filed, RecordDeclaration
from tracker.services.history import recording, words_again
from tracker.services.permit import permit


@dataclass(frozen=True, slots=True)
class RaiseConnection:
    """Declare one more connection for an assignment of one's own, beside what the declaration in force states.

    `wording` is the exact text that was certified, `declaration` the reference of the one in force that was shown.
    """

    assignment: str
    statement: Statement
    wording: str
    declaration: str


def raise_connection(session: Session, actor: Actor, command: RaiseConnection, *, at: datetime) -> Filed:
    """File what is declared with one connection more, and check all open assignments of the inspector again.

    A draft that is being written stays, with the same connection, and goes on from what was filed.
    """
    with recording(session, actor, at) as history:
        assignment, current = _raisable(session, actor, command)
        draft = _draft(session, assignment.inspector_id)
        connections = (*_said(current), command.statement)
        filing = RecordDeclaration(assignment.inspector_id, connections, command.wording, command.declaration)
        filed = declarations.record(session, actor, filing, at=at)
        if draft is not None:
            writing, version, saved_at = draft
            # One that was begun on something older still has to be put on what is in force by the inspector.
            based_on = filed.declaration.ref if writing.based_on == current.ref else writing.based_on
            content = replace(writing.added(_line(command.statement)), based_on=based_on).to_json()
            session.add(
                Draft(inspector_id=current.inspector_id, content=content, saved_at=saved_at, version=version + 1)
            )
            session.flush()
        history.append(
            "assignment:raised",
            (*subjects(assignment), f"declaration:{filed.declaration.ref}"),
            {"starts_on": assignment.inspection.starts_on.isoformat()},
        )
        return filed


def _raisable(session: Session, actor: Actor, command: RaiseConnection) -> tuple[Assignment, Declaration]:
    """Return the assignment and the declaration in force; refuse where there is none, or nothing to raise."""
    assignment = loaded(session, command.assignment)
    if assignment is None:
        message = "There is no such assignment."
        raise NotFoundError(message)
    permit(actor, Permission.CONFIRM_OWN, Subject(inspector_id=assignment.inspector_id))
    if assignment.state not in OPEN:
        message = "You have been released from this inspection. Declare it from your declarations instead."
        raise RefusedError(message)
    current = questions.in_force(session, assignment.inspector_id)
    if current is None:
        message = "You have no declaration in force: make one first, and state this in it."
        raise RefusedError(message)
    if declares(current, command.statement):
        message = "You declare just this already: there is no need to raise it."
        raise RefusedError(message, field="nature")
    return assignment, current


def declares(current: Declaration, statement: Statement) -> bool:
    """Whether a declaration states just this."""
    return statement in _said(current)


def _said(current: Declaration) -> tuple[Statement, ...]:
    return tuple(questions.statement_of(each, words_again(each.note)) for each in current.connections)


def _draft(session: Session, inspector_id: int) -> tuple[Writing, int, datetime] | None:
    """Return what is being written, with its version and when it was saved; None where nothing is."""
    draft = session.get(Draft, inspector_id)
    return (Writing.from_json(draft.content), draft.version, draft.saved_at) if draft else None


def _line(said: Statement) -> Line:
    return Line(0, said.target, said.nature, said.holder, said.began_on, said.ended_on, said.note)
