"""What a plan's checker knows of single pairs: what each costs, and what stands already. Part of the proof."""

from collections import Counter, defaultdict
from math import sqrt

from tracker.allocation.term.plan import Prices
from tracker.allocation.term.problem import PERCEIVED, REAL, UNDETERMINED, Ints, Problem


class Pairs:
    """What a pair costs."""

    def __init__(self, problem: Problem) -> None:
        self.weights = problem.weights
        people, places = problem.inspectors, problem.inspections
        self.own = list(zip(people.easting.tolist(), people.northing.tolist(), people.is_located.tolist(), strict=True))
        there = (places.easting.tolist(), places.northing.tolist(), places.is_located.tolist())
        self.there = list(zip(*there, strict=True))
        found = problem.found
        keys = zip(found.inspector.tolist(), found.inspection.tolist(), strict=True)
        self.found = dict(zip(keys, found.weight.tolist(), strict=True))

    def cost(self, inspector: int, inspection: int) -> int:
        east, north, is_known = self.own[inspector]
        to_east, to_north, is_located = self.there[inspection]
        metres = self.weights.unknown_distance
        if is_known and is_located:
            metres = straight(east - to_east, north - to_north)
        weight = self.found.get((inspector, inspection), 0)
        return metres + {UNDETERMINED: self.weights.undetermined, PERCEIVED: self.weights.perceived}.get(weight, 0)


class Limits:
    """How much there is of each limit, and whether a pair is possible beside what stands and what is pinned."""

    def __init__(self, problem: Problem, *, is_pinned: bool = True) -> None:
        self.problem = problem
        places, pins = problem.inspections, problem.pins
        self.first, self.last = places.first.tolist(), places.last.tolist()
        self.monday = int(places.first[0] - 1) // 7 - int(places.week[0]) if len(places) else 0
        self.week_limit = problem.inspectors.week_limit.tolist()
        self.used = _sums(problem.used.inspector, problem.used.week, problem.used.n)
        quotas = problem.quotas
        rows = zip(quotas.left_inspector.tolist(), quotas.left_set.tolist(), quotas.left_n.tolist(), strict=True)
        self.left: dict[tuple[int, int], int] = {}
        for who, of, n in rows:
            self.left[(who, of)] = min(n, self.left.get((who, of), n))
        self.limit = quotas.limit.tolist()
        self.sets = defaultdict(list)
        for of, place in zip(quotas.set.tolist(), quotas.inspection.tolist(), strict=True):
            self.sets[place].append(of)
        found = problem.found
        self.real = set(zip(found.inspector[found.weight >= REAL].tolist(),
                            found.inspection[found.weight >= REAL].tolist(), strict=True))  # fmt: skip
        self.busy = defaultdict(list)
        for who, begin, end in zip(*(each.tolist() for each in (
            problem.busy.inspector, problem.busy.first, problem.busy.last)), strict=True):  # fmt: skip
            self.busy[who].append((begin, end))
        self.team = defaultdict(set)
        for who, place in (*rows_of(problem.members.inspector, problem.members.inspection),
                           *(rows_of(pins.inspector, pins.inspection) if is_pinned else ())):  # fmt: skip
            self.team[place].add(who)
        self.apart = defaultdict(set)
        for a, b in rows_of(problem.apart.a, problem.apart.b):
            self.apart[a].add(b)
            self.apart[b].add(a)
        self.term = problem.inspectors.term_limit.tolist()
        self.pinned: Counter[tuple[str, int, int]] = Counter()
        if is_pinned:
            self._take_pins()

    def _take_pins(self) -> None:
        for who, place in rows_of(self.problem.pins.inspector, self.problem.pins.inspection):
            self.busy[who].append((self.first[place], self.last[place]))
            self.term[who] -= 1
            self.pinned.update(("week", who, week) for week in self.weeks(place))
            self.pinned.update(("set", who, of) for of in self.sets[place])

    def weeks(self, place: int) -> range:
        return range((self.first[place] - 1) // 7 - self.monday, (self.last[place] - 1) // 7 - self.monday + 1)

    def week(self, who: int, week: int) -> int:
        return max(self.week_left(who, week), 0)

    def of_set(self, who: int, of: int) -> int:
        limit: int = self.limit[of]
        return max(min(limit, self.left.get((who, of), limit)), 0)

    def week_left(self, who: int, week: int) -> int:
        """Return what is left of a week; less than nothing where more stands than the limit allows."""
        return int(self.week_limit[who] - self.used[(who, week)])

    def is_possible(self, who: int, place: int) -> bool:
        """Say whether somebody might go, as far as what stands already is concerned."""
        if (who, place) in self.real or who in self.team[place] or self.apart[who] & self.team[place]:
            return False
        if self.term[who] <= 0 or self.is_away(who, place):
            return False
        if any(self.week(who, week) <= self.pinned[("week", who, week)] for week in self.weeks(place)):
            return False
        if any(self.of_set(who, of) <= self.pinned[("set", who, of)] for of in self.sets[place]):
            return False
        return not self.is_too_far(who, place)

    def is_away(self, who: int, place: int) -> bool:
        first, last = self.first[place], self.last[place]
        return any(begin <= last and end >= first for begin, end in self.busy[who])

    def metres(self, who: int, place: int) -> int | None:
        """Return how far it is, to the nearest metre; None where nobody can say."""
        own, there = self.problem.inspectors, self.problem.inspections
        if not (own.is_located[who] and there.is_located[place]):
            return None
        return straight(int(own.easting[who] - there.easting[place]), int(own.northing[who] - there.northing[place]))

    def is_too_far(self, who: int, place: int) -> bool:
        most = self.problem.max_metres
        if most is None:
            return False
        metres = self.metres(who, place)
        return metres is not None and metres > most


def straight(east: int, north: int) -> int:
    """Return the length of a straight line, to the nearest metre."""
    return round(sqrt(east**2 + north**2))


def rows_of(one: Ints, other: Ints) -> list[tuple[int, int]]:
    return list(zip(one.tolist(), other.tolist(), strict=True))


def _sums(which: Ints, of: Ints, n: Ints) -> Counter[tuple[int, int]]:
    return table_of(Prices(which, of, n))


def table_of(prices: Prices) -> Counter[tuple[int, int]]:
    """Return the sum of the prices of each thing."""
    table: Counter[tuple[int, int]] = Counter()
    for which, of, price in zip(prices.which.tolist(), prices.of.tolist(), prices.price.tolist(), strict=True):
        table[(which, of)] += price
    return table
