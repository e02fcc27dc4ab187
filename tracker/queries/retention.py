"""Which kept words are due to be erased, which a legal hold keeps, and the holds there are."""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session, aliased

from tracker.domain.retention import Field, Schedule
from tracker.domain.uk_time import midnight
from tracker.models import (
    AllocationPlan,
    Assignment,
    ConflictCheck,
    ConnectionGrade,
    ConnectionRow,
    Decision,
    Declaration,
    Draft,
    HistoryEntry,
    HistorySubject,
    HistoryWords,
    InForce,
    Inspection,
    Inspector,
    LeadAnswer,
    LegalHold,
    LegalHoldEnd,
    OrganisationLinkRow,
    Words,
)
from tracker.queries import asked_words, leavings, person_words

# A query of words with the inspector and the inspection that they are about, as far as they are about one.
About = Any
# PostgreSQL must be told of which type nothing is.
NOBODY = cast(null(), BigInteger)
# The acts upon an inspection that have a reason.
CHANGED = ("inspection:moved", "inspection:called-off")


@dataclass(frozen=True, slots=True)
class Due:
    """How many words of a field are due today, how many of these a hold keeps, and for what the time began up to."""

    field: Field
    up_to: date
    due: int
    held: int


@dataclass(frozen=True, slots=True)
class DueWords:
    """Words that are due: their number, and the entry and the name under which the history commits to them."""

    id: int
    seq: int
    name: str


def _before(up_to: date) -> datetime:
    """Return the instant by which a time must have begun that began up to a day."""
    return midnight(up_to + timedelta(days=1))


def _notes(up_to: date) -> About:
    later = aliased(Declaration)
    ended_at = func.coalesce(later.recorded_at, Declaration.recorded_at)
    return (
        select(ConnectionRow.note_id.label("words_id"), Declaration.inspector_id, NOBODY.label("inspection_id"))
        .join(Declaration, Declaration.id == ConnectionRow.declaration_id)
        .outerjoin(later, later.supersedes_id == Declaration.id)
        .where(Declaration.id.not_in(select(InForce.declaration_id)), ended_at < _before(up_to))
    )


def _withdrawals(up_to: date) -> About:
    return select(
        Declaration.reason_id.label("words_id"), Declaration.inspector_id, NOBODY.label("inspection_id")
    ).where(Declaration.reason_id.is_not(None), Declaration.recorded_at < _before(up_to))


def _decisions(up_to: date) -> About:
    return (
        select(Decision.reasons_id.label("words_id"), Assignment.inspector_id, Assignment.inspection_id)
        .join(Assignment, Assignment.id == Decision.assignment_id)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(Inspection.ends_on <= up_to)
    )


def _releases(up_to: date) -> About:
    return union(_of_assignments(("assignment:released",), up_to), _of_inspections(CHANGED, up_to))


def _of_inspections(events: Sequence[str], up_to: date) -> About:
    """Return the words that entries about inspections commit to, once these have ended: each of a team is spoken of."""
    return (
        select(HistoryWords.words_id, Assignment.inspector_id, Inspection.id.label("inspection_id"))
        .join(HistoryEntry, HistoryEntry.seq == HistoryWords.seq)
        .join(HistorySubject, HistorySubject.seq == HistoryEntry.seq)
        .join(Inspection, HistorySubject.subject == literal("inspection:") + Inspection.reference)
        .outerjoin(Assignment, Assignment.inspection_id == Inspection.id)
        .where(HistoryEntry.event.in_(events), Inspection.ends_on <= up_to)
    )


def _of_assignments(events: Sequence[str], up_to: date) -> About:
    """Return the words that entries about assignments commit to, once the inspection has ended."""
    return (
        select(HistoryWords.words_id, Assignment.inspector_id, Assignment.inspection_id)
        .join(HistoryEntry, HistoryEntry.seq == HistoryWords.seq)
        .join(HistorySubject, HistorySubject.seq == HistoryEntry.seq)
        .join(Assignment, HistorySubject.subject == literal("assignment:") + Assignment.ref)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(HistoryEntry.event.in_(events), Inspection.ends_on <= up_to)
    )


def _objections(up_to: date) -> About:
    # The words, the office of whoever objected, and the answer: whatever the entries of an objection commit to.
    return _of_assignments(("objection:recorded", "objection:answered"), up_to)


def _reviews(up_to: date) -> About:
    first, stated = aliased(ConnectionRow), aliased(ConnectionRow)
    stands = exists().where(
        stated.declaration_id == InForce.declaration_id,
        func.coalesce(stated.restates_id, stated.id) == ConnectionGrade.connection_id,
    )
    grades = (
        select(ConnectionGrade.reasons_id.label("words_id"), Declaration.inspector_id, NOBODY.label("inspection_id"))
        .join(first, first.id == ConnectionGrade.connection_id)
        .join(Declaration, Declaration.id == first.declaration_id)
        .where(ConnectionGrade.graded_at < _before(up_to), ~stands)
    )
    named = exists().where(
        stated.declaration_id == InForce.declaration_id, stated.target == OrganisationLinkRow.organisation
    )
    # Each inspector who ever declared it is spoken of.
    of, by = aliased(ConnectionRow), aliased(Declaration)
    links = (
        select(OrganisationLinkRow.reasons_id.label("words_id"), by.inspector_id, NOBODY.label("inspection_id"))
        .outerjoin(of, of.target == OrganisationLinkRow.organisation)
        .outerjoin(by, by.id == of.declaration_id)
        .where(OrganisationLinkRow.made_at < _before(up_to), ~named)
    )
    return union(grades, links)


def _leads(up_to: date) -> About:
    columns = LeadAnswer.question_id.label("words_id"), LeadAnswer.inspector_id, NOBODY.label("inspection_id")
    return select(*columns).where(LeadAnswer.answered_at < _before(up_to))


def _facts(up_to: date) -> About:
    beside = aliased(HistoryWords)
    return (
        # What was found stands beside the facts, and holds them too.
        select(beside.words_id, Assignment.inspector_id, Assignment.inspection_id)
        .join(HistoryWords, HistoryWords.seq == beside.seq)
        .join(ConflictCheck, ConflictCheck.facts_id == HistoryWords.words_id)
        .join(Assignment, Assignment.id == ConflictCheck.assignment_id)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(Inspection.ends_on <= up_to)
    )


WORDS: dict[Field, Callable[[date], About]] = {
    Field.NOTE: _notes,
    Field.WITHDRAWAL: _withdrawals,
    Field.DECISION: _decisions,
    Field.MITIGATION: asked_words.mitigations,
    Field.QUESTION: asked_words.questions,
    Field.RELEASE: _releases,
    Field.LEAVING: lambda up_to: leavings.remarks(_before(up_to)),
    Field.OBJECTION: _objections,
    Field.REVIEW: _reviews,
    Field.LEAD: _leads,
    Field.FACTS: _facts,
    Field.PERSON: lambda up_to: person_words.persons(up_to, _before(up_to)),
}


def _standing() -> Select[Any]:
    return select(LegalHold.id).where(LegalHold.id.not_in(select(LegalHoldEnd.hold_id)))


def _is_held(inspector: Any, inspection: Any) -> ColumnElement[bool]:  # noqa: ANN401 (columns)
    on = LegalHold.id.in_(_standing())
    inspections = select(LegalHold.inspection_id).where(on, LegalHold.inspection_id.is_not(None))
    people = select(LegalHold.inspector_id).where(on, LegalHold.inspector_id.is_not(None))
    teams = select(Assignment.inspector_id).where(Assignment.inspection_id.in_(inspections))
    return or_(
        and_(inspector.is_not(None), or_(inspector.in_(people), inspector.in_(teams))),
        and_(inspection.is_not(None), inspection.in_(inspections)),
    )


def _kept(field: Field, up_to: date, among: Sequence[int] | None = None) -> Any:  # noqa: ANN401 (a subquery)
    """Return a field's words of which the time has begun by a day and that are still there; of some, or of all."""
    found = WORDS[field](up_to).subquery()
    query = (
        select(Words.id, found.c.inspector_id, found.c.inspection_id)
        .join(found, found.c.words_id == Words.id)
        .where(Words.erased_at.is_(None))
        .distinct()
    )
    return (query if among is None else query.where(found.c.words_id.in_(among))).subquery()


def due_words(session: Session, field: Field, up_to: date, among: Sequence[int] | None = None) -> list[DueWords]:
    """Return the words of a field that are due and that no hold keeps, in the order of the history; of some, or of all.

    Words about several people are kept where any of them is held.
    """
    kept = _kept(field, up_to, among)
    held = select(kept.c.id).where(_is_held(kept.c.inspector_id, kept.c.inspection_id))
    rows = session.execute(
        select(kept.c.id, HistoryWords.seq, HistoryWords.name)
        .join(HistoryWords, HistoryWords.words_id == kept.c.id)
        .where(kept.c.id.not_in(held))
        .distinct()
        .order_by(HistoryWords.seq, HistoryWords.name)
    )
    return [DueWords(*row) for row in rows]


def due_drafts(session: Session, up_to: date) -> list[int]:
    """Return the inspectors whose drafts are due and not held."""
    query = select(Draft.inspector_id).where(Draft.saved_at < _before(up_to))
    return list(session.scalars(query.where(~_is_held(Draft.inspector_id, NOBODY))))


def due_plans(session: Session, up_to: date) -> tuple[list[str], int]:
    """Return the plans that are due, by reference, and how many more a hold keeps: those that speak of what is held.

    A plan's places and reasons are JSON. Whatever holds a name, a staff number or a reference anywhere counts as
    speaking of it: rather a plan is kept too long than one that a court asks for is lost.
    """
    plans = session.execute(
        select(AllocationPlan.ref, AllocationPlan.pins, AllocationPlan.result, AllocationPlan.rules)
        .where(AllocationPlan.last_on <= up_to)
        .order_by(AllocationPlan.id)
    ).all()
    words = _held_words(session) if plans else set()
    free = [each.ref for each in plans if not (words and _speaks_of(words, *each[1:]))]
    return free, len(plans) - len(free)


def _held_words(session: Session) -> set[str]:
    """Return how the inspectors and the inspections that are held are called."""
    inspectors = session.execute(select(Inspector.staff_no, Inspector.name).where(_is_held(Inspector.id, NOBODY))).all()
    inspections = session.scalars(select(Inspection.reference).where(_is_held(NOBODY, Inspection.id)))
    return {word for row in inspectors for word in row} | set(inspections)


def _speaks_of(words: Collection[str], pins: str, result: str | None, rules: str) -> bool:
    # Written as they are, and not as JSON escapes them.
    said = [rules, *(json.dumps(json.loads(each), ensure_ascii=False) for each in (pins, result) if each)]
    return any(word in text for word in words for text in said)


def due(session: Session, schedule: Schedule, today: date) -> list[Due]:
    """Return for each field how much is due today and how much of that is held."""
    return [_due(session, field, rule.due_up_to(today)) for field, rule in schedule.rules.items()]


def _due(session: Session, field: Field, up_to: date) -> Due:
    if field is Field.PLAN:
        free, held_plans = due_plans(session, up_to)
        return Due(field, up_to, len(free), held_plans)
    if field is Field.DRAFT:
        query = select(Draft.inspector_id, NOBODY.label("inspection_id")).where(Draft.saved_at < _before(up_to))
        kept = query.subquery()
    else:
        kept = _kept(field, up_to)
    named = kept.c.inspector_id if field is Field.DRAFT else kept.c.id
    total = session.scalar(select(func.count(named.distinct()))) or 0
    held = _is_held(kept.c.inspector_id, kept.c.inspection_id)
    of_these = session.scalar(select(func.count(named.distinct())).where(held)) or 0
    return Due(field, up_to, total - of_these, of_these)
