"""Every inspector against every inspection: the join of a snapshot's columns, judged by the lines that judge one pair.

Connections meet providers by shared keys or by being near, then the inspections of these; each row is a connection, an
inspection and a rule, and `domain/horizon.py` says of whole columns what it weighs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tracker.allocation.columns import (
    CODES,
    NOBODY,
    Flags,
    Ints,
    Keys,
    Longs,
    Places,
    Progress,
    Snapshot,
    begins_of,
    taken,
)
from tracker.domain.horizon import EARLIEST, LATEST, UNDETERMINED, capped, is_current_or_ahead, meet, weight

DIRECT, SUCCESSION, SAME_GROUP = (CODES[rule] for rule in ("direct", "succession", "same-group"))
NEIGHBOUR, UNPLACED, UNGRADED = (CODES[rule] for rule in ("neighbour", "neighbour-unknown", "awaiting-review"))
# Rows that are looked at together: enough to be quick, few enough to stay near the processor.
BLOCK = 1 << 20
_CELL_BITS = 20


@dataclass(frozen=True, slots=True)
class Found:
    """Findings, a row each: the numbers of inspector, inspection and connection, the rule, and the verdict's weight."""

    inspector: Ints
    inspection: Ints
    connection: Ints
    rule: Ints
    weight: Ints


@dataclass(frozen=True, slots=True)
class Ways:
    """How targets reach providers, in the order of the targets: by which rule, and from when until when.

    `of` has a bit for each policy that has the rule for so great a distance; `is_several` marks ways that are one
    finding with another way.
    """

    target: Ints
    provider: Ints
    rule: Ints
    slot: Ints
    first: Ints
    last: Ints
    of: Ints
    is_several: Flags
    begins: Longs


def pairs_of(begins: Longs, numbers: Ints) -> tuple[Longs, Longs]:
    """Return for each number each of its rows: the places of the numbers, and those of the rows."""
    counts = begins[numbers + 1] - begins[numbers]
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    whose = np.repeat(np.arange(len(numbers)), counts)
    rows = np.arange(total) - np.repeat(ends - counts - begins[numbers], counts)
    return whose, rows


def ways(snapshot: Snapshot) -> Ways:
    """Return every way in which a target reaches a provider that is inspected."""
    every = (1 << len(snapshot.rulings.metres)) - 1
    shared = _shared(snapshot, every)
    line = (shared[2] == DIRECT) | (shared[2] == SUCCESSION)
    size = len(snapshot.providers)
    of_line = np.unique(shared[0][line].astype(np.int64) * size + shared[1][line])
    kin = np.isin(shared[0].astype(np.int64) * size + shared[1], of_line) & (shared[2] == SAME_GROUP)
    parts = [[column[~kin] for column in shared]]
    for near in (_near(snapshot), _unplaced(snapshot)):
        target, provider = near[0], near[1]
        apart = ~np.isin(target.astype(np.int64) * size + provider, of_line)
        parts.append([column[apart] for column in near])
    target, provider, rule, slot, first, last, of = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((slot, rule, provider, target))
    target, provider, rule, slot = target[order], provider[order], rule[order], slot[order]
    again = np.zeros(len(order), dtype=bool)
    if len(order):
        again[1:] = (
            (target[1:] == target[:-1])
            & (provider[1:] == provider[:-1])
            & (rule[1:] == rule[:-1])
            & (slot[1:] == slot[:-1])
        )
        again[:-1] |= again[1:]
    begins = begins_of(target, len(snapshot.targets))
    return Ways(target, provider, rule, slot, first[order], last[order], of[order], again, begins)


def _shared(snapshot: Snapshot, every: int) -> list[Ints]:
    """Return the ways by shared keys: both must hold the key on some day together."""
    theirs, mine = snapshot.provider_keys, snapshot.target_keys
    order = np.argsort(theirs.key, kind="stable")
    highest = int(max(theirs.key.max(initial=-1), mine.key.max(initial=-1))) + 1
    left, right = pairs_of(begins_of(theirs.key[order], highest), mine.key)
    right = order[right]
    first = np.maximum(mine.first[left], theirs.first[right])
    last = np.minimum(mine.last[left], theirs.last[right])
    kept = first <= last
    left, right = left[kept], right[kept]
    of = np.full(len(left), every, dtype=np.int32)
    chosen = [mine.whose[left], theirs.whose[right], mine.rule[left], mine.slot[left]]
    return [*chosen, first[kept], last[kept], of]


def _wanting(snapshot: Snapshot) -> Ints:
    """Return the targets of connections whose neighbours can matter."""
    connections, bit = snapshot.connections, 1 << NEIGHBOUR
    asked = connections.target[(connections.covered & bit) != 0]
    wanted = np.unique(asked).astype(np.int32)
    kept: Ints = wanted[snapshot.target_places.kind[wanted] != NOBODY]
    return kept


def _near(snapshot: Snapshot) -> list[Ints]:
    """Return the neighbours: providers of the same kind no further than a policy calls near."""
    here, there, metres = snapshot.target_places, snapshot.provider_places, snapshot.rulings.metres
    furthest = metres.max(axis=0, initial=NOBODY)
    targets = _wanting(snapshot)
    targets = targets[here.is_located[targets] & (furthest[here.register[targets]] > 0)]
    candidates = np.flatnonzero(there.is_open & there.is_located & (there.kind != NOBODY))
    candidates = candidates[furthest[there.register[candidates]] > 0].astype(np.int32)
    size = furthest[there.register[candidates]]
    cells = _cells(there.kind[candidates], there.easting[candidates] // size, there.northing[candidates] // size)
    order = np.argsort(cells, kind="stable")
    cells, candidates = cells[order], candidates[order]
    size = furthest[here.register[targets]]
    east, north = here.easting[targets] // size, here.northing[targets] // size
    found: list[tuple[Ints, Ints, Ints]] = []
    for x in (-1, 0, 1):
        # Three cells on top of each other stand in a row.
        begin = np.searchsorted(cells, _cells(here.kind[targets], east + x, north - 1), side="left")
        end = np.searchsorted(cells, _cells(here.kind[targets], east + x, north + 1), side="right")
        found.append(_within(snapshot, targets, candidates, begin, end))
    target, provider, of = (np.concatenate(column) for column in zip(*found, strict=True))
    return _plain(target, provider, NEIGHBOUR, of)


def _cells(kind: Ints, east: Ints, north: Ints) -> Longs:
    cells = (kind.astype(np.int64) << 2 * _CELL_BITS) + (east.astype(np.int64) << _CELL_BITS) + north
    return np.asarray(cells, dtype=np.int64)


def _within(snapshot: Snapshot, targets: Ints, candidates: Ints, begin: Longs, end: Longs) -> tuple[Ints, Ints, Ints]:
    """Return those candidates, from `begin` to `end` for each target, that are near enough for some policy."""
    here, there, metres = snapshot.target_places, snapshot.provider_places, snapshot.rulings.metres
    counts = end - begin
    target = np.repeat(targets, counts)
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    provider = candidates[np.arange(total) - np.repeat(ends - counts - begin, counts)]
    east = (here.easting[target] - there.easting[provider]).astype(np.int64)
    north = (here.northing[target] - there.northing[provider]).astype(np.int64)
    squared = east * east + north * north
    of = np.zeros(total, dtype=np.int32)
    for policy, limits in enumerate(metres.astype(np.int64)):
        limit = limits[here.register[target]]
        of |= ((limit > 0) & (squared <= limit * limit)).astype(np.int32) << policy
    kept = of != 0
    return target[kept], provider[kept], of[kept]


def _unplaced(snapshot: Snapshot) -> list[Ints]:
    """Return the providers of the same kind and authority of which nobody can tell how near they are."""
    here, there, metres = snapshot.target_places, snapshot.provider_places, snapshot.rulings.metres
    targets = _wanting(snapshot)
    targets = targets[here.authority[targets] != NOBODY]
    candidates = np.flatnonzero(there.is_open & (there.authority != NOBODY)).astype(np.int32)
    found = [
        _fellows(here, there, targets[~here.is_located[targets]], candidates),
        _fellows(here, there, targets[here.is_located[targets]], candidates[~there.is_located[candidates]]),
    ]
    target, provider = (np.concatenate(column) for column in zip(*found, strict=True))
    of = np.zeros(len(target), dtype=np.int32)
    for policy, limits in enumerate(metres):
        of |= (limits[here.register[target]] > 0).astype(np.int32) << policy
    kept = of != 0
    return _plain(target[kept], provider[kept], UNPLACED, of[kept])


def _fellows(here: Places, there: Places, targets: Ints, candidates: Ints) -> tuple[Ints, Ints]:
    order = np.argsort(there.authority[candidates], kind="stable")
    authorities = there.authority[candidates][order]
    highest = int(max(authorities.max(initial=-1), here.authority[targets].max(initial=-1))) + 1
    left, right = pairs_of(begins_of(authorities, highest), here.authority[targets])
    return targets[left], candidates[order][right]


def _plain(target: Ints, provider: Ints, rule: int, of: Ints) -> list[Ints]:
    """Return ways that hold on every day."""
    same = [np.full(len(target), value, dtype=np.int32) for value in (rule, 0, EARLIEST, LATEST)]
    return [target, provider, *same, of]


def matrix(snapshot: Snapshot, progress: Progress | None = None) -> Iterator[Found]:
    """Yield every finding that a connection makes, a block at a time; each is of some connections, and whole.

    `progress` is told how many connections of how many were looked at.
    """
    every = ways(snapshot)
    connections, inspections = snapshot.connections, snapshot.inspections
    reached = np.diff(inspections.begins)[every.provider]
    before = np.concatenate(([0], np.cumsum(reached)))
    per_target = before[every.begins[1:]] - before[every.begins[:-1]]
    ends = np.cumsum(per_target[connections.target])
    start = 0
    while start < len(connections.target):
        done = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + BLOCK, side="right")))
        found = _judged(snapshot, every, np.arange(start, stop))
        if len(found.rule):
            yield found
        start = stop
        if progress is not None:
            progress(stop, len(connections.target))


def _judged(snapshot: Snapshot, every: Ways, numbers: Longs) -> Found:
    """Return the findings of these connections."""
    connections, inspections = snapshot.connections, snapshot.inspections
    left, way = pairs_of(every.begins, connections.target[numbers])
    left = numbers[left]
    bit = np.minimum(every.rule[way], np.int32(NEIGHBOUR))
    kept = ((connections.covered[left] >> bit) & (every.of[way] >> connections.policy[left]) & 1) != 0
    left, way = left[kept], way[kept]
    outer, inspection = pairs_of(inspections.begins, every.provider[way])
    starts, ends = inspections.starts[inspection], inspections.ends[inspection]
    left, way = left[outer], way[outer]
    counts = (connections.horizon.opens[left] <= ends) & (starts <= connections.horizon.late_until[left])
    left, way, inspection = left[counts], way[counts], inspection[counts]
    starts, ends = starts[counts], ends[counts]
    of = taken(connections.horizon, left)
    first, last, rule = every.first[way], every.last[way], every.rule[way]
    heavy = weight(of, starts, ends)
    hit = (heavy != 0) & (meet(first, last, starts, ends) | meet(first, last, of.first, of.last))
    hit &= is_current_or_ahead(of, starts, ends) | ((rule != NEIGHBOUR) & (rule != UNPLACED))
    left, way, inspection, rule, heavy = left[hit], way[hit], inspection[hit], rule[hit], heavy[hit]
    ungraded = heavy == UNDETERMINED
    heavy = capped(heavy, snapshot.rulings.ceilings[connections.policy[left], rule])
    rule = np.where(ungraded, np.int32(UNGRADED), rule)
    once = _once(every, left, way, inspection, ungraded)
    left, inspection = left[once], inspection[once]
    columns = (connections.inspector[left], inspection, left, rule[once], heavy[once])
    return Found(*(column.astype(np.int32) for column in columns))


def _once(every: Ways, left: Longs, way: Longs, inspection: Longs, ungraded: Flags) -> Longs:
    """Return the rows without those that are one finding with another: by several memberships, or not yet graded."""
    doubtful = every.is_several[way] | ungraded
    if not doubtful.any():
        return np.arange(len(left))
    rows = np.flatnonzero(doubtful)
    told = np.where(ungraded, 0, 1 + every.rule[way].astype(np.int64))[rows]
    slot = np.where(ungraded, 0, every.slot[way].astype(np.int64))[rows]
    _, chosen = np.unique(np.stack((left[rows], inspection[rows], told, slot)), axis=1, return_index=True)
    return np.sort(np.concatenate((np.flatnonzero(~doubtful), rows[chosen])))


__all__ = ["Found", "Keys", "Ways", "matrix", "pairs_of", "ways"]
