"""One entry of the history as the application writes and reads it; tree.py keeps the format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from tracker.domain.tree import VERSION, WRITE, judge, ordered, read_entry


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: who did what, when, to which subjects (the main one first); `private` holds commitments by name."""

    seq: int  # from 1; the index of its leaf in the tree is one less
    at: datetime
    actor: str
    event: str
    subjects: tuple[str, ...]
    data: dict[str, Any]
    private: dict[str, str]


def entry_bytes(
    seq: int,
    at: datetime,
    *,
    actor: str,
    event: str,
    subjects: Sequence[str],
    data: Mapping[str, Any],
    private: Mapping[str, str],
) -> bytes:
    """Return the bytes of an entry, to be kept as they are; ValueError or TypeError if the format has no such."""
    if at.tzinfo is None:
        raise ValueError("at has no time zone")
    instant = at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    # In the order of the canonical form; what stands in the two objects is brought into it.
    body = {
        "actor": actor,
        "at": instant,
        "data": ordered(dict(data)),
        "event": event,
        "private": ordered(dict(private)),
        "seq": seq,
        "subjects": list(subjects),
        "v": VERSION,
    }
    judge(body)
    return WRITE(body).encode()


def first_of(subjects: Sequence[str], kind: str) -> str:
    """Return the reference of the first subject of a kind; an empty text where there is none."""
    return next((each.partition(":")[2] for each in subjects if each.startswith(f"{kind}:")), "")


def sign_in_digest(email: str, password_hash: str) -> str:
    """Return what an entry may tell of how an account signs in: the hex SHA-256 of its address and password's hash.

    The hash has a salt of its own, so nobody can try addresses or passwords against the digest alone.
    """
    return sha256(f"{email}\n{password_hash}".encode()).hexdigest()


def parse_entry(raw: bytes) -> Entry:
    """Return the entry that `entry_bytes` wrote so, byte for byte; ValueError for any other bytes."""
    body = read_entry(raw)
    at = datetime.fromisoformat(body["at"])
    subjects = tuple(body["subjects"])
    return Entry(body["seq"], at, body["actor"], body["event"], subjects, body["data"], body["private"])
