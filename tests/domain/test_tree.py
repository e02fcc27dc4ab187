"""The tree is RFC 6962's: a second implementation, written from its definitions alone, agrees on roots and proofs."""

import random
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.export import append, frontier_text, read_frontier
from tracker.domain.proofs import consistency_proof, inclusion_proof, verify_consistency, verify_inclusion
from tracker.domain.tree import EMPTY, EMPTY_ROOT, Frontier, extend, leaf_hash, node_hash, root

LEAVES = [leaf_hash(f"entry {number}".encode()) for number in range(9000)]
SIZES = [*range(66), 127, 128, 129, 1000]

# --- the second implementation: sections 2.1, 2.1.1 and 2.1.2, word for word ---


def split(size: int) -> int:
    """Return the largest power of two smaller than a size."""
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def mth(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    k = split(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def audit_path(m: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    return [*audit_path(m, leaves[:k]), mth(leaves[k:])] if m < k else [*audit_path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole=whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], whole=False), mth(leaves[:k])]


def turned(rng: random.Random, proof: list[bytes]) -> list[bytes]:
    """Return a proof with one bit turned."""
    place, bit = rng.randrange(len(proof)), rng.randrange(256)
    node = (int.from_bytes(proof[place]) ^ (1 << bit)).to_bytes(32)
    return [*proof[:place], node, *proof[place + 1 :]]


# --- roots and frontiers ---


def test_the_known_roots_of_rfc_6962_test_vectors_are_given() -> None:
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    frontier = extend(EMPTY, [leaf_hash(bytes.fromhex(each)) for each in inputs])
    assert root(frontier).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@pytest.mark.parametrize("size", SIZES)
def test_one_at_a_time_or_all_at_once_gives_the_root_of_the_definition(size: int) -> None:
    one_by_one = EMPTY
    for leaf in LEAVES[:size]:
        one_by_one = append(one_by_one, leaf)
    assert one_by_one == extend(EMPTY, iter(LEAVES[:size]))
    assert root(one_by_one) == mth(LEAVES[:size])


@given(st.lists(st.integers(0, 3000), max_size=5))
def test_the_portions_in_which_leaves_arrive_do_not_matter(portions: list[int]) -> None:
    frontier, taken = EMPTY, 0
    for portion in portions:
        portion = min(portion, len(LEAVES) - taken)  # noqa: PLW2901 -- no more than there are
        frontier = extend(frontier, LEAVES[taken : taken + portion])
        taken += portion
    assert frontier == extend(EMPTY, LEAVES[:taken])
    assert root(frontier) == mth(LEAVES[:taken])


def test_more_leaves_than_one_batch_give_the_root_of_the_definition() -> None:
    assert root(extend(append(EMPTY, LEAVES[0]), LEAVES[1:])) == mth(LEAVES)


@pytest.mark.parametrize("size", SIZES)
def test_a_frontier_survives_its_text(size: int) -> None:
    frontier = extend(EMPTY, LEAVES[:size])
    assert read_frontier(size, frontier_text(frontier)) == frontier


@pytest.mark.parametrize(
    "text", ["{}", "[1]", '["zz"]', "[]", f'["{"ab" * 31}"]', f'["{"ab" * 32}","{"ab" * 32}"]', "x"]
)
def test_a_text_that_is_no_frontier_of_its_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_frontier(4, text)


def test_a_frontier_of_the_wrong_shape_cannot_be_made() -> None:
    for size, peaks in ((1, ()), (-1, (LEAVES[0],)), (2, (LEAVES[0], LEAVES[1])), (1, (b"short",))):
        with pytest.raises(ValueError, match="frontier"):
            Frontier(size, peaks)


# --- proofs ---


@pytest.mark.parametrize("size", [*range(1, 66), 1000])
def test_every_leaf_is_proved_to_be_in_the_tree_and_nowhere_else(size: int) -> None:
    rng = random.Random(size)
    leaves, tree_root = LEAVES[:size], mth(LEAVES[:size])
    for index in range(size) if size < 66 else rng.sample(range(size), 20):
        proof = inclusion_proof(LEAVES, index, size)
        assert proof == audit_path(index, leaves)
        assert verify_inclusion(leaves[index], index, size, proof, tree_root)
        assert not verify_inclusion(LEAVES[-1], index, size, proof, tree_root)
        assert not verify_inclusion(leaves[index], index, size, proof, LEAVES[-1])
        assert not verify_inclusion(leaves[index], index, size, [*proof, LEAVES[-1]], tree_root)
        assert not verify_inclusion(leaves[index], size, size, proof, tree_root)
        if proof:
            assert not verify_inclusion(leaves[index], index ^ 1, size, proof, tree_root)
            assert not verify_inclusion(leaves[index], index, size, proof[:-1], tree_root)
            assert not verify_inclusion(leaves[index], index, size, turned(rng, proof), tree_root)


@pytest.mark.parametrize("new", [*range(1, 66), 1000])
def test_every_older_tree_is_proved_to_be_the_beginning_of_a_newer(new: int) -> None:
    rng = random.Random(new)
    new_root = mth(LEAVES[:new])
    for old in range(1, new + 1) if new < 66 else rng.sample(range(1, new), 20):
        proof, old_root = consistency_proof(LEAVES, old, new), mth(LEAVES[:old])
        assert proof == subproof(old, LEAVES[:new], whole=True)
        assert verify_consistency(old, new, proof, old_root, new_root)
        assert not verify_consistency(old, new, proof, LEAVES[-1], new_root)
        assert not verify_consistency(old, new, proof, old_root, LEAVES[-1])
        assert not verify_consistency(old, new, [*proof, LEAVES[-1]], old_root, new_root)
        if proof:
            assert not verify_consistency(old, new, proof[:-1], old_root, new_root)
            assert not verify_consistency(old, new, turned(rng, proof), old_root, new_root)


def test_every_bit_of_a_proof_counts() -> None:
    included, consistent = inclusion_proof(LEAVES, 5, 11), consistency_proof(LEAVES, 6, 11)
    new_root, old_root = mth(LEAVES[:11]), mth(LEAVES[:6])
    for place in range(len(included) * 256):
        node = (int.from_bytes(included[place // 256]) ^ (1 << place % 256)).to_bytes(32)
        proof = [*included[: place // 256], node, *included[place // 256 + 1 :]]
        assert not verify_inclusion(LEAVES[5], 5, 11, proof, new_root)
    for place in range(len(consistent) * 256):
        node = (int.from_bytes(consistent[place // 256]) ^ (1 << place % 256)).to_bytes(32)
        proof = [*consistent[: place // 256], node, *consistent[place // 256 + 1 :]]
        assert not verify_consistency(6, 11, proof, old_root, new_root)


def test_the_empty_tree_is_the_beginning_of_every_tree() -> None:
    assert consistency_proof(LEAVES, 0, 7) == []
    assert verify_consistency(0, 7, [], EMPTY_ROOT, mth(LEAVES[:7]))
    assert not verify_consistency(0, 7, [], LEAVES[0], mth(LEAVES[:7]))
    assert not verify_consistency(0, 0, [], EMPTY_ROOT, LEAVES[0])
    assert not verify_consistency(7, 6, [], mth(LEAVES[:7]), mth(LEAVES[:6]))


def test_hashes_of_another_length_prove_nothing() -> None:
    assert not verify_inclusion(b"", 0, 1, [], b"")
    assert not verify_inclusion(LEAVES[0], 0, 2, [LEAVES[1] + b"x"], node_hash(LEAVES[0], LEAVES[1] + b"x"))


def test_no_proof_is_made_of_what_is_not_there() -> None:
    for index, size in ((0, 0), (3, 3), (-1, 3), (0, 9001)):
        with pytest.raises(ValueError, match="no such"):
            inclusion_proof(LEAVES, index, size)
    for old, new in ((3, 2), (-1, 2), (1, 9001)):
        with pytest.raises(ValueError, match="no such"):
            consistency_proof(LEAVES, old, new)
