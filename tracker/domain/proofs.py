"""Proofs that an entry is in the history's tree, and that an older tree is its beginning (RFC 6962, RFC 9162)."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.domain.receipt import root_by
from tracker.domain.tree import EMPTY_ROOT, HASH_BYTES, node_hash


def _climb(nodes: list[bytes], index: int, skip: int) -> tuple[bytes, list[bytes]]:
    """Return the node `skip` levels above a leaf, and its audit path; a last node without partner moves up as it is."""
    level, start, path = 0, nodes[index], list[bytes]()
    while level <= skip or len(nodes) > 1:
        if level == skip:
            start = nodes[index]
        if level >= skip and index ^ 1 < len(nodes):
            path.append(nodes[index ^ 1])
        pairs = zip(nodes[::2], nodes[1::2], strict=False)
        nodes = [node_hash(left, right) for left, right in pairs] + nodes[len(nodes) & ~1 :]
        index, level = index >> 1, level + 1
    return start, path


def inclusion_proof(leaves: Sequence[bytes], index: int, size: int) -> list[bytes]:
    """Return the audit path of the leaf at an index (from 0) in the tree of the first `size` leaf hashes."""
    if not 0 <= index < size <= len(leaves):
        raise ValueError("no such leaf in a tree of that size")
    return _climb(list(leaves[:size]), index, 0)[1]


def inclusion_proofs(leaves: Sequence[bytes], indices: Sequence[int]) -> tuple[bytes, list[list[bytes]]]:
    """Return the root of the tree of all leaf hashes, which is climbed once, and the audit paths of several leaves."""
    if not all(0 <= index < len(leaves) for index in indices):
        raise ValueError("no such leaf in a tree of that size")
    nodes, places = list(leaves), list(indices)
    paths: list[list[bytes]] = [[] for _ in indices]
    while len(nodes) > 1:
        for path, place in zip(paths, places, strict=True):
            if place ^ 1 < len(nodes):
                path.append(nodes[place ^ 1])
        pairs = zip(nodes[::2], nodes[1::2], strict=False)
        nodes = [node_hash(left, right) for left, right in pairs] + nodes[len(nodes) & ~1 :]
        places = [place >> 1 for place in places]
    return nodes[0] if nodes else EMPTY_ROOT, paths


def consistency_proof(leaves: Sequence[bytes], old: int, new: int) -> list[bytes]:
    """Return the proof that the tree of the first `old` leaf hashes is the beginning of the tree of the first `new`."""
    if not 0 <= old <= new <= len(leaves):
        raise ValueError("no such two trees, the older within the newer")
    if old in {0, new}:
        return []
    start, path = _climb(list(leaves[:new]), old - 1, (old & -old).bit_length() - 1)
    return path if old.bit_count() == 1 else [start, *path]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], tree_root: bytes) -> bool:
    """Say whether the proof shows that the leaf hash stands at the index in the tree of that size and root."""
    if {*map(len, (leaf, *proof))} != {HASH_BYTES}:
        return False
    return root_by(leaf, index, size, proof) == tree_root


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Say whether the proof shows that the tree of the old size and root is the beginning of the new one."""
    if not 0 <= old <= new or {*map(len, proof)} - {HASH_BYTES}:
        return False
    if old in {0, new}:
        return not proof and (old > 0 or old_root == EMPTY_ROOT) and (old < new or old_root == new_root)
    path = [old_root, *proof] if old.bit_count() == 1 else list(proof)
    if not path:
        return False
    skip = (old & -old).bit_length() - 1
    index, last = (old - 1) >> skip, (new - 1) >> skip
    before = after = path[0]
    for node in path[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            before, after = node_hash(node, before), node_hash(node, after)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            after = node_hash(after, node)
        index, last = index >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root
