"""What a witness countersigns: a checkpoint that its log signed, of a history that goes on from what it signed last.

The request is that of C2SP's tlog-witness: the size it knows, the proof of consistency, and the signed checkpoint.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.checkpoint import read_checkpoint
from tracker.domain.counting import counted
from tracker.domain.note import BadNoteError, Verifier, verified
from tracker.domain.proofs import verify_consistency
from tracker.domain.tree import EMPTY_ROOT, Head

LONGEST_PROOF = 63
LONGEST_REQUEST = 64 * 1024
NOTHING = Head(0, EMPTY_ROOT)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A checkpoint that may be countersigned: its text without signatures, and the head that it states."""

    body: str
    head: Head


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a checkpoint is not countersigned, with the status by which HTTP says so; and the size that is known."""

    status: int
    why: str
    size: int


def request(old: int, proof: Sequence[bytes], checkpoint: str) -> str:
    """Return what a log sends to a witness that knows its first `old` entries."""
    return "".join([f"old {old}\n", *(f"{b64encode(each).decode()}\n" for each in proof), "\n", checkpoint])


def consider(text: str, log: Verifier, known: Head = NOTHING) -> Accepted | Refused:
    """Judge a log's request by what the witness signed last; nothing is signed here."""
    try:
        old, proof, checkpoint = _read(text)
        origin = checkpoint.partition("\n")[0]
        if origin != log.name:
            return Refused(404, f"this witness does not know the history {origin[:100]!a}", known.size)
        body, signed = verified(checkpoint, [log])
        head = read_checkpoint(body)
    except BadNoteError as error:
        return Refused(403, str(error), known.size)
    except ValueError as error:
        return Refused(400, str(error), known.size)
    if not signed:
        return Refused(403, "the checkpoint is not signed by its history", known.size)
    return _judged(Accepted(body, head), old, proof, known)


def _judged(asked: Accepted, old: int, proof: Sequence[bytes], known: Head) -> Accepted | Refused:
    head = asked.head
    if old > head.size:
        return Refused(400, "the checkpoint is smaller than the size it is said to go on from", known.size)
    if old != known.size:
        return Refused(
            409, f"this witness signed {counted(known.size, 'entry', 'entries')} last, not {old:,}", known.size
        )
    if head.size == known.size and head.root != known.root:
        return Refused(
            409, f"this witness signed another history of {counted(known.size, 'entry', 'entries')}", known.size
        )
    if not verify_consistency(old, head.size, proof, known.root, head.root):
        return Refused(422, "the history does not go on from what this witness signed last", known.size)
    return asked


def _read(text: str) -> tuple[int, list[bytes], str]:
    above, found, checkpoint = text.partition("\n\n")
    first, *lines = above.split("\n")
    word, _, number = first.partition(" ")
    if not found or word != "old" or not number.isascii() or not number.isdigit() or len(number) > 15:  # noqa: PLR2004 (as a checkpoint's)
        raise ValueError("a request is “old SIZE”, the proof's hashes, an empty line, and the checkpoint")
    if len(lines) > LONGEST_PROOF:
        raise ValueError("the proof has too many hashes")
    return int(number), [b64decode(line, validate=True) for line in lines], checkpoint
