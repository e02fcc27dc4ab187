"""Weighing what was found against what was decided: what is still in the way of an assignment."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.domain.findings import Finding, Outcome, heaviest
from tracker.domain.lifecycle import Ruled, Ruling, in_the_way, is_covered
from tracker.domain.policy import Policy
from tracker.models import Assignment, Decision
from tracker.queries.weighed import otherwise


def uncovered(session: Session, assignment: Assignment, outcome: Outcome, policy: Policy) -> tuple[Finding, ...]:
    """Return the findings that no standing decision covers, and keep the heaviest as what is in the way.

    None means that the assignment may go ahead.
    """
    ruled = decisions_on(session, [assignment.id]).get(assignment.id, []) if outcome.findings else []
    left = tuple(
        each for each in outcome.findings if not is_covered(each.fingerprint, each.verdict, ruled, policy.decisions)
    )
    assignment.in_the_way = heaviest(each.verdict for each in left)
    return left


def weigh_again(session: Session, assignment: Assignment, policy: Policy) -> None:
    """Keep what is in the way after a decision, by the findings of the latest check."""
    ruled = decisions_on(session, [assignment.id]).get(assignment.id, [])
    findings = assignment.check.findings if assignment.check else []
    found = ((each.fingerprint, each.verdict) for each in findings)
    assignment.in_the_way = in_the_way(found, ruled, policy.decisions)


def decisions_on(session: Session, assignments: Sequence[int]) -> dict[int, list[Ruled]]:
    """Return every decision on these assignments, the oldest first."""
    result: dict[int, list[Ruled]] = {}
    for row in session.execute(
        select(Decision.assignment_id, Decision.fingerprint, Decision.outcome, Decision.decided_by)
        .where(Decision.assignment_id.in_(assignments))
        .order_by(Decision.id)
    ):
        ruled = Ruled(row.fingerprint, Ruling(row.outcome), row.decided_by)
        result.setdefault(row.assignment_id, []).append(ruled)
    return result


def weigh_all(session: Session) -> int:
    """Keep what is in the way of every assignment as its check and the decisions leave it; return how many differed.

    For a database that is brought up to date: released assignments and ended inspections are never checked again.
    """
    wrong = [(number, right) for number, _, _, right in otherwise(session)]
    for number, right in wrong:
        session.execute(
            update(Assignment)
            .where(Assignment.id == number)
            .values(in_the_way=right)
            .execution_options(synchronize_session=False)
        )
    return len(wrong)
