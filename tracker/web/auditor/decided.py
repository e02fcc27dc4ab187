"""What had been decided on an assignment by a moment: in full, with what was to be done, and what was asked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tracker.database import db
from tracker.domain.lifecycle import OPEN
from tracker.queries import history, lapses, mitigations, questions
from tracker.queries.asat import Stood
from tracker.queries.lapses import Lapse
from tracker.services.history import words_of
from tracker.web.clock import today
from tracker.web.telling import told_at


def decided_by_then(stood: Stood | None, at: datetime) -> dict[str, Any]:
    """Return the decisions on an assignment, their mitigations and lapses, and the questions to the inspector."""
    if stood is None:
        return {"decided": [], "asked": [], "names": {}}
    number = stood.assignment.id
    lapsed = lapses.of_assignments(db.session, [number], at)
    standing = _standing(stood, lapsed)
    asked = mitigations.of_decisions(db.session, [each.id for each in stood.decisions])
    put = [
        each.question
        for each in questions.of_assignments(db.session, [number], today())[number]
        if each.question.asked_at <= at
    ]
    people = {*(each.decided_by for each in stood.decisions), *(each.asked_by for each in put)}
    return {
        "decided": [
            (each, words_of(each.reasons), lapsed.get(each.id), told_at(asked[each.id], at, standing))
            for each in stood.decisions
        ],
        "asked": [
            (each, words_of(each.words), each.answer if each.answer and each.answer.answered_at <= at else None)
            for each in put
        ],
        "answers": {each.id: words_of(each.answer.words) for each in put if each.answer},
        "names": history.names_of(db.session, people),
    }


def _standing(stood: Stood, lapsed: Mapping[int, Lapse]) -> dict[int, bool]:
    """Return which decisions called for their mitigations then, by number."""
    latest = {(each.decided_by, each.fingerprint): each.id for each in stood.decisions}
    is_open = stood.state in OPEN
    return {
        each.id: is_open and each.id not in lapsed and latest[each.decided_by, each.fingerprint] == each.id
        for each in stood.decisions
    }
