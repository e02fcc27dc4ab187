"""Hindsight: assignments that were clear when they were confirmed, and would not be by what is known now."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.check import check
from tracker.domain.facts import Verdict
from tracker.domain.findings import Finding
from tracker.domain.lifecycle import HELD
from tracker.models import Assignment, ConflictCheck, Inspection
from tracker.queries.facts import facts_for
from tracker.queries.pairs import Pair
from tracker.queries.policies import PoliciesInForce

BATCH = 2_000
# These say how the declaration stands now, and nothing of then.
OF_NOW = ("no-declaration", "out-of-date", "not-confirmed")


@dataclass(frozen=True, slots=True)
class Missed:
    """An assignment that was clear by the last check before its inspection began, and what a check finds now."""

    assignment: Assignment
    found: tuple[Finding, ...]


def missed(session: Session, book: PoliciesInForce, first: date, last: date) -> list[Missed]:
    """Return the held assignments of inspections that began in a period, clear then and not now, the latest first.

    Judged by the rules of a check, by all that is known now, under the policies in force now.
    """
    rows = _held(session, first, last)
    before = _verdicts_before(session, rows)
    clear = [each for each in rows if before.get(each.id) is Verdict.CLEAR]
    found = []
    for start in range(0, len(clear), BATCH):
        some = clear[start : start + BATCH]
        for each, facts in zip(some, facts_for(session, [_pair(row) for row in some]), strict=True):
            findings = check(facts, book.of(each.inspector.engagement)[1]).findings
            told = tuple(finding for finding in findings if finding.rule not in OF_NOW)
            if told:
                found.append(Missed(each, told))
    return found


def _pair(row: Assignment) -> Pair:
    visit = row.inspection
    return Pair(row.inspector_id, row.inspector.staff_no, visit.provider, visit.starts_on, visit.ends_on, row.role)


def _held(session: Session, first: date, last: date) -> list[Assignment]:
    query = (
        select(Assignment)
        .join(Assignment.inspection)
        .where(Assignment.state.in_(HELD), Inspection.starts_on.between(first, last))
        .options(joinedload(Assignment.inspection), joinedload(Assignment.inspector))
        .order_by(Inspection.starts_on.desc(), Assignment.id.desc())
    )
    return list(session.scalars(query))


def _verdicts_before(session: Session, rows: list[Assignment]) -> dict[int, Verdict]:
    """Return what the last check before the inspection's first day said of each assignment."""
    begins = {each.id: each.inspection.starts_on for each in rows}
    said: dict[int, Verdict] = {}
    numbers = sorted(begins)
    for start in range(0, len(numbers), BATCH):
        query = (
            select(ConflictCheck.assignment_id, ConflictCheck.checked_at, ConflictCheck.verdict)
            .where(ConflictCheck.assignment_id.in_(numbers[start : start + BATCH]))
            .order_by(ConflictCheck.id)
        )
        said.update((number, verdict) for number, at, verdict in session.execute(query) if at.date() <= begins[number])
    return said
