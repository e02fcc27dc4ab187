"""A witness countersigns what goes on from what it signed, and nothing else."""

import pytest

from tests.domain.test_note import key, signature, verifier
from tracker.domain.checkpoint import checkpoint_bytes
from tracker.domain.note import note
from tracker.domain.proofs import consistency_proof
from tracker.domain.tree import EMPTY, Head, extend, leaf_hash, root
from tracker.domain.witness import Accepted, Refused, consider, request

LEAVES = [leaf_hash(str(number).encode()) for number in range(20)]
OTHER = [*LEAVES[:5], leaf_hash(b"forged"), *LEAVES[6:]]
LOG = verifier()


def head(leaves: list[bytes], size: int) -> Head:
    return Head(size, root(extend(EMPTY, leaves[:size])))


def asked(leaves: list[bytes], size: int, old: int, origin: str = LOG.name) -> str:
    body = checkpoint_bytes(head(leaves, size), origin).decode()
    return request(old, consistency_proof(leaves, old, size), note(body, [signature(body)]))


@pytest.mark.parametrize(("old", "new"), [(0, 1), (0, 20), (1, 2), (8, 13), (13, 20), (20, 20)])
def test_it_accepts_a_history_that_goes_on(old: int, new: int) -> None:
    judged = consider(asked(LEAVES, new, old), LOG, head(LEAVES, old))
    assert isinstance(judged, Accepted)
    assert judged.head == head(LEAVES, new)


@pytest.mark.parametrize(("old", "new"), [(6, 7), (8, 13), (13, 20), (20, 20)])
def test_it_refuses_a_history_that_was_rewritten(old: int, new: int) -> None:
    judged = consider(asked(OTHER, new, old), LOG, head(LEAVES, old))
    assert isinstance(judged, Refused)
    assert judged.status in (409, 422)


def test_it_says_what_it_signed_last_to_whoever_does_not_know() -> None:
    assert consider(asked(LEAVES, 20, 0), LOG, head(LEAVES, 8)) == Refused(
        409, "this witness signed 8 entries last, not 0", 8
    )


def test_it_refuses_to_go_back() -> None:
    judged = consider(asked(LEAVES, 8, 8), LOG, head(LEAVES, 13))
    assert isinstance(judged, Refused)


def test_it_refuses_another_history_and_another_key() -> None:
    body = checkpoint_bytes(head(LEAVES, 3), LOG.name).decode()
    foreign = request(0, (), note(body, [signature(body, by=verifier(number=2), number=2)]))
    forged = request(0, (), note(body, [signature(body + "x\n")]))
    for text, status in ((asked(LEAVES, 3, 0, "elsewhere"), 404), (foreign, 403), (forged, 403)):
        judged = consider(text, LOG)
        assert isinstance(judged, Refused)
        assert judged.status == status


@pytest.mark.parametrize(
    "text", ["", "old 1", "old x\n\n", "new 1\n\nx", "old 1\n!\n\nx", "old 1\n" + "AAAA\n" * 70 + "\nx"]
)
def test_it_refuses_what_is_no_request(text: str) -> None:
    judged = consider(text, LOG)
    assert isinstance(judged, Refused)
    assert judged.status in (400, 404)


def test_a_proof_with_any_bit_turned_is_refused() -> None:
    proof = consistency_proof(LEAVES, 7, 20)
    body = checkpoint_bytes(head(LEAVES, 20), LOG.name).decode()
    for place in range(len(proof)):
        turned = [bytes([each[0] ^ 1, *each[1:]]) if place == number else each for number, each in enumerate(proof)]
        judged = consider(request(7, turned, note(body, [signature(body)])), LOG, head(LEAVES, 7))
        assert judged == Refused(422, "the history does not go on from what this witness signed last", 7)
    assert key()
