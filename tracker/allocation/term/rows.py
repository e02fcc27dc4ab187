"""The rules that a flow cannot hold, one row at a time: so many of these pairs at most.

Overlapping days, weeks that an inspection runs into, sets to which one may not go too often, pairs kept apart.
"""

import numpy as np

from tracker.allocation.term.ground import Ground
from tracker.allocation.term.pricing import Side, Tolls, extra_of
from tracker.allocation.term.problem import Ints, column
from tracker.allocation.term.siding import APART, DAYS, QUOTAS, WEEKS, Sides


class Lists:
    """What rows are made of, as lists: each inspection's days, weeks and sets, and each inspector's pairs."""

    def __init__(self, ground: Ground) -> None:
        problem = ground.problem
        self.days = list(
            zip(
                (problem.inspections.first - ground.first_day).tolist(),
                (problem.inspections.last - ground.first_day).tolist(),
                strict=True,
            )
        )
        self.weeks = list(zip(ground.first_week.tolist(), ground.last_week.tolist(), strict=True))
        self.sets = _lists(problem.quotas.inspection, problem.quotas.set, ground.places)
        both = np.concatenate([problem.apart.a, problem.apart.b])
        self.pairs = _lists(both, np.tile(np.arange(len(problem.apart.a)), 2), ground.people)
        self.apart = list(zip(problem.apart.a.tolist(), problem.apart.b.tolist(), strict=True))


class Book:
    """Every row over some pairs, looked up when wanted, and the price of each row that has one."""

    def __init__(self, sides: Sides, lists: Lists, inspector: Ints, inspection: Ints, price: dict[int, int]) -> None:
        self.sides, self.lists, self.price = sides, lists, price
        self._people: list[int] = inspector.tolist()
        self._places: list[int] = inspection.tolist()
        order = np.argsort(inspector, kind="stable")
        self._order: list[int] = order.tolist()
        self._begins: list[int] = np.searchsorted(inspector[order], np.arange(sides.ground.people + 1)).tolist()
        self._held: dict[int, list[int]] = {}
        self._limits: dict[int, int] = {}

    def rows(self, pair: int) -> list[int]:
        """Return the rows that a pair is in."""
        person, place = self._people[pair], self._places[pair]
        number = self.sides.number
        (begin, end), (first, last) = self.lists.days[place], self.lists.weeks[place]
        return [
            *(number(DAYS, person, day) for day in range(begin, end + 1)),
            *(number(WEEKS, person, week) for week in range(first, last + 1)),
            *(number(QUOTAS, person, each) for each in self.lists.sets[place]),
            *(number(APART, each, place) for each in self.lists.pairs[person]),
        ]

    def pairs(self, row: int) -> list[int]:
        """Return the pairs that a row holds."""
        found = self._held.get(row)
        if found is None:
            kind, which, of = self.sides.part(row)
            people = self.lists.apart[which] if kind == APART else (which,)
            found = self._held[row] = [
                pair
                for person in people
                for pair in self._order[self._begins[person] : self._begins[person + 1]]
                if self._holds(kind, of, self._places[pair])
            ]
        return found

    def _holds(self, kind: int, of: int, place: int) -> bool:
        if kind in (DAYS, WEEKS):
            first, last = (self.lists.days if kind == DAYS else self.lists.weeks)[place]
            return bool(first <= of <= last)
        return of in self.lists.sets[place] if kind == QUOTAS else of == place

    def tolls(self) -> Ints:
        """Return what each pair pays for all its rows."""
        summed = np.zeros(len(self._people), dtype=np.int64)
        for row, price in self.price.items():
            if price:
                summed[self.pairs(row)] += price
        return summed

    def limit(self, row: int) -> int:
        """Return how many pairs a row bears."""
        found = self._limits.get(row)
        if found is None:
            found = self._limits[row] = self.sides.limit(row)
        return found


def tolls_of(sides: Sides, priced: dict[int, int]) -> Tolls:
    """Return the prices of days and weeks as tables, those of quotas and pairs by key."""
    ground = sides.ground
    days = np.zeros((ground.people, ground.days_number), dtype=np.int64)
    weeks = np.zeros((ground.people, ground.weeks_number), dtype=np.int64)
    rows = column(sorted(row for row, price in priced.items() if price))
    price = column([priced[row] for row in rows.tolist()])
    kind, which, of = sides.parts(rows)
    days[which[kind == DAYS], of[kind == DAYS]] = price[kind == DAYS]
    weeks[which[kind == WEEKS], of[kind == WEEKS]] = price[kind == WEEKS]
    quota, apart = kind == QUOTAS, kind == APART
    quotas = Side(which[quota] * max(sides.sets, 1) + of[quota], price[quota])
    pairs = Side(which[apart] * max(ground.places, 1) + of[apart], price[apart])
    return Tolls(weeks, days, quotas, pairs, extra_of(ground, quotas, pairs))


def _lists(group: Ints, values: Ints, size: int) -> list[list[int]]:
    """Return the values of each group, which are few."""
    found: list[list[int]] = [[] for _ in range(size)]
    for each, value in zip(group.tolist(), values.tolist(), strict=True):
        found[each].append(value)
    return found
