"""`tracker history publish`: signing where the history stands, having it countersigned, giving it to its keepers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from sqlalchemy.orm import Session, sessionmaker

from config import BadSettingError, Config
from tracker.cli import keys
from tracker.cli.common import fail
from tracker.cli.keys import Signer
from tracker.cli.mailing import InDoubtError, NotTakenError, sender_of
from tracker.cli.whole_files import whole
from tracker.database import reading
from tracker.domain.checkpoint import checkpoint_bytes
from tracker.domain.note import BadNoteError, Signature, Verifier, note, read_verifier, split, verified
from tracker.domain.notices import Letter
from tracker.domain.proofs import consistency_proof
from tracker.domain.tree import EMPTY, Head, extend, root
from tracker.domain.witness import request
from tracker.queries.history import leaves as leaves_of
from tracker.queries.history import standing

SECONDS = 20
OWN_MACHINE = ("localhost", "127.0.0.1", "::1")
ADD = "/add-checkpoint"
MOST = 4_096


class _NoRedirect(HTTPRedirectHandler):
    """Follows nobody elsewhere: what another address answers says nothing of who keeps a checkpoint."""

    def redirect_request(self, *_args: object) -> None:
        """Follow nothing; the answer is an error then."""


_STRAIGHT = build_opener(_NoRedirect)


@dataclass
class Published:
    """A signed checkpoint: by whom it was countersigned, whither it went, and what went wrong."""

    text: str
    head: Head
    witnesses: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def to_sign(config: Config, sessions: sessionmaker[Session]) -> tuple[Signer, Head, list[bytes]]:
    """Return the key that signs, where the history stands, and the leaves that give just that."""
    if config.signing_key is None:
        fail("TRACKER_SIGNING_KEY: name the key that signs; “tracker history key --out FILE --name NAME” makes one")
    signer = keys.read(config.signing_key)
    with reading(sessions) as session:
        now_at = standing(session)
        head, all_leaves = Head(now_at.size, bytes.fromhex(now_at.root)), list(leaves_of(session, now_at.size))
    # What is signed cannot be taken back: so the entries themselves are looked at first.
    if len(all_leaves) != head.size or root(extend(EMPTY, all_leaves)) != head.root:
        fail("Not signed: the entries do not give the root that is kept. Run “tracker history verify”.")
    return signer, head, all_leaves


def signed(signer: Signer, head: Head, leaves: Sequence[bytes], witnesses: Sequence[tuple[str, str]]) -> Published:
    """Sign a head, and have it countersigned; a witness that does not is a problem and stops nobody else."""
    body = checkpoint_bytes(head, signer.verifier.name).decode()
    signatures = [signer.sign(body)]
    made = Published(note(body, signatures), head)
    for address, key in witnesses:
        try:
            verifier = read_verifier(key)
            line = _countersigned(address, note(body, signatures[:1]), head, leaves)
            found = _found(body, line, verifier)
        except (BadNoteError, BadSettingError, HTTPException, OSError, ValueError) as error:
            made.problems.append(f"the witness at {address} did not countersign: {_why(error)}")
        else:
            signatures.append(found)
            made.witnesses.append(verifier.name)
    made.text = note(body, signatures)
    return made


def _found(body: str, answer: str, verifier: Verifier) -> Signature:
    """Return the signature of a witness's key in its answer, if it fits; nothing else of the answer is looked at."""
    for line in answer.splitlines():
        try:
            _, (each,) = split(f"{body}\n{line}\n")
            if verified(note(body, [each]), [verifier]) == (body, []):
                continue
        except (BadNoteError, ValueError):
            continue
        return each
    raise BadNoteError("its answer is no signature of its key")


def _why(error: Exception) -> str:
    if isinstance(error, HTTPError):
        said = error.read(MOST).decode(errors="replace").strip()
        return f"it answered {error.code}{f', {said}' if said else ''}"
    return str(error.reason) if isinstance(error, URLError) else str(error)


def _countersigned(address: str, checkpoint: str, head: Head, leaves: Sequence[bytes]) -> str:
    """Return a witness's cosignature; it is asked what it signed last by being asked to sign from nothing."""
    try:
        return _post(f"{address.rstrip('/')}{ADD}", request(0, (), checkpoint))
    except HTTPError as error:
        if error.code != HTTPStatus.CONFLICT:
            raise
        said = error.read(MOST).decode(errors="replace").strip()
    if not (said.isascii() and said.isdigit() and len(said) <= 15):  # noqa: PLR2004 (as a checkpoint's)
        raise BadNoteError("it does not say what it signed last")
    old = int(said)
    if old > head.size:
        raise BadNoteError(f"it signed {old:,} entries, and the history has {head.size:,}: entries are missing here")
    return _post(f"{address.rstrip('/')}{ADD}", request(old, consistency_proof(leaves, old, head.size), checkpoint))


def _post(address: str, text: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in OWN_MACHINE):
        raise BadSettingError(f"{address}: give an https:// address")
    asked = Request(address, text.encode(), {"Content-Type": "text/plain; charset=utf-8"}, method="POST")  # noqa: S310 (judged above)
    with _STRAIGHT.open(asked, timeout=SECONDS) as answer:
        return str(answer.read(MOST).decode(errors="replace"))


def deliver(config: Config, made: Published, targets: Sequence[str], at: datetime) -> None:
    """Give a signed checkpoint to each of its keepers; one that does not take it is a problem and stops nobody else."""
    for target in targets:
        try:
            _deliver(config, made, target, at)
        except (BadSettingError, NotTakenError, InDoubtError, HTTPException, OSError, ValueError) as error:
            made.problems.append(f"{target} did not take it: {_why(error)}")
        else:
            made.kept.append(target)


def _deliver(config: Config, made: Published, target: str, at: datetime) -> None:
    if target.startswith(("https://", "http://")):
        _post(target, made.text)
    elif target.startswith("mailto:"):
        subject = f"Checkpoint of {made.head.size:,} entries"
        letter = Letter(target.removeprefix("mailto:"), subject, made.text)
        with sender_of(config) as sender:
            sender.send(letter, f"checkpoint-{made.head.size}", at)
    else:
        with whole(Path(target)) as path:
            path.write_text(made.text, encoding="utf-8", newline="")
