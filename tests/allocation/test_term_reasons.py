"""Why a seat stays unfilled, the change that fills it, and what pins cost."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.plan_checker import Checker, seats_of
from tests.support.term_problems import MONDAY, WEIGHTS, problem_of, random_problem, table
from tracker.allocation.term.pinning import EXACT, PinsBreakRulesError
from tracker.allocation.term.problem import Apart, Found, Pins, Problem, column
from tracker.allocation.term.proof import verify
from tracker.allocation.term.reasons import Kind, Stop, applied, cost_of_pins, why_unfilled
from tracker.allocation.term.solving import solve

SEEDS = st.integers(0, 2**32)


@given(SEEDS)
@settings(max_examples=30)
def test_each_change_once_made_fills_a_seat(seed: int) -> None:
    problem = random_problem(seed)
    plan = solve(problem)
    for reason in why_unfilled(problem, plan):
        if reason.change is None:
            continue
        changed = applied(problem, reason)
        again = solve(changed)
        assert verify(changed, again).is_valid
        assert again.unfilled.n.sum() < plan.unfilled.n.sum(), reason


@given(SEEDS)
@settings(max_examples=20)
def test_everyone_qualified_for_an_unfilled_seat_is_stopped_by_something(seed: int) -> None:
    problem = random_problem(seed)
    for reason in why_unfilled(problem, solve(problem)):
        assert sum(reason.stops.values()) == reason.qualified


def _crowd() -> Problem:
    """Four inspectors and one inspection that none of them can take, each for a reason of their own."""
    far = (900_000, 0, 1, 1, 1, 1, 1)
    near = (0, 0, 1, 1, 1, 1, 1)
    return replace(
        problem_of([near, far, (0, 0, 1, 1, 0, 1, 1), (0, 0, 1, 0, 1, 1, 1)], [(MONDAY, MONDAY, 0, 0, 0, 0, 1, 1, 0)]),
        found=table(Found, [(0, 0, 3)]),
        max_metres=1_000,
    )


def test_the_reasons_are_counted_and_the_nearest_change_is_named() -> None:
    problem = _crowd()
    (reason,) = why_unfilled(problem, solve(problem))
    assert reason.qualified == 4
    assert reason.stops == {Stop.REAL: 1, Stop.FAR: 1, Stop.TERM: 1, Stop.WEEK: 1}
    assert reason.change is not None
    assert (reason.change.kind, reason.change.inspector) == (Kind.TERM, 2)


def test_where_nobody_is_qualified_one_more_inspector_is_the_change() -> None:
    problem = problem_of([(0, 0, 1, 1, 1, 2, 0)], [(MONDAY, MONDAY, 0, 0, 0, 0, 1, 1, 0)])
    (reason,) = why_unfilled(problem, solve(problem))
    assert reason.change is not None
    assert (reason.qualified, reason.change.kind) == (0, Kind.INSPECTOR)


def _pinned(problem: Problem, rows: list[tuple[int, int, int]]) -> Problem:
    return replace(problem, pins=table(Pins, rows))


@given(SEEDS, st.data())
@settings(max_examples=25)
def test_pins_are_kept_proved_and_priced(seed: int, data: st.DataObject) -> None:
    problem = random_problem(seed)
    check = Checker(problem)
    free = solve(problem)
    seats = seats_of(free)
    if not seats:
        return
    # Somebody else in the place of one whom the plan has, if that breaks no rule, and one as the plan has it.
    _, place, seat = data.draw(st.sampled_from(seats))
    others = [(i, place, seat) for i in range(len(problem.inspectors)) if not check.broken([(i, place, seat)])]
    pinned = _pinned(problem, [data.draw(st.sampled_from(others))])
    plan = solve(pinned)
    assert Checker(pinned).broken(seats_of(plan)) == []
    proof = verify(pinned, plan)
    assert proof.is_valid, proof.why
    prices = cost_of_pins(pinned, plan, pinned.pins)
    assert prices.together.cost == plan.cost - free.cost
    worth = prices.together
    parts = worth.unfilled * WEIGHTS.unfilled + worth.perceived * WEIGHTS.perceived
    if check.people and all(each["is_located"] for each in (*check.people, *check.places)):
        assert worth.cost == parts + worth.undetermined * WEIGHTS.undetermined + worth.metres


def test_beyond_a_number_of_pins_each_has_a_bound_in_place_of_a_plan() -> None:
    many = EXACT + 2
    people = [(1_000 * n, 0, 1, 1, 1, 1, 1) for n in range(many)]
    places = [(MONDAY, MONDAY, 0, 0, 1_000 * n, 0, 1, 1, 0) for n in range(many)]
    problem = _pinned(problem_of(people, places), [(n, (n + 1) % many, 0) for n in range(many)])
    prices = cost_of_pins(problem, solve(problem), problem.pins)
    assert [each.is_exact for each in prices.each] == [True] * EXACT + [False] * 2
    assert prices.each[0].metres == 2_000
    assert all(0 <= each.cost <= prices.together.cost for each in prices.each)


@pytest.mark.parametrize(
    ("rows", "more"),
    [
        ([(0, 0, 0)], {"found": table(Found, [(0, 0, 3)])}),
        ([(0, 0, 0), (0, 0, 1)], {}),
        ([(0, 0, 0), (1, 0, 0)], {}),
        ([(0, 0, 0), (1, 0, 1)], {"apart": table(Apart, [(0, 1)])}),
        ([(2, 0, 1)], {}),
    ],
)
def test_pins_that_break_a_rule_are_refused(rows: list[tuple[int, int, int]], more: dict[str, object]) -> None:
    people = [(0, 0, 1, 2, 3, 1, 1), (0, 0, 1, 2, 3, 1, 1), (0, 0, 1, 2, 3, 0, 0)]
    problem = problem_of(people, [(MONDAY, MONDAY, 0, 0, 0, 0, 1, 1, 1)], **more)
    with pytest.raises(PinsBreakRulesError) as refused:
        solve(_pinned(problem, rows))
    assert refused.value.row == len(rows) - 1


def test_a_plan_without_pins_or_unfilled_seats_needs_no_reasons() -> None:
    problem = problem_of([], [])
    assert why_unfilled(problem, solve(problem)) == ()
    assert len(column()) == 0
