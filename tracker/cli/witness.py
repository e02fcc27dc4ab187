"""`tracker witness`: countersigning another's history; run it elsewhere, with a key of its own, without a database."""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import click

from tracker.cli import keys
from tracker.cli.common import fail
from tracker.domain.counting import counted
from tracker.domain.note import BadNoteError, Verifier, read_verifier
from tracker.domain.tree import Head
from tracker.domain.witness import NOTHING, Refused, consider

FILE = click.Path(dir_okay=False, path_type=Path)
Clock = Callable[[], int]


@dataclass(frozen=True)
class Witness:
    """A witness of one history: its key, the history's verifier, and the file that keeps what it signed last."""

    signer: keys.Signer
    log: Verifier
    state: Path

    def add(self, request: str, clock: Clock) -> tuple[int, str]:
        """Return the status and the answer to a request: a cosignature, or why there is none.

        What is signed is kept on the disk before the signature is given away, one request at a time: so this witness
        never signs two histories, whatever happens.
        """
        with _alone(self.state):
            judged = consider(request, self.log, self.known())
            if isinstance(judged, Refused):
                return judged.status, f"{judged.size}\n" if judged.status == 409 else f"{judged.why}\n"  # noqa: PLR2004 (as tlog-witness has it)
            self.keep(judged.head)
            return 200, f"{self.signer.sign(judged.body, clock())}\n"

    def known(self) -> Head:
        """Return the head that was signed last."""
        try:
            said = json.loads(self.state.read_text(encoding="utf-8"))
            if said["origin"] != self.log.name:
                fail(f"{self.state} is of the history {said['origin']}, not of {self.log.name}")
            return Head(int(said["size"]), bytes.fromhex(said["root"]))
        except FileNotFoundError:
            fail(
                f"There is no {self.state}: bring it back from a copy; without it nothing can be signed safely. "
                "For a history that this witness never signed, “tracker witness begin” makes it"
            )
        except (ValueError, KeyError, TypeError):
            fail(f"{self.state} cannot be read: bring it back from a copy; without it nothing can be signed safely")

    def keep(self, head: Head) -> None:
        """Keep what was signed last, on the disk for sure when this returns."""
        part = self.state.with_name(f"{self.state.name}.part")
        with part.open("w", encoding="utf-8") as file:
            json.dump({"origin": self.log.name, "size": head.size, "root": head.root.hex()}, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.state)
        folder = os.open(self.state.absolute().parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    """Hold a lock that no other thread or process holds at the same time."""
    with state.with_name(f"{state.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def witness_of(key: Path, log: str, state: Path) -> Witness:
    """Return a witness of its settings; fail with a plain word where one is wrong."""
    signer = keys.read(key)
    if signer.verifier.kind != keys.COSIGNATURE:
        fail(f"{key} is no witness's key: “tracker witness key” makes one")
    try:
        return Witness(signer, read_verifier(log), state)
    except BadNoteError as error:
        fail(f"--log: {error}")


@click.group()
def witness() -> None:
    """Countersign the checkpoints of a history, elsewhere, and never two that contradict each other."""


@witness.command()
@click.option("--out", type=FILE, required=True, help="The file for the secret key; it must not exist.")
@click.option("--name", required=True, help="The witness's name, such as witness.example.org.")
def key(out: Path, name: str) -> None:
    """Make a witness's key, and print what checks its signatures: give that to whoever runs the tracker."""
    click.echo(str(_made(out, name, keys.COSIGNATURE)))


def _made(out: Path, name: str, kind: int) -> Verifier:
    try:
        return keys.make(out, name, kind)
    except BadNoteError:
        fail("--name: no spaces and no +, as in witness.example.org")


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--state", type=FILE, required=True, help="The file that keeps what was signed last."),
        click.option("--log", required=True, metavar="VERIFIER", help="What checks the history's own signature."),
        click.option("--key", "secret", type=FILE, required=True, help="The witness's secret key."),
    ):
        command = option(command)
    return command


@witness.command()
@_options
def begin(secret: Path, log: str, state: Path) -> None:
    """Make the file that keeps what was signed last, once, for a history that this witness never signed."""
    made = witness_of(secret, log, state)
    with _alone(state):
        if state.exists():
            fail(f"{state} exists already: a witness begins once")
        made.keep(NOTHING)
    click.echo(f"{made.signer.verifier.name} has signed nothing of {made.log.name} yet.")


@witness.command()
@_options
@click.argument("request", type=click.File("r", encoding="utf-8"), default="-")
def sign(secret: Path, log: str, state: Path, request: TextIO) -> None:
    """Countersign a REQUEST that “tracker history request” wrote, and print the signature; begin once, first."""
    made, text = witness_of(secret, log, state), request.read()
    status, answer = made.add(text, lambda: int(time.time()))
    if status != 200:  # noqa: PLR2004 (as HTTP has it)
        fail(f"Not signed: {_other_size(text, int(answer)) if status == 409 else answer}")  # noqa: PLR2004 (as above)
    click.echo(answer, nl=False)


def _other_size(request: str, size: int) -> str:
    """Return why a request does not go on from what was signed last, of so many entries, and what cures that."""
    signed = counted(size, "entry", "entries")
    if request.startswith(f"old {size}\n"):
        return f"this witness signed another history of {signed}: somebody wrote it anew; ask who keeps it"
    return f"this witness signed {signed} last: ask for what “tracker history request --since {size}” writes"


@witness.command()
@_options
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65_535), default=8100, show_default=True, help="Port to listen on.")
def serve(secret: Path, log: str, state: Path, host: str, port: int) -> None:
    """Serve POST /add-checkpoint, as C2SP's tlog-witness has it; put a server that ends TLS in front."""
    from tracker.cli.witness_server import serving

    made = witness_of(secret, log, state)
    made.known()
    with serving(made, host, port, lambda: int(time.time())) as server:
        click.echo(f"Witness {made.signer.verifier.name} on http://{host}:{server.server_port}", err=True)
        server.serve_forever()
