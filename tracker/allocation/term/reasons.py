"""Why a plan leaves seats unfilled, the smallest change that would fill each, and what pins cost."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from tracker.allocation.term import pinning
from tracker.allocation.term.limits import Limits, Pairs
from tracker.allocation.term.plan import Plan
from tracker.allocation.term.problem import LEAD, Ints, Pins, Problem, column
from tracker.allocation.term.solving import solve

# Where no change lets anybody go at once, so many of the nearest are asked whether they could move there.
MOVED = 20


class Stop(StrEnum):
    """What stops somebody who has the remit; the first that does, in this order."""

    REAL = "real conflict"
    MEMBER = "in the team already"
    FAR = "too far"
    AWAY = "away on those days"
    APART = "kept apart from somebody in the team"
    OFTEN = "too often there"
    TERM = "term full"
    WEEK = "week full"
    ELSEWHERE = "needed elsewhere"


class Kind(StrEnum):
    """Which limit a change raises."""

    TERM = "one more in the term"
    WEEK = "one more in the week"
    FARTHER = "go farther"
    INSPECTOR = "one more inspector"


@dataclass(frozen=True, slots=True)
class Change:
    """The change that would fill a seat: who goes then, and in which week one more, or how far anybody may go.

    `moves` says who leaves which inspection for which, last the one whose limit is raised. For one more inspector the
    remit is the inspection's; whoever comes must be free on its days.
    """

    kind: Kind
    inspector: int = -1
    week: int = -1
    metres: int = 0
    cost: int = 0
    moves: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Of one inspection's unfilled seats of one kind: how many, who is qualified, what stops them, what would fill one.

    There is no change where nobody at all may go to its provider's line or group.
    """

    inspection: int
    seat: int
    n: int
    qualified: int
    stops: dict[Stop, int]
    change: Change | None


def why_unfilled(problem: Problem, plan: Plan) -> tuple[Reason, ...]:
    """Return why each seat is unfilled, and the smallest change that would fill it.

    A change raises one limit of one inspector by one, or the greatest distance; where none suffices another may move
    from one inspection to this one, and be replaced at that change; at last one more inspector is what it takes.
    """
    asking = _Asking(problem, plan)
    unfilled = plan.unfilled
    rows = zip(unfilled.inspection.tolist(), unfilled.seat.tolist(), unfilled.n.tolist(), strict=True)
    return tuple(asking.reason(*row) for row in rows)


def cost_of_pins(problem: Problem, plan: Plan, pins: Pins) -> pinning.Prices:
    """Return what it costs to keep pins: all of them, and each alone."""
    return pinning.cost_of_pins(problem, plan, pins, solve)


class _Asking:
    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem, self.pairs = problem, Pairs(problem)
        # Pins are among the plan's own seats here.
        self.limits = Limits(replace(problem, pins=Pins(column(), column(), column())), is_pinned=False)
        self.rows = list(zip(plan.inspector.tolist(), plan.inspection.tolist(), plan.seat.tolist(), strict=True))
        self.pinned = set(zip(problem.pins.inspector.tolist(), problem.pins.inspection.tolist(), strict=True))
        self.of: dict[int, list[int]] = defaultdict(list)
        self.team: dict[int, set[int]] = defaultdict(set)
        self.seat: dict[tuple[int, int], int] = {}
        for who, place, seat in self.rows:
            self.of[who].append(place)
            self.team[place].add(who)
            self.seat[(who, place)] = seat

    def reason(self, place: int, seat: int, n: int) -> Reason:
        qualified = self._qualified(place, seat)
        stops = [self._stops(who, place) for who in qualified]
        counts = Counter(each[0] for each in stops if each)
        change = self._change(place, qualified, stops) or self._moved(place, qualified)
        if change is None and not any(self.limits.limit[of] <= 0 for of in self.limits.sets[place]):
            change = Change(Kind.INSPECTOR)
        return Reason(place, seat, n, len(qualified), dict(counts), change)

    def _qualified(self, place: int, seat: int) -> list[int]:
        people = self.problem.inspectors
        bits = people.leads if seat == LEAD else people.remits
        found: list[int] = np.flatnonzero((bits >> int(self.problem.inspections.remit[place])) & 1).tolist()
        return found

    def _stops(self, who: int, place: int, without: int | None = None) -> list[Stop]:
        """Return all that stops somebody, in order; `without` one of the inspections that the plan gives them."""
        limits, own = self.limits, [each for each in self.of[who] if each != without]
        team = limits.team[place] | self.team[place]
        weeks = set(limits.weeks(place))
        stops = [
            stop
            for stop, is_so in (
                (Stop.REAL, (who, place) in limits.real),
                (Stop.MEMBER, who in team),
                (Stop.FAR, limits.is_too_far(who, place)),
                (Stop.AWAY, limits.is_away(who, place)),
                (Stop.APART, not limits.apart[who].isdisjoint(team)),
                (Stop.OFTEN, any(self._is_often(who, own, of) for of in limits.sets[place])),
                (Stop.TERM, len(own) >= limits.term[who]),
            )
            if is_so
        ]
        if any(sum(week in limits.weeks(each) for each in own) >= limits.week(who, week) for week in weeks):
            stops.append(Stop.WEEK)
        first, last = limits.first[place], limits.last[place]
        if any(limits.first[each] <= last and first <= limits.last[each] for each in own):
            stops.append(Stop.ELSEWHERE)
        return stops

    def _is_often(self, who: int, own: list[int], of: int) -> bool:
        return sum(of in self.limits.sets[each] for each in own) >= self.limits.of_set(who, of)

    def _change(self, place: int, people: list[int], stops: list[list[Stop]]) -> Change | None:
        """Return the cheapest change that lets one who is stopped by one limit alone go there."""
        found = [
            change
            for who, why in zip(people, stops, strict=True)
            if len(why) == 1 and (change := self._raised(who, place, why[0]))
        ]
        return min(found, key=lambda each: (each.cost, each.inspector), default=None)

    def _raised(self, who: int, place: int, stop: Stop) -> Change | None:
        cost = self.pairs.cost(who, place)
        if stop is Stop.TERM and len(self.of[who]) == self.limits.term[who]:
            return Change(Kind.TERM, who, cost=cost)
        if stop is Stop.FAR:
            return Change(Kind.FARTHER, who, metres=self.limits.metres(who, place) or 0, cost=cost)
        if stop is Stop.WEEK:
            full = [
                (week, sum(week in self.limits.weeks(each) for each in self.of[who]) - self.limits.week(who, week))
                for week in self.limits.weeks(place)
            ]
            over = [(week, by) for week, by in full if by >= 0]
            # All weeks have one limit; one that is full by more than one, or two that are, need more than one more.
            if len(over) == 1 and over[0][1] == 0 and self.limits.week_left(who, over[0][0]) >= 0:
                return Change(Kind.WEEK, who, week=over[0][0], cost=cost)
        return None

    def _moved(self, place: int, people: list[int]) -> Change | None:
        """Return the cheapest move of one from another inspection, who is replaced there by a change."""
        found: list[Change] = []
        for who in self._nearest(people, place):
            for left in self.of[who]:
                if (who, left) in self.pinned or self._stops(who, place, left):
                    continue
                others = self._nearest(self._qualified(left, self.seat[(who, left)]), left)
                change = self._replaced(who, left, others)
                if change:
                    cost = change.cost + self.pairs.cost(who, place)
                    found.append(replace(change, cost=cost, moves=((who, left, place),)))
        return min(found, key=lambda each: (each.cost, each.inspector), default=None)

    def _nearest(self, people: list[int], place: int) -> list[int]:
        return sorted(people, key=lambda who: (self.pairs.cost(who, place), who))[:MOVED]

    def _replaced(self, who: int, place: int, others: list[int]) -> Change | None:
        self.team[place].discard(who)
        others = [each for each in others if each != who]
        try:
            return self._change(place, others, [self._stops(each, place) for each in others])
        finally:
            self.team[place].add(who)


def applied(problem: Problem, reason: Reason) -> Problem:
    """Return the problem with the change of a reason made; one more inspector lives where the inspection is."""
    change, people, places = reason.change, problem.inspectors, problem.inspections
    if change is None:
        return problem
    if change.kind is Kind.FARTHER:
        return replace(problem, max_metres=change.metres)
    if change.kind is Kind.TERM:
        return replace(problem, inspectors=replace(people, term_limit=_one_more(people.term_limit, change.inspector)))
    if change.kind is Kind.WEEK:
        used = problem.used
        rows = (used.inspector, change.inspector), (used.week, change.week), (used.n, -1)
        return replace(problem, used=type(used)(*(np.append(values, value) for values, value in rows)))
    at, bit = reason.inspection, 1 << int(places.remit[reason.inspection])
    new = (places.easting[at], places.northing[at], places.is_located[at], 1, 1, bit, bit)
    names = ("easting", "northing", "is_located", "week_limit", "term_limit", "remits", "leads")
    return replace(
        problem,
        inspectors=type(people)(
            *(np.append(getattr(people, name), value) for name, value in zip(names, new, strict=True))
        ),
    )


def _one_more(values: Ints, row: int) -> Ints:
    more = values.copy()
    more[row] += 1
    return more
