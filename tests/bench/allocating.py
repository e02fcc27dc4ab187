"""The whole term: against OR-tools' own flow, against greedy by date, and against HiGHS' integer program."""

from collections.abc import Iterator
from math import inf
from typing import Any

import numpy as np

from tests.bench.setting import Setting
from tests.bench.terms import invented, with_teams
from tests.bench.timing import Figure, in_turns
from tests.support.plan_checker import Checker, Seat, seats_of
from tests.support.term_exact import program, rows_of
from tracker.allocation.term.ground import Ground
from tracker.allocation.term.network import Builder, flows
from tracker.allocation.term.plan import Plan
from tracker.allocation.term.potentials import duals_of, prices_of
from tracker.allocation.term.problem import LEAD, Problem
from tracker.allocation.term.proof import verify
from tracker.allocation.term.rows import tolls_of
from tracker.allocation.term.scanning import Arcs, cheapest, underpriced
from tracker.allocation.term.siding import Sides
from tracker.allocation.term.solving import solve

# Of 30,000 inspections a year 10,000 are in a term; and 6,500 where each wants a team.
TERM, TEAMS = 1 / 3, 13 / 60
NEAREST, SLOWER, CERTIFIED = 30, 2, 3
BETTER, FASTER, NEAR = 0.70, 0.1, 1.0001
KILOMETRE = 1_000


def places(setting: Setting) -> Iterator[Figure]:
    """One inspector for each of a term's places: row 7."""
    extent = setting.size.extent
    number = max(int(extent.inspections * TERM), 2)
    problem = invented(7, extent.inspectors, number, term=(3, 6))
    ground = Ground(problem)
    near = _nearest(ground, NEAREST)
    builder = Builder(ground)
    network = builder.build(near, near.cost)
    flow = flows(network)
    plan = _sound(problem, solve(problem))

    def certificate() -> None:
        duals = duals_of(builder, network, prices_of(network, flow), tolls_of(Sides(ground), {}))
        underpriced(ground, duals)
        verify(problem, plan)

    taken = in_turns(
        lambda: solve(problem),
        lambda: flows(Builder(ground).build(near, near.cost)),
        rounds=setting.size.rounds,
    )
    name = f"{number:,} places over {extent.inspectors:,}"
    yield Figure(f"{name}, priced over all pairs", "s", *taken, f"flow over {NEAREST} nearest, given", SLOWER)
    proved = in_turns(certificate, lambda: solve(problem), rounds=setting.size.rounds)
    yield Figure(f"{name}: prices, all pairs, proof", "s", *proved, "the solve", CERTIFIED)
    proof = verify(problem, plan)
    yield Figure(f"{name}: cost", "km", plan.cost, proof.bound, "its proved bound", 1)


def _nearest(ground: Ground, number: int) -> Arcs:
    """Return so many of the nearest of whom nothing real is found for each place."""
    arcs = cheapest(ground, number)
    order = np.lexsort((arcs.cost, arcs.inspection))
    rank = np.arange(len(order)) - np.searchsorted(arcs.inspection[order], arcs.inspection[order])
    return arcs[np.sort(order[rank < number])]


def _sound(problem: Problem, plan: Plan) -> Plan:
    """Return the plan; an error where the plain checker finds any rule broken, or the proof does not hold."""
    broken = Checker(problem).broken(seats_of(plan))
    proof = verify(problem, plan)
    if broken or not proof.is_valid:
        raise AssertionError(broken[:3] or proof.why)
    return plan


def tight(setting: Setting) -> Iterator[Figure]:
    """A term with hardly enough inspectors, against taking the nearest who is free, by date: row 8."""
    extent = setting.size.extent
    number = max(int(extent.inspections * TERM), 12)
    problem = invented(8, max(number * 326 // 1_000, 3), number, term=(2, 4))
    plan = _sound(problem, solve(problem))
    check = Checker(problem)
    chosen = _by_date(problem)
    broken = check.broken(chosen)
    if broken:
        raise AssertionError(broken[:3])
    unfilled = int(plan.unfilled.n.sum()), number - len(chosen)
    name = f"{number:,} places, hardly enough inspectors"
    yield Figure(f"{name}: unfilled", "places", *unfilled, "greedy by date", BETTER)
    yield Figure(f"{name}: cost", "km", plan.cost, check.whole_cost(chosen), "greedy by date", BETTER)


def _by_date(problem: Problem) -> list[Seat]:
    """Return a plan as one makes it by hand: each place in turn to the nearest who is free."""
    ground, there = Ground(problem), problem.inspections
    weeks, term = ground.weeks.copy(), ground.term.copy()
    everyone = np.arange(ground.people)
    chosen: list[Seat] = []
    for place in np.lexsort((np.arange(ground.places), there.first)).tolist():
        at = np.full(ground.people, place)
        free = (
            (term > 0) & (weeks[:, there.week[place]] > 0) & (problem.inspectors.remits >> there.remit[place] & 1 > 0)
        )
        who = everyone[free & ground.may(everyone, at)]
        if len(who):
            best = int(who[np.argmin(ground.costs(who, at[: len(who)]))])
            chosen.append((best, place, 1 - LEAD))
            weeks[best, there.week[place]] -= 1
            term[best] -= 1
    return chosen


def teams(setting: Setting) -> Iterator[Figure]:
    """Teams with a lead, weeks, pairs kept apart and quotas, against an integer program: row 9.

    HiGHS is given the 30 nearest of each seat alone, kilometres instead of metres, which suits it better, and may end
    where its plan is proved to be as near to the best as ours is to be.
    """
    extent = setting.size.extent
    number = max(int(extent.inspections * TEAMS), 4)
    problem = with_teams(invented(9, extent.inspectors, number, term=(4, 7)), 9)
    plan = _sound(problem, solve(problem))
    solver = _program(problem)

    def theirs() -> None:
        solver.clearSolver()
        solver.run()

    taken = in_turns(lambda: solve(problem), theirs, rounds=setting.size.rounds)
    bound, found = verify(problem, plan).bound, solver.getInfo()
    target = FASTER if setting.size.rounds > 1 else None
    name = f"{number:,} inspections' teams, over all pairs"
    against = f"HiGHS over {NEAREST} nearest"
    yield Figure(name, "s", *taken, against, target)
    yield Figure(f"{name}: cost", "km", plan.cost, bound, "its proved bound", NEAR)
    yield Figure(f"{name}: cost", "km", plan.cost, found.objective_function_value * KILOMETRE, against)


def _program(problem: Problem) -> Any:
    """Return HiGHS with the problem over the nearest of each seat: every rule a row, and what is left open a column."""
    check, near = Checker(problem), cheapest(Ground(problem), NEAREST)
    arcs = list(zip(near.inspector.tolist(), near.inspection.tolist(), near.seat.tolist(), strict=True))
    rows: list[tuple[list[int], float, int]] = [(held, -inf, limit) for held, limit in rows_of(check, arcs)]
    costs, most = [*near.cost.tolist()], [1] * len(arcs)
    of_seat: dict[tuple[int, int], list[int]] = {}
    for at, (_, place, seat) in enumerate(arcs):
        of_seat.setdefault((place, seat), []).append(at)
    for number, place in enumerate(check.places):
        for seat, is_open in ((0, place["lead_open"]), (1, place["team_open"])):
            if is_open:
                rows.append(([*of_seat.get((number, seat), []), len(costs)], is_open, is_open))
                costs.append(problem.weights.unfilled)
                most.append(is_open)
    solver = program([cost / KILOMETRE for cost in costs], rows, most)
    solver.setOptionValue("mip_rel_gap", NEAR - 1)
    return solver
