"""The history's bytes: canonical entries, commitments, the RFC 6962 tree, and an export that this file alone verifies.

Run `python tree.py EXPORT [--against SIZE:ROOT|CHECKPOINT]`, with nothing but Python. Three prefixes keep hashes apart,
so that none can pass for another: 0x00 an entry (leaf), 0x01 a node, 0x02 a commitment to private words.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from hashlib import sha256
from itertools import islice
from typing import Any, NamedTuple, NoReturn, TypeVar

VERSION, FORMAT = 1, "tracker-history-export/1"
HASH_BYTES = 32
MAX_INT = 2**53 - 1  # beyond it, readers that hold numbers as doubles (as RFC 8785 does) would disagree
EMPTY_ROOT = sha256(b"").digest()
_MAX_TEXT = len(f"{-MAX_INT}")  # looked at first: Python is slow to read very long numbers, or refuses them
_BATCH = 4096  # leaves taken at a time: quick level by level, and the memory stays constant
_KEYS = {"v", "seq", "at", "actor", "event", "subjects", "data", "private"}
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
ACTOR = re.compile(r"(?:person|system):\S(?:.*\S)?")
EVENT = re.compile(r"[a-z][a-z0-9_-]*:[a-z][a-z0-9_-]*")
SUBJECT = re.compile(r"[a-z][a-z0-9_-]*:\S(?:.*\S)?")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_KEPT = re.compile(r"(?:.+\n(?=[0-9]+\n))?([0-9]{1,15})[:\n](?:([0-9a-f]{64})|([A-Za-z0-9+/]{43}=))(?:\n[\s\S]*)?")
_Row = TypeVar("_Row")


class Broken(Exception):
    """A history is not whole: the first bad entry and its line in an export, where they can be named, and why."""

    def __init__(self, seq: int | None, line: int | None, why: str) -> None:
        place = ", ".join(f"{name} {number}" for name, number in (("entry", seq), ("line", line)) if number)
        super().__init__(f"{place}: {why}" if place else why)
        self.seq, self.line, self.why = seq, line, why


class Head(NamedTuple):
    """A tree head: so many entries give this root."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Frontier:
    """What of a tree one must keep to append to it: its size and the roots of its perfect subtrees, left to right."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count() or {*map(len, self.peaks)} - {HASH_BYTES}:
            raise ValueError("a frontier has one 32-byte hash for each bit set in its size")


EMPTY = Frontier()


def _refuse(number: object) -> NoReturn:
    raise ValueError(f"{number!s:.40} is not a whole number of at most 53 bits")


def _whole(text: str) -> int:
    return number if len(text) <= _MAX_TEXT and abs(number := int(text)) <= MAX_INT else _refuse(text)


_READ = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse, parse_int=_whole).raw_decode
WRITE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
_WRITE_SORTED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False, sort_keys=True).encode


def ordered(value: object) -> object:
    """Return a value whose objects have their keys in RFC 8785's order; TypeError, ValueError as `canonical`."""
    if isinstance(value, str | bool | None):
        return value
    if isinstance(value, int):
        return value if abs(value) <= MAX_INT else _refuse(value)
    if isinstance(value, list):
        return [ordered(item) for item in value]
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise TypeError(f"canonical JSON here has no {type(value).__name__}, and no keys but text")
    # In ASCII alone the order of code points is that of UTF-16.
    keys = sorted(value, key=None if "".join(value).isascii() else lambda key: key.encode("utf-16-be"))
    return {key: ordered(value[key]) for key in keys}


def canonical(value: object) -> bytes:
    """Return the RFC 8785 bytes of objects, lists, text, booleans, null, whole numbers; else TypeError, ValueError."""
    return WRITE(ordered(value)).encode()


def _read(raw: bytes) -> Any:  # noqa: ANN401 -- whatever the bytes say; the callers judge it
    try:
        return _READ(raw.decode())[0]
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("the bytes are not JSON, or are nested too deeply") from error


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry's bytes as a leaf of the tree."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two hashes."""
    return sha256(b"\x01" + left + right).digest()


def commit(salt: bytes, value: object) -> str:
    """Return the hex SHA-256 of 0x02, a salt (32 random bytes that no other words share) and the canonical value."""
    if len(salt) != HASH_BYTES:
        raise ValueError("a salt is 32 bytes")
    return sha256(b"\x02" + salt + canonical(value)).hexdigest()


def extend(frontier: Frontier, leaves: Iterable[bytes]) -> Frontier:
    """Return the frontier with more leaf hashes, taken in order as they come, in constant memory."""
    size, peaks, source = frontier.size, list(frontier.peaks), iter(leaves)
    while nodes := list(islice(source, _BATCH)):
        bits, grown, size = size, list[bytes](), size + len(nodes)
        while nodes:  # level by level: what stood alone joins on the left, what stays alone becomes a peak
            if bits & 1:
                nodes.insert(0, peaks.pop())
            if len(nodes) & 1:
                grown.append(nodes.pop())
            pairs = zip(nodes[::2], nodes[1::2], strict=True)
            nodes, bits = [sha256(b"\x01" + left + right).digest() for left, right in pairs], bits >> 1
        peaks += reversed(grown)
    return Frontier(size, tuple(peaks))


def root(frontier: Frontier) -> bytes:
    """Return the root hash of the tree with that frontier."""
    return reduce(lambda right, left: node_hash(left, right), frontier.peaks[::-1]) if frontier.peaks else EMPTY_ROOT


def _says(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def judge(body: Any) -> None:  # noqa: ANN401 -- whatever the bytes say
    """Raise ValueError unless an object is an entry of version 1."""
    if not isinstance(body, dict) or body.keys() != _KEYS:
        raise ValueError(f"an entry has exactly the keys {', '.join(sorted(_KEYS))}")
    seq, at, subjects, private = body["seq"], body["at"], body["subjects"], body["private"]
    rules = (
        (type(body["v"]) is int and body["v"] == VERSION, f"v is not {VERSION}"),
        (type(seq) is int and 0 < seq <= MAX_INT, "seq is not a whole number from 1"),
        (_says(_INSTANT, at), "at is not a UTC instant with six decimals"),
        (_says(ACTOR, body["actor"]), "actor is not person:REF or system:REF"),
        (_says(EVENT, body["event"]), "event is not noun:verb"),
        (isinstance(subjects, list) and subjects, "subjects is not a list of at least one"),
        (isinstance(body["data"], dict) and isinstance(private, dict), "data or private is not an object"),
    )
    if wrong := [why for holds, why in rules if not holds]:
        raise ValueError(wrong[0])
    if not all(_says(SUBJECT, subject) for subject in subjects):
        raise ValueError("a subject is not kind:ref")
    if not all(name and _says(_DIGEST, digest) for name, digest in private.items()):
        raise ValueError("private is not commitments in hex, each with a name")
    datetime.fromisoformat(at[:-1])  # ValueError if the calendar has no such day


def read_entry(raw: bytes) -> dict[str, Any]:
    """Return the object that an entry's bytes are the one form of; ValueError if they are not an entry of version 1."""
    body = _read(raw)
    if (_WRITE_SORTED(body).encode() if raw.isascii() else canonical(body)) != raw:
        raise ValueError("the bytes are not canonical JSON")
    judge(body)
    return body  # type: ignore[no-any-return]  # `judge` knows


def _header(line: bytes) -> Head:
    body = _read(line)
    right = isinstance(body, dict) and body.keys() == {"format", "root", "size"} and body["format"] == FORMAT
    if not right or type(body["size"]) is not int or body["size"] < 0 or not _says(_DIGEST, body["root"]):
        raise ValueError(f"it does not say the format {FORMAT}, a size and a root in hex")
    if canonical(body) + b"\n" != line:
        raise ValueError("the line is not canonical JSON with its newline")
    return Head(body["size"], bytes.fromhex(body["root"]))


def export_line(raw: bytes, leaf: str, opened: bytes) -> bytes:
    """Return an export's line: an entry's bytes, its leaf hash in hex, and the canonical object of its opened words."""
    return b'{"entry":%b,"leaf":"%b","open":%b}\n' % (raw, leaf.encode(), opened)


def _exported(seq: int, line: bytes) -> bytes:
    if not line.endswith(b"\n"):
        raise ValueError("the line is cut off, without its newline")
    body = _read(line)
    right = isinstance(body, dict) and body.keys() == {"entry", "leaf", "open"} and isinstance(body["open"], dict)
    if not right or not _says(_DIGEST, body["leaf"]):
        raise ValueError("the line is not an entry, its leaf hash and its opened words")
    entry, opened = body["entry"], body["open"]
    raw = _WRITE_SORTED(entry).encode() if line.isascii() else canonical(entry)
    if export_line(raw, body["leaf"], canonical(opened) if opened else b"{}") != line:
        raise ValueError("the line is not canonical JSON")
    judge(entry)
    if (leaf := leaf_hash(raw)).hex() != body["leaf"]:
        raise ValueError("the entry does not have the leaf hash beside it")
    if entry["seq"] != seq:
        raise ValueError(f"the entry says that it is number {body['entry']['seq']}")
    for name, word in opened.items():
        _open(entry["private"].get(name), word, name)
    return leaf


def _open(commitment: str | None, word: object, name: str) -> None:
    if commitment is None:
        raise ValueError(f"the entry has no private words named {name!a}")
    if not isinstance(word, dict) or word.keys() != {"salt", "value"} or not _says(_DIGEST, word["salt"]):
        raise ValueError(f"the words opened as {name!a} are not a salt and a value")
    if commit(bytes.fromhex(word["salt"]), word["value"]) != commitment:
        raise ValueError(f"the words opened as {name!a} are not those that the entry commits to")


def replay(
    rows: Iterable[_Row], leaf_of: Callable[[int, _Row], bytes], stated: Head, earlier: Head | None, lines: int | None
) -> Head:
    """Return the stated head if the rows, each judged by `leaf_of(seq, row)`, give it and begin with the earlier one.

    Else Broken. Constant memory. `lines` is how many lines stand before the first row, if the rows are lines.
    """

    def leaves() -> Iterator[bytes]:
        for seq, row in enumerate(rows, 1):
            line = None if lines is None else lines + seq
            if seq > stated.size:
                raise Broken(seq, line, f"it is beyond the stated size, {stated.size}")
            try:
                yield leaf_of(seq, row)
            except (ValueError, TypeError, RecursionError) as error:
                raise Broken(seq, line, str(error)) from error

    source, tree = leaves(), EMPTY
    for head, name in [(earlier, "earlier"), (stated, "stated")] if earlier else [(stated, "stated")]:
        tree = extend(tree, source if head is stated else islice(source, head.size))
        if tree.size < head.size:
            raise Broken(tree.size + 1, None, f"it is missing: the {name} size is {head.size}")
        if root(tree) != head.root:
            why = "each agrees with its own leaf hash, so this cannot tell which of them was changed"
            raise Broken(None, None, f"the first {head.size} entries do not give the {name} root; {why}")
    return stated


def verify_export(lines: Iterable[bytes], against: tuple[int, bytes] | None = None) -> Head:
    """Return the size and root that an export's lines prove, beginning with an earlier size and root; else Broken."""
    source = iter(lines)
    try:
        stated = _header(next(source, b""))
    except ValueError as error:
        raise Broken(None, 1, str(error)) from error
    return replay(source, _exported, stated, Head(*against) if against else None, 1)


def kept_head(text: str) -> Head:
    """Return the size and root that somebody kept: `SIZE:ROOT`, or a checkpoint; ValueError for what is neither."""
    if (found := _KEPT.fullmatch(text.strip())) is None:
        raise ValueError("it is neither SIZE:ROOT, the root as 64 hex digits or in base64, nor a checkpoint")
    return Head(int(found[1]), bytes.fromhex(found[2]) if found[2] else b64decode(found[3]))


def main(argv: Sequence[str] | None = None) -> int:
    """Verify an export: 0 and a sentence if it is whole, 1 and the first bad entry if it is not, 2 for wrong use."""
    import argparse  # noqa: PLC0415 -- only the program reads a command line, never the application
    import sys  # noqa: PLC0415

    parser = argparse.ArgumentParser(description="Verify an exported history with this one file.")
    parser.add_argument("export", help="the export, a file of JSON lines")
    parser.add_argument("--against", metavar="SIZE:ROOT|CHECKPOINT", help="what was kept before; it begins with that")
    options = parser.parse_args(argv)
    try:
        if options.against and not _KEPT.fullmatch(options.against):
            with open(options.against, encoding="utf-8", errors="replace") as file:  # noqa: PTH123 -- a path as typed
                options.against = file.read(100_000)
        with open(options.export, "rb") as lines:  # noqa: PTH123 -- as above, and quicker to start
            head = verify_export(lines, None if options.against is None else kept_head(options.against))
    except OSError as error:
        parser.error(f"cannot read {error.filename}: {error.strerror}")
    except ValueError as error:
        parser.error(f"--against: {error}")
    except Broken as broken:
        sys.stderr.write(f"{broken}\n")
        return 1
    sys.stdout.write(f"{head.size:,} {'entry' if head.size == 1 else 'entries'}, whole: root {head.root.hex()}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
