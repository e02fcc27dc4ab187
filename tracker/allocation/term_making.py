"""Making a plan from beginning to end: load, solve, prove, look a second time, and say it all in plain values."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil, hypot
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from tracker.allocation.term.pinning import PinsBreakRulesError
from tracker.allocation.term.plan import Plan
from tracker.allocation.term.problem import Problem
from tracker.allocation.term.proof import verify
from tracker.allocation.term.solving import solve
from tracker.allocation.term_auditing import Placed, audited, placed
from tracker.allocation.term_loading import Ask, Term, load_term
from tracker.allocation.term_words import left_out_told, opened_told, pins_told, unfilled_told
from tracker.domain.allocation_rules import AllocationRules
from tracker.domain.errors import RefusedError
from tracker.domain.facts import Verdict
from tracker.domain.fitting import metres_between
from tracker.domain.lifecycle import LEAD
from tracker.queries.policies import PoliciesInForce

# How far an inspector goes, as the picture has it: up to so many metres.
REACHES = (10_000, 25_000, 50_000, 75_000, 100_000, 150_000, 200_000)
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Made:
    """A plan, proven and looked at a second time. `result` is all that is kept of it."""

    term: Term
    plan: Plan
    places: Sequence[Placed]
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def as_json(self) -> str:
        """The result as it is kept."""
        return json.dumps(self.result, ensure_ascii=False, separators=(",", ":"))


def make(  # noqa: PLR0917 (whom it tells and asks besides)
    session: Session,
    book: PoliciesInForce,
    rules: AllocationRules,
    ask: Ask,
    tell: Tell,
    cancelled: Callable[[], bool],
) -> Made:
    """Make a plan; RefusedError where the pins cannot be kept, or where its proof does not hold.

    A place that a second look finds wrong is left out, said, and counted as open.
    """
    tell("Reading who may go where", 0, 0)
    term = load_term(session, book, rules, ask, lambda done, of: tell("Reading who may go where", done, of))
    plan = _solved(term, tell, cancelled)
    planned = placed(plan.inspector.tolist(), plan.inspection.tolist(), plan.seat.tolist())
    tell("Proving how good it is", 0, 0)
    proof = verify(term.problem, plan)
    if not proof.is_valid:
        raise RefusedError(f"A second look found the plan wrong, so it is not kept: {proof.why}")
    audit = audited(session, book, term, planned, lambda done, of: tell("Checking each place a second time", done, of))
    kept = [number for number in range(len(planned)) if number not in audit.faults]
    places, verdicts = [planned[each] for each in kept], [audit.verdicts[each] for each in kept]
    left_out = [(planned[number], bar) for number, bar in audit.faults.items()]
    tell("Finding why places stay open", 0, 0)
    result = {
        "places": [_place(term, each, verdict) for each, verdict in zip(places, verdicts, strict=True)],
        "second_look": left_out_told(term, left_out),
        "unfilled": [*unfilled_told(term, plan), *opened_told(term, left_out)],
        "pins": pins_told(term, plan),
        "proof": _proof(term.problem, plan, proof.bound, len(left_out)),
        **_numbers(term, places, verdicts),
        "weeks": _weeks(term, plan, places, [each for each, _ in left_out]),
    }
    return Made(term, plan, places, result)


def _solved(term: Term, tell: Tell, cancelled: Callable[[], bool]) -> Plan:
    try:
        return solve(
            term.problem,
            progress=lambda done, of: tell("Weighing who goes where", done, of),
            cancelled=cancelled,
        )
    except PinsBreakRulesError as error:
        pin = list(dict.fromkeys(term.ask.pins))[error.row]
        which = f"{pin.staff_no} for {pin.inspection}, {pin.role}"
        raise RefusedError(f"What you want to keep breaks a rule of allocating: {which}") from error


def _metres(term: Term, each: Placed) -> int | None:
    provider = term.openings[each.opening].provider
    return metres_between(term.people[each.person].place, term.kin[provider].place)


def _place(term: Term, each: Placed, verdict: Verdict) -> list[Any]:
    person, opening = term.people[each.person], term.openings[each.opening]
    return [opening.reference, person.staff_no, int(each.role != LEAD), verdict.weight, _metres(term, each)]


def _proof(problem: Problem, plan: Plan, bound: int, left_out: int) -> dict[str, Any]:
    return {
        # At most: what a place that was left out would have cost is not taken off.
        "cost": int(plan.cost) + problem.weights.unfilled * left_out,
        "bound": int(bound),
        "left": plan.left,
        "unfilled_weight": problem.weights.unfilled,
        "unfilled": int(plan.unfilled.n.sum()) + left_out,
        "most": problem.weights.perceived + max(problem.weights.unknown_distance, _farthest(problem)),
        "pairs": len(problem.inspectors) * len(problem.inspections),
        "inspectors": len(problem.inspectors),
        "inspections": len(problem.inspections),
    }


def _farthest(problem: Problem) -> int:
    """Return how many metres anybody travels at most: the limit, or across all that is located."""
    if problem.max_metres is not None:
        return problem.max_metres
    people, places = problem.inspectors, problem.inspections
    sides = [
        np.concatenate([getattr(people, name)[people.is_located], getattr(places, name)[places.is_located]])
        for name in ("easting", "northing")
    ]
    return ceil(hypot(*(int(np.ptp(side)) if len(side) else 0 for side in sides)))


def _numbers(term: Term, places: Sequence[Placed], verdicts: Sequence[Verdict]) -> dict[str, Any]:
    metres = [_metres(term, each) for each in places]
    known = [each for each in metres if each is not None]
    seats = sum(each.lead_open + each.team_open for each in term.openings)
    return {
        "seats": seats,
        "filled": len(places),
        "verdicts": {str(verdict): number for verdict, number in Counter(verdicts).items()},
        "metres": sum(known),
        "loads": _loads(term, places),
        "travel": _travel(metres),
    }


def _loads(term: Term, places: Sequence[Placed]) -> list[list[int]]:
    """Return how many inspectors have how many inspections in the plan's terms, those included that they had."""
    rules = term.rules
    terms = {rules.term_of(each.starts_on) for each in term.openings}
    taken = Counter(each.inspector for each in term.had if rules.term_of(each.stay.starts_on) in terms)
    taken += Counter(term.people[each.person].number for each in places)
    return [[load, number] for load, number in sorted(Counter(taken[each.number] for each in term.people).items())]


def _travel(metres: Sequence[int | None]) -> list[list[int | None]]:
    """Return how many places are how far: up to each reach, beyond the last (0), and nobody knows (None)."""
    found: Counter[int | None] = Counter(
        None if each is None else next((reach for reach in REACHES if each <= reach), 0) for each in metres
    )
    return [[reach, found[reach]] for reach in (*REACHES, 0, None)]


def _weeks(term: Term, plan: Plan, places: Sequence[Placed], left_out: Sequence[Placed]) -> list[list[Any]]:
    filled = Counter(_monday(term.openings[each.opening].starts_on) for each in places)
    left = Counter(_monday(term.openings[each.opening].starts_on) for each in left_out)
    for inspection, number in zip(plan.unfilled.inspection.tolist(), plan.unfilled.n.tolist(), strict=True):
        left[_monday(term.openings[inspection].starts_on)] += number
    return [[week.isoformat(), filled[week], left[week]] for week in sorted({*filled, *left})]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
