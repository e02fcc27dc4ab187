"""The prices of scarce things while they are sought: what a seat is worth, and what one pays to send somebody."""

from dataclasses import dataclass, field

import numpy as np

from tracker.allocation.term.ground import Ground
from tracker.allocation.term.joining import looked_up, matches
from tracker.allocation.term.plan import Certificate, Prices
from tracker.allocation.term.problem import LEAD, Ints, column


@dataclass(slots=True)
class Side:
    """Prices of what a flow cannot hold, ordered by the key: of inspector and set, or of pair and inspection."""

    keys: Ints = field(default_factory=column)
    price: Ints = field(default_factory=column)


@dataclass(frozen=True, slots=True)
class Tolls:
    """Prices of what a flow cannot hold, as tables by inspector and week, or day, and as they add up for a pair."""

    weeks: Ints
    days: Ints
    quotas: Side
    apart: Side
    extra: Side


@dataclass(slots=True)
class Duals:
    """Prices as tables: by inspection `lead` and `team`, by inspector `term`, and by week and by day in columns.

    The weeks and days hold their tolls too.
    """

    ground: Ground
    lead: Ints
    team: Ints
    term: Ints
    weeks: Ints
    days: Ints
    tolls: Tolls

    def by_time(self) -> "ByTime":
        """Return what each inspector pays, ready to be asked for by days."""
        added = [np.zeros((table.shape[1] + 1, table.shape[0]), dtype=np.int64) for table in (self.weeks, self.days)]
        for table, sums in zip((self.weeks, self.days), added, strict=True):
            np.cumsum(table.T, axis=0, out=sums[1:])
        return ByTime(self, *added)

    def reduced(self, inspector: Ints, inspection: Ints, seat: Ints, cost: Ints) -> Ints:
        """Return what each would cost at these prices, less what its seat is worth."""
        return self.full(inspector, inspection, cost) - np.where(
            seat == LEAD, self.lead[inspection], self.team[inspection]
        )

    def full(self, inspector: Ints, inspection: Ints, cost: Ints) -> Ints:
        """Return what each costs at these prices."""
        ground, places = self.ground, self.ground.problem.inspections
        weeks = _summed(self.weeks, inspector, ground.first_week[inspection], ground.last_week[inspection])
        begin = places.first[inspection] - ground.first_day
        days = _summed(self.days, inspector, begin, begin + places.last[inspection] - places.first[inspection])
        keys = ground.keys(inspector, inspection)
        extra = looked_up(keys, self.tolls.extra.keys, self.tolls.extra.price, np.zeros_like(keys))
        return column(cost + self.term[inspector] + weeks + days + extra)

    def certificate(self) -> Certificate:
        """Return them as whoever proves the plan wants them."""
        quotas = _split(self.tolls.quotas, len(self.ground.problem.quotas.limit))
        apart = _split(self.tolls.apart, self.ground.places)
        weeks, days = _rows(self.weeks, 0), _rows(self.days, self.ground.first_day)
        return Certificate(self.lead, self.team, self.term, weeks, days, quotas, apart)


@dataclass(frozen=True, slots=True)
class ByTime:
    """Prices of weeks and of days added up along time, everybody's of one moment beside each other."""

    duals: Duals
    weeks: Ints
    days: Ints

    def toll(self, people: Ints, place: int) -> Ints:
        """Return what each of these pays to go on the days of an inspection."""
        ground = self.duals.ground
        places, first, last = ground.problem.inspections, ground.first_week[place], ground.last_week[place]
        begin, end = places.first[place] - ground.first_day, places.last[place] - ground.first_day
        weeks, days = self.weeks[last + 1] - self.weeks[first], self.days[end + 1] - self.days[begin]
        return column((self.duals.term + weeks + days)[people])


def only_tolls(ground: Ground, tolls: Tolls) -> Duals:
    """Return prices at which all but the tolls is free."""
    free = np.zeros(ground.places, dtype=np.int64)
    return Duals(ground, free, free, np.zeros(ground.people, dtype=np.int64), tolls.weeks, tolls.days, tolls)


def _summed(table: Ints, row: Ints, first: Ints, last: Ints) -> Ints:
    """Return the sum of a row's columns from the first to the last."""
    if not table.any():
        return np.zeros_like(row)
    added = np.zeros((table.shape[0], table.shape[1] + 1), dtype=np.int64)
    np.cumsum(table, axis=1, out=added[:, 1:])
    return column(added[row, last + 1] - added[row, first])


def _rows(table: Ints, begin: int) -> Prices:
    which, of = np.nonzero(table)
    return Prices(column(which), column(of + begin), column(table[which, of]))


def _split(side: Side, width: int) -> Prices:
    which, of = np.divmod(side.keys, max(width, 1))
    return Prices(column(which), column(of), side.price)


def extra_of(ground: Ground, quotas: Side, apart: Side) -> Side:
    """Return what each pair pays for the prices of quotas and of pairs kept apart."""
    problem = ground.problem
    inspector, of = np.divmod(quotas.keys, max(len(problem.quotas.limit), 1))
    rows, places = matches(of, problem.quotas.set)
    keys = [ground.keys(inspector[rows], problem.quotas.inspection[places])]
    prices = [quotas.price[rows]]
    pair, inspection = np.divmod(apart.keys, max(ground.places, 1))
    for side in (problem.apart.a, problem.apart.b):
        keys.append(ground.keys(side[pair], inspection))
        prices.append(apart.price)
    found, inverse = np.unique(np.concatenate(keys), return_inverse=True)
    summed = np.zeros(len(found), dtype=np.int64)
    np.add.at(summed, inverse, np.concatenate(prices))
    return Side(column(found), summed)
