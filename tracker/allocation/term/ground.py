"""What is settled before anybody chooses: who may go where at all, at what cost, and how much is left of each limit.

A pin is settled too: its seat is taken, and so are its inspector's days.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tracker.allocation.term.joining import distinct, is_in, looked_up, matches
from tracker.allocation.term.problem import DAYS, LEAD, REAL, UNDETERMINED, Flags, Ints, Problem, column


class Ground:
    """A problem, made ready to ask of many pairs at once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        people, places, pins = problem.inspectors, problem.inspections, problem.pins
        self.people, self.places = len(people), len(places)
        self.first_week = places.week
        self.last_week = column(places.week + (places.last - 1) // DAYS - (places.first - 1) // DAYS)
        self.weeks_number = int(self.last_week.max(initial=0)) + 1
        self.first_day = int(places.first.min()) if self.places else 1
        self.days_number = int(places.last.max(initial=self.first_day)) - self.first_day + 1
        self.sums = _Sums(self)
        self.lead = places.lead_open - self._pinned_seats(LEAD)
        self.team = places.team_open - self._pinned_seats(1 - LEAD)
        self.term = np.maximum(people.term_limit - np.bincount(pins.inspector, minlength=self.people), 0)
        self.weeks = self._weeks_left()
        self.set_keys, self.set_left = self._sets_left()

    def _pinned_seats(self, seat: int) -> Ints:
        pins = self.problem.pins
        return np.bincount(pins.inspection[pins.seat == seat], minlength=self.places)

    def _weeks_left(self) -> Ints:
        """Return for each inspector and week how many inspections more may be in it."""
        problem, width = self.problem, self.weeks_number
        left = np.repeat(problem.inspectors.week_limit[:, None], width, axis=1)
        used = problem.used
        here = (used.week >= 0) & (used.week < width)
        np.subtract.at(left, (used.inspector[here], used.week[here]), used.n[here])
        pins = problem.pins
        rows, weeks = spread(self.first_week[pins.inspection], self.last_week[pins.inspection])
        np.subtract.at(left, (pins.inspector[rows], weeks), 1)
        return np.maximum(left, 0)

    def _sets_left(self) -> tuple[Ints, Ints]:
        """Return, by inspector and set, how often one may still go to it, where that is not the set's own limit."""
        quotas, pins = self.problem.quotas, self.problem.pins
        sets = len(quotas.limit)
        rows, places = matches(pins.inspection, quotas.inspection)
        pinned = pins.inspector[rows] * sets + quotas.set[places]
        keys, inverse = np.unique(
            np.concatenate([quotas.left_inspector * sets + quotas.left_set, pinned]), return_inverse=True
        )
        left = quotas.limit[keys % sets] if sets else column()
        given = len(quotas.left_n)
        np.minimum.at(left, inverse[:given], quotas.left_n)
        np.subtract.at(left, inverse[given:], 1)
        return column(keys), column(left)

    def left_in_set(self, inspector: Ints, of: Ints) -> Ints:
        """Return how often each inspector may still go to a set."""
        limit = self.problem.quotas.limit
        return looked_up(inspector * len(limit) + of, self.set_keys, self.set_left, limit[of])

    @cached_property
    def forbidden(self) -> Ints:
        """Pairs out of the question whatever the days: found real, in the team, kept apart, there too often."""
        problem, pins = self.problem, self.problem.pins
        real = problem.found.weight >= REAL
        inside = (
            np.concatenate([problem.members.inspector, pins.inspector]),
            np.concatenate([problem.members.inspection, pins.inspection]),
        )
        keys = [self.keys(problem.found.inspector[real], problem.found.inspection[real]), self.keys(*inside)]
        for one, other in ((problem.apart.a, problem.apart.b), (problem.apart.b, problem.apart.a)):
            rows, pairs = matches(inside[0], one)
            keys.append(self.keys(other[pairs], inside[1][rows]))
        quotas, sets = problem.quotas, max(len(problem.quotas.limit), 1)
        none_left = self.set_keys[self.set_left <= 0]
        rows, places = matches(none_left % sets, quotas.set)
        keys.append(self.keys(none_left[rows] // sets, quotas.inspection[places]))
        return distinct(np.concatenate(keys))

    @cached_property
    def closed(self) -> Flags:
        """Inspections in a set to which nobody may go at all."""
        quotas = self.problem.quotas
        closed = np.zeros(self.places, dtype=np.bool_)
        closed[quotas.inspection[quotas.limit[quotas.set] <= 0]] = True
        return closed

    @cached_property
    def _weights(self) -> tuple[Ints, Ints]:
        found, weights = self.problem.found, self.problem.weights
        keys = self.keys(found.inspector, found.inspection)
        order = np.argsort(keys, kind="stable")
        metres = np.where(found.weight == UNDETERMINED, weights.undetermined, weights.perceived)
        return keys[order], column(np.where(found.weight > 0, metres, 0)[order])

    def keys(self, inspector: Ints, inspection: Ints) -> Ints:
        """Return one number for each pair."""
        return inspector * self.places + inspection

    def metres(self, inspector: Ints, inspection: Ints) -> Ints:
        """Return how far each pair is apart in a straight line, to the nearest metre; -1 where nobody can say."""
        people, places = self.problem.inspectors, self.problem.inspections
        east = (people.easting[inspector] - places.easting[inspection]).astype(np.float64)
        north = (people.northing[inspector] - places.northing[inspection]).astype(np.float64)
        known = people.is_located[inspector] & places.is_located[inspection]
        return column(np.where(known, np.rint(np.sqrt(east * east + north * north)), -1))

    def costs(self, inspector: Ints, inspection: Ints) -> Ints:
        """Return what each pair costs: the metres, and what is found of it."""
        metres = self.metres(inspector, inspection)
        known = np.where(metres < 0, self.problem.weights.unknown_distance, metres)
        keys, weights = self._weights
        return column(known + looked_up(self.keys(inspector, inspection), keys, weights, np.zeros_like(known)))

    def found(self, inspector: Ints, inspection: Ints) -> Ints:
        """Return what was found of each pair: 0 nothing, 1 undetermined, 2 perceived, 3 real."""
        rows = self.problem.found
        keys = self.keys(rows.inspector, rows.inspection)
        order = np.argsort(keys, kind="stable")
        wanted = self.keys(inspector, inspection)
        return looked_up(wanted, keys[order], rows.weight[order], np.zeros_like(wanted))

    def is_too_far(self, inspector: Ints, inspection: Ints) -> Flags:
        most = self.problem.max_metres
        if most is None:
            return np.zeros(len(inspector), dtype=np.bool_)
        return self.metres(inspector, inspection) > most

    def may(self, inspector: Ints, inspection: Ints) -> Flags:
        """Say which pairs are possible, seats and remits aside."""
        possible = ~is_in(self.keys(inspector, inspection), self.forbidden) & ~self.closed[inspection]
        possible &= (self.term[inspector] > 0) & ~self.is_too_far(inspector, inspection)
        return possible & ~self.sums.is_away(inspector, inspection) & ~self.sums.is_full(inspector, inspection)


@dataclass(slots=True)
class _Sums:
    """Days away and weeks full, added up along time: two look-ups then say whether any falls within a span."""

    ground: Ground
    _away: Ints | None = None
    _full: Ints | None = None

    def is_away(self, inspector: Ints, inspection: Ints) -> Flags:
        """Say who cannot go on one of the inspection's days."""
        if self._away is None:
            self._away = self._added_days()
        ground, places = self.ground, self.ground.problem.inspections
        begin, end = places.first[inspection] - ground.first_day, places.last[inspection] - ground.first_day + 1
        return self._away[inspector, end] > self._away[inspector, begin]

    def is_full(self, inspector: Ints, inspection: Ints) -> Flags:
        """Say whose week is full, or the next one where the inspection runs into it."""
        if self._full is None:
            self._full = np.zeros((self.ground.people, self.ground.weeks_number + 1), dtype=np.int64)
            np.cumsum(self.ground.weeks <= 0, axis=1, out=self._full[:, 1:])
        first, last = self.ground.first_week[inspection], self.ground.last_week[inspection] + 1
        return self._full[inspector, last] > self._full[inspector, first]

    def _added_days(self) -> Ints:
        ground, problem = self.ground, self.ground.problem
        pins = problem.pins
        who = np.concatenate([problem.busy.inspector, pins.inspector])
        first = np.concatenate([problem.busy.first, problem.inspections.first[pins.inspection]]) - ground.first_day
        last = np.concatenate([problem.busy.last, problem.inspections.last[pins.inspection]]) - ground.first_day
        first, last = np.maximum(first, 0), np.minimum(last, ground.days_number - 1)
        here = first <= last
        steps = np.zeros((ground.people, ground.days_number + 1), dtype=np.int64)
        np.add.at(steps, (who[here], first[here]), 1)
        np.add.at(steps, (who[here], last[here] + 1), -1)
        away = np.zeros_like(steps)
        np.cumsum(np.cumsum(steps[:, :-1], axis=1) > 0, axis=1, out=away[:, 1:])
        return away


def spread(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Return a row for each number from the first to the last of every span, and which span it is of."""
    number = last - first + 1
    rows = np.repeat(np.arange(len(first)), number)
    return column(rows), column(first[rows] + np.arange(len(rows)) - np.repeat(np.cumsum(number) - number, number))
