"""The history's export as the application writes it, and the same proof over the entries that the database keeps."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tracker.domain import tree as trees
from tracker.domain.tree import (
    EMPTY,
    FORMAT,
    Broken,
    Frontier,
    Head,
    canonical,
    export_line,
    extend,
    leaf_hash,
    node_hash,
    read_entry,
    replay,
)


def frontier_text(frontier: Frontier) -> str:
    """Return the hashes of a frontier as a JSON list of hex, left to right."""
    listed = '","'.join([peak.hex() for peak in frontier.peaks])
    return f'["{listed}"]' if listed else "[]"


def read_frontier(size: int, text: str) -> Frontier:
    """Return the frontier of a size from the text of `frontier_text`; ValueError if the two do not fit."""
    peaks = json.loads(text)
    if not isinstance(peaks, list) or not all(isinstance(peak, str) for peak in peaks):
        raise ValueError("a frontier is a JSON list of hex")
    return Frontier(size, tuple(bytes.fromhex(peak) for peak in peaks))


def append(frontier: Frontier, leaf: bytes) -> Frontier:
    """Return the frontier with one more leaf hash, in O(log n)."""
    peaks, node, bits = list(frontier.peaks), leaf, frontier.size
    while bits & 1:  # what stood alone joins on the left
        node, bits = node_hash(peaks.pop(), node), bits >> 1
    return Frontier(frontier.size + 1, (*peaks, node))


def export_lines(
    entries: Iterable[tuple[bytes, Mapping[str, tuple[bytes, Any]]]], size: int, root: bytes
) -> Iterator[bytes]:
    """Yield an export's lines from entry bytes, each with the salt and value of every private word it discloses."""
    yield canonical({"format": FORMAT, "root": root.hex(), "size": size}) + b"\n"
    for raw, words in entries:
        opened = {name: {"salt": salt.hex(), "value": value} for name, (salt, value) in words.items()}
        yield export_line(raw, leaf_hash(raw).hex(), canonical(opened))


def first_bad(
    stored: Iterable[tuple[int, bytes, bytes]],
    size: int,
    root: bytes,
    against: tuple[int, bytes] | None = None,
    start: Frontier = EMPTY,
) -> Broken | None:
    """Return the first stored (seq, entry bytes, leaf hash) that is not as it was written; None if all give the root.

    Streams in constant memory. `against` is an earlier size and root, kept elsewhere, that the history must begin with.
    `start` is what was judged before; the stored entries go on from there.
    """
    try:
        if start.size:
            _goes_on(stored, start, Head(size, root))
        else:
            replay(stored, _stored, Head(size, root), Head(*against) if against else None, None)
    except Broken as broken:
        return broken
    return None


def _goes_on(stored: Iterable[tuple[int, bytes, bytes]], start: Frontier, stated: Head) -> None:
    """Raise Broken unless the stored entries after those that were judged before give the stated head."""
    tree = start
    for seq, row in enumerate(stored, start.size + 1):
        try:
            tree = extend(tree, [_stored(seq, row)])
        except (ValueError, TypeError, RecursionError) as error:
            raise Broken(seq, None, str(error)) from error
    if Head(tree.size, trees.root(tree)) != stated:
        raise Broken(None, None, f"{tree.size} entries do not give the stated root: begin the check anew")


def _stored(seq: int, row: tuple[int, bytes, bytes]) -> bytes:
    number, raw, leaf = row
    if number != seq:
        raise ValueError(f"it is missing, and number {number} stands in its place")
    if (said := read_entry(raw)["seq"]) != seq:
        raise ValueError(f"the entry says that it is number {said}")
    if leaf_hash(raw) != leaf:
        raise ValueError("the entry does not have the leaf hash beside it")
    return leaf
