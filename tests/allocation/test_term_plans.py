"""A term's plan keeps every rule, costs what it says, and its certificate bounds every other plan."""

from dataclasses import fields, replace
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bench.terms import invented, with_teams
from tests.support.plan_checker import Checker, seats_of
from tests.support.term_exact import best_cost
from tests.support.term_problems import MONDAY, WEIGHTS, problem_of, random_problem, table
from tracker.allocation.term import finishing
from tracker.allocation.term.plan import Plan
from tracker.allocation.term.problem import LEAD, TEAM, Apart, Found, Problem, Quotas, column
from tracker.allocation.term.proof import verify
from tracker.allocation.term.solving import Cancelled, solve

SEEDS = st.integers(0, 2**32)


@given(SEEDS)
@settings(max_examples=60)
def test_a_plan_keeps_every_rule_and_none_is_better(seed: int) -> None:
    problem = random_problem(seed)
    plan = solve(problem)
    check = Checker(problem)
    assert check.broken(seats_of(plan)) == []
    assert check.whole_cost(seats_of(plan)) == plan.cost
    proof = verify(problem, plan)
    assert proof.is_valid, proof.why
    assert plan.bound <= plan.cost == best_cost(problem)
    assert (plan.left is None) == (plan.bound == plan.cost)


@given(SEEDS)
@settings(max_examples=40)
def test_without_side_rules_no_plan_is_better(seed: int) -> None:
    problem = random_problem(seed, is_bare=True)
    plan = solve(problem)
    assert plan.cost == plan.bound == best_cost(problem)
    assert Checker(problem).broken(seats_of(plan)) == []
    assert verify(problem, plan).gap == 0


@pytest.mark.parametrize("seed", range(2, 6))
def test_prices_alone_prove_the_plan_of_a_term_with_couples_full_weeks_and_quotas(seed: int) -> None:
    problem = with_teams(invented(seed, 350, 650, term=(4, 7)), seed)
    plan = solve(problem)
    assert not Checker(problem).broken(seats_of(plan))
    assert (plan.cost - verify(problem, plan).bound, plan.left) == (0, None)


@given(SEEDS)
@settings(max_examples=10)
def test_the_same_problem_gets_the_same_plan_and_the_order_of_inspectors_never_its_cost(seed: int) -> None:
    problem = random_problem(seed, is_bare=True)
    plan = solve(problem)
    assert seats_of(solve(problem)) == seats_of(plan)
    order = list(range(len(problem.inspectors)))
    Random(seed).shuffle(order)
    place = np.argsort(column(order))
    shuffled = {"inspectors": _taken(problem.inspectors, column(order))}
    for name in ("found", "busy", "used", "members"):
        rows = getattr(problem, name)
        shuffled[name] = replace(rows, inspector=place[rows.inspector])
    assert solve(replace(problem, **shuffled)).cost == plan.cost


def _taken(rows: Any, which: Any) -> Any:
    return type(rows)(*(getattr(rows, each.name)[which] for each in fields(rows)))


@given(SEEDS)
@settings(max_examples=10)
def test_a_tighter_term_is_planned_as_well_and_the_same_each_time(seed: int) -> None:
    problem = random_problem(seed, people=12, places=14)
    plan = solve(problem)
    assert plan.cost == best_cost(problem)
    assert verify(problem, plan).is_valid
    again = solve(problem)
    assert (seats_of(again), again.bound, again.left) == (seats_of(plan), plan.bound, plan.left)


def _three_apart() -> Problem:
    """Three inspectors, each kept apart from the others, for two places of one team."""
    people = [(east, 0, 1, 2, 3, 1, 1) for east in (0, 10, 20)]
    return problem_of(people, [(MONDAY, MONDAY, 0, 0, 0, 0, 1, 0, 2)], apart=table(Apart, [(0, 1), (0, 2), (1, 2)]))


def test_where_prices_do_not_settle_it_all_that_they_leave_open_is_tried_and_counted_again() -> None:
    problem = _three_apart()
    plan = solve(problem)
    # Half of each would fill one place and a half; of whole persons one can go.
    assert (plan.cost, plan.left) == (WEIGHTS.unfilled, 3)
    assert plan.bound < plan.cost
    assert verify(problem, plan).is_valid
    for claimed in (0, 2, 4):
        assert "leave 3 choices open" in _refused(problem, replace(plan, left=claimed))
    # Whoever does not claim it was tried is believed, and the gap is said.
    assert verify(problem, replace(plan, left=None)).gap == plan.cost - plan.bound


def test_what_is_too_much_to_try_keeps_the_plan_and_says_the_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = _three_apart()
    monkeypatch.setattr(finishing, "SEARCHED", 0)
    monkeypatch.setattr(finishing, "PRICED", 0)
    plan = solve(problem)
    assert (len(plan.inspector), plan.left) == (1, None)
    assert plan.bound < plan.cost
    assert verify(problem, plan).gap == plan.cost - plan.bound


def _two_near_two() -> Problem:
    """Two inspectors, each beside one inspection of the same day."""
    people = [(0, 0, 1, 1, 3, 1, 1), (10_000, 0, 1, 1, 3, 1, 1)]
    places = [(MONDAY, MONDAY + 1, 0, 0, east, 0, 1, 1, 0) for east in (100, 9_000)]
    return problem_of(people, places)


def _refused(problem: Problem, plan: Plan) -> str:
    proof = verify(problem, plan)
    assert not proof.is_valid
    return proof.why


def test_a_plan_made_worse_by_hand_is_refused() -> None:
    problem = _two_near_two()
    plan = solve(problem)
    assert (plan.cost, plan.bound) == (1_100, 1_100)
    swapped = replace(plan, inspector=plan.inspector[::-1])
    assert "costs" in _refused(problem, swapped)
    # Whoever owns up to the higher cost is believed, and the gap is said.
    honest = verify(problem, replace(swapped, cost=18_900))
    assert (honest.is_valid, honest.gap) == (True, 17_800)
    dropped = replace(plan, inspector=plan.inspector[:1], inspection=plan.inspection[:1], seat=plan.seat[:1])
    assert "open seats" in _refused(problem, dropped)


def test_a_seat_moved_to_somebody_farther_is_refused() -> None:
    problem = problem_of([(0, 0, 1, 1, 3, 1, 1), (10_000, 0, 1, 1, 3, 1, 1)], [(MONDAY, MONDAY, 0, 0, 100, 0, 1, 1, 0)])
    plan = solve(problem)
    assert "costs" in _refused(problem, replace(plan, inspector=column([1])))


def test_no_altered_price_passes_unless_it_still_bounds() -> None:
    problem = random_problem(8, is_bare=True, people=9, places=9)
    plan = solve(problem)
    assert verify(problem, plan).is_valid
    refused = 0
    for name in ("lead", "team", "term"):
        for row in range(len(getattr(plan.certificate, name))):
            for change in (-WEIGHTS.unfilled, -1, 1, WEIGHTS.unfilled):
                prices = getattr(plan.certificate, name).copy()
                prices[row] += change
                altered = replace(plan, certificate=replace(plan.certificate, **{name: prices}))
                proof = verify(problem, altered)
                # No price makes the bound better than the best plan.
                assert proof.bound <= plan.cost
                assert proof.is_valid == (proof.bound == plan.bound)
                refused += not proof.is_valid
    assert refused > 10


def test_a_claimed_bound_that_the_prices_do_not_prove_is_refused() -> None:
    problem = _two_near_two()
    plan = solve(problem)
    assert "prove" in _refused(problem, replace(plan, bound=plan.bound + 1))


def test_two_kept_apart_two_places_on_one_day_and_a_real_conflict_are_refused() -> None:
    problem = _two_near_two()
    plan = solve(problem)
    one = replace(plan, inspector=column([0, 0]), cost=9_100)
    assert "week" in _refused(problem, one)
    real = replace(problem, found=table(Found, [(int(plan.inspector[0]), int(plan.inspection[0]), 3)]))
    assert "cannot go" in _refused(real, plan)


@pytest.mark.parametrize(
    ("people", "places", "unfilled"),
    [
        ([], [], 0),
        ([(0, 0, 1, 1, 1, 1, 1)], [], 0),
        ([], [(MONDAY, MONDAY, 0, 0, 0, 0, 1, 1, 2)], 3),
        ([(0, 0, 0, 1, 1, 1, 1)], [(MONDAY, MONDAY, 0, 0, 0, 0, 0, 1, 0)], 0),
    ],
)
def test_odd_problems_have_plans_too(people: list[tuple[int, ...]], places: Any, unfilled: int) -> None:
    problem = problem_of(people, places)
    plan = solve(problem)
    assert plan.unfilled.n.sum() == unfilled
    assert verify(problem, plan) == replace(verify(problem, plan), is_valid=True, gap=0, why="")


def test_where_everyone_is_in_conflict_nobody_goes() -> None:
    problem = replace(_two_near_two(), found=table(Found, [(i, j, 3) for i in (0, 1) for j in (0, 1)]))
    plan = solve(problem)
    assert len(plan.inspector) == 0
    assert plan.cost == plan.bound == 2 * WEIGHTS.unfilled


def test_lead_and_team_are_two_persons() -> None:
    problem = problem_of([(0, 0, 1, 2, 3, 1, 1), (5_000, 0, 1, 2, 3, 1, 0)], [(MONDAY, MONDAY, 0, 0, 0, 0, 1, 1, 1)])
    assert sorted(seats_of(solve(problem))) == [(0, 0, LEAD), (1, 0, TEAM)]


def test_whoever_no_longer_waits_is_not_kept_waiting() -> None:
    told: list[tuple[int, int]] = []
    with pytest.raises(Cancelled):
        solve(_two_near_two(), progress=lambda *step: told.append(step), cancelled=lambda: len(told) > 1)
    assert len(told) == 2
    told.clear()
    solve(_two_near_two(), progress=lambda *step: told.append(step))
    assert told == sorted(told)
    assert told[-1] == (1_000, 1_000)


def test_columns_that_contradict_each_other_are_refused() -> None:
    for place, word in (
        ((MONDAY, MONDAY - 1, 0, 0, 0, 0, 1, 1, 0), "before it begins"),
        ((MONDAY, MONDAY, 0, 0, 0, 0, 1, 2, 0), "one open lead"),
    ):
        with pytest.raises(ValueError, match=word):
            problem_of([], [place])
    with pytest.raises(ValueError, match="calendar weeks"):
        problem_of([], [(MONDAY + 7 * n, MONDAY + 7 * n, 0, 0, 0, 0, 1, 1, 0) for n in (0, 1)])
    with pytest.raises(ValueError, match="not in its list"):
        problem_of([], [], found=table(Found, [(0, 0, 3)]))


@pytest.mark.parametrize("seed", [228, 287, 336, 356, 419])
def test_inspections_over_a_weekend_share_a_day_with_those_of_either_week_and_every_rule_is_kept(seed: int) -> None:
    r = Random(seed)
    people = [(r.randint(0, 30_000), r.randint(0, 30_000), 1, 2, 9, 3, 3) for _ in range(6)]
    places = []
    for _ in range(16):
        week, day, length = r.randrange(3), r.choice([0, 4, 4, 5, 6]), r.choice([1, 2, 2, 3, 4])
        first = MONDAY + 7 * week + day
        places.append(
            (first, first + length - 1, week, r.randint(0, 1), r.randint(0, 30_000), 100, 1, 1, r.randint(0, 2))
        )
    problem = problem_of(people, places)
    plan = solve(problem)
    assert Checker(problem).broken(seats_of(plan)) == []
    assert verify(problem, plan).is_valid
    assert plan.cost == best_cost(problem)


def test_a_term_whose_rules_stand_against_each_other_everywhere_is_planned_in_bounded_work() -> None:
    r, people, places = Random(0), 60, 120
    problem = with_teams(invented(0, people, places, term=(4, 7)), 0)
    pairs = sorted({tuple(sorted(r.sample(range(people), 2))) for _ in range(120)})
    inside = sorted({(r.randrange(12), r.randrange(places)) for _ in range(2 * places)})
    sets, held = (column([each[part] for each in inside]) for part in (0, 1))
    quotas = Quotas(sets, held, column([1] * 12), column(), column(), column())
    contested = replace(problem, apart=table(Apart, pairs), quotas=quotas)
    asked: list[int] = []
    plan = solve(contested, cancelled=lambda: asked.append(1) is not None)
    assert Checker(contested).broken(seats_of(plan)) == []
    assert verify(contested, plan).is_valid
    assert len(asked) < 20_000
