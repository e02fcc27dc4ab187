"""The bound that prices prove, added up over all pairs; part of the proof, and as much apart from the solver."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from tracker.allocation.term.limits import Limits, Pairs, table_of
from tracker.allocation.term.plan import Certificate, Prices
from tracker.allocation.term.problem import LEAD, TEAM, Ints, Problem

BLOCK = 65_536
# A bound for which more pairs than this must be made good is worth nothing.
TOO_MANY = 4_000_000


class Bounding:
    """Adds prices up. What each pair pays is the sum of the prices of all limits that it counts against."""

    def __init__(self, problem: Problem, certificate: Certificate) -> None:
        self.problem, self.certificate = problem, certificate
        self.pairs = Pairs(problem)
        places = problem.inspections
        self.first = places.first.tolist()
        self.last = places.last.tolist()
        self.monday = int(places.first[0] - 1) // 7 - int(places.week[0]) if len(places) else 0
        self.by_week = table_of(certificate.weeks)
        self.by_day = table_of(certificate.days)
        self.by_set = table_of(certificate.quotas)
        self.by_pair = table_of(certificate.apart)
        self.sets = defaultdict(list)
        for of, place in zip(problem.quotas.set.tolist(), problem.quotas.inspection.tolist(), strict=True):
            self.sets[place].append(of)
        self.partners = defaultdict(list)
        for pair, (a, b) in enumerate(zip(problem.apart.a.tolist(), problem.apart.b.tolist(), strict=True)):
            self.partners[a].append((pair, b))
            self.partners[b].append((pair, a))
        self.limits = Limits(problem)

    def bound(self) -> int | None:
        """Return what no plan can cost less than; None where the prices are too wild to say."""
        problem, most = self.problem, self.problem.weights.unfilled
        places, prices = problem.inspections, self.certificate
        total = int((places.lead_open * np.minimum(prices.lead, most)).sum())
        total += int((places.team_open * np.minimum(prices.team, most)).sum())
        total -= int((np.maximum(problem.inspectors.term_limit, 0) * prices.term).sum())
        total -= sum(price * self.limits.week(*at) for at, price in self.by_week.items())
        total -= sum(price * self.limits.of_set(*at) for at, price in self.by_set.items())
        total -= sum(self.by_day.values()) + sum(self.by_pair.values())
        pins = problem.pins
        rows = zip(pins.inspector.tolist(), pins.inspection.tolist(), pins.seat.tolist(), strict=True)
        total += sum(self._reduced(*row) for row in rows)
        underpriced = self._underpriced()
        if underpriced is None:
            return None
        return total + sum(underpriced.values())

    def _toll(self, inspector: int, inspection: int) -> int:
        """Return what a pair pays for all limits."""
        first, last = self.first[inspection], self.last[inspection]
        weeks = range((first - 1) // 7 - self.monday, (last - 1) // 7 - self.monday + 1)
        return (
            int(self.certificate.term[inspector])
            + sum(self.by_week.get((inspector, week), 0) for week in weeks)
            + sum(self.by_day.get((inspector, day), 0) for day in range(first, last + 1))
            + sum(self.by_set.get((inspector, of), 0) for of in self.sets[inspection])
            + sum(self.by_pair.get((pair, inspection), 0) for pair, _ in self.partners[inspector])
        )

    def _reduced(self, inspector: int, inspection: int, seat: int) -> int:
        worth = self.certificate.lead if seat == LEAD else self.certificate.team
        toll = self._toll(inspector, inspection)
        return self.pairs.cost(inspector, inspection) + toll - int(worth[inspection])

    def choices(self) -> int:
        """Return how many possible pairs, in either seat, cost less than the seat is worth."""
        number = 0
        for seat in (LEAD, TEAM):
            pins = self.problem.pins.inspection[self.problem.pins.seat == seat]
            taken = np.bincount(pins, minlength=len(self.problem.inspections))
            is_open = (self._open(seat) - taken > 0).tolist()
            for people, places in self._nearly(seat):
                for pair in zip(people.tolist(), places.tolist(), strict=True):
                    number += is_open[pair[1]] and self._reduced(*pair, seat) < 0 and self.limits.is_possible(*pair)
        return number

    def _underpriced(self) -> dict[tuple[int, int], int] | None:
        """Return every possible pair that costs less than its seat is worth, and by how much at most."""
        found: dict[tuple[int, int], int] = {}
        seen = 0
        for seat in (LEAD, TEAM):
            for people, places in self._nearly(seat):
                seen += len(people)
                if seen > TOO_MANY:
                    return None
                for pair in zip(people.tolist(), places.tolist(), strict=True):
                    reduced = self._reduced(*pair, seat)
                    if reduced < found.get(pair, 0) and self.limits.is_possible(*pair):
                        found[pair] = reduced
        return found

    def _open(self, seat: int) -> Ints:
        places = self.problem.inspections
        return places.lead_open if seat == LEAD else places.team_open

    def _nearly(self, seat: int) -> Iterator[tuple[Ints, Ints]]:
        """Give all pairs whose metres and days alone cost less than the seat is worth: all else only adds."""
        problem, places = self.problem, self.problem.inspections
        is_open = self._open(seat) > 0
        bits = problem.inspectors.leads if seat == LEAD else problem.inspectors.remits
        worth = self.certificate.lead if seat == LEAD else self.certificate.team
        alike: dict[tuple[int, int, int], list[int]] = defaultdict(list)
        for place in np.flatnonzero(is_open).tolist():
            alike[(int(places.remit[place]), self.first[place], self.last[place])].append(place)
        pools = {remit: np.flatnonzero((bits >> remit) & 1) for remit in {key[0] for key in alike}}
        tolls = _Tolls(self.certificate, self.monday)
        for (remit, first, last), group in sorted(alike.items()):
            people = pools[remit]
            toll = tolls.of(people, first, last)
            step = max(BLOCK // max(len(people), 1), 1)
            for begin in range(0, len(group), step):
                part = np.array(group[begin : begin + step])
                rows, columns = np.nonzero(_metres(problem, people, part) + toll < worth[part][:, None])
                yield people[columns], part[rows]


def _metres(problem: Problem, people: Ints, places: Ints) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    own, there = problem.inspectors, problem.inspections
    east = there.easting[places].astype(np.float64)[:, None] - own.easting[people]
    north = there.northing[places].astype(np.float64)[:, None] - own.northing[people]
    known = there.is_located[places][:, None] & own.is_located[people]
    return np.where(known, np.rint(np.sqrt(east * east + north * north)), problem.weights.unknown_distance)


class _Tolls:
    """What inspectors pay for the term, and for all weeks and days of a span."""

    def __init__(self, certificate: Certificate, monday: int) -> None:
        self.term, self.monday = certificate.term, monday
        self.weeks = _columns(certificate.weeks, len(self.term))
        self.days = _columns(certificate.days, len(self.term))

    def of(self, people: Ints, first: int, last: int) -> Ints:
        total = self.term[people]
        for week in range((first - 1) // 7 - self.monday, (last - 1) // 7 - self.monday + 1):
            total = total + self.weeks[week][people] if week in self.weeks else total
        for day in range(first, last + 1):
            total = total + self.days[day][people] if day in self.days else total
        return total


def _columns(prices: Prices, people: int) -> dict[int, Ints]:
    columns: dict[int, Ints] = defaultdict(lambda: np.zeros(people, dtype=np.int64))
    for who, of, price in zip(prices.which.tolist(), prices.of.tolist(), prices.price.tolist(), strict=True):
        columns[of][who] += price
    return dict(columns)
