"""Plans for a period: asked for, worked on in the background, given up, and applied; each stands in one row.

Whoever works on a plan says now and then that it goes on (its beat). A plan whose beat is old has stopped, and can be
begun again.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission
from tracker.domain.errors import NotFoundError, RefusedError
from tracker.domain.plan_states import PlanState
from tracker.models import AllocationPlan
from tracker.services.history import new_ref, recording
from tracker.services.permit import permit

# As long without a beat, and whoever worked on a plan works no more.
SILENT = timedelta(seconds=60)
LONGEST_PERIOD = timedelta(days=400)
MOST_PINS = 200
MADE = (PlanState.WAITING, PlanState.WORKING)
TOKEN_BYTES = 8
AT_WORK = (*MADE, PlanState.APPLYING)
RESTARTED = (PlanState.FAILED, PlanState.CANCELLED, PlanState.STOPPED)


@dataclass(frozen=True, slots=True)
class AskPlan:
    """A plan for the inspections that begin from the first day to the last; pins are (inspection, staff, role)."""

    first_on: date
    last_on: date
    rules: str
    pins: tuple[tuple[str, str, str], ...] = ()


def is_silent(plan: AllocationPlan, beat: datetime) -> bool:
    """Tell whether a plan is said to be worked on and nobody does; `beat` is the time by the wall's clock."""
    return plan.state in AT_WORK and beat - plan.beat_at > SILENT


def ask(session: Session, actor: Actor, command: AskPlan, *, at: datetime, beat: datetime) -> AllocationPlan:
    """Ask for a plan; nothing is proposed by that. One who waits for a plan may not ask for a second one."""
    permit(actor, Permission.ASSIGN)
    _refuse_bad(command)
    with recording(session, actor, at) as history:
        mine = session.scalars(
            select(AllocationPlan).where(AllocationPlan.made_by == actor.ref, AllocationPlan.state.in_(MADE))
        )
        if not actor.is_system and any(not is_silent(each, beat) for each in mine):
            raise RefusedError("A plan that you asked for is still being made: wait for it, or cancel it first")
        plan = AllocationPlan(
            ref=new_ref("PLN"),
            made_by=actor.ref,
            made_at=at,
            first_on=command.first_on,
            last_on=command.last_on,
            rules=command.rules,
            pins=json.dumps(command.pins),
            state=PlanState.WAITING,
            says="Waiting to begin",
            beat_at=beat,
        )
        session.add(plan)
        session.flush()
        period = {"first_on": command.first_on.isoformat(), "last_on": command.last_on.isoformat()}
        history.append("plan:asked", (f"plan:{plan.ref}",), {**period, "pins": len(command.pins)})
        return plan


def _refuse_bad(command: AskPlan) -> None:
    if command.last_on < command.first_on:
        raise RefusedError("The last day is before the first: mend one of them", field="last_on")
    if command.last_on - command.first_on > LONGEST_PERIOD:
        raise RefusedError("Choose at most a year and a month at once", field="last_on")
    if len(command.pins) > MOST_PINS:
        raise RefusedError(f"Keep at most {MOST_PINS} choices", field="pins")


def one(session: Session, ref: str) -> AllocationPlan:
    """Return a plan as it stands now; NotFoundError where there is none."""
    found = session.scalars(
        select(AllocationPlan).where(AllocationPlan.ref == ref).execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFoundError("There is no such plan.")
    return found


def _locked(session: Session, ref: str) -> AllocationPlan:
    """Return a plan as it stands now, and let nobody else change it until the transaction ends."""
    session.execute(select(AllocationPlan.id).where(AllocationPlan.ref == ref).with_for_update())
    return one(session, ref)


def begin(session: Session, ref: str, *, beat: datetime) -> str | None:
    """Take a plan that waits, to work on it, and return what shows that it is you who does.

    None where somebody else took it or nobody wants it any more.
    """
    worker = secrets.token_hex(TOKEN_BYTES)
    taken = session.execute(
        update(AllocationPlan)
        .where(AllocationPlan.ref == ref, AllocationPlan.state == PlanState.WAITING)
        .values(state=PlanState.WORKING, says="Reading who may go where", done=0, of=0, beat_at=beat, worker=worker)
        .execution_options(synchronize_session=False)
    )
    return worker if taken.rowcount else None  # type: ignore[attr-defined]  # an update's result


@dataclass(frozen=True, slots=True)
class Beat:
    """That the work goes on: what is done, in words, and how much of how much."""

    says: str
    done: int
    of: int


def tell(session: Session, ref: str, told: Beat, *, worker: str, beat: datetime) -> bool:
    """Keep that the work on a plan goes on; return whether it is still wanted of this worker."""
    still = session.execute(
        update(AllocationPlan)
        .where(
            AllocationPlan.ref == ref,
            AllocationPlan.state == PlanState.WORKING,
            AllocationPlan.worker == worker,
            AllocationPlan.cancel_asked.is_(False),
        )
        .values(says=told.says, done=told.done, of=told.of, beat_at=beat)
        .execution_options(synchronize_session=False)
    )
    return bool(still.rowcount)  # type: ignore[attr-defined]  # an update's result


def _own(session: Session, ref: str, worker: str) -> AllocationPlan | None:
    """Return a plan that this worker still works on, None where it was taken away."""
    plan = _locked(session, ref)
    return plan if plan.state is PlanState.WORKING and plan.worker == worker else None


def finish(session: Session, ref: str, result: str, *, worker: str, history_size: int, beat: datetime) -> None:
    """Keep what came of the work, as JSON, with how much of the history was known to it."""
    plan = _own(session, ref, worker)
    if plan is None:
        return
    if plan.cancel_asked:
        _cancelled(plan, beat)
        return
    plan.state, plan.says, plan.beat_at = PlanState.READY, "", beat
    plan.result, plan.history_size = result, history_size
    session.flush()


def fail(session: Session, ref: str, why: str, *, worker: str, beat: datetime) -> None:
    """Keep why no plan came of the work."""
    plan = _own(session, ref, worker)
    if plan is not None:
        plan.state, plan.says, plan.beat_at = PlanState.FAILED, why, beat
        session.flush()


def given_up(session: Session, ref: str, *, worker: str, beat: datetime) -> None:
    """Keep that the work has ended because nobody wants the plan any more."""
    plan = _own(session, ref, worker)
    if plan is not None:
        _cancelled(plan, beat)
        session.flush()


def stop(session: Session, ref: str, why: str, *, beat: datetime) -> None:
    """Keep why applying a plan went no further; somebody may go on with it."""
    plan = _locked(session, ref)
    if plan.state is PlanState.APPLYING:
        plan.state, plan.says, plan.beat_at = PlanState.STOPPED, why, beat
        session.flush()


def cancel(session: Session, actor: Actor, ref: str, *, at: datetime, beat: datetime) -> AllocationPlan:
    """Give up a plan that is being made, or stop one that is being applied: what is proposed stays proposed."""
    permit(actor, Permission.ASSIGN)
    with recording(session, actor, at) as history:
        plan = _locked(session, ref)
        if plan.state not in (*AT_WORK, PlanState.STOPPED):
            raise RefusedError("Nothing is at work on this plan any more.")
        was = plan.state
        _give_up(plan, beat)
        session.flush()
        history.append("plan:cancelled", (f"plan:{plan.ref}",), {"state": str(was), "done": plan.done, "of": plan.of})
        return plan


def _give_up(plan: AllocationPlan, beat: datetime) -> None:
    silent = is_silent(plan, beat)
    if plan.state is PlanState.STOPPED or (plan.state is PlanState.APPLYING and silent):
        plan.state, plan.says = PlanState.APPLIED, "stopped"
    elif plan.state is PlanState.WAITING or silent:
        _cancelled(plan, beat)
    else:
        plan.cancel_asked = True


def _cancelled(plan: AllocationPlan, beat: datetime) -> None:
    plan.state, plan.says, plan.beat_at = PlanState.CANCELLED, "", beat


def again(session: Session, actor: Actor, ref: str, *, at: datetime, beat: datetime) -> AllocationPlan:
    """Let work begin again on a plan that has stopped, failed or was given up; applying goes on where it stopped.

    Whoever lets applying go on is who proposes from there on.
    """
    permit(actor, Permission.ASSIGN)
    with recording(session, actor, at) as history:
        plan = _locked(session, ref)
        if not (is_silent(plan, beat) or plan.state in RESTARTED):
            raise RefusedError("This plan is being worked on, or is done.")
        was = plan.state
        if was in (PlanState.APPLYING, PlanState.STOPPED):
            plan.state, plan.says, plan.applied_by, plan.applied_at = PlanState.APPLYING, "", actor.ref, at
        else:
            plan.state, plan.says, plan.done, plan.of = PlanState.WAITING, "Waiting to begin", 0, 0
        plan.cancel_asked, plan.beat_at, plan.worker = False, beat, None
        session.flush()
        history.append("plan:restarted", (f"plan:{plan.ref}",), {"state": str(was), "done": plan.done, "of": plan.of})
        return plan


def pins_of(plan: AllocationPlan) -> Sequence[tuple[str, str, str]]:
    """Return the choices that a plan keeps: inspection, staff number and role."""
    return [(inspection, staff_no, role) for inspection, staff_no, role in json.loads(plan.pins)]
