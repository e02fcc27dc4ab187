"""Why a place stays open in a finished plan: what keeps each inspector away, and the smallest change that helps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.allocation.term.plan import Plan
from tracker.allocation.term.problem import DAYS, LEAD, REAL, Flags, Ints, Problem
from tracker.domain.fitting import Bar

# What is asked of each inspector, in the order in which it is told; the last ones a person may change.
ASKED = (Bar.REMIT, Bar.TITLE, Bar.REAL, Bar.THERE, Bar.FAR, Bar.BUSY, Bar.WEEK, Bar.TERM)
CHANGEABLE = (Bar.TITLE, Bar.FAR, Bar.BUSY, Bar.WEEK, Bar.TERM)


@dataclass(frozen=True, slots=True)
class Why:
    """An open place: how many inspectors each thing keeps away (the first of each one's), and how many nothing does.

    `nearest` is whom a single change would send, and what that change is about; -1 where none would.
    """

    inspection: int
    seat: int
    number: int
    kept_away: Sequence[tuple[Bar, int]]
    free: Sequence[int]
    nearest: int
    change: Bar | None


def whys(problem: Problem, plan: Plan) -> Iterator[Why]:
    """Yield why each place stays open, as things stand when the plan is carried out."""
    stands = _Stands(problem, plan)
    left = plan.unfilled
    for inspection, seat, number in zip(left.inspection.tolist(), left.seat.tolist(), left.n.tolist(), strict=True):
        yield stands.why(inspection, seat, number)


class _Stands:
    """Who is where when the plan is carried out, as tables of inspectors by days and by weeks."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        people, places = problem.inspectors, problem.inspections
        self.first_day = int(places.first.min(initial=2**31))
        self.days = int(places.last.max(initial=self.first_day)) - self.first_day + 1
        monday = self.first_day - 1 - (self.first_day - 1) % DAYS
        self.week_of_day = (self.first_day - 1 + np.arange(self.days) - monday) // DAYS
        self.busy = np.zeros((len(people), self.days), dtype=np.bool_)
        begin = places.first[plan.inspection], places.last[plan.inspection]
        busy = problem.busy
        self._mark(busy.inspector, busy.first, busy.last)
        self._mark(plan.inspector, *begin)
        self.weeks = np.zeros((len(people), int(self.week_of_day[-1]) + 2), dtype=np.int64)
        here = problem.used.week < self.weeks.shape[1]
        np.add.at(self.weeks, (problem.used.inspector[here], problem.used.week[here]), problem.used.n[here])
        for who, where in zip(plan.inspector.tolist(), plan.inspection.tolist(), strict=True):
            self.weeks[who, self._weeks(where)] += 1
        self.term = np.bincount(plan.inspector, minlength=len(people))
        self.inside = _by_inspection(
            np.concatenate([problem.members.inspection, plan.inspection]),
            np.concatenate([problem.members.inspector, plan.inspector]),
        )
        real = problem.found.weight >= REAL
        self.real = _by_inspection(problem.found.inspection[real], problem.found.inspector[real])

    def _mark(self, who: Ints, first: Ints, last: Ints) -> None:
        begins, ends = np.maximum(first - self.first_day, 0), np.minimum(last - self.first_day, self.days - 1)
        for inspector, begin, end in zip(who.tolist(), begins.tolist(), ends.tolist(), strict=True):
            self.busy[inspector, begin : end + 1] = True

    def _weeks(self, inspection: int) -> slice:
        places = self.problem.inspections
        first, last = (int(each[inspection]) - self.first_day for each in (places.first, places.last))
        return slice(int(self.week_of_day[first]), int(self.week_of_day[last]) + 1)

    def why(self, inspection: int, seat: int, number: int) -> Why:
        """Return what keeps whom away from a place."""
        table = self._table(inspection, seat)
        first = np.where(table.any(axis=0), table.argmax(axis=0), -1)
        kept_away = [(bar, int((first == row).sum())) for row, bar in enumerate(ASKED)]
        nearest, change = self._nearest(table, inspection)
        free = np.flatnonzero(first < 0).tolist()
        return Why(inspection, seat, number, [each for each in kept_away if each[1]], free, nearest, change)

    def _table(self, inspection: int, seat: int) -> Flags:
        """Return a row for each thing that is asked: in whose way it stands."""
        people, places = self.problem.inspectors, self.problem.inspections
        bit = int(places.remit[inspection])
        first, last = (int(each[inspection]) - self.first_day for each in (places.first, places.last))
        most = self.problem.max_metres
        metres = self._metres(inspection)
        return np.stack(
            [
                (people.remits >> bit) & 1 == 0,
                ((people.leads >> bit) & 1 == 0) & (seat == LEAD),
                _marked(len(people), self.real.get(inspection)),
                _marked(len(people), self.inside.get(inspection)),
                np.zeros(len(people), np.bool_) if most is None else metres > most,
                self.busy[:, first : last + 1].any(axis=1),
                (self.weeks[:, self._weeks(inspection)] >= people.week_limit[:, None]).any(axis=1),
                self.term >= people.term_limit,
            ]
        )

    def _metres(self, inspection: int) -> NDArray[np.float64]:
        """Return how far everybody is; minus one where nobody can tell."""
        people, places = self.problem.inspectors, self.problem.inspections
        east = (people.easting - places.easting[inspection]).astype(np.float64)
        north = (people.northing - places.northing[inspection]).astype(np.float64)
        known = people.is_located & places.is_located[inspection]
        return np.where(known, np.rint(np.sqrt(east * east + north * north)), -1.0)

    def _nearest(self, table: Flags, inspection: int) -> tuple[int, Bar | None]:
        """Return the nearest inspector whom one thing alone keeps away that a person may change, and that thing."""
        may = [row for row, bar in enumerate(ASKED) if bar in CHANGEABLE]
        alone = (table.sum(axis=0) == 1) & table[may].any(axis=0)
        who = np.flatnonzero(alone)
        if not len(who):
            return -1, None
        metres = self._metres(inspection)[who]
        metres[metres < 0] = np.inf
        chosen = int(who[int(np.argmin(metres))])
        return chosen, ASKED[int(table[:, chosen].argmax())]


def _by_inspection(inspection: Ints, inspector: Ints) -> dict[int, Ints]:
    order = np.argsort(inspection, kind="stable")
    numbers, begins = np.unique(inspection[order], return_index=True)
    return dict(zip(numbers.tolist(), np.split(inspector[order], begins[1:]), strict=False))


def _marked(size: int, some: Ints | None) -> Flags:
    marked = np.zeros(size, dtype=np.bool_)
    if some is not None:
        marked[some] = True
    return marked
