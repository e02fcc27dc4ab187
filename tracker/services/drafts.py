"""Writing a declaration: begin, save, put on the latest footing, discard. A draft is no part of the history."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission, Subject
from tracker.domain.drafting import Writing, rewritten
from tracker.domain.errors import OutOfDateError
from tracker.models import Draft
from tracker.queries import declarations as questions
from tracker.services.history import lock_head, words_of
from tracker.services.permit import permit

ELSEWHERE = "You changed this declaration in another window or on another device after you opened this page."


def begin(session: Session, actor: Actor, inspector_id: int, *, at: datetime, renewing: bool = False) -> Draft:
    """Begin a draft out of the declaration in force, or an empty one; one that exists already is kept as it is.

    In one that renews a declaration, each line is to be confirmed before it is filed.
    """
    permit(actor, Permission.DECLARE, Subject(inspector_id=inspector_id))
    lock_head(session)
    draft = session.get(Draft, inspector_id, populate_existing=True)
    if draft is None:
        content = _first(session, inspector_id, renewing=renewing).to_json()
        draft = Draft(inspector_id=inspector_id, content=content, saved_at=at)
        session.add(draft)
        session.flush()
    return draft


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


def _first(session: Session, inspector_id: int, *, renewing: bool) -> Writing:
    current = questions.in_force(session, inspector_id)
    if current is None:
        return Writing(None)
    # Words that were erased under the retention rule are not said anew.
    notes = [words_of(each.note) if each.note and each.note.value else "" for each in current.connections]
    said = tuple(questions.statement_of(each, note) for each, note in zip(current.connections, notes, strict=True))
    return rewritten(current.ref, said, renewing=renewing)


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
