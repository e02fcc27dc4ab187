"""Every inspector against every inspection: the join of a snapshot's columns, judged by the lines that judge one pair.

Each row is a connection, an inspection that its target reaches, and a rule; `domain/horizon.py` says of whole columns
what it weighs.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from tracker.allocation.columns import CODES, Flags, Ints, Longs, Progress, Snapshot, taken
from tracker.allocation.reaching import NEIGHBOUR, Nearby, Shared, pairs_of, reached
from tracker.domain.horizon import UNDETERMINED, capped, is_current_or_ahead, meet, weight

UNGRADED = CODES["awaiting-review"]
# Rows that are looked at together: enough to be quick, few enough to stay near the processor.
BLOCK = 1 << 18
WORKERS = min(4, os.cpu_count() or 1)


class Found(NamedTuple):
    """Findings, a row each: the numbers of inspector, inspection and connection, the rule, and the verdict's weight."""

    inspector: Ints
    inspection: Ints
    connection: Ints
    rule: Ints
    weight: Ints


class _Rows(NamedTuple):
    """Connections with the inspections that they count for, the rule and the slot, and what each weighs by itself."""

    connection: Longs
    inspection: Ints
    rule: Ints
    slot: Ints
    heavy: Ints
    is_several: Flags

    def chosen(self, rows: Longs) -> "_Rows":
        """Return some of the rows."""
        return _Rows(*(column[rows] for column in self))  # type: ignore[arg-type]


def matrix(snapshot: Snapshot, progress: Progress | None = None) -> Iterator[Found]:
    """Yield every finding that a connection makes, a block at a time.

    `progress` is told how many connections of how many were looked at.
    """
    shared, near, unplaced = reached(snapshot)
    of = snapshot.connections.horizon
    ungraded = (of.now == UNDETERMINED) | (of.soon == UNDETERMINED) | (of.late == UNDETERMINED)
    graded = np.flatnonzero(~ungraded)
    last = of.last >= snapshot.inspections.starts.min(initial=0)
    placed = graded[((snapshot.connections.covered[graded] >> NEIGHBOUR) & 1 != 0) & last[graded]]
    ways: list[tuple[Longs, Longs, Callable[[Longs], _Rows]]] = [
        (graded, shared.begins, lambda some: _by_keys(snapshot, shared, some)),
        (placed, near.begins, lambda some: _by_place(snapshot, near, some)),
        (placed, unplaced.begins, lambda some: _by_place(snapshot, unplaced, some)),
    ]
    done, total = 0, sum(len(numbers) for numbers, _, _ in ways)
    for numbers, begins, judged in ways:
        for some, found in _side_by_side(
            lambda some, judged=judged: _found(snapshot, _once(judged(some))),  # type: ignore[misc]
            _blocks(begins, snapshot.connections.target, numbers),
        ):
            if len(found.rule):
                yield found
            done += len(some)
            if progress is not None:
                progress(done, total)
    yield from _awaiting(snapshot, shared, (near, unplaced), np.flatnonzero(ungraded))


def _side_by_side(work: Callable[[Longs], Found], blocks: Iterator[Longs]) -> Iterator[tuple[Longs, Found]]:
    """Yield each block with what comes of it, in order; as many are worked on as there are processors, and no more."""
    waiting: deque[tuple[Longs, Future[Found]]] = deque()
    with ThreadPoolExecutor(WORKERS) as pool:
        for some in blocks:
            waiting.append((some, pool.submit(work, some)))
            if len(waiting) > WORKERS:
                done, found = waiting.popleft()
                yield done, found.result()
        while waiting:
            done, found = waiting.popleft()
            yield done, found.result()


def _blocks(begins: Longs, target: Ints, numbers: Longs) -> Iterator[Longs]:
    """Yield these connections in runs, each of which has about as many rows as a block."""
    ends = np.cumsum((begins[1:] - begins[:-1])[target[numbers]])
    start = 0
    while start < len(numbers):
        done = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + BLOCK, side="right")))
        yield numbers[start:stop]
        start = stop


def _by_keys(snapshot: Snapshot, shared: Shared, numbers: Longs) -> _Rows:
    """Return the rows of these connections that share a key in time."""
    connections, inspections = snapshot.connections, snapshot.inspections
    whose, row = pairs_of(shared.begins, connections.target[numbers])
    left = numbers[whose]
    kept = (connections.covered[left] >> shared.rule[row]) & 1 != 0
    left, row = left[kept], row[kept]
    of, inspection = taken(connections.horizon, left), shared.inspection[row]
    heavy = weight(of, inspections.starts[inspection], inspections.ends[inspection])
    hit = (heavy != 0) & (shared.is_now[row] | meet(shared.first[row], shared.last[row], of.first, of.last))
    left, row, heavy = left[hit], row[hit], heavy[hit].astype(np.int32)
    return _Rows(left, inspection[hit], shared.rule[row], shared.slot[row], heavy, shared.is_several[row])


def _by_place(snapshot: Snapshot, nearby: Nearby, numbers: Longs) -> _Rows:
    """Return the rows of these connections that last or lie ahead while an inspection is near, or may be."""
    connections, inspections, of = snapshot.connections, snapshot.inspections, snapshot.connections.horizon
    whose, row = pairs_of(nearby.begins, connections.target[numbers])
    left, inspection = numbers[whose], nearby.inspection[row]
    starts, ends = inspections.starts[inspection], inspections.ends[inspection]
    covered = (connections.covered[left] >> NEIGHBOUR) & (nearby.of[row] >> connections.policy[left]) & 1 != 0
    # Of the horizon only what tells whether it lasts is looked up for all rows.
    lasting = of._replace(opens=of.opens[left], last=of.last[left])
    hit = covered & is_current_or_ahead(lasting, starts, ends)
    left, inspection = left[hit], inspection[hit]
    heavy = weight(taken(of, left), starts[hit], ends[hit]).astype(np.int32)
    same = np.zeros(len(left), dtype=np.int32)
    return _Rows(left, inspection, same + nearby.rule, same, heavy, np.zeros(len(left), dtype=np.bool_))


def _once(rows: _Rows) -> _Rows:
    """Return the rows without those that are the same finding as another: by a second spell in one group."""
    doubtful = np.flatnonzero(rows.is_several)
    if not len(doubtful):
        return rows
    columns = (rows.connection[doubtful], rows.inspection[doubtful], rows.rule[doubtful], rows.slot[doubtful])
    _, chosen = np.unique(np.stack(columns), axis=1, return_index=True)
    kept = np.concatenate((np.flatnonzero(~rows.is_several), doubtful[chosen]))
    return rows.chosen(kept)


def _found(snapshot: Snapshot, rows: _Rows) -> Found:
    connections = snapshot.connections
    heavy = capped(rows.heavy, snapshot.rulings.ceilings[connections.policy[rows.connection], rows.rule])
    left = rows.connection.astype(np.int32)
    return Found(connections.inspector[left], rows.inspection, left, rows.rule, heavy.astype(np.int32))


def _awaiting(snapshot: Snapshot, shared: Shared, nearby: tuple[Nearby, ...], numbers: Longs) -> Iterator[Found]:
    """Yield what a reviewer has yet to grade: one finding for each inspection, whatever ways lead there."""
    if not len(numbers):
        return
    parts = [_by_keys(snapshot, shared, numbers), *(_by_place(snapshot, each, numbers) for each in nearby)]
    rows = _Rows(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    light = np.flatnonzero(rows.heavy == UNDETERMINED)
    _, chosen = np.unique(np.stack((rows.connection[light], rows.inspection[light])), axis=1, return_index=True)
    yield _found(snapshot, rows._replace(rule=np.full_like(rows.rule, UNGRADED)).chosen(light[chosen]))
    yield _found(snapshot, _once(rows.chosen(np.flatnonzero(rows.heavy != UNDETERMINED))))
