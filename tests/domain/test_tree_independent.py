"""A library that shares nothing with us gives the same roots, and accepts our proofs but none with a turned bit."""

from collections.abc import Iterator
from functools import cache
from random import Random

import pytest
from pymerkle import InmemoryTree, InvalidProof, verify_consistency, verify_inclusion
from pymerkle.hasher import MerkleHasher
from pymerkle.proof import ConsistencyProof, InclusionProof

from tracker.domain import proofs
from tracker.domain.proofs import consistency_proof, inclusion_proof
from tracker.domain.tree import EMPTY, EMPTY_ROOT, extend, leaf_hash, root

# Every size up to a whole tree of 64 and a little beyond; larger ones about a power of two, and one far from any.
SIZES = [*range(1, 67), 127, 128, 129, 300, 1000]
DRAWN = 12
WORDS = [f"entry {number}".encode() for number in range(max(SIZES))]
LEAVES = [leaf_hash(each) for each in WORDS]
HASHER = MerkleHasher("sha256")


@cache
def theirs() -> InmemoryTree:
    tree = InmemoryTree(algorithm="sha256")
    for each in WORDS:
        tree.append_entry(each)
    return tree


def our_root(size: int) -> bytes:
    return root(extend(EMPTY, LEAVES[:size]))


def some(size: int) -> list[int]:
    """Return all the places in a small tree, and in a large one its ends and some between."""
    if size <= 66:
        return list(range(size))
    return sorted({0, size - 1, *Random(size).sample(range(size), DRAWN)})


def flipped(node: bytes, bit: int) -> bytes:
    return (int.from_bytes(node) ^ (1 << bit)).to_bytes(len(node))


def turned(nodes: list[bytes], *, every: bool, random: Random) -> Iterator[list[bytes]]:
    """Yield the nodes with one bit turned: each bit there is, or one drawn in each node."""
    for place, node in enumerate(nodes):
        for bit in range(256) if every else [random.randrange(256)]:
            yield [*nodes[:place], flipped(node, bit), *nodes[place + 1 :]]


def proves(leaf: bytes, index: int, size: int, path: list[bytes], tree_root: bytes) -> bool:
    """Say whether the library takes our path; and see that we say the same."""
    made = theirs().prove_inclusion(index + 1, size)
    proof = InclusionProof("sha256", security=True, size=size, index=index + 1, rule=made.rule, path=[leaf, *path])
    ours = proofs.verify_inclusion(leaf, index, size, path, tree_root)
    try:
        verify_inclusion(leaf, tree_root, proof, index=index + 1, size=size)
    except InvalidProof:
        assert not ours
        return False
    assert ours
    return True


@pytest.mark.parametrize("size", [0, *SIZES])
def test_the_same_entries_have_the_same_root(size: int) -> None:
    assert (theirs().get_root(size) if size else HASHER.hash_empty()) == our_root(size)


@pytest.mark.parametrize("size", SIZES)
def test_every_proof_of_ours_is_accepted_and_none_with_any_bit_turned(size: int) -> None:
    random = Random(size)
    whole = random.choice(some(size))
    for index in some(size):
        path, tree_root = inclusion_proof(LEAVES, index, size), our_root(size)
        assert proves(LEAVES[index], index, size, path, tree_root)
        # Of one leaf of every tree each bit is turned, of the others one in each hash.
        for leaf, said_root, *said in turned([LEAVES[index], tree_root, *path], every=index == whole, random=random):
            assert not proves(leaf, index, size, said, said_root)


@pytest.mark.parametrize("size", SIZES)
def test_no_proof_of_ours_is_accepted_for_an_index_with_any_bit_turned(size: int) -> None:
    for index in some(size):
        path, tree_root = inclusion_proof(LEAVES, index, size), our_root(size)
        for bit in range(size.bit_length() + 1):
            other = index ^ (1 << bit)
            if other < size:
                assert not proves(LEAVES[index], other, size, path, tree_root)
            assert not proofs.verify_inclusion(LEAVES[index], other, size, path, tree_root)


def goes_on(old: int, new: int, path: list[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Say whether the library takes our proof of consistency; and see that we say the same.

    The library shows the first node to the right of the old tree from its first leaf up, where RFC 6962 names the node
    itself; so that node must be the one that the library comes to, and all others are put where it wants them.
    """
    made = theirs().prove_consistency(old, new)
    below = made.subset.index(1)
    start, right, *rest = [old_root, *path] if old.bit_count() == 1 else path
    shown = InclusionProof("sha256", security=True, size=0, index=0, rule=made.rule, path=made.path[:below])
    nodes = [*made.path[:below], start, *rest]
    proof = ConsistencyProof("sha256", True, new, old, made.rule, made.subset, nodes)  # noqa: FBT003 (theirs)
    ours = proofs.verify_consistency(old, new, path, old_root, new_root)
    try:
        verify_consistency(old_root, new_root, proof, prior_size=old, later_size=new)
    except InvalidProof:
        assert not ours
        return False
    assert ours == (shown.compute_root() == right)
    return ours


@pytest.mark.parametrize("new", SIZES[1:])
def test_every_older_tree_is_accepted_as_the_beginning_of_a_newer_and_none_with_any_bit_turned(new: int) -> None:
    random = Random(new)
    olds = [each for each in some(new) if each]
    whole = random.choice(olds)
    for old in olds:
        path, heads = consistency_proof(LEAVES, old, new), [our_root(old), our_root(new)]
        assert goes_on(old, new, path, *heads)
        for old_root, new_root, *said in turned([*heads, *path], every=old == whole, random=random):
            assert not goes_on(old, new, said, old_root, new_root)
        for bit in range(new.bit_length()):
            assert not proofs.verify_consistency(old ^ (1 << bit), new, path, *heads)


@pytest.mark.parametrize("size", SIZES)
def test_a_tree_goes_on_from_itself_and_from_none_other_of_its_size(size: int) -> None:
    same = our_root(size)
    assert proofs.verify_consistency(size, size, [], same, same)
    assert proofs.verify_consistency(0, size, [], EMPTY_ROOT, same)
    for bit in range(256):
        assert not proofs.verify_consistency(size, size, [], flipped(same, bit), same)
        assert not proofs.verify_consistency(size, size, [], same, flipped(same, bit))
        assert not proofs.verify_consistency(0, size, [], flipped(EMPTY_ROOT, bit), same)
