"""Which inspections each target reaches, and by which rule: by shared keys, by places near, by places not known."""

from dataclasses import dataclass

import numpy as np

from tracker.allocation.columns import CODES, NOBODY, Flags, Ints, Longs, Places, Snapshot, begins_of
from tracker.domain.horizon import meet

DIRECT, SUCCESSION, SAME_GROUP = (CODES[rule] for rule in ("direct", "succession", "same-group"))
NEIGHBOUR, UNPLACED = CODES["neighbour"], CODES["neighbour-unknown"]
_CELL_BITS = 20


@dataclass(frozen=True, slots=True)
class Shared:
    """A row a target and an inspection whose provider shares a key with it, in the order of the targets.

    Both hold the key from `first` to `last`; `is_now` tells whether they do on a day of the inspection, `is_several`
    whether another row is the same finding: by the same rule and slot. `begins` is where the rows of each target begin.
    """

    inspection: Ints
    rule: Ints
    slot: Ints
    first: Ints
    last: Ints
    is_now: Flags
    is_several: Flags
    begins: Longs


@dataclass(frozen=True, slots=True)
class Nearby:
    """A row a target and an inspection at a neighbour of it, or at what may be one, in the order of the targets.

    `of` has a bit for each policy that calls it near; the one `rule` says whether a distance is known.
    """

    inspection: Ints
    of: Ints
    begins: Longs
    rule: int


def pairs_of(begins: Longs, numbers: Ints) -> tuple[Longs, Longs]:
    """Return for each number each of its rows: the places of the numbers, and those of the rows."""
    starts = begins[numbers]
    counts = begins[numbers + 1] - starts
    return stretched(starts, counts)


def stretched(starts: Longs, counts: Longs) -> tuple[Longs, Longs]:
    """Return the rows of runs that begin at `starts`: of which run each is, and which row."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    whose = np.repeat(np.arange(len(counts)), counts)
    return whose, np.arange(total) + np.repeat(starts - ends + counts, counts)


def reached(snapshot: Snapshot) -> tuple[Shared, Nearby, Nearby]:
    """Return what every target reaches."""
    target, provider, key, hold = _shared(snapshot)
    theirs, mine = snapshot.provider_keys, snapshot.target_keys
    size = len(snapshot.providers)
    code = target.astype(np.int64) * size + provider
    rule = mine.rule[key]
    # Neither is in the same group as, nor a neighbour of, what is in its own line.
    line = np.unique(code[(rule == DIRECT) | (rule == SUCCESSION)])
    kept = ~((rule == SAME_GROUP) & _among(code, line))
    target, provider, key, hold, code = target[kept], provider[kept], key[kept], hold[kept], code[kept]
    several = _several(code, mine.rule[key], mine.slot[key])
    outer, inspection = pairs_of(snapshot.inspections.begins, provider)
    target, key, hold, several = target[outer], key[outer], hold[outer], several[outer]
    first = np.maximum(mine.first[key], theirs.first[hold])
    last = np.minimum(mine.last[key], theirs.last[hold])
    starts, ends = snapshot.inspections.starts[inspection], snapshot.inspections.ends[inspection]
    is_now: Flags = meet(first, last, starts, ends)
    begins = begins_of(target, len(snapshot.targets))
    columns = inspection.astype(np.int32), mine.rule[key], mine.slot[key], first, last, is_now, several, begins
    near = _placed(snapshot, _near(snapshot), line, NEIGHBOUR)
    return Shared(*columns), near, _placed(snapshot, _unplaced(snapshot), line, UNPLACED)


def _shared(snapshot: Snapshot) -> tuple[Ints, Ints, Longs, Longs]:
    """Return the targets and providers that hold a key on some day together, with the rows of both holds."""
    theirs, mine = snapshot.provider_keys, snapshot.target_keys
    order = np.argsort(theirs.key, kind="stable")
    highest = int(max(theirs.key.max(initial=-1), mine.key.max(initial=-1))) + 1
    left, right = pairs_of(begins_of(theirs.key[order], highest), mine.key)
    right = order[right]
    kept = meet(mine.first[left], mine.last[left], theirs.first[right], theirs.last[right])
    left, right = left[kept], right[kept]
    return mine.whose[left], theirs.whose[right], left, right


def _among(codes: Longs, some: Longs) -> Flags:
    """Tell which of these codes are among some, which are sorted and few."""
    if not len(some):
        return np.zeros(len(codes), dtype=np.bool_)
    found: Flags = some[np.minimum(np.searchsorted(some, codes), len(some) - 1)] == codes
    return found


def _several(code: Longs, rule: Ints, slot: Ints) -> Flags:
    """Tell which rows say the same of the same pair as another row: by a second spell in one group."""
    result = np.zeros(len(code), dtype=np.bool_)
    if len(code):
        every = (code * len(CODES) + rule) * (int(slot.max()) + 1) + slot
        order = np.argsort(every)
        again = np.flatnonzero(every[order][1:] == every[order][:-1])
        result[order[again]] = result[order[again + 1]] = True
    return result


def _wanting(snapshot: Snapshot) -> Ints:
    """Return the targets of connections whose neighbours can matter: those that last till an inspection starts."""
    connections, starts = snapshot.connections, snapshot.inspections.starts
    asked = (connections.covered & (1 << NEIGHBOUR)) != 0
    asked &= connections.horizon.last >= starts.min(initial=np.iinfo(np.int32).max)
    wanted = np.zeros(len(snapshot.targets), dtype=np.bool_)
    wanted[connections.target[asked]] = True
    wanted &= snapshot.target_places.kind != NOBODY
    return np.flatnonzero(wanted).astype(np.int32)


def _near(snapshot: Snapshot) -> tuple[Ints, Ints, Ints]:
    """Return the neighbours, in the order of the targets: providers no further than a policy calls near."""
    here, there, metres = snapshot.target_places, snapshot.provider_places, snapshot.rulings.metres
    furthest = metres.max(axis=0, initial=NOBODY)
    targets = _wanting(snapshot)
    targets = targets[here.is_located[targets] & (furthest[here.register[targets]] > 0)]
    candidates = np.flatnonzero(there.is_open & there.is_located & (there.kind != NOBODY))
    candidates = candidates[furthest[there.register[candidates]] > 0].astype(np.int32)
    size = furthest[there.register[candidates]]
    cells = _cells(there.kind[candidates], there.easting[candidates] // size, there.northing[candidates] // size)
    order = np.argsort(cells)
    cells, candidates = cells[order], candidates[order]
    size = furthest[here.register[targets]]
    # Of the nine cells around a place, three on top of each other are one run.
    east, north = here.easting[targets] // size, here.northing[targets] // size
    lowest = [_cells(here.kind[targets], east + x, north - 1) for x in (-1, 0, 1)]
    begins = np.stack([np.searchsorted(cells, each) for each in lowest], axis=1).ravel()
    ends = np.stack([np.searchsorted(cells, each + 2, side="right") for each in lowest], axis=1).ravel()
    whose, rows = stretched(begins, ends - begins)
    target, provider = targets[whose // len(lowest)], candidates[rows]
    east, north = here.easting[target] - there.easting[provider], here.northing[target] - there.northing[provider]
    # Beyond the cells around it nothing is squared: within, a square is far below what the column holds.
    squared = east * east + north * north
    of = np.zeros(len(target), dtype=np.int32)
    for policy, limits in enumerate(metres):
        limit = np.where(limits > 0, limits * limits, NOBODY)[here.register[target]]
        of |= (squared <= limit).astype(np.int32) << policy
    kept = of != 0
    return target[kept], provider[kept], of[kept]


def _cells(kind: Ints, east: Ints, north: Ints) -> Longs:
    cells = (kind.astype(np.int64) << 2 * _CELL_BITS) + (east.astype(np.int64) << _CELL_BITS) + north
    return np.asarray(cells, dtype=np.int64)


def _unplaced(snapshot: Snapshot) -> tuple[Ints, Ints, Ints]:
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
    order = np.argsort(target, kind="stable")
    target, provider = target[order], provider[order]
    of = np.zeros(len(target), dtype=np.int32)
    for policy, limits in enumerate(metres):
        of |= (limits[here.register[target]] > 0).astype(np.int32) << policy
    kept = of != 0
    return target[kept], provider[kept], of[kept]


def _fellows(here: Places, there: Places, targets: Ints, candidates: Ints) -> tuple[Ints, Ints]:
    order = np.argsort(there.authority[candidates], kind="stable")
    authorities = there.authority[candidates][order]
    highest = int(max(authorities.max(initial=-1), here.authority[targets].max(initial=-1))) + 1
    left, right = pairs_of(begins_of(authorities, highest), here.authority[targets])
    return targets[left], candidates[order][right]


def _placed(snapshot: Snapshot, found: tuple[Ints, Ints, Ints], line: Longs, rule: int) -> Nearby:
    """Return the inspections at these providers, without those of the target's own line."""
    target, provider, of = found
    apart = ~_among(target.astype(np.int64) * len(snapshot.providers) + provider, line)
    target, provider, of = target[apart], provider[apart], of[apart]
    outer, inspection = pairs_of(snapshot.inspections.begins, provider)
    begins = begins_of(target[outer], len(snapshot.targets))
    return Nearby(inspection.astype(np.int32), of[outer], begins, rule)
