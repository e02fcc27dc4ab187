"""What no plan can cost less than, at given prices."""

from dataclasses import dataclass

import numpy as np

from tracker.allocation.term.ground import Ground
from tracker.allocation.term.pricing import Duals
from tracker.allocation.term.problem import Ints, Problem
from tracker.allocation.term.scanning import Arcs


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound (pins aside), and the prices that it comes from."""

    value: int
    duals: Duals


def bound_of(ground: Ground, duals: Duals, negative: Arcs, reduced: Ints) -> Bound:
    """Return the bound: the seats' worth, less every limit at its price, less what is underpriced.

    One inspector has one seat of an inspection at most, so of either seat's arc the lower one counts.
    """
    problem = ground.problem
    most = problem.weights.unfilled
    value = int((ground.lead * np.minimum(duals.lead, most)).sum() + (ground.team * np.minimum(duals.team, most)).sum())
    value -= int((np.maximum(ground.term, 0) * duals.term).sum())
    value -= int((np.maximum(ground.weeks, 0) * duals.weeks).sum() + duals.days.sum())
    value -= _sides(ground, duals, problem)
    keys = ground.keys(negative.inspector, negative.inspection)
    order = np.lexsort((reduced, keys))
    first = np.flatnonzero(np.diff(keys[order], prepend=-1))
    return Bound(value + int(reduced[order][first].sum()), duals)


def _sides(ground: Ground, duals: Duals, problem: Problem) -> int:
    inspector, of = np.divmod(duals.tolls.quotas.keys, max(len(problem.quotas.limit), 1))
    left = np.maximum(ground.left_in_set(inspector, of), 0) if len(of) else of
    return int((left * duals.tolls.quotas.price).sum() + duals.tolls.apart.price.sum())
