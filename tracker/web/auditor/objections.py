"""Providers' objections to an assignment: that they were made, and their words once an auditor opened them."""

from datetime import datetime
from typing import Any

from flask import redirect, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.domain.errors import NotFoundError
from tracker.models import Assignment
from tracker.queries import decisions, history, objections
from tracker.services.history import words_of
from tracker.services.objections import open_words
from tracker.web.access import requires
from tracker.web.auditor.room import blueprint, is_open_here, open_here
from tracker.web.auth import actor
from tracker.web.clock import now


@blueprint.post("/assignments/<ref>/objections")
@requires(Permission.OPEN_OBJECTION)
@writes
def open_objections(ref: str) -> Response:
    """Open the words of an assignment's objections: leave entries, then show them in this browser for a while."""
    found = decisions.one(db.session, ref)
    refs = tuple(each.ref for each in objections.to_whom(db.session, found)) if found else ()
    if not refs:
        raise NotFoundError("There is no such objection.")
    open_words(db.session, actor(), refs, at=now())
    open_here(refs)
    return redirect(url_for("auditor.assignment", ref=ref, _anchor="objections"), code=303)


def told_of(assignment: Assignment, at: datetime | None) -> list[dict[str, Any]]:
    """Return the objections that were recorded by a moment, with their words where these were opened here."""
    rows = objections.to_whom(db.session, assignment)
    known = [each for each in rows if at is None or each.recorded_at <= at]
    people = {each.recorded_by for each in known} | {each.answer.answered_by for each in known if each.answer}
    names = history.names_of(db.session, people)
    return [_told(each, at, names, assignment.inspection.called_off_at) for each in known]


def _told(
    row: Any,  # noqa: ANN401 (an Objection)
    at: datetime | None,
    names: dict[str, str],
    off_at: datetime | None,
) -> dict[str, Any]:
    answer = row.answer if row.answer and (at is None or row.answer.answered_at <= at) else None
    is_open = is_open_here(row.ref)
    is_off = off_at is not None and (at is None or off_at <= at)
    return {
        "ref": row.ref,
        "received_on": row.received_on,
        "made_by": words_of(row.office),
        "recorded_at": row.recorded_at,
        "recorded_by": names.get(row.recorded_by, row.recorded_by),
        "told_on": answer.told_on if answer else None,
        "answered_by": names.get(answer.answered_by, answer.answered_by) if answer else "",
        "is_moot": is_off and answer is None,
        "is_open": is_open,
        "words": words_of(row.words) if is_open else "",
        "answer": words_of(answer.words) if is_open and answer else "",
    }
