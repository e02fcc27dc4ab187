"""The rules that a flow cannot hold, as rows: so many of these arcs at most.

Overlapping days, weeks that an inspection runs into, sets to which one may not go too often, pairs kept apart.
"""

from dataclasses import dataclass

import numpy as np

from tracker.allocation.term.ground import Ground, spread
from tracker.allocation.term.joining import matches
from tracker.allocation.term.problem import Ints, column
from tracker.allocation.term.scanning import Arcs

DAYS, WEEKS, QUOTAS, APART = range(4)


@dataclass(frozen=True, slots=True)
class Rows:
    """Which arc (its place) is in which row (its number); ordered by row."""

    row: Ints
    arc: Ints


class Sides:
    """The rows of one problem. A row's number is made of its kind and the two numbers that say which it is."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        problem = ground.problem
        self.sets = len(problem.quotas.limit)
        self._wide = max(ground.days_number, ground.weeks_number, self.sets, ground.places) + 1
        self._tall = max(ground.people, len(problem.apart.a)) + 1

    def _numbers(self, kind: int, which: Ints, of: Ints) -> Ints:
        return (kind * self._tall + which) * self._wide + of

    def number(self, kind: int, which: int, of: int) -> int:
        """Return a row's number."""
        return (kind * self._tall + which) * self._wide + of

    def part(self, row: int) -> tuple[int, int, int]:
        """Return a row's kind, and its two numbers."""
        rest, of = divmod(row, self._wide)
        return *divmod(rest, self._tall), of

    def parts(self, rows: Ints) -> tuple[Ints, Ints, Ints]:
        """Return the kinds of rows, and their two numbers."""
        rest, of = np.divmod(rows, self._wide)
        kind, which = np.divmod(rest, self._tall)
        return kind, which, of

    def rows(self, arcs: Arcs) -> Rows:
        """Return every row that each arc is in."""
        ground, places = self.ground, self.ground.problem.inspections
        inspector, inspection = arcs.inspector, arcs.inspection
        begin = places.first[inspection] - ground.first_day
        by_day, day = spread(begin, begin + places.last[inspection] - places.first[inspection])
        by_week, week = spread(ground.first_week[inspection], ground.last_week[inspection])
        by_set, place = matches(inspection, ground.problem.quotas.inspection)
        found = [
            (self._numbers(DAYS, inspector[by_day], day), by_day),
            (self._numbers(WEEKS, inspector[by_week], week), by_week),
            (self._numbers(QUOTAS, inspector[by_set], ground.problem.quotas.set[place]), by_set),
        ]
        for side in (ground.problem.apart.a, ground.problem.apart.b):
            by_pair, pair = matches(inspector, side)
            found.append((self._numbers(APART, pair, inspection[by_pair]), by_pair))
        row = np.concatenate([each[0] for each in found])
        order = np.argsort(row, kind="stable")
        return Rows(column(row[order]), column(np.concatenate([each[1] for each in found])[order]))

    def limits(self, rows: Ints) -> Ints:
        """Return how many arcs a row bears."""
        kind, which, of = self.parts(rows)
        limits = np.ones(len(rows), dtype=np.int64)
        limits[kind == WEEKS] = self.ground.weeks[which[kind == WEEKS], of[kind == WEEKS]]
        limits[kind == QUOTAS] = self.ground.left_in_set(which[kind == QUOTAS], of[kind == QUOTAS])
        return limits

    def limit(self, row: int) -> int:
        """Return how many arcs one row bears."""
        kind, which, of = self.part(row)
        if kind == WEEKS:
            return int(self.ground.weeks[which, of])
        return int(self.ground.left_in_set(column([which]), column([of]))[0]) if kind == QUOTAS else 1

    def broken(self, arcs: Arcs) -> list[int]:
        """Return the rows that bear too many of these arcs."""
        rows = self.rows(arcs)
        numbers, count = np.unique(rows.row, return_counts=True)
        broken: list[int] = numbers[count > self.limits(numbers)].tolist()
        return broken
