"""Decisions that no longer hold, because what they rested on changed: the checks tell it, nothing keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.lifecycle import Ruling
from tracker.models import ConflictCheck, Decision, FindingRow

# By the cause of the check that found it no more.
_BECAUSE = {"policy": "the policy changed", "move": "an inspection was moved to other days"}


@dataclass(frozen=True, slots=True)
class Lapse:
    """Since when a decision no longer holds, and what changed."""

    since: datetime
    cause: str

    @property
    def because(self) -> str:
        """What changed, in words."""
        return _BECAUSE.get(self.cause, "the facts changed")


def of_assignments(session: Session, assignments: Sequence[int], at: datetime | None = None) -> dict[int, Lapse]:
    """Return which decisions on these assignments lapsed, by the decision's number; as far as was known by `at`.

    One that allows a finding lapses with the first check that finds it no more. Should a later check find the very same
    again, the decision holds again.
    """
    check = aliased(ConflictCheck)
    by_then = (check.checked_at <= at,) if at is not None else ()
    last = (
        select(func.max(check.id))
        .join(FindingRow, FindingRow.check_id == check.id)
        .where(check.assignment_id == Decision.assignment_id, FindingRow.fingerprint == Decision.fingerprint, *by_then)
        .correlate(Decision)
        .scalar_subquery()
    )
    first = (
        select(func.min(check.id))
        .where(check.assignment_id == Decision.assignment_id, check.id > last, *by_then)
        .correlate(Decision)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Decision.id, ConflictCheck.checked_at, ConflictCheck.cause)
        .join(ConflictCheck, ConflictCheck.id == first)
        .where(Decision.assignment_id.in_(assignments), Decision.outcome == str(Ruling.ALLOW))
    )
    return {number: Lapse(since, cause) for number, since, cause in rows}
