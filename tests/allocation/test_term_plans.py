"""A term's plan keeps every rule, costs what it says, and its certificate bounds every other plan."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.plan_checker import Checker, seats_of
from tests.support.term_problems import best_cost, random_problem
from tracker.allocation.term.proof import verify
from tracker.allocation.term.solving import solve


@given(st.integers(0, 2**32))
@settings(max_examples=150)
def test_a_plan_keeps_every_rule_and_its_bound_holds(seed: int) -> None:
    problem = random_problem(seed)
    plan = solve(problem)
    check = Checker(problem)
    assert check.broken(seats_of(plan)) == []
    assert check.whole_cost(seats_of(plan)) == plan.cost
    proof = verify(problem, plan)
    assert proof.is_valid, proof.why
    assert plan.bound <= best_cost(problem) <= plan.cost


@given(st.integers(0, 2**32))
@settings(max_examples=100)
def test_without_side_rules_no_plan_is_better(seed: int) -> None:
    problem = random_problem(seed, is_bare=True)
    plan = solve(problem)
    assert plan.cost == plan.bound == best_cost(problem)
    assert Checker(problem).broken(seats_of(plan)) == []
    assert verify(problem, plan).gap == 0
