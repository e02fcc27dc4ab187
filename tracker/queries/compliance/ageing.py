"""How long findings waited for their decisions, and how long those wait that nobody has decided on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, extract, func, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.facts import Verdict
from tracker.models import Assignment, ConflictCheck, Decision, FindingRow
from tracker.queries import decisions
from tracker.queries.compliance.asking import Asked
from tracker.queries.parts import in_parts

DAY, WEEK = timedelta(days=1), timedelta(days=7)


class Wait(StrEnum):
    """How long from the first check that found something until it was decided on."""

    DAY = "within a day"
    WEEK = "within a week"
    LATER = "later"


MEANS = {
    Wait.DAY: "24 hours at most after the first check that found it",
    Wait.WEEK: "later than that, and seven days at most after it",
    Wait.LATER: "more than seven days after it",
}


def _found_at() -> ScalarSelect[datetime]:
    """Return when a check of a decision's assignment first found what was decided on."""
    check, finding = aliased(ConflictCheck), aliased(FindingRow)
    return (
        select(func.min(check.checked_at))
        .join(finding, finding.check_id == check.id)
        .where(check.assignment_id == Decision.assignment_id, finding.fingerprint == Decision.fingerprint)
        .correlate(Decision)
        .scalar_subquery()
    )


def decided(wait: Wait) -> ColumnElement[bool]:
    """Whether a decision was made so long after the first check that found what it is about."""
    waited = extract("epoch", Decision.decided_at) - extract("epoch", _found_at())
    match wait:
        case Wait.DAY:
            return waited <= DAY.total_seconds()
        case Wait.WEEK:
            return and_(waited > DAY.total_seconds(), waited <= WEEK.total_seconds())
        case Wait.LATER:
            return waited > WEEK.total_seconds()


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open assignment, by number, that waits for a decision, and since when: its oldest finding without one."""

    assignment: int
    since: datetime

    def wait(self, at: datetime) -> Wait:
        """Return how long it has waited at an instant."""
        waited = at - self.since
        return Wait.DAY if waited <= DAY else Wait.WEEK if waited <= WEEK else Wait.LATER


def waiting(asked: Asked) -> list[Waiting]:
    """Return the open assignments that wait for a decision, whichever has waited longest first."""
    among = Assignment.in_the_way != Verdict.CLEAR
    open_now = [each for each in decisions.pending(asked.session, asked.book, asked.today, among) if each.uncovered]
    found = _first_found(asked.session, [each.id for each in open_now])
    waits = [Waiting(each.id, min(found[each.id, mark] for mark, _ in each.uncovered)) for each in open_now]
    return sorted(waits, key=lambda each: (each.since, each.assignment))


def _first_found(session: Session, assignments: list[int]) -> dict[tuple[int, str], datetime]:
    """Return when each finding of these assignments was first found, by the assignment's number and fingerprint."""
    found: dict[tuple[int, str], datetime] = {}
    rows: Any = (
        select(ConflictCheck.assignment_id, FindingRow.fingerprint, func.min(ConflictCheck.checked_at))
        .join(FindingRow, FindingRow.check_id == ConflictCheck.id)
        .group_by(ConflictCheck.assignment_id, FindingRow.fingerprint)
    )
    for some in in_parts(assignments):
        for number, fingerprint, at in session.execute(rows.where(ConflictCheck.assignment_id.in_(some))):
            found[number, fingerprint] = at
    return found
