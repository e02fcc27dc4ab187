"""Writing a declaration: begin, save, put on the latest footing, discard. A draft is no part of the history."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission, Subject
from tracker.domain.drafting import Line, Writing, rewritten
from tracker.domain.errors import OutOfDateError
from tracker.models import Draft
from tracker.queries import declarations as questions
from tracker.queries import inspector
from tracker.queries.inspector import Currency
from tracker.services.history import lock_head, words_again
from tracker.services.permit import permit

ELSEWHERE = "You changed this declaration in another window or on another device after you opened this page."


def begin(session: Session, actor: Actor, inspector_id: int, *, at: datetime) -> Draft:
    """Begin a draft out of the declaration in force, or an empty one; one that exists already is kept as it is.

    Where the declaration in force is due, or soon will be, each of its lines that still stands in the draft is to be
    confirmed before it is filed, however the draft began.
    """
    permit(actor, Permission.DECLARE, Subject(inspector_id=inspector_id))
    lock_head(session)
    draft = session.get(Draft, inspector_id, populate_existing=True)
    writing = Writing.from_json(draft.content) if draft else _first(session, inspector_id)
    if not writing.is_renewal and _is_due(session, inspector_id, at.date()):
        writing = _renewal(session, inspector_id, writing)
        if draft is not None:
            draft.content, draft.version = writing.to_json(), draft.version + 1
    if draft is None:
        draft = Draft(inspector_id=inspector_id, content=writing.to_json(), saved_at=at)
        session.add(draft)
    session.flush()
    return draft


def _is_due(session: Session, inspector_id: int, today: date) -> bool:
    currency = inspector.footing(session, inspector_id, today).currency
    return currency in {Currency.DUE_SOON, Currency.OUT_OF_DATE}


def _renewal(session: Session, inspector_id: int, writing: Writing) -> Writing:
    """Return a writing in which each line that the declaration in force states just so is to be confirmed."""
    said = {(*_told(each),) for each in _first(session, inspector_id).lines}
    asked = tuple(line.key for line in writing.lines if _told(line) in said)
    return replace(writing, is_renewal=True, unconfirmed=asked)


def _told(line: Line) -> tuple[str | None, ...]:
    return (line.target, line.nature, line.holder, line.began_on, line.ended_on, line.note)


def begin_nil(session: Session, actor: Actor, inspector_id: int, *, at: datetime) -> Draft:
    """Begin a draft that states that there is nothing to declare; one that exists already is kept as it is."""
    permit(actor, Permission.DECLARE, Subject(inspector_id=inspector_id))
    lock_head(session)
    draft = session.get(Draft, inspector_id, populate_existing=True)
    if draft is None:
        current = questions.in_force(session, inspector_id)
        writing = Writing(current.ref if current else None).answered(())
        draft = Draft(inspector_id=inspector_id, content=writing.to_json(), saved_at=at)
        session.add(draft)
        session.flush()
    return draft


def _first(session: Session, inspector_id: int) -> Writing:
    current = questions.in_force(session, inspector_id)
    if current is None:
        return Writing(None)
    said = tuple(questions.statement_of(each, words_again(each.note)) for each in current.connections)
    return rewritten(current.ref, said)


def save(session: Session, actor: Actor, inspector_id: int, writing: Writing, *, version: int, at: datetime) -> Draft:
    """Keep what was entered; raise OutOfDateError where the draft is no longer the version that the person saw."""
    permit(actor, Permission.DECLARE, Subject(inspector_id=inspector_id))
    lock_head(session)
    draft = session.get(Draft, inspector_id, populate_existing=True)
    if draft is None or draft.version != version:
        raise OutOfDateError(ELSEWHERE)
    draft.content, draft.saved_at, draft.version = writing.to_json(), at, version + 1
    session.flush()
    return draft


def rebase(session: Session, actor: Actor, inspector_id: int, *, version: int, at: datetime) -> Draft:
    """Put a draft on the declaration that is in force now, so that it may replace that one; its lines stay."""
    current = questions.in_force(session, inspector_id)
    draft = session.get(Draft, inspector_id)
    if draft is None:
        raise OutOfDateError(ELSEWHERE)
    writing = replace(Writing.from_json(draft.content), based_on=current.ref if current else None)
    return save(session, actor, inspector_id, writing, version=version, at=at)


def discard(session: Session, actor: Actor, inspector_id: int, *, version: int) -> None:
    """Throw a draft away, as far as it is still the version that the person saw; the declaration in force stays."""
    permit(actor, Permission.DECLARE, Subject(inspector_id=inspector_id))
    lock_head(session)
    draft = session.get(Draft, inspector_id, populate_existing=True)
    if draft is not None and draft.version != version:
        raise OutOfDateError(ELSEWHERE)
    session.execute(delete(Draft).where(Draft.inspector_id == inspector_id))
