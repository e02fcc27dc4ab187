"""Whether records are numbered as the history tells of them, one after the other: the last counts as the latest."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Select, func, select
from sqlalchemy.orm import Session

from tracker.domain.tree import Broken
from tracker.models import (
    Assignment,
    ConflictCheck,
    ConnectionGrade,
    Decision,
    Declaration,
    HistoryEntry,
    HistorySubject,
    HistoryWords,
    InspectorQuestion,
    LeadAnswer,
    LegalHold,
    Mitigation,
    Objection,
    OrganisationLinkRow,
    PolicyVersion,
    RegisterImport,
)
from tracker.queries.together import first_found

# Records that an entry names, by their kind, and the events of the entries that tell that they came.
NAMED: tuple[tuple[str, Any, Any, tuple[str, ...]], ...] = (
    ("declaration", Declaration.id, Declaration.ref, ("declaration:recorded", "declaration:withdrawn")),
    ("decision", Decision.id, Decision.ref, ("finding:allowed", "finding:upheld")),
    ("mitigation", Mitigation.id, Mitigation.ref, ("mitigation:set",)),
    ("question", InspectorQuestion.id, InspectorQuestion.ref, ("question:asked",)),
    ("policy", PolicyVersion.id, PolicyVersion.ref, ("policy:adopted",)),
    ("import", RegisterImport.id, RegisterImport.ref, ("register:imported",)),
    ("assignment", Assignment.id, Assignment.ref, ("assignment:proposed",)),
    ("hold", LegalHold.id, LegalHold.ref, ("hold:placed",)),
    ("objection", Objection.id, Objection.ref, ("objection:recorded",)),
)
# Records that an entry finds by the words that it keeps.
_KEPT: tuple[tuple[str, Any, Any], ...] = (
    ("check", ConflictCheck.id, ConflictCheck.facts_id),
    ("grade", ConnectionGrade.id, ConnectionGrade.reasons_id),
    ("link of an organisation", OrganisationLinkRow.id, OrganisationLinkRow.reasons_id),
    ("answer to a lead", LeadAnswer.id, LeadAnswer.question_id),
)


def out_of_order(session: Session) -> Broken | None:
    """Return the first record that is numbered before one of which the history tells earlier."""
    kinds, query = _misplaced()
    found = session.execute(query).first()
    if found is None:
        return None
    said = f"the {kinds[found.place]} numbered {found.number} is numbered after one of which the history tells later"
    return Broken(found.seq, None, said)


@cache
def _misplaced() -> tuple[list[str], CompoundSelect[Any]]:
    queries = [(kind, query.subquery()) for kind, query in _queries()]
    found = (select(ordered).where(ordered.c.seq < ordered.c.before) for _, ordered in queries)
    return [kind for kind, _ in queries], first_found(found)


def _queries() -> Iterator[tuple[str, Select[Any]]]:
    for kind, number, ref, events in NAMED:
        query = _ordered(number, HistorySubject.seq).join(HistorySubject, HistorySubject.subject == f"{kind}:" + ref)
        told = HistoryEntry.seq == HistorySubject.seq
        yield kind, query.join(HistoryEntry, told).where(HistoryEntry.event.in_(events))
    for kind, number, words in _KEPT:
        yield kind, _ordered(number, HistoryWords.seq).join(HistoryWords, HistoryWords.words_id == words)


def _ordered(number: Any, seq: Any) -> Select[Any]:  # noqa: ANN401 (mapped columns)
    before = func.lag(seq).over(order_by=number)
    return select(number.label("number"), seq.label("seq"), before.label("before")).select_from(number.class_)
