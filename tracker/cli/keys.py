"""The secret keys by which a history and its witnesses sign; kept in files that nobody else may read."""

import os
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.cli.common import fail
from tracker.domain.note import (
    COSIGNATURE,
    ED25519,
    KEY_BYTES,
    TIME_BYTES,
    BadNoteError,
    Signature,
    Verifier,
    read_verifier,
    signed_text,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SECRET = "PRIVATE+KEY+"  # noqa: S105 (what such a file begins with)
MODE = 0o600


@dataclass(frozen=True)
class Signer:
    """A key that signs, and what checks its signatures."""

    verifier: Verifier
    private: "Ed25519PrivateKey"

    def sign(self, body: str, at: int | None = None) -> Signature:
        """Sign the text of a note; a witness's signature bears the time, in seconds since 1970, UTC."""
        stamp = b"" if at is None else at.to_bytes(TIME_BYTES)
        value = stamp + self.private.sign(signed_text(body, at))
        return Signature(self.verifier.name, self.verifier.id, value)


def make(path: Path, name: str, kind: int) -> Verifier:
    """Write a new secret key to a file that does not exist yet, readable by its owner alone; return its verifier."""
    seed = secrets.token_bytes(KEY_BYTES)
    made = _signer(name, kind, seed)
    text = f"{SECRET}{name}+{made.verifier.id.hex()}+{b64encode(bytes([kind]) + seed).decode()}\n"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE), "w", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        fail(f"{path} exists already: a key is never written over")
    except OSError as error:
        fail(f"{path}: {error.strerror}")
    return made.verifier


def read(path: Path) -> Signer:
    """Read a secret key that `make` wrote."""
    try:
        text = path.read_text(encoding="utf-8").strip()
        if not text.startswith(SECRET):
            raise BadNoteError("it is no secret key: “tracker history key” and “tracker witness key” make one")
        name, said, coded = text.removeprefix(SECRET).split("+", 2)
        raw = b64decode(coded, validate=True)
        made = _signer(name, raw[0], raw[1:])
    except OSError as error:
        fail(f"{path}: {error.strerror}")
    except (ValueError, IndexError) as error:
        fail(f"{path} cannot be read as a key: {error}")
    if made.verifier.id.hex() != said:
        fail(f"{path} cannot be read as a key: its hash does not belong to it")
    return made


def _signer(name: str, kind: int, seed: bytes) -> Signer:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.from_private_bytes(seed)
    made = Verifier(name, kind, private.public_key().public_bytes_raw())
    # What is printed must be readable by whoever is given it.
    return Signer(read_verifier(str(made)), private)


__all__ = ["COSIGNATURE", "ED25519", "Signer", "make", "read"]
