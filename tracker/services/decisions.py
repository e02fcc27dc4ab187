"""Deciding on findings: allow with reasons, or uphold, by somebody who is neither the inspector nor the proposer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.domain.access import Actor, Permission
from tracker.domain.errors import IllegalTransitionError, NotFoundError, OutOfDateError, RefusedError
from tracker.domain.lifecycle import OPEN, Ruling
from tracker.models import Assignment, Decision, FindingRow, Mitigation
from tracker.queries import policies
from tracker.queries.proposers import subject_of
from tracker.services.assignments import let_go
from tracker.services.checks import loaded, subjects
from tracker.services.history import Recording, new_ref, recording, words_of
from tracker.services.mitigations import Mitigate, ask_for
from tracker.services.permit import permit
from tracker.services.weighing import weigh_again


@dataclass(frozen=True, slots=True)
class Decide:
    """Decide on one finding of an assignment, named by its fingerprint as the decision-maker saw it.

    To allow it may ask for mitigations. `seen` is how many decisions on the finding the decision-maker saw, None for
    whoever looked at no page.
    """

    assignment: str
    fingerprint: str
    outcome: Ruling
    reasons: str
    mitigations: tuple[Mitigate, ...] = ()
    seen: int | None = None


def decide(session: Session, actor: Actor, command: Decide, *, at: datetime) -> Decision:
    """Record a decision; it holds for this assignment while the finding's content stays. To uphold is to release."""
    with recording(session, actor, at) as history:
        assignment, finding = found_now(session, actor, command.assignment, command.fingerprint, to="decide")
        _refuse_bad(command)
        _refuse_unseen(session, assignment, command)
        reasons = history.keep(command.reasons.strip())
        row = Decision(
            ref=new_ref("DCN"),
            assignment_id=assignment.id,
            finding_id=finding.id,
            fingerprint=command.fingerprint,
            outcome=str(command.outcome),
            decided_at=at,
            decided_by=actor.ref,
            reasons_id=reasons.id,
        )
        session.add(row)
        session.flush()
        history.append(
            "finding:allowed" if command.outcome is Ruling.ALLOW else "finding:upheld",
            (f"decision:{row.ref}", *subjects(assignment)),
            {"rule": finding.rule, "verdict": str(finding.verdict)},
            {"reasons": reasons, "fingerprint": history.keep(command.fingerprint)},
        )
        ask_for(history, assignment, row, command.mitigations)
        _settle(history, assignment, command)
        return row


def recorded(session: Session, actor: Actor, command: Decide) -> bool:
    """Tell whether the actor decided just so after the page was opened: the same form was sent twice."""
    query = (
        select(Decision)
        .join(Assignment, Assignment.id == Decision.assignment_id)
        .where(Assignment.ref == command.assignment, Decision.fingerprint == command.fingerprint)
        .options(joinedload(Decision.reasons), selectinload(Decision.mitigations).joinedload(Mitigation.what))
        .order_by(Decision.id)
    )
    later = session.scalars(query).all()[command.seen :] if command.seen is not None else []
    asked = sorted((each.due_on, each.what.split()) for each in command.mitigations)
    return any(
        each.decided_by == actor.ref
        and each.outcome == command.outcome
        and words_of(each.reasons).split() == command.reasons.split()
        and sorted((wanted.due_on, words_of(wanted.what).split()) for wanted in each.mitigations) == asked
        for each in later
    )


def _refuse_unseen(session: Session, assignment: Assignment, command: Decide) -> None:
    """Refuse to overturn what somebody decided after the page was opened: it must be read first."""
    made = select(func.count()).where(
        Decision.assignment_id == assignment.id, Decision.fingerprint == command.fingerprint
    )
    if command.seen is not None and (session.scalar(made) or 0) > command.seen:
        message = "Somebody decided on this finding after you opened the page. Read that first, then decide."
        raise OutOfDateError(message)


def found_now(session: Session, actor: Actor, ref: str, fingerprint: str, *, to: str) -> tuple[Assignment, FindingRow]:
    """Return an assignment and a finding as they stand now, if the actor may decide on them; `to` is what is done."""
    assignment = loaded(session, ref)
    if assignment is None or assignment.check is None:
        message = "There is no such assignment."
        raise NotFoundError(message)
    permit(actor, Permission.DECIDE, subject_of(session, assignment))
    if assignment.state not in OPEN:
        message = f"This assignment was released: there is nothing left to {to}."
        raise IllegalTransitionError(message)
    found = next((each for each in assignment.check.findings if each.fingerprint == fingerprint), None)
    if found is None:
        message = "The facts changed after you opened this page. Look at the findings as they are now."
        raise OutOfDateError(message)
    return assignment, found


def _refuse_bad(command: Decide) -> None:
    if not command.reasons.strip():
        message = "Give your reasons: they must stand on their own, years from now"
        raise RefusedError(message, field="reasons")
    if command.outcome is Ruling.UPHOLD and command.mitigations:
        message = "To uphold releases the inspector, so that nothing is left to be done: leave out the mitigations"
        raise RefusedError(message, field="outcome")


def _settle(history: Recording, assignment: Assignment, command: Decide) -> None:
    """Weigh what is in the way now, and release the inspector where the finding is upheld."""
    engagement = assignment.inspector.engagement
    weigh_again(history.session, assignment, policies.in_force(history.session, history.at.date(), engagement)[1])
    if command.outcome is Ruling.UPHOLD:
        let_go(history, [assignment], "A decision-maker upheld a finding.", "decision")
