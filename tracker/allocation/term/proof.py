"""Whether a plan keeps every rule, costs what it says, and cannot be beaten by more than it says.

Written apart from whoever makes plans: it shares the columns with them and nothing else, so that a mistake there is
found here. How the prices were come by does not matter: any prices, added up as below, bound the cost of every plan.
"""

from dataclasses import dataclass, replace

import numpy as np

from tracker.allocation.term.adding import Bounding
from tracker.allocation.term.checking import broken_rules
from tracker.allocation.term.limits import Pairs
from tracker.allocation.term.plan import Certificate, Plan
from tracker.allocation.term.problem import Problem


@dataclass(frozen=True, slots=True)
class Proof:
    """The verdict: no plan costs less than `bound`, this one costs `gap` more; `why` says what is wrong, if it is.

    Where the plan says that all was tried that the prices leave open, how much that is was counted again; that it was
    tried is the maker's word.
    """

    is_valid: bool
    bound: int
    gap: int
    why: str


def verify(problem: Problem, plan: Plan) -> Proof:
    """Return whether a plan and its certificate hold: every rule, the cost to the metre, the bound over all pairs."""
    wrong = broken_rules(problem, plan)
    if wrong:
        return Proof(is_valid=False, bound=0, gap=0, why=wrong)
    wrong = _misfit(problem, plan.certificate)
    if wrong:
        return Proof(is_valid=False, bound=0, gap=0, why=wrong)
    cost = _cost(problem, plan)
    if cost != plan.cost:
        return Proof(is_valid=False, bound=0, gap=0, why=f"The plan costs {cost}, not {plan.cost}.")
    bound = Bounding(problem, plan.certificate).bound()
    if bound is None or bound < plan.bound:
        return Proof(is_valid=False, bound=bound or 0, gap=0, why=f"The prices prove {bound}, not {plan.bound}.")
    left = None if plan.left is None else _left(problem, plan)
    if left != plan.left:
        return Proof(is_valid=False, bound=bound, gap=0, why=f"The prices leave {left} choices open, not {plan.left}.")
    return Proof(is_valid=True, bound=bound, gap=cost - bound, why="")


def _left(problem: Problem, plan: Plan) -> int:
    """Return how many choices a better plan could make: none costs more at the prices than this plan and its bound.

    For whoever makes one that costs as much more than its seat is worth comes to this plan's cost with it alone.
    """
    most, gap, prices = problem.weights.unfilled, plan.cost - plan.bound, plan.certificate
    lead, team = np.minimum(prices.lead, most) + gap, np.minimum(prices.team, most) + gap
    return Bounding(problem, replace(prices, lead=lead, team=team)).choices()


def _cost(problem: Problem, plan: Plan) -> int:
    pairs = Pairs(problem)
    filled = sum(pairs.cost(i, j) for i, j in zip(plan.inspector.tolist(), plan.inspection.tolist(), strict=True))
    return filled + int(plan.unfilled.n.sum()) * problem.weights.unfilled


def _misfit(problem: Problem, certificate: Certificate) -> str:
    """Return what makes prices no prices: too few of them, or one that is less than nothing."""
    people, places = len(problem.inspectors), len(problem.inspections)
    if (len(certificate.lead), len(certificate.team), len(certificate.term)) != (places, places, people):
        return "There is not one price for each seat and each inspector."
    tables = (certificate.weeks, certificate.days, certificate.quotas, certificate.apart)
    for prices in (certificate.term, *(each.price for each in tables)):
        if len(prices) and prices.min() < 0:
            return "A limit has a price below nothing."
    return ""
