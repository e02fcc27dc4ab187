"""Declaring: filing, amending, withdrawing, and grading what only a person can grade."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission, Subject
from tracker.domain.errors import NotFoundError, OutOfDateError, RefusedError
from tracker.domain.facts import Nature, Verdict, folded
from tracker.domain.statement import Statement
from tracker.models import (
    ConnectionGrade,
    ConnectionRow,
    Declaration,
    DeclarationKind,
    Draft,
    Inspector,
    Wording,
)
from tracker.queries import declarations as questions
from tracker.services.checks import Changed, recheck_inspectors
from tracker.services.history import Private, Recording, new_ref, recording, words_again
from tracker.services.leads import keep_open
from tracker.services.permit import permit
from tracker.services.standing import put_in_force


@dataclass(frozen=True, slots=True)
class RecordDeclaration:
    """File a complete statement: every connection, or none for “nothing to declare”.

    `based_on` is the reference of the declaration in force that the inspector saw, or None; `wording` is the exact
    text that was asked and certified.
    """

    inspector_id: int
    connections: tuple[Statement, ...]
    wording: str
    based_on: str | None = None


@dataclass(frozen=True, slots=True)
class WithdrawDeclaration:
    """Withdraw the declaration in force, for a reason; until another is filed there is none."""

    inspector_id: int
    based_on: str
    reason: str


@dataclass(frozen=True, slots=True)
class GradeConnection:
    """A reviewer's grade of a connection of nature `other`: real, perceived, or clear."""

    connection_ref: str
    verdict: Verdict
    reasons: str


@dataclass(frozen=True, slots=True)
class Filed:
    """What a filing recorded, and which open assignments of the inspector it touched."""

    declaration: Declaration
    touched: list[Changed]


def record(session: Session, actor: Actor, command: RecordDeclaration, *, at: datetime) -> Filed:
    """File a declaration in place of the one it was based on, and check again what it may touch."""
    permit(actor, Permission.DECLARE, Subject(inspector_id=command.inspector_id))
    with recording(session, actor, at) as history:
        inspector = _inspector(session, command.inspector_id)
        current = _current(session, inspector, command.based_on)
        kind = DeclarationKind.CONNECTIONS if command.connections else DeclarationKind.NIL
        row = _declaration(history, inspector, kind)
        row.wording_id = wording_id(session, command.wording)
        session.add(row)
        session.flush()
        private = state(history, row, command.connections, current)
        put_in_force(session, row)
        session.execute(delete(Draft).where(Draft.inspector_id == inspector.id))
        history.append(
            "declaration:recorded",
            (f"declaration:{row.ref}", f"inspector:{inspector.staff_no}"),
            {
                "kind": str(kind),
                "made_at": row.made_at.isoformat(),
                "supersedes": current.ref if current else None,
                "connections": len(command.connections),
                "wording": hashlib.sha256(command.wording.encode()).hexdigest(),
                "imported": False,
            },
            private,
        )
        touched = recheck_inspectors(session, actor, [inspector.id], cause="declaration", at=at)
        keep_open(history, [inspector.id])
        return Filed(row, touched)


def withdraw(session: Session, actor: Actor, command: WithdrawDeclaration, *, at: datetime) -> Filed:
    """Withdraw the declaration in force, for a reason, and check again what that leaves uncovered."""
    permit(actor, Permission.DECLARE, Subject(inspector_id=command.inspector_id))
    if not command.reason.strip():
        message = "Say why you withdraw it"
        raise RefusedError(message, field="reason")
    with recording(session, actor, at) as history:
        inspector = _inspector(session, command.inspector_id)
        current = _current(session, inspector, command.based_on)
        reason = history.keep(command.reason.strip())
        row = _declaration(history, inspector, DeclarationKind.WITHDRAWAL)
        row.reason_id = reason.id
        session.add(row)
        session.flush()
        put_in_force(session, row)
        history.append(
            "declaration:withdrawn",
            (f"declaration:{row.ref}", f"inspector:{inspector.staff_no}"),
            {"made_at": row.made_at.isoformat(), "supersedes": current.ref if current else None},
            {"reason": reason},
        )
        touched = recheck_inspectors(session, actor, [inspector.id], cause="withdrawal", at=at)
        keep_open(history, [inspector.id])
        return Filed(row, touched)


def grade(session: Session, actor: Actor, command: GradeConnection, *, at: datetime) -> list[Changed]:
    """Grade a connection that no list foresees; the latest grade counts, also when it is declared again unchanged."""
    with recording(session, actor, at) as history:
        found = session.execute(
            select(ConnectionRow, Declaration.inspector_id, Inspector.staff_no)
            .join(Declaration, Declaration.id == ConnectionRow.declaration_id)
            .join(Inspector, Inspector.id == Declaration.inspector_id)
            .where(ConnectionRow.ref == command.connection_ref)
        ).one_or_none()
        if found is None:
            message = "There is no such connection."
            raise NotFoundError(message)
        row, inspector_id, staff_no = found
        permit(actor, Permission.GRADE, Subject(inspector_id=inspector_id))
        if row.nature is not Nature.OTHER or command.verdict is Verdict.UNDETERMINED:
            message = "Only a connection of nature “other” is graded, as real, perceived or clear."
            raise RefusedError(message, field="verdict")
        if not command.reasons.strip():
            message = "Give the reasons for this grade"
            raise RefusedError(message, field="reasons")
        reasons = history.keep(command.reasons.strip())
        session.add(
            ConnectionGrade(
                connection_id=row.restates_id or row.id,
                verdict=command.verdict,
                graded_at=at,
                graded_by=actor.ref,
                reasons_id=reasons.id,
            )
        )
        session.flush()
        history.append(
            "connection:graded",
            (f"connection:{row.ref}", f"inspector:{staff_no}"),
            {"verdict": str(command.verdict)},
            {"reasons": reasons},
        )
        return recheck_inspectors(session, actor, [inspector_id], cause="grade", at=at)


def _inspector(session: Session, number: int) -> Inspector:
    inspector = session.get(Inspector, number)
    if inspector is None:
        message = "There is no such inspector."
        raise NotFoundError(message)
    return inspector


def _current(session: Session, inspector: Inspector, based_on: str | None) -> Declaration | None:
    current = questions.in_force(session, inspector.id)
    if based_on != (current.ref if current else None):
        message = "Your declaration changed after you opened this page. Look at it, then start again from there."
        raise OutOfDateError(message)
    return current


def _declaration(history: Recording, inspector: Inspector, kind: DeclarationKind) -> Declaration:
    last = history.session.execute(
        select(Declaration.id, Declaration.made_at)
        .where(Declaration.inspector_id == inspector.id)
        .order_by(Declaration.id.desc())
        .limit(1)
    ).one_or_none()
    return Declaration(
        ref=new_ref("DEC"),
        inspector_id=inspector.id,
        kind=kind,
        supersedes_id=last.id if last else None,
        # A clock that was set back must not leave in force what this replaces.
        made_at=max(history.at, last.made_at) if last else history.at,
        recorded_at=history.at,
        recorded_by=history.actor.ref,
        is_imported=False,
    )


def wording_id(session: Session, words: str) -> int:
    """Return the number under which a text that was asked and certified is kept; each text is kept once."""
    digest = hashlib.sha256(words.encode()).hexdigest()
    known = session.scalar(select(Wording.id).where(Wording.digest == digest))
    if known is not None:
        return known
    row = Wording(digest=digest, words=words)
    session.add(row)
    session.flush()
    return row.id


def state(
    history: Recording, row: Declaration, statements: Sequence[Statement], former: Declaration | None
) -> dict[str, Private]:
    """Insert a declaration's connections, with their words kept apart, and return the commitments by name."""
    session = history.session
    names = questions.target_names(session, {each.target for each in statements})
    for number, each in enumerate(statements, start=1):
        if each.target not in names:
            message = f"Connection {number}: {each.target} is on no imported register; look it up and choose it again"
            raise RefusedError(message, field="target")
    before = _restatable(former)
    said = history.keep_many([each.content(names[each.target]) for each in statements])
    noted = iter(history.keep_many([each.note for each in statements if each.note]))
    private: dict[str, Private] = {}
    rows = []
    for position, (each, kept) in enumerate(zip(statements, said, strict=True), start=1):
        private[f"connection:{position}"] = kept
        note = next(noted) if each.note else None
        if note is not None:
            private[f"connection:{position}:note"] = note
        rows.append(
            connection_row(
                row.id, position, each, names[each.target], kept=kept, note=note, restates_id=before.get(each)
            )
        )
    if rows:
        session.execute(insert(ConnectionRow), rows)
    return private


def connection_row(
    declaration: int,
    position: int,
    statement: Statement,
    name: str,
    *,
    kept: Private,
    note: Private | None,
    restates_id: int | None = None,
) -> dict[str, object]:
    """Return the row of one connection of a declaration, ready to be inserted with others."""
    return {
        "ref": new_ref("CON"),
        "declaration_id": declaration,
        "position": position,
        "nature": statement.nature,
        "holder": statement.holder,
        "target": folded(statement.target),
        "target_name": name,
        "began_on": statement.began_on,
        "ended_on": statement.ended_on or None,
        "restates_id": restates_id,
        "words_id": kept.id,
        "note_id": note.id if note else None,
    }


def _restatable(former: Declaration | None) -> dict[Statement, int]:
    """Return the former declaration's statements, each with the number of the connection that first made it."""
    if former is None:
        return {}
    return {
        questions.statement_of(each, words_again(each.note)): each.restates_id or each.id for each in former.connections
    }
