"""The whole problem over a few arcs as a linear program: every rule a row, and seats taken in parts if that is cheaper.

Its prices are the best there are over these arcs, also for the rules that a flow cannot hold; where it takes every seat
whole, it is the best plan over them.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tracker.allocation.term.ground import Ground
from tracker.allocation.term.network import Builder
from tracker.allocation.term.problem import Flags, Ints, column
from tracker.allocation.term.scanning import Arcs
from tracker.allocation.term.siding import Sides

if TYPE_CHECKING:
    from ortools.math_opt.model_pb2 import ModelProto
    from ortools.math_opt.sparse_containers_pb2 import SparseDoubleVectorProto

Reals = NDArray[np.float64]
# What is nearer to a whole seat than this is one.
WHOLE = 1e-6
# Rows are told apart by the sum of a random number for each arc.
SEED = 9


@dataclass(frozen=True, slots=True)
class Table:
    """Which arc (a number) counts against which row, how much each row bears, and the row's number among side rows.

    A row that the flow holds too, and one that cannot be broken, has none: -1.
    """

    row: Ints
    arc: Ints
    limit: Ints
    side: Ints


def table_of(builder: Builder, sides: Sides, arcs: Arcs) -> Table:
    """Return every row, seats aside, that could be broken by some of these arcs; of equal rows the first."""
    ground, side = builder.ground, sides.rows(arcs)
    pairs, pair = np.unique(arcs.keys(ground) // 2, return_inverse=True)
    slots = len(builder.stab_days)
    week = arcs.inspector * ground.weeks_number + ground.first_week[arcs.inspection]
    numbers, at = np.unique(side.row, return_inverse=True)
    everything = np.arange(len(arcs))
    runs = (
        (arcs.inspector, everything, ground.term),
        (week, everything, ground.weeks.reshape(-1)),
        (arcs.inspector * slots + builder.slot[arcs.inspection], everything, np.ones(ground.people * slots, dtype=int)),
        (pair, everything, np.ones(len(pairs), dtype=int)),
        (at, side.arc, sides.limits(numbers)),
    )
    begins = np.cumsum([0, *(len(limit) for _, _, limit in runs)])
    row = column(np.concatenate([each + begin for (each, _, _), begin in zip(runs, begins, strict=False)]))
    arc, limit = column(np.concatenate([run[1] for run in runs])), column(np.concatenate([run[2] for run in runs]))
    which = np.full(len(limit), -1, dtype=np.int64)
    which[begins[-2] :] = numbers
    is_kept = _are_needed(row, arc, limit)
    renumbered = np.cumsum(is_kept) - 1
    inside = is_kept[row]
    return Table(column(renumbered[row[inside]]), arc[inside], limit[is_kept], which[is_kept])


def _are_needed(row: Ints, arc: Ints, limit: Ints) -> Flags:
    """Say which rows could be broken, and hold other arcs than every row before them, or bear less."""
    marks = np.random.default_rng(SEED).integers(0, 2**62, int(arc.max(initial=-1)) + 1, dtype=np.uint64)
    summed = np.zeros(len(limit), dtype=np.uint64)
    np.add.at(summed, row, marks[arc])
    could = np.flatnonzero(np.bincount(row, minlength=len(limit)) > limit)
    order = could[np.lexsort((could, limit[could], summed[could]))]
    is_needed = np.zeros(len(limit), dtype=np.bool_)
    is_needed[order[np.diff(summed[order], prepend=summed[order][:1] + np.uint64(1)) != 0]] = True
    return is_needed


@dataclass(frozen=True, slots=True)
class Relaxed:
    """How much of each arc is taken, what of each seat is not, and the price of each side row that has one."""

    taken: Reals
    rest: Reals
    priced: dict[int, int]

    @property
    def is_whole(self) -> bool:
        return bool((np.abs(self.taken - np.rint(self.taken)) < WHOLE).all())


def relaxed(ground: Ground, arcs: Arcs, table: Table, rest: Ints) -> Relaxed | None:
    """Return the cheapest way to fill the seats in parts; None where the solver does not come to an end.

    `rest` says what each seat (all leads, then all teams) costs that none of these arcs takes.
    """
    # It takes long to import, and most plans need none.
    from ortools.math_opt.python import mathopt  # noqa: PLC0415

    model = mathopt.Model.from_model_proto(_program(ground, arcs, table, rest))
    result = mathopt.solve(model, mathopt.SolverType.GLOP)
    if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
        return None
    found = result.to_proto().solutions[0]
    taken, price = np.zeros(len(arcs) + len(rest)), np.zeros(len(table.limit))
    _put(taken, found.primal_solution.variable_values)
    _put(price, found.dual_solution.dual_values)
    worth = np.rint(-price).astype(np.int64)
    is_priced = (table.side >= 0) & (worth > 0)
    priced = dict(zip(table.side[is_priced].tolist(), worth[is_priced].tolist(), strict=True))
    return Relaxed(taken[: len(arcs)], taken[len(arcs) :], priced)


def _put(into: Reals, vector: "SparseDoubleVectorProto") -> None:
    ids, values = np.array(vector.ids, dtype=np.int64), np.array(vector.values, dtype=np.float64)
    into[ids[ids < len(into)]] = values[ids < len(into)]


def _program(ground: Ground, arcs: Arcs, table: Table, rest: Ints) -> "ModelProto":
    """Return the rows, then one for each seat; the arcs, then a column for leaving each seat unfilled."""
    from ortools.math_opt import model_pb2  # noqa: PLC0415

    seats, number, rows = np.concatenate([ground.lead, ground.team]), len(arcs), len(table.limit)
    seat, own = rows + arcs.seat * ground.places + arcs.inspection, np.arange(len(seats))
    row = np.concatenate([table.row, seat, rows + own])
    arc = np.concatenate([table.arc, np.arange(number), number + own])
    order = np.lexsort((arc, row))
    cost = np.concatenate([arcs.cost, rest]).astype(np.float64)
    made = model_pb2.ModelProto()
    columns, matrix, limits = made.variables, made.linear_constraint_matrix, made.linear_constraints
    columns.ids.extend(range(len(cost)))
    columns.lower_bounds.extend([0.0] * len(cost))
    columns.upper_bounds.extend(np.concatenate([np.ones(number), seats]).tolist())
    columns.integers.extend([False] * len(cost))
    made.objective.linear_coefficients.ids.extend(range(len(cost)))
    made.objective.linear_coefficients.values.extend(cost.tolist())
    limits.ids.extend(range(rows + len(seats)))
    limits.lower_bounds.extend([float("-inf")] * rows + seats.astype(float).tolist())
    limits.upper_bounds.extend(np.concatenate([table.limit, seats]).astype(float).tolist())
    matrix.row_ids.extend(row[order].tolist())
    matrix.column_ids.extend(arc[order].tolist())
    matrix.coefficients.extend([1.0] * len(order))
    return made
