"""The best plan of a term by an integer program over all pairs, with HiGHS."""

from collections.abc import Sequence
from math import inf
from typing import Any

import numpy as np

from tests.support.plan_checker import Checker, Seat
from tracker.allocation.term.problem import Problem


def best_cost(problem: Problem) -> int:
    """Return what the best plan costs, by an integer program over all pairs that are possible."""
    check = Checker(problem)
    seats: list[Seat] = [
        (i, j, seat)
        for i in range(len(check.people))
        for j, place in enumerate(check.places)
        for seat, is_open in ((0, place["lead_open"]), (1, place["team_open"]))
        if is_open and not check.broken_alone(i, j, seat)
    ]
    rows = rows_of(check, seats)
    costs = [check.cost(i, j) - check.weights.unfilled for i, j, _ in seats]
    whole = sum(place["lead_open"] + place["team_open"] for place in check.places) * check.weights.unfilled
    return int(whole + solved(costs, rows))


def rows_of(check: Checker, seats: list[Seat]) -> list[tuple[list[int], int]]:
    """Return the limits: which seats count against each, and how much it bears."""
    held: dict[tuple[Any, ...], tuple[list[int], int]] = {}

    def hold(key: tuple[Any, ...], limit: int, at: int) -> None:
        held.setdefault(key, ([], limit))[0].append(at)

    for at, (i, j, seat) in enumerate(seats):
        person, place = check.people[i], check.places[j]
        hold(("seat", j, seat), place["team_open" if seat else "lead_open"], at)
        hold(("once", i, j), 1, at)
        hold(("term", i), person["term_limit"], at)
        for week in check.weeks(j):
            used = sum(row["n"] for row in check.used if (row["inspector"], row["week"]) == (i, week))
            hold(("week", i, week), person["week_limit"] - used, at)
        for day in range(place["first"], place["last"] + 1):
            hold(("day", i, day), 1, at)
        for of in (of for of, inside in check.sets.items() if j in inside):
            left = [row["left_n"] for row in check.left if (row["left_inspector"], row["left_set"]) == (i, of)]
            hold(("set", i, of), min([check.limits[of], *left]), at)
        for pair in (pair for pair in check.apart if i in pair):
            hold(("apart", pair, j), 1, at)
    return list(held.values())


def solved(costs: list[int], rows: list[tuple[list[int], int]]) -> int:
    """Return the least cost of yes-or-no choices within the rows."""
    if not costs:
        return 0
    solver = program(costs, [(held, -inf, limit) for held, limit in rows], [1] * len(costs))
    solver.run()
    return round(solver.getObjectiveValue())


def program(costs: Sequence[float], rows: Sequence[tuple[list[int], float, int]], most: Sequence[int]) -> Any:
    """Return HiGHS with whole numbers of what costs this and is taken so often at most, and a least and most a row."""
    import highspy  # noqa: PLC0415 (it takes a while, and most tests need none)

    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 0.0)
    made = highspy.HighsLp()
    made.num_col_, made.num_row_ = len(costs), len(rows)
    made.col_cost_ = np.array(costs, dtype=np.float64)
    made.col_lower_, made.col_upper_ = np.zeros(len(costs)), np.array(most, dtype=np.float64)
    made.row_lower_ = np.array([least for _, least, _ in rows], dtype=np.float64)
    made.row_upper_ = np.array([max(limit, 0) for _, _, limit in rows], dtype=np.float64)
    made.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    made.a_matrix_.start_ = np.cumsum([0, *(len(held) for held, _, _ in rows)])
    made.a_matrix_.index_ = np.concatenate([np.array(held, dtype=np.int64) for held, _, _ in rows])
    made.a_matrix_.value_ = np.ones(len(made.a_matrix_.index_))
    made.integrality_ = [highspy.HighsVarType.kInteger] * len(costs)
    solver.passModel(made)
    return solver
