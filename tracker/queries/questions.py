"""What decision-makers asked inspectors about findings, and what was answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import OPEN, State
from tracker.domain.uk_time import in_uk
from tracker.models import Account, Assignment, FindingRow, Inspection, InspectorAnswer, InspectorQuestion

# A query, whatever columns its caller makes it return.
Rows = Any


@dataclass(frozen=True, slots=True)
class Put:
    """A question that was put to an inspector, with its assignment, and whether an answer would still be of use."""

    question: InspectorQuestion
    assignment: Assignment
    is_needed: bool

    @property
    def is_waiting(self) -> bool:
        """Whether the inspector's answer is waited for."""
        return self.is_needed and self.question.answer is None

    def days(self, today: date) -> int:
        """Return for how many days it has waited."""
        return max(0, (today - in_uk(self.question.asked_at).date()).days)


def _needed(today: date) -> ColumnElement[bool]:
    """Whether the finding is still found, and still stands in the way of somebody's inspection."""
    now = aliased(FindingRow)
    found = exists().where(now.check_id == Assignment.check_id, now.fingerprint == FindingRow.fingerprint)
    lasts = or_(Inspection.ends_on >= today, Assignment.state == State.QUESTIONED)
    return and_(Assignment.state.in_(OPEN), Assignment.in_the_way != Verdict.CLEAR, lasts, found)


def _put(today: date, *where: ColumnElement[bool]) -> Rows:
    return (
        select(InspectorQuestion, Assignment, _needed(today))
        .join(Assignment, Assignment.id == InspectorQuestion.assignment_id)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .join(FindingRow, FindingRow.id == InspectorQuestion.finding_id)
        .where(*where)
        .order_by(InspectorQuestion.id)
    )


def _all(session: Session, query: Rows) -> list[Put]:
    whole = query.options(
        joinedload(InspectorQuestion.words),
        joinedload(InspectorQuestion.finding),
        joinedload(InspectorQuestion.answer).joinedload(InspectorAnswer.words),
        joinedload(Assignment.inspection),
        joinedload(Assignment.inspector),
    )
    return [Put(*row) for row in session.execute(whole)]


def of_assignments(session: Session, assignments: Sequence[int], today: date) -> dict[int, list[Put]]:
    """Return what was asked about these assignments, the oldest first."""
    found: dict[int, list[Put]] = {number: [] for number in assignments}
    if assignments:
        for each in _all(session, _put(today, InspectorQuestion.assignment_id.in_(assignments))):
            found[each.assignment.id].append(each)
    return found


def asked_about(session: Session, assignments: Sequence[int]) -> dict[int, list[InspectorQuestion]]:
    """Return every question about these assignments with its answer, by the assignment's number, the oldest first.

    Also those to which an answer would be of no use any more.
    """
    query = (
        select(InspectorQuestion)
        .where(InspectorQuestion.assignment_id.in_(assignments))
        .options(
            joinedload(InspectorQuestion.words),
            joinedload(InspectorQuestion.finding),
            joinedload(InspectorQuestion.answer).joinedload(InspectorAnswer.words),
        )
        .order_by(InspectorQuestion.id)
    )
    found: dict[int, list[InspectorQuestion]] = {number: [] for number in assignments}
    for each in session.scalars(query):
        found[each.assignment_id].append(each)
    return found


def of_inspector(session: Session, inspector_id: int, today: date) -> list[Put]:
    """Return what an inspector is asked and has not answered, as far as an answer would still be of use."""
    return _all(session, _put(today, Assignment.inspector_id == inspector_id, _needed(today), ~_answered()))


def one(session: Session, ref: str, today: date) -> Put | None:
    """Return a question by its reference, or None."""
    return next(iter(_all(session, _put(today, InspectorQuestion.ref == ref))), None)


def _answered() -> ColumnElement[bool]:
    return exists().where(InspectorAnswer.question_id == InspectorQuestion.id)


def waiting(session: Session, today: date) -> dict[int, frozenset[str]]:
    """Return which findings wait for an inspector's answer: fingerprints, by the assignment's number."""
    query = (
        _put(today, _needed(today), ~_answered())
        .with_only_columns(InspectorQuestion.assignment_id, FindingRow.fingerprint)
        .order_by(None)
    )
    found: dict[int, frozenset[str]] = {}
    for number, fingerprint in session.execute(query):
        found[number] = found.get(number, frozenset()) | {fingerprint}
    return found


def can_answer(session: Session, inspector_id: int) -> bool:
    """Whether an inspector has an account from which to answer."""
    mine = Account.inspector_id == inspector_id, Account.disabled_at.is_(None)
    return session.scalar(select(Account.id).where(*mine)) is not None
