"""Planning inspections and placing inspectors: propose, confirm, release; each checks within its own transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission, Subject
from tracker.domain.allocation_rules import AllocationRules
from tracker.domain.check import check
from tracker.domain.errors import NotFoundError, RefusedError
from tracker.domain.facts import Facts, Verdict
from tracker.domain.findings import Finding, Outcome
from tracker.domain.lifecycle import OPEN, ROLES, State, after, are_apart
from tracker.domain.planning import faults
from tracker.domain.policy import Policy
from tracker.domain.remits import remit_of
from tracker.models import Assignment, Inspection, Inspector, PolicyVersion, ProviderRow
from tracker.queries import policies
from tracker.queries.facts import facts_for
from tracker.queries.pairs import Pair
from tracker.queries.parts import in_parts
from tracker.services import notices
from tracker.services.checks import around_all, loaded, pair_of, recheck, recheck_after, store, subjects
from tracker.services.filling import refuse_full
from tracker.services.going import refuse_absent, refuse_who_cannot_go
from tracker.services.history import Recording, new_ref, recording
from tracker.services.permit import permit
from tracker.services.weighing import uncovered


@dataclass(frozen=True, slots=True)
class AddInspection:
    """Plan an inspection of one provider, from the first day to the last, both included."""

    reference: str
    provider: str
    framework: str
    starts_on: date
    ends_on: date
    team_size: int


@dataclass(frozen=True, slots=True)
class Propose:
    """Propose an inspector for an inspection in a role; `plan` is the plan that it comes from, if from one."""

    inspection: str
    staff_no: str
    role: str
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """Release an inspector from an assignment, for a reason."""

    assignment: str
    reason: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Whether an assignment was confirmed; if not, the findings that no decision covers."""

    assignment: Assignment
    confirmed: bool
    uncovered: tuple[Finding, ...]


def add_inspection(session: Session, actor: Actor, command: AddInspection, *, at: datetime) -> Inspection:
    """Plan an inspection; a bad field raises RefusedError that names it."""
    permit(actor, Permission.PLAN_INSPECTIONS)
    refuse_bad(command)
    with recording(session, actor, at) as history:
        reference = command.reference.strip()
        # Whoever looks for one is shown both, if they differ in capital letters alone.
        same = func.lower(Inspection.reference) == reference.lower()
        known = session.scalar(select(Inspection.reference).where(same).limit(1))
        if known is not None:
            raise RefusedError(f"There is already an inspection {known}: choose another reference", field="reference")
        group = session.scalar(select(ProviderRow.type_group).where(ProviderRow.ref == command.provider))
        row = Inspection(
            reference=reference,
            provider=command.provider,
            framework=command.framework.strip(),
            starts_on=command.starts_on,
            ends_on=command.ends_on,
            team_size=command.team_size,
            remit=remit_of(command.provider, group or ""),
            added_at=at,
        )
        session.add(row)
        session.flush()
        enter_planned(history, command, row.remit)
        return row


def enter_planned(history: Recording, command: AddInspection, remit: str) -> None:
    """Enter in the history that an inspection was planned, and under which remit."""
    history.append(
        "inspection:planned",
        (f"inspection:{command.reference.strip()}", f"provider:{command.provider}"),
        {
            "starts_on": command.starts_on.isoformat(),
            "ends_on": command.ends_on.isoformat(),
            "framework": command.framework.strip(),
            "team_size": command.team_size,
            "remit": remit,
        },
    )


def refuse_bad(command: AddInspection) -> None:
    """Raise RefusedError that names the first bad field of an inspection to plan."""
    for field, sentence in faults_of(command):
        raise RefusedError(sentence, field=field)


def faults_of(command: AddInspection) -> list[tuple[str, str]]:
    """Return every bad field of an inspection to plan, with its cure."""
    days = command.starts_on, command.ends_on
    return [*faults(command.reference, command.provider, command.framework, days, command.team_size)]


def propose(session: Session, actor: Actor, command: Propose, *, rules: AllocationRules, at: datetime) -> Assignment:
    """Propose an inspector for an inspection, and check it at once.

    Who cannot go by the list of candidates is refused (RefusedError with every reason): whoever is on another
    inspection on one of its days, leaves before its end, lacks the remit or may not lead. What a choice only bends
    (load, distance, earlier visits, who is kept apart, a full team) refuses nothing; the pages and a file warn of it.
    `rules` are those of allocating.
    """
    with recording(session, actor, at) as history:
        inspection, inspector = _asked(session, command)
        permit(actor, Permission.ASSIGN, Subject(inspector_id=inspector.id))
        if inspection.called_off_at is not None:
            raise RefusedError(f"{inspection.reference} was called off: nobody goes there any more")
        _refuse_proposal(session, inspection, inspector, command)
        refuse_who_cannot_go(history, inspection, inspector, command.role, rules)
        days = inspection.starts_on, inspection.ends_on
        whom = inspector.id, inspector.staff_no
        pair = Pair(*whom, inspection.provider, *days, command.role, inspection=inspection.id)
        look = _look(history, pair, inspector.engagement)
        assignment = _added(history, inspection, inspector, command.role)
        plan = {"plan": command.plan} if command.plan else {}
        history.append("assignment:proposed", subjects(assignment), {"role": assignment.role, **plan})
        store(history, assignment, look.facts, look.outcome, policy=look.version, cause="proposal")
        uncovered(session, assignment, look.outcome, look.policy)
        notices.ask_to_confirm(history, assignment)
        return assignment


def _added(history: Recording, inspection: Inspection, inspector: Inspector, role: str) -> Assignment:
    """Add the row of a proposal, of which no check tells anything yet."""
    assignment = Assignment(
        ref=new_ref("ASG"),
        inspection=inspection,
        inspector=inspector,
        role=role,
        state=State.PROPOSED,
        proposed_by=history.actor.ref,
        proposed_at=history.at,
        changed_at=history.at,
        verdict=Verdict.UNDETERMINED,
    )
    history.session.add(assignment)
    history.session.flush()
    return assignment


def _asked(session: Session, command: Propose) -> tuple[Inspection, Inspector]:
    """Return the inspection, and whom it is asked for; NotFoundError, RefusedError where there is none."""
    inspection = session.scalars(select(Inspection).where(Inspection.reference == command.inspection)).one_or_none()
    if inspection is None:
        message = f"There is no inspection {command.inspection}."
        raise NotFoundError(message)
    inspector = session.scalars(select(Inspector).where(Inspector.staff_no == command.staff_no)).one_or_none()
    if inspector is None:
        message = f"There is no inspector with staff number {command.staff_no}: choose one from the list"
        raise RefusedError(message, field="staff_no")
    return inspection, inspector


def _refuse_proposal(session: Session, inspection: Inspection, inspector: Inspector, command: Propose) -> None:
    if command.role not in ROLES:
        message = f"“{command.role}” is no role: give one of {', '.join(ROLES)}"
        raise RefusedError(message, field="role")
    there = session.scalar(
        select(Assignment.role).where(
            Assignment.inspection_id == inspection.id,
            Assignment.inspector_id == inspector.id,
            Assignment.state.in_(OPEN),
        )
    )
    if there is not None and are_apart(there, command.role):
        raise RefusedError(
            f"{inspector.name} is on {inspection.reference} as {there}: whoever inspects may not also look at that "
            "work for quality or sign it off. Choose somebody else",
            field="role",
        )
    if there is not None:
        message = f"{inspector.name} is already proposed for {inspection.reference}"
        raise RefusedError(message, field="staff_no")


@dataclass(frozen=True, slots=True)
class _Look:
    """A check that was just made, with the facts and the policy that it rests on."""

    facts: Facts
    outcome: Outcome
    version: PolicyVersion
    policy: Policy


def _look(history: Recording, pair: Pair, engagement: str) -> _Look:
    """Check a pair as things stand now, under the policy for the inspector's engagement."""
    version, policy = policies.in_force(history.session, history.at.date(), engagement)
    (facts,) = facts_for(history.session, [pair])
    return _Look(facts, check(facts, policy), version, policy)


def confirm(session: Session, actor: Actor, ref: str, *, at: datetime) -> Confirmation:
    """Confirm an assignment, if a check made now finds nothing that is not covered by a standing decision.

    Where it does, the new check stays, the assignment is not confirmed, and the answer says what is not covered. Who is
    elsewhere then, or leaves before the end, is refused, and so is whoever would overfill the team.
    """
    with recording(session, actor, at) as history:
        assignment = _assignment(session, actor, ref)
        state = after(assignment.state, "confirm")
        refuse_full(session, assignment, at)
        refuse_absent(history, assignment)
        look = _look(history, pair_of(assignment, at.date()), assignment.inspector.engagement)
        store(history, assignment, look.facts, look.outcome, policy=look.version, cause="confirmation")
        open_findings = uncovered(session, assignment, look.outcome, look.policy)
        if open_findings:
            return Confirmation(assignment, confirmed=False, uncovered=open_findings)
        assignment.state = state
        assignment.changed_at = at
        history.append("assignment:confirmed", subjects(assignment), {"verdict": str(assignment.verdict)})
        session.flush()
        recheck_after(session, actor, assignment.inspection, at=at)
        return Confirmation(assignment, confirmed=True, uncovered=())


def release(session: Session, actor: Actor, command: Release, *, at: datetime) -> Assignment:
    """Release an inspector from an assignment, for a reason."""
    if not command.reason.strip():
        message = "Say why the inspector is released"
        raise RefusedError(message, field="reason")
    with recording(session, actor, at) as history:
        assignment = _assignment(session, actor, command.assignment)
        let_go(history, [assignment], command.reason.strip(), "release")
        return assignment


def let_go(history: Recording, assignments: Collection[Assignment], reason: str, cause: str) -> None:
    """Release people, and check again whomever that can touch, when all are released."""
    session = history.session
    enter_released(history, assignments, reason, cause)
    session.flush()
    touched = around_all(session, ((each.inspection.provider, each.inspection.ends_on) for each in assignments))
    if touched:
        recheck(session, history.actor, cause="team", at=history.at, only=sorted(touched))


def enter_released(history: Recording, assignments: Collection[Assignment], reason: str, cause: str) -> None:
    """Move assignments to released and enter each in the history; the reason is kept as personal words."""
    # Each keeps words of its own, so that each can be erased.
    for each, kept in zip(assignments, history.keep_many([reason] * len(assignments)), strict=True):
        after(each.state, "release")
        history.append("assignment:released", subjects(each), {"cause": cause}, {"reason": kept})
    history.session.flush()
    # All at once: since the head is locked nobody else changes one, whose number a single change would compare.
    values = {"state": State.RELEASED, "changed_at": history.at, "version": Assignment.version + 1}
    for some in in_parts([each.id for each in assignments]):
        history.session.execute(update(Assignment).where(Assignment.id.in_(some)).values(values))


def _assignment(session: Session, actor: Actor, ref: str) -> Assignment:
    assignment = loaded(session, ref)
    if assignment is None:
        message = "There is no such assignment."
        raise NotFoundError(message)
    permit(actor, Permission.ASSIGN, Subject(inspector_id=assignment.inspector_id))
    return assignment
