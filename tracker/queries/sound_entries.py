"""Whether some entries of the history, and all that stands beside them, are as they should be, column by column."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from re import Pattern
from typing import Any, NoReturn

from msgspec import Struct
from msgspec.json import Decoder, Encoder

from tracker.domain.entry import Entry
from tracker.domain.tree import ACTOR, EVENT, HASH_BYTES, SUBJECT, VERSION, canonical, read_entry
from tracker.queries import records
from tracker.queries.records import Kept, Seen

Names = dict[Pattern[str], set[str]]
# Names that were found right are not judged again, up to so many.
REMEMBERED = 100_000
DIGITS = 2 * HASH_BYTES
INSTANT = "0000-00-00T00:00:00.000000Z"
# Digits are alike, and so is whatever can stand before a number, the beginning of a line included. Of what UTF-8 begins
# with the high bytes, UTF-16, by which canonical JSON puts its keys in order, has another order.
_HIGH = bytes(range(0xEE, 0x100))
_LOOK = bytes.maketrans(b"123456789,[-\n" + _HIGH, b"000000000::::" + len(_HIGH) * b"\xff")
_LONG = b":" + 16 * b"0"
_DIGITS = str.maketrans("123456789", 9 * "0")


class _Body(Struct, forbid_unknown_fields=True, gc=False):
    """What the bytes of an entry say, in the order of canonical JSON."""

    actor: str
    at: str
    data: dict[str, Any]
    event: str
    private: dict[str, str]
    seq: int
    subjects: list[str]
    v: int


def _refuse(_text: str) -> NoReturn:
    raise UnsureError


_BODIES = Decoder(_Body, float_hook=_refuse)
VALUES = Decoder(float_hook=_refuse)
_ANY = Decoder()
_WRITER = Encoder(order="deterministic")


class UnsureError(ValueError):
    """Something is not plainly as it should be."""


def same(found: object, expected: object) -> None:
    """Raise UnsureError unless what was found is what was expected."""
    if found != expected:
        raise UnsureError


def judge_entries(
    first: int, names: Names, rows: Sequence[Any], subjects: Sequence[tuple[int, str]], words: Sequence[Any]
) -> tuple[list[bytes], list[Seen]]:
    """Return the leaf hashes of the entries from `first` on, and what they tell of records; else UnsureError.

    `names` are those that were spelled rightly before; any other error, too, says that something is not as expected.
    """
    seqs, texts, leaves, ats, actors, events = zip(*rows, strict=True)
    raws = [each.encode() for each in texts]
    own = [sha256(b"\x00" + each).digest() for each in raws]
    same(set(map(len, leaves)), {DIGITS})
    same(b"".join(own).hex(), "".join(leaves))
    bodies = read(raws, _BODIES, lambda raw: read_entry(raw) and None)
    same(seqs, tuple(range(first, first + len(rows))))
    same(tuple([each.seq for each in bodies]), seqs)
    same(tuple([each.actor for each in bodies]), actors)
    same(tuple([each.event for each in bodies]), events)
    same({each.v for each in bodies}, {VERSION})
    _instants([each.at for each in bodies], ats)
    spoken = [(each.seq, subject) for each in bodies for subject in each.subjects]
    same({seq for seq, _ in spoken}, set(seqs))
    expected = {*spoken, *zip(seqs, actors, strict=True)}
    same(len(subjects), len(expected))
    same(set(subjects), expected)
    _names(names, {ACTOR: actors, EVENT: events, SUBJECT: [subject for _, subject in spoken]})
    values = _words(bodies, words)
    return own, _seen(bodies, words, values)


def _hex(texts: Sequence[str]) -> None:
    """Let all be 32 bytes in hex, in small letters."""
    same(set(map(len, texts)) | {DIGITS}, {DIGITS})
    joined = "".join(texts)
    same(bytes.fromhex(joined).hex(), joined)


def read(raws: Sequence[bytes], decoder: Decoder[Any], judge: Callable[[bytes], object]) -> list[Any]:
    """Return what lines of canonical JSON say; `judge` refuses one of which it cannot be told at once.

    A canonical text holds no line's end, so that all are read and written at once, and compared.
    """
    lines = b"\n".join(raws) + b"\n" if raws else b""
    said = decoder.decode_lines(lines)
    same(len(said), len(raws))
    look = (b"\n" + lines).translate(_LOOK)
    if _WRITER.encode_lines(said) == lines and look.find(_LONG) < 0 and look.find(b"\xff") < 0:
        return said
    for raw, each in zip(raws, said, strict=True):
        look = (b"\n" + raw).translate(_LOOK)
        if _WRITER.encode(each) != raw or look.find(_LONG) >= 0 or look.find(b"\xff") >= 0:
            judge(raw)
    return said


def _instants(said: Sequence[str], columns: Sequence[Any]) -> None:
    """Let all be instants, and the same as in the column beside the entries."""
    joined = "\n".join(said)
    same(joined.translate(_DIGITS), "\n".join(len(said) * [INSTANT]))
    # The calendar must have them; the last letter says that they are UTC's.
    instants = [datetime.fromisoformat(each[:-1]) for each in said]
    if isinstance(columns[0], str):
        spelled = "\n".join(columns)
        same("T" in spelled, False)  # noqa: FBT003 -- as above
        same(spelled.replace(" ", "T").replace("\n", "Z\n") + "Z", joined)
    else:
        same(list(columns), instants)


def _names(known: Names, found: Mapping[Pattern[str], Sequence[str]]) -> None:
    """Let actors, events and subjects be spelled as such are; `known` are those that were found so."""
    for pattern, names in found.items():
        new = set(names) - known[pattern]
        same(all(map(pattern.fullmatch, new)), True)  # noqa: FBT003 -- what is found, and what is expected
        known[pattern] |= new
        if len(known[pattern]) > REMEMBERED:
            known[pattern].clear()


def _words(bodies: Sequence[_Body], rows: Sequence[Any]) -> list[Any]:
    """Return what the words beside entries say, row by row, None where they were erased."""
    committed = {(each.seq, name): digest for each in bodies if each.private for name, digest in each.private.items()}
    same({(row[0], row[1]): row[3] for row in rows}, committed)
    same(len(rows), len(committed))
    same(all(name for _, name in committed), True)  # noqa: FBT003 -- what is found, and what is expected
    # What is still there is compared with digests in hex.
    _hex([row[3] for row in rows if row[5] is None])
    there = [row for row in rows if row[5] is not None]
    for _, _, number, _, salt, value, erased_at in rows:
        if number is None or (salt is None) != (value is None) or (value is None) == (erased_at is None):
            raise UnsureError
    _hex([row[4] for row in there])
    raws = [row[5].encode() for row in there]
    digests = [sha256(b"\x02" + bytes.fromhex(row[4]) + raw).hexdigest() for row, raw in zip(there, raws, strict=True)]
    same(digests, [row[3] for row in there])
    said = iter(read(raws, VALUES, judge_value))
    return [None if row[5] is None else next(said) for row in rows]


def judge_value(raw: bytes) -> None:
    """Raise an error unless a text is canonical JSON."""
    same(canonical(_ANY.decode(raw)), raw)


def _seen(bodies: Sequence[_Body], rows: Sequence[Any], values: Sequence[Any]) -> list[Seen]:
    """Return those entries that tell of records, with their words."""
    told = {each.seq: each for each in bodies if each.event in records.TOLD}
    words: dict[int, dict[str, Kept]] = {seq: {} for seq in told}
    for row, value in zip(rows, values, strict=True):
        if row[0] in words:
            words[row[0]][row[1]] = Kept(str(row[2]), value)
    return [Seen(_entry(each), words[seq]) for seq, each in told.items()]


def _entry(body: _Body) -> Entry:
    at = datetime.fromisoformat(body.at)
    return Entry(body.seq, at, body.actor, body.event, tuple(body.subjects), body.data, body.private)
