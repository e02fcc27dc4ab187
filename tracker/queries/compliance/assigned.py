"""Lists of assignments that an auditor asks for: in question, allowed in spite of a conflict, with duties not done."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select

from tracker.domain.dates import in_words
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import OPEN, Ruling, State
from tracker.domain.people import ENGAGEMENTS
from tracker.models import (
    Assignment,
    ConflictCheck,
    Decision,
    FindingRow,
    Inspection,
    Inspector,
    Mitigation,
    MitigationDone,
    Objection,
    ObjectionAnswer,
)
from tracker.queries.compliance.asking import Asked, Asking, Listing, Row


def _assignments(*where: ColumnElement[bool]) -> Listing:
    query = (
        select(Inspector.name, Inspection.reference, Assignment.ref, Inspection.starts_on, Assignment.verdict)
        .select_from(Assignment)
        .join(Assignment.inspection)
        .join(Assignment.inspector)
        .where(*where)
        .order_by(Inspection.starts_on, Assignment.id)
    )
    return Asking(query, _assigned)


def _assigned(name: str, reference: str, ref: str, starts_on: date, verdict: Verdict) -> Row:
    return _place(name, reference, ref, f"{verdict.capitalize()}; begins {in_words(starts_on)}")


def _place(name: str, reference: str, ref: str, detail: str) -> Row:
    return Row(f"{name} for {reference}", "assignment", ref, detail)


def questioned(_asked: Asked) -> Listing:
    """Confirmed assignments that are in question: what was found later is covered by no decision."""
    return _assignments(Assignment.state == State.QUESTIONED)


def superseded(asked: Asked) -> Listing:
    """Open assignments of coming inspections whose latest check was made under a policy that is no more in force."""
    ways = []
    for each in ENGAGEMENTS:
        row = asked.book.row_of(each)
        if row is not None:
            ways.append((Inspector.engagement == each) & (ConflictCheck.policy_id != row.id))
    old = select(ConflictCheck.id).where(ConflictCheck.id == Assignment.check_id, or_(*ways)).exists()
    return _assignments(Assignment.state.in_(OPEN), Inspection.ends_on >= asked.today, old)


def _dated(verb: str) -> Callable[[str, str, str, date | datetime], Row]:
    def told(name: str, reference: str, ref: str, day: date | datetime) -> Row:
        on = day.date() if isinstance(day, datetime) else day
        return _place(name, reference, ref, f"{verb} {in_words(on)}")

    return told


def exceptions(_asked: Asked) -> Listing:
    """Decisions that allowed a real conflict."""
    query = (
        select(Inspector.name, Inspection.reference, Assignment.ref, Decision.decided_at)
        .select_from(Decision)
        .join(FindingRow, FindingRow.id == Decision.finding_id)
        .join(Assignment, Assignment.id == Decision.assignment_id)
        .join(Assignment.inspection)
        .join(Assignment.inspector)
        .where(Decision.outcome == str(Ruling.ALLOW), FindingRow.verdict == Verdict.REAL)
        .order_by(Decision.id.desc())
    )
    return Asking(query, _dated("Allowed on"))


def mitigations(asked: Asked) -> Listing:
    """Mitigations that should have been done by now, of assignments that stand, and were not."""
    done = select(MitigationDone.id).where(MitigationDone.mitigation_id == Mitigation.id).exists()
    query = (
        select(Inspector.name, Inspection.reference, Assignment.ref, Mitigation.due_on)
        .select_from(Mitigation)
        .join(Decision, Decision.id == Mitigation.decision_id)
        .join(Assignment, Assignment.id == Decision.assignment_id)
        .join(Assignment.inspection)
        .join(Assignment.inspector)
        .where(Assignment.state.in_(OPEN), Mitigation.due_on < asked.today, ~done)
        .order_by(Mitigation.due_on, Mitigation.id)
    )
    return Asking(query, _dated("Was due on"))


def objections(_asked: Asked) -> Listing:
    """Objections of providers that were not answered."""
    answered = select(ObjectionAnswer.id).where(ObjectionAnswer.objection_id == Objection.id).exists()
    query = (
        select(Inspector.name, Inspection.reference, Assignment.ref, Objection.received_on)
        .select_from(Objection)
        .join(Assignment, Assignment.id == Objection.assignment_id)
        .join(Assignment.inspection)
        .join(Assignment.inspector)
        .where(~answered)
        .order_by(Objection.received_on, Objection.id)
    )
    return Asking(query, _dated("Received on"))
