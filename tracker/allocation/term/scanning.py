"""All pairs looked through in blocks that fit the processor's cache: the cheapest of each seat, and the underpriced.

A block is some inspections of one remit, and everyone who has it (to lead, everyone whose title may lead there).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.allocation.term.ground import Ground
from tracker.allocation.term.joining import distinct
from tracker.allocation.term.pricing import Duals
from tracker.allocation.term.problem import LEAD, TEAM, Flags, Ints, column

Reals = NDArray[np.float64]
# So many pairs are looked at together: eight bytes each, a few such columns beside each other.
TOGETHER = 65_536
# Room for a place in the pool below the metres of a key; both stay whole in a float.
SHIFT = 65_536.0
# A few more than are wanted, for some are busy or in conflict.
SPARE = 6
# What a seat is worth that nobody is to take.
NEVER = -1


class Arcs:
    """Who could take which seat, and at what cost; a row each, ordered by key."""

    def __init__(self, inspector: Ints, inspection: Ints, seat: Ints, cost: Ints) -> None:
        self.inspector, self.inspection, self.seat, self.cost = inspector, inspection, seat, cost

    def __len__(self) -> int:
        return len(self.inspector)

    def __getitem__(self, rows: Ints | Flags) -> "Arcs":
        return Arcs(self.inspector[rows], self.inspection[rows], self.seat[rows], self.cost[rows])

    def keys(self, ground: Ground) -> Ints:
        """Return one number for each: the pair, and the seat."""
        return ground.keys(self.inspector, self.inspection) * 2 + self.seat


def open_seats(ground: Ground, seat: int) -> Ints:
    return ground.lead if seat == LEAD else ground.team


def pool(ground: Ground, seat: int, remit: int) -> Ints:
    """Return everyone who may take such a seat and has anything left of the term."""
    people = ground.problem.inspectors
    bits = people.leads if seat == LEAD else people.remits
    return column(np.flatnonzero(((bits >> remit) & 1 == 1) & (ground.term > 0)))


def arcs_of(ground: Ground, keys: Ints) -> Arcs:
    """Return the arcs of keys, each once, without those that are not possible."""
    keys = distinct(keys)
    inspector, inspection = np.divmod(keys // 2, max(ground.places, 1))
    possible = ground.may(inspector, inspection)
    inspector, inspection, seat = inspector[possible], inspection[possible], keys[possible] % 2
    return Arcs(inspector, inspection, seat, ground.costs(inspector, inspection))


def cheapest(ground: Ground, number: int) -> Arcs:
    """Return so many of the cheapest of about the nearest for each seat that is open."""
    keys = [column()]
    for seat in (LEAD, TEAM):
        for found, places, metres in _blocks(ground, (seat,), by_days=False):
            people = found.people
            width = min(number + SPARE, len(people))
            ranked = metres * SHIFT + np.arange(len(people))
            if width < len(people):
                ranked.partition(width - 1, axis=1)
            chosen = people[(ranked[:, :width] % SHIFT).astype(np.int64)]
            keys.append(((chosen * ground.places + places[:, None]) * 2 + seat).reshape(-1))
    arcs = arcs_of(ground, np.concatenate(keys))
    return arcs[least(arcs.inspection * 2 + arcs.seat, arcs.cost, number)]


@dataclass(frozen=True, slots=True)
class Underpriced:
    """Arcs whose seats are worth more than they cost, and by how much (less than nothing); all, if it is whole."""

    arcs: Arcs
    reduced: Ints
    is_whole: bool


def underpriced(ground: Ground, duals: Duals, most: int | None = None) -> Underpriced:
    """Return the arcs whose seats are worth more than they cost at these prices; of each seat about so many at most."""
    keys, is_whole, tolls = [column()], True, duals.by_time()
    for pool, places, metres in _blocks(ground, (LEAD, TEAM), by_days=True):
        full = metres + tolls.toll(pool.people, places[0])
        for seat, worth in ((LEAD, duals.lead), (TEAM, duals.team)):
            some = pool.part(seat)
            people, short = pool.people[some], full[:, some]
            is_less = short < np.where(open_seats(ground, seat)[places] > 0, worth[places], NEVER)[:, None]
            if most is not None and len(people) > most and np.count_nonzero(is_less) > most * len(places):
                chosen, is_whole = np.argpartition(short, most, axis=1)[:, :most], False
                is_less = is_less & _marked(short.shape, chosen)
            # Twice as quick as to ask for rows and columns.
            rows, columns = np.divmod(np.flatnonzero(is_less), max(len(people), 1))
            keys.append((people[columns] * ground.places + places[rows]) * 2 + seat)
    arcs = arcs_of(ground, np.concatenate(keys))
    reduced = duals.reduced(arcs.inspector, arcs.inspection, arcs.seat, arcs.cost)
    return Underpriced(arcs[reduced < 0], reduced[reduced < 0], is_whole)


def _marked(shape: tuple[int, ...], columns: Ints) -> Flags:
    marked = np.zeros(shape, dtype=np.bool_)
    np.put_along_axis(marked, columns, values=True, axis=1)
    return marked


def least(group: Ints, values: Ints, most: int) -> Ints:
    """Return the rows with the least values of each group, at most so many each."""
    order = np.lexsort((values, group))
    ordered = group[order]
    rank = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    return column(np.sort(order[rank < most]))


@dataclass(frozen=True, slots=True)
class Pool:
    """Everyone who may take one of some seats of a remit: those who only may lead, who may do either, and the others.

    So whoever may take a seat stands together, and a part of a table by columns is theirs without a copy.
    """

    people: Ints
    only_leads: int
    leads: int

    @classmethod
    def of(cls, ground: Ground, seats: Sequence[int], remit: int) -> "Pool":
        """Return it."""
        lead, team = (pool(ground, seat, remit) if seat in seats else column() for seat in (LEAD, TEAM))
        only, both = np.setdiff1d(lead, team), np.intersect1d(lead, team)
        return cls(column(np.concatenate([only, both, np.setdiff1d(team, lead)])), len(only), len(lead))

    def part(self, seat: int) -> slice:
        """Return the columns of those who may take a seat."""
        return slice(0, self.leads) if seat == LEAD else slice(self.only_leads, None)


def _blocks(ground: Ground, seats: Sequence[int], *, by_days: bool) -> Iterator[tuple[Pool, Ints, Reals]]:
    """Give inspectors, inspections, and how far they are apart: the whole pool of all where such a seat is open.

    By days: the inspections of a block have the same ones.
    """
    places = ground.problem.inspections
    rows = np.flatnonzero(sum(open_seats(ground, seat) for seat in seats) > 0)
    by = (places.last, places.first, places.remit) if by_days else (places.remit,)
    rows = rows[np.lexsort(tuple(each[rows] for each in by))]
    changed = np.zeros(max(len(rows) - 1, 0), dtype=np.bool_)
    for each in by:
        changed |= np.diff(each[rows]) != 0
    pools = {remit: Pool.of(ground, seats, remit) for remit in np.unique(places.remit[rows]).tolist()}
    for group in np.split(rows, np.flatnonzero(changed) + 1) if len(rows) else ():
        found = pools[int(places.remit[group[0]])]
        for part in _parts(group, len(found.people)):
            yield found, part, _apart(ground, found.people, part)


def _parts(rows: Ints, width: int) -> list[Ints]:
    if not width:
        return []
    step = max(TOGETHER // width, 1)
    return [rows[begin : begin + step] for begin in range(0, len(rows), step)]


def _apart(ground: Ground, people: Ints, places: Ints) -> Reals:
    """Return the metres between each inspection (down) and each inspector (across)."""
    own, there = ground.problem.inspectors, ground.problem.inspections
    metres = np.subtract.outer(there.easting[places].astype(np.float64), own.easting[people].astype(np.float64))
    north = np.subtract.outer(there.northing[places].astype(np.float64), own.northing[people].astype(np.float64))
    metres *= metres
    north *= north
    metres += north
    np.sqrt(metres, out=metres)
    np.rint(metres, out=metres)
    unknown = float(ground.problem.weights.unknown_distance)
    metres[~there.is_located[places]] = unknown
    metres[:, ~own.is_located[people]] = unknown
    return metres
