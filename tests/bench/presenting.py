"""Checkpoints that somebody with the history's own key presents to a witness: of what was, or of another history."""

from collections.abc import Callable, Sequence
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tracker.domain.checkpoint import ORIGIN, checkpoint_bytes
from tracker.domain.note import ED25519, Signature, Verifier, note, signed_text
from tracker.domain.proofs import consistency_proof
from tracker.domain.tree import EMPTY, Head, extend, leaf_hash, root
from tracker.domain.witness import Accepted, consider, request

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
LOG = Verifier(ORIGIN, ED25519, KEY.public_key().public_bytes_raw())
# Given what to draw from, the leaves of the true history, and how many of them the witness signed.
Presenting = Callable[[Random, Sequence[bytes], int], str]


def head_of(leaves: Sequence[bytes], size: int) -> Head:
    """Return the head of the first so many leaves."""
    return Head(size, root(extend(EMPTY, leaves[:size])))


def asked(leaves: Sequence[bytes], old: int, size: int, said: int | None = None) -> str:
    """Return a request that is signed and proved as well as it can be; `said` is another size to go on from."""
    body = checkpoint_bytes(head_of(leaves, size), LOG.name).decode()
    signed = note(body, [Signature(LOG.name, LOG.id, KEY.sign(signed_text(body)))])
    return request(old if said is None else said, consistency_proof(leaves, old, size), signed)


def is_taken(text: str, known: Head) -> bool:
    """Say whether a witness that holds one checkpoint countersigns what is presented."""
    return isinstance(consider(text, LOG, known), Accepted)


def forked(random: Random, leaves: Sequence[bytes], known: int) -> list[bytes]:
    """Return the leaves of a history that is another one from some entry on, which the checkpoint outside knew."""
    place = random.randrange(known)
    return [*leaves[:place], *(leaf_hash(random.randbytes(8) + each) for each in leaves[place:])]


def _stale(random: Random, leaves: Sequence[bytes], known: int) -> str:
    size = random.randrange(known)
    old = random.randint(0, size)
    return asked(leaves, old, size, random.choice([old, size, known]))


def _of_a_fork(random: Random, leaves: Sequence[bytes], known: int) -> str:
    return asked(forked(random, leaves, known), known, random.randint(known, len(leaves)))


def _fork_from_before(random: Random, leaves: Sequence[bytes], known: int) -> str:
    """A fork whose proof is a true one, from where the two histories part."""
    other = forked(random, leaves, known)
    parted = next(place for place, (one, two) in enumerate(zip(leaves, other, strict=True)) if one != two)
    return asked(other, parted, random.randint(known, len(leaves)), random.choice([parted, known]))


PRESENTED: dict[str, Presenting] = {
    "a stale checkpoint presented": _stale,
    "a checkpoint of a fork presented": _of_a_fork,
    "a fork presented with a true proof": _fork_from_before,
}
