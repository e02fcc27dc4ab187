"""Signed notes (C2SP signed-note) and the cosignatures of witnesses (C2SP tlog-cosignature), checked with Ed25519.

This file needs nothing but Python, so that an outsider can check a checkpoint without the tracker:
`python note.py CHECKPOINT VERIFIER…`, each verifier as `NAME+HASH+KEY`. It checks; it cannot sign: to sign takes a
secret, and a library that guards it.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256, sha512

ED25519, COSIGNATURE = 1, 4
SIGNATURE_BYTES, KEY_BYTES, ID_BYTES, TIME_BYTES = 64, 32, 4, 8
_NAME = re.compile(r"[^\s+]+")
_ID = re.compile(r"[0-9a-f]{8}")
_DASH = "— "


class BadNoteError(ValueError):
    """A note is not as it was signed, or is none; and why."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """What checks the signatures of one key: its name, its kind (a log's or a witness's), and the public key."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(bytes([self.kind]) + self.public).decode()}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature beneath a note: who signed by name, the key's four bytes, and the signature itself."""

    name: str
    id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {b64encode(self.id + self.value).decode()}"


@dataclass(frozen=True, slots=True)
class Signed:
    """A verifier whose signature stands beneath a note, and when a witness says that it signed (seconds, UTC)."""

    verifier: Verifier
    at: int | None = None


def read_verifier(text: str) -> Verifier:
    """Return the verifier that a text gives, `NAME+HASH+KEY`; BadNoteError for what is none."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3 or not _NAME.fullmatch(parts[0]) or not _ID.fullmatch(parts[1]):  # noqa: PLR2004 (as above)
        raise BadNoteError("a verifier is written NAME+HASH+KEY, as “tracker witness key” and “history key” print it")
    raw = _base64(parts[2], "the verifier's key")
    if len(raw) != 1 + KEY_BYTES or raw[0] not in (ED25519, COSIGNATURE):
        raise BadNoteError("the verifier's key is no Ed25519 key of a log or a witness")
    made = Verifier(parts[0], raw[0], raw[1:])
    if made.id.hex() != parts[1]:
        raise BadNoteError("the verifier's hash does not belong to its key: a letter is wrong")
    return made


def _base64(text: str, what: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise BadNoteError(f"{what} is not base64") from error


def signed_text(body: str, at: int | None = None) -> bytes:
    """Return the bytes that are signed: the note's text, under a witness's cosignature with the time before it."""
    if not body.endswith("\n"):
        raise BadNoteError("the text of a note ends with a line's end")
    return (body if at is None else f"cosignature/v1\ntime {at}\n{body}").encode()


def note(body: str, signatures: Iterable[Signature]) -> str:
    """Return a text with its signatures beneath, as they are passed on."""
    return f"{body}\n" + "".join(f"{each}\n" for each in signatures)


def split(text: str) -> tuple[str, list[Signature]]:
    """Return a note's text and the signatures beneath it; BadNoteError for what is no signed note."""
    body, found, beneath = text.rpartition("\n\n")
    if not found or not beneath.endswith("\n"):
        raise BadNoteError("it is no signed note: a text, an empty line, and a line for each signature")
    return f"{body}\n", [_signature(line) for line in beneath[:-1].split("\n")]


def _signature(line: str) -> Signature:
    name, space, coded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not _NAME.fullmatch(name):
        raise BadNoteError("a line beneath the text is no signature")
    raw = _base64(coded, f"the signature of {name}")
    if len(raw) <= ID_BYTES:
        raise BadNoteError(f"the signature of {name} is too short")
    return Signature(name, raw[:ID_BYTES], raw[ID_BYTES:])


def verified(text: str, verifiers: Sequence[Verifier]) -> tuple[str, list[Signed]]:
    """Return a note's text and which of the verifiers signed it.

    A signature by a key that is none of theirs is passed over; one that bears a verifier's name and hash and is wrong
    raises BadNoteError, since somebody changed the note or the signature.
    """
    body, signatures = split(text)
    known = {(each.name, each.id): each for each in verifiers}
    found: dict[Verifier, Signed] = {}
    for each in signatures:
        verifier = known.get((each.name, each.id))
        if verifier is not None and verifier not in found:
            found[verifier] = _judged(body, each, verifier)
    return body, list(found.values())


def _judged(body: str, signature: Signature, verifier: Verifier) -> Signed:
    at, value = None, signature.value
    if verifier.kind == COSIGNATURE:
        at, value = int.from_bytes(value[:TIME_BYTES]), value[TIME_BYTES:]
    if not is_signed(verifier.public, signed_text(body, at), value):
        raise BadNoteError(f"the signature of {verifier.name} does not fit the text: one of them was changed")
    return Signed(verifier, at)


# Ed25519 as RFC 8032, section 5.1, has it: a field, a curve in extended coordinates, and whether [S]B = R + [k]A.
_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]


def _added(left: _Point, right: _Point) -> _Point:
    a = (left[1] - left[0]) * (right[1] - right[0]) % _P
    b = (left[1] + left[0]) * (right[1] + right[0]) % _P
    c, d = 2 * left[3] * right[3] * _D % _P, 2 * left[2] * right[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(number: int, point: _Point) -> _Point:
    result: _Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = _added(result, point)
        point, number = _added(point, point), number >> 1
    return result


def _point(raw: bytes) -> _Point | None:
    """Return the point that 32 bytes stand for; None where they stand for none."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (not x and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


_BASE = _point((4 * pow(5, _P - 2, _P) % _P).to_bytes(KEY_BYTES, "little"))


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether this is the Ed25519 signature of a message by the owner of a public key. Takes some milliseconds."""
    if len(public) != KEY_BYTES or len(signature) != SIGNATURE_BYTES or _BASE is None:
        return False
    owner, point = _point(public), _point(signature[:KEY_BYTES])
    scalar = int.from_bytes(signature[KEY_BYTES:], "little")
    if owner is None or point is None or scalar >= _L:
        return False
    factor = int.from_bytes(sha512(signature[:KEY_BYTES] + public + message).digest(), "little") % _L
    left, right = _times(scalar, _BASE), _added(point, _times(factor, owner))
    same_x = left[0] * right[2] % _P == right[0] * left[2] % _P
    return same_x and left[1] * right[2] % _P == right[1] * left[2] % _P


def shown(text: str) -> str:
    """Return a text with what would steer a terminal (colours, a way back over a line) written out instead."""
    return "".join(sign if sign.isprintable() or sign == "\n" else ascii(sign)[1:-1] for sign in text)


def main(argv: Sequence[str] | None = None) -> int:
    """Check a note's signatures by the verifiers given; print its text and who signed."""
    import sys  # noqa: PLC0415 -- only the program reads a command line, never the application

    arguments = sys.argv[1:] if argv is None else argv
    try:
        with open(arguments[0], encoding="utf-8", newline="") as file:  # noqa: PTH123 -- quicker to start
            body, signed = verified(file.read(), [read_verifier(each) for each in arguments[1:]])
    except IndexError:
        sys.stderr.write("usage: python note.py CHECKPOINT VERIFIER…\n")
        return 2
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{shown(str(error))}\n")
        return 1
    sys.stdout.write(shown(body + "".join(f"signed by {each.verifier.name}\n" for each in signed)))
    if not signed:
        sys.stderr.write("none of these verifiers signed it\n")
    return 0 if signed else 1


if __name__ == "__main__":
    raise SystemExit(main())
