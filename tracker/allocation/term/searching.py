"""A few arcs searched whole, for the best plan that they allow."""

from dataclasses import dataclass

import numpy as np

from tracker.allocation.term.ground import Ground
from tracker.allocation.term.problem import Flags, Ints, column
from tracker.allocation.term.relaxing import Table
from tracker.allocation.term.scanning import Arcs

# How long a search may take, in the solver's own measure, which does not depend on the machine: two seconds each or so.
LONG, SOME, SHORT = 5.0, 2.0, 0.5
SEED = 9


@dataclass(frozen=True, slots=True)
class Found:
    """The arcs taken by the best plan that was found, if any, and whether everything was searched."""

    taken: Flags | None
    is_whole: bool


def searched(ground: Ground, arcs: Arcs, table: Table, is_used: Flags, longest: float) -> Found:
    """Return the best plan over these arcs, sought from the plan that uses some of them; the same one every time."""
    # It takes long to import, and most plans need none.
    from ortools.sat.python import cp_model  # noqa: PLC0415

    model = cp_model.CpModel()
    takes = [model.new_bool_var("") for _ in range(len(arcs))]
    for held, limit in _grouped(table.row, table.arc, table.limit):
        if limit == 1:
            model.add_at_most_one([takes[arc] for arc in held])
        else:
            model.add(sum(takes[arc] for arc in held) <= limit)
    seats = np.concatenate([ground.lead, ground.team])
    for held, limit in _grouped(arcs.seat * ground.places + arcs.inspection, np.arange(len(arcs)), seats):
        model.add(sum(takes[arc] for arc in held) <= limit)
    saved = arcs.cost - ground.problem.weights.unfilled
    model.minimize(cp_model.LinearExpr.weighted_sum(takes, saved.tolist()))
    for take, hint in zip(takes, is_used.tolist(), strict=True):
        model.add_hint(take, hint)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.random_seed = 1, SEED
    solver.parameters.max_deterministic_time = longest
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return Found(None, is_whole=False)
    taken = np.array([solver.boolean_value(take) for take in takes], dtype=np.bool_)
    return Found(taken, is_whole=status == cp_model.OPTIMAL)


def _grouped(row: Ints, arc: Ints, limit: Ints) -> list[tuple[list[int], int]]:
    """Return the arcs of each row, and how many it bears; rows that cannot be broken left out."""
    order = np.argsort(row, kind="stable")
    begins = np.searchsorted(row[order], np.arange(len(limit) + 1)).tolist()
    ordered = column(arc[order]).tolist()
    groups = zip(begins[:-1], begins[1:], limit.tolist(), strict=True)
    return [(ordered[begin:end], bears) for begin, end, bears in groups if end - begin > bears]
