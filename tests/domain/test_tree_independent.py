"""A library that shares nothing with us gives the same roots, and accepts our receipts' proofs but no changed one."""

import pytest
from pymerkle import InmemoryTree, InvalidProof, verify_inclusion
from pymerkle.proof import InclusionProof

from tracker.domain.proofs import inclusion_proof
from tracker.domain.tree import EMPTY, extend, leaf_hash, root

SIZES = (1, 2, 3, 7, 8, 13, 21)


def words(size: int) -> list[bytes]:
    return [f"entry {number}".encode() for number in range(1, size + 1)]


def theirs(size: int) -> InmemoryTree:
    tree = InmemoryTree(algorithm="sha256")
    for each in words(size):
        tree.append_entry(each)
    return tree


@pytest.mark.parametrize("size", SIZES)
def test_the_same_entries_have_the_same_root(size: int) -> None:
    assert theirs(size).get_root() == root(extend(EMPTY, map(leaf_hash, words(size))))


@pytest.mark.parametrize("size", SIZES)
def test_every_proof_of_ours_is_accepted_and_none_with_a_turned_bit(size: int) -> None:
    tree, leaves = theirs(size), [leaf_hash(each) for each in words(size)]
    for place in range(size):
        path = [leaves[place], *inclusion_proof(leaves, place, size)]
        made = tree.prove_inclusion(place + 1, size)
        verify_inclusion(leaves[place], tree.get_root(), proof(path, made, size, place))
        for step in range(len(path)):
            turned = [bytes([each[0] ^ 1, *each[1:]]) if number == step else each for number, each in enumerate(path)]
            with pytest.raises(InvalidProof):
                verify_inclusion(leaves[place], tree.get_root(), proof(turned, made, size, place))


def proof(path: list[bytes], made: InclusionProof, size: int, place: int) -> InclusionProof:
    """Return our path as the library takes one; which side each step is on, it says itself."""
    return InclusionProof("sha256", security=True, size=size, index=place + 1, rule=made.rule, path=path)
