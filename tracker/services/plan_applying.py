"""Applying a plan: a batch of places at a time, each checked again under the lock, so that none is taken on trust."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission
from tracker.domain.allocation_rules import AllocationRules, parse
from tracker.domain.check import check
from tracker.domain.errors import RefusedError
from tracker.domain.facts import Verdict
from tracker.domain.fitting import Bar, Case, Person, why_not
from tracker.domain.lifecycle import LEAD, TEAM
from tracker.domain.plan_states import PlanState
from tracker.domain.uk_time import in_uk
from tracker.models import AllocationPlan
from tracker.queries import policies
from tracker.queries.facts import facts_for
from tracker.queries.moves import called_off, moved_since
from tracker.queries.pairs import Pair
from tracker.queries.policies import PoliciesInForce
from tracker.queries.stays import Opening, people
from tracker.services import assignments
from tracker.services.assignments import Propose
from tracker.services.ground import Ground
from tracker.services.history import Recording, TakenBackError, recording
from tracker.services.permit import permit
from tracker.services.plans import one

BATCH = 100
VERDICTS = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class Place:
    """A place as a plan fills it, with the verdict that the plan knew of."""

    inspection: str
    staff_no: str
    role: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of a batch: how many were proposed, and who was left out, with what stood in the way."""

    proposed: int
    left_out: tuple[tuple[Place, Bar], ...]
    is_last: bool


def places_of(result: str) -> list[Place]:
    """Return the places of a plan's result, in the order in which they are applied."""
    rows: Sequence[Any] = json.loads(result)["places"]
    return [Place(row[0], row[1], TEAM if row[2] else LEAD, VERDICTS[row[3]]) for row in rows]


def begin_applying(session: Session, actor: Actor, ref: str, *, at: datetime, beat: datetime) -> AllocationPlan:
    """Begin to apply a plan; whoever comes second is told who applies it or has applied it."""
    permit(actor, Permission.ASSIGN)
    with recording(session, actor, at):
        plan = one(session, ref)
        if plan.state in (PlanState.APPLYING, PlanState.APPLIED):
            raise RefusedError("This plan is being applied, or was, by somebody else or in another window.")
        if plan.state is not PlanState.READY or plan.result is None:
            raise RefusedError("This plan is not ready to be applied.")
        plan.state, plan.says, plan.beat_at, plan.cancel_asked = PlanState.APPLYING, "", beat, False
        plan.done, plan.of = 0, len(places_of(plan.result))
        plan.applied_by, plan.applied_at = actor.ref, at
        session.flush()
        return plan


def apply_batch(session: Session, actor: Actor, ref: str, *, at: datetime, beat: datetime) -> Batch:
    """Propose the next batch of a plan's places, in one act; one that fits no more is left out, with the reason.

    Where to go on stands in the plan's row and moves with the batch: whoever was killed has done a batch or not.
    """
    permit(actor, Permission.ASSIGN)
    with recording(session, actor, at) as history:
        plan = one(session, ref)
        if plan.state is not PlanState.APPLYING or plan.result is None or plan.cancel_asked:
            if plan.state is PlanState.APPLYING:
                plan.state, plan.says = PlanState.APPLIED, "stopped"
                session.flush()
            return Batch(0, (), is_last=True)
        places = places_of(plan.result)
        some = places[plan.done : plan.done + BATCH]
        left_out = _proposed(history, plan, parse(plan.rules), some)
        plan.done, plan.beat_at = plan.done + len(some), beat
        is_last = plan.done >= len(places)
        if is_last:
            plan.state = PlanState.APPLIED
        session.flush()
        told = {"proposed": len(some) - len(left_out), "left_out": len(left_out), "why": _told(left_out)}
        history.append("plan:applied", (f"plan:{plan.ref}",), told)
        return Batch(len(some) - len(left_out), tuple(left_out), is_last)


def _told(left_out: Sequence[tuple[Place, Bar]]) -> list[list[str]]:
    return [[each.inspection, each.staff_no, each.role, str(bar)] for each, bar in left_out]


def _proposed(
    history: Recording, plan: AllocationPlan, rules: AllocationRules, some: Sequence[Place]
) -> list[tuple[Place, Bar]]:
    """Propose these, one after the other, and return those that were left out."""
    ground = _Ground(history, rules, some, plan.history_size or 0)
    left_out = []
    for each in some:
        bar = ground.bar(each) or _stands_in_the_way(history, plan, rules, each)
        if bar is None:
            ground.take(ground.openings[each.inspection], ground.people[each.staff_no], each.role)
        else:
            left_out.append((each, bar))
    return left_out


def _stands_in_the_way(history: Recording, plan: AllocationPlan, rules: AllocationRules, place: Place) -> Bar | None:
    """Propose somebody and return None; or take it back and return why, if that very check finds too much."""
    command = Propose(place.inspection, place.staff_no, place.role, plan=plan.ref)
    bar: Bar | None = None
    with history.on_trial():
        made = assignments.propose(history.session, history.actor, command, rules=rules, at=history.at)
        bar = _too_heavy(made.verdict, place)
        if bar is not None:
            raise TakenBackError
    return bar


def _too_heavy(verdict: Verdict, place: Place) -> Bar | None:
    if verdict is Verdict.REAL:
        return Bar.REAL
    return Bar.HEAVIER if verdict.weight > place.verdict.weight else None


class _Ground(Ground):
    """All that stands around a batch of places, read under the lock, with the verdict that each would get."""

    def __init__(self, history: Recording, rules: AllocationRules, some: Sequence[Place], known: int) -> None:
        session, today = history.session, in_uk(history.at).date()
        staff = people(session, today, {each.staff_no for each in some})
        super().__init__(session, rules, today, staff, {each.inspection for each in some})
        self.actor = history.actor
        self.off = called_off(session, {each.inspection for each in some})
        # A plan that knew of so many entries chose for the days of then.
        self.moved = moved_since(session, list(self.openings), known)
        book = policies.all_in_force(session, history.at.date())
        self.verdicts = _verdicts(session, book, [(each, *self._both(each)) for each in some])

    def _both(self, place: Place) -> tuple[Person | None, Opening | None]:
        return self.people.get(place.staff_no), self.openings.get(place.inspection)

    def bar(self, place: Place) -> Bar | None:
        """Return what stands in the way of a place now, None where nothing does."""
        person, opening = self._both(place)
        if place.inspection in self.off:
            return Bar.OFF
        if person is None or opening is None:
            return Bar.GONE
        if place.inspection in self.moved:
            return Bar.MOVED
        if self.actor.inspector_id == person.number:
            return Bar.OWN
        return _too_heavy(self.verdicts[place], place) or why_not(
            Case(
                rules=self.rules,
                today=self.today,
                person=person,
                seat=self.seat(opening, place.role),
                remit=opening.remit,
                place=self.kin[opening.provider].place,
                size=opening.size,
                team=self.teams[opening.number],
                stays=self.stays[person.number],
            )
        )


def _verdicts(
    session: Session, book: PoliciesInForce, some: Sequence[tuple[Place, Person | None, Opening | None]]
) -> dict[Place, Verdict]:
    """Check all of a batch at once, as each is checked again when it is proposed."""
    known = [(place, who, where) for place, who, where in some if who is not None and where is not None]
    pairs = [
        Pair(who.number, who.staff_no, where.provider, where.starts_on, where.ends_on, place.role)
        for place, who, where in known
    ]
    return {
        place: check(facts, book.of(who.engagement)[1]).verdict
        for (place, who, _), facts in zip(known, facts_for(session, pairs), strict=True)
    }
