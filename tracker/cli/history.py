"""`tracker history`: checking that the history is whole, running its checks again, and exporting it for others."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from tracker.cli.common import fail, now, open_database, open_to_write, progress, system_actor
from tracker.cli.numbers import ENTRY, SIZE_OR_NONE
from tracker.cli.whole_files import whole
from tracker.database import leave, reading
from tracker.domain.access import Permission
from tracker.domain.checkpoint import checkpoint_bytes
from tracker.domain.counting import counted
from tracker.domain.export import frontier_text, read_frontier
from tracker.domain.tree import EMPTY, Broken, Frontier, Head, kept_head, verify_export

# No checkpoint, of however long an origin, has more bytes.
CHECKPOINT_BYTES = 10_000


@click.group()
def history() -> None:
    """Check and export the tamper-evident history."""


@history.command()
@click.option(
    "--against",
    metavar="SIZE:ROOT|FILE",
    help="A size and root (hex or base64), a checkpoint or an export, kept elsewhere: the history begins with it.",
)
@click.option(
    "--resume",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keeps in this file how far the check came, and goes on from there if it was ended; gone when all is checked.",
)
@click.option("--signed-by", metavar="VERIFIER", multiple=True, help="Who must have signed that checkpoint; of each.")
def verify(against: str | None, signed_by: tuple[str, ...], resume: Path | None) -> None:
    """Recompute the whole history from its bytes, and compare the records with it; name the first bad entry."""
    from sqlalchemy.exc import DatabaseError

    from tracker.queries import verification
    from tracker.queries.history import set_back, standing
    from tracker.queries.untold import untold
    from tracker.services.keys import refuse_stale

    if signed_by:
        _refuse_unsigned(against, signed_by)
    earlier = None if against is None else _earlier(against)
    try:
        _, sessions = open_database()
        with reading(sessions) as session:
            start, keep = _resumed(resume)
            try:
                with progress("Entries", standing(session).size) as done:
                    head = verification.verify(session, earlier, done, start=start, keep=keep)
                with progress("Registers, and what checks find by", is_counted=False):
                    refuse_stale(session)
                early, passed_over = set_back(session), untold(session).said
            except Broken as broken:
                # What was judged before may be what is bad: the next check begins anew.
                if resume is not None:
                    resume.unlink(missing_ok=True)
                anew = "; the same command again begins anew" if resume is not None and start.size else ""
                fail(f"{verification.describe(session, broken)}{anew}")
    except DatabaseError as error:
        fail(f"The database cannot be read: {error.orig}")
    if resume is not None:
        resume.unlink(missing_ok=True)
    _tell(head, early, passed_over, start)


def _tell(head: Head, early: Sequence[int], passed_over: str, start: Frontier) -> None:
    """Print that a history is whole, and what of it was not judged, or is odd."""
    click.echo(f"{counted(head.size, 'entry', 'entries')}, whole: root {head.root.hex()}")
    if early:
        said = f"{len(early):,} {'bears' if len(early) == 1 else 'bear'} an earlier instant than an entry before"
        click.echo(f"The clock was set back, or had been ahead before: {said}, the first of them entry {early[0]:,}.")
    if passed_over:
        click.echo(f"Of {passed_over}, no entry tells all that is kept: “tracker db upgrade” restates it as found.")
    if start.size:
        said = f"Of the first {start.size:,}, the words and the records were judged by the check that was ended"
        click.echo(f"{said}; all in one go: the same command again, which begins anew.")


def _resumed(path: Path | None) -> tuple[Frontier, Callable[[Frontier], None] | None]:
    """Return from where a check goes on, and what keeps how far it came."""
    if path is None:
        return EMPTY, None

    def keep(tree: Frontier) -> None:
        with whole(path) as to:
            to.write_text(f"{tree.size}\n{frontier_text(tree)}\n", encoding="utf-8")

    try:
        size, text = path.read_text(encoding="utf-8").split("\n")[:2]
        return read_frontier(int(size), text), keep
    except FileNotFoundError:
        return EMPTY, keep
    except (ValueError, TypeError):
        fail(f"{path} does not say how far a check came: take it away to begin anew")


def _refuse_unsigned(against: str | None, signed_by: tuple[str, ...]) -> None:
    """Fail unless the checkpoint bears the signature of each of these verifiers."""
    from tracker.domain.note import BadNoteError, read_verifier, verified

    if against is None:
        raise click.UsageError("--signed-by needs --against, with the checkpoint's file")
    try:
        verifiers = [read_verifier(each) for each in signed_by]
        with Path(against).open(encoding="utf-8", newline="") as file:
            _, found = verified(file.read(100 * CHECKPOINT_BYTES), verifiers)
    except (OSError, BadNoteError) as error:
        fail(f"{against} is no signed checkpoint: {error}")
    missing = [each.name for each in verifiers if each not in {signed.verifier for signed in found}]
    if missing:
        fail(f"{against} is not signed by {', '.join(missing)}")


def _earlier(text: str) -> Head:
    """Read `SIZE:ROOT`, a file that holds just that or a checkpoint, or an export, which is first verified."""
    path = Path(text)
    try:
        return kept_head(text)
    except ValueError:
        pass
    try:
        if path.stat().st_size <= CHECKPOINT_BYTES:
            return kept_head(path.read_text(encoding="utf-8", errors="replace"))
        with path.open("rb") as lines:
            return verify_export(lines)
    except OSError:
        raise click.UsageError(
            f"--against wants SIZE:ROOT, the root in hex or base64, or a file that holds that, a checkpoint or an "
            f"export, and “{text}” is none of them"
        ) from None
    except (Broken, ValueError) as error:
        fail(f"{text} is no size and root, no checkpoint, and no export that verifies: {error}")


@history.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to; standard output if not given.")
def checkpoint(out: Path | None) -> None:
    """Write where the history stands, to be kept elsewhere: origin, size and root, as C2SP's tlog-checkpoint has them.

    It is not signed: its worth is that somebody else keeps it.
    """
    from tracker.queries.history import standing

    _, sessions = open_database()
    with reading(sessions) as session, _target(out) as file:
        now_at = standing(session)
        file.write(checkpoint_bytes(Head(now_at.size, bytes.fromhex(now_at.root))))


@history.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file for the key.")
@click.option("--name", required=True, help="The history's name, such as interests.example.org/history.")
def key(out: Path, name: str) -> None:
    """Make the key that signs checkpoints, and print what checks its signatures; set TRACKER_SIGNING_KEY to OUT."""
    from tracker.cli import keys
    from tracker.domain.note import BadNoteError

    try:
        click.echo(str(keys.make(out, name, keys.ED25519)))
    except BadNoteError:
        fail("--name: no spaces and no +, as in interests.example.org/history")


@history.command()
@click.option("--to", "targets", multiple=True, help="A file, mailto:ADDRESS or https://…; TRACKER_CHECKPOINT_TO.")
def publish(targets: tuple[str, ...]) -> None:
    """Sign where the history stands, have it countersigned, and give it to its keepers; run it every day.

    A signed note, by the key of TRACKER_SIGNING_KEY; countersigned by the witnesses of TRACKER_WITNESSES.
    """
    from tracker.cli import publishing
    from tracker.services import audit

    config, sessions = open_to_write()
    wanted = targets or config.checkpoint_to
    if config.signing_key is not None and not wanted:
        fail("TRACKER_CHECKPOINT_TO: say who keeps the checkpoints, or name them with --to")
    signer, head, all_leaves = publishing.to_sign(config, sessions)
    made = publishing.signed(signer, head, all_leaves, config.witnesses)
    publishing.deliver(config, made, wanted, now(config))
    if not made.kept:
        fail(f"Nobody keeps it: {'; '.join(made.problems)}")
    told = audit.Checkpoint(head.size, head.root.hex(), len(made.kept), tuple(made.witnesses), len(made.problems))
    leave(sessions, audit.publication(system_actor(Permission.VERIFY_HISTORY), told), lambda: now(config))
    by = f", countersigned by {', '.join(made.witnesses)}" if made.witnesses else ""
    size, to = counted(head.size, "entry", "entries"), counted(len(made.kept), "keeper")
    click.echo(f"{size}, signed as {signer.verifier.name}{by}; given to {to}.")
    if made.problems:
        fail("; ".join(made.problems))


@history.command()
@click.option("--since", type=SIZE_OR_NONE, default=0, help="How many entries it signed last.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to; standard output if not given.")
def request(since: int, out: Path | None) -> None:
    """Write a signed checkpoint for a witness without a server: “tracker witness sign” countersigns it there.

    The checkpoint begins after the first blank line. The signature that the witness prints goes at its end.
    """
    from tracker.cli import publishing
    from tracker.domain.proofs import consistency_proof
    from tracker.domain.witness import request as asked

    config, sessions = open_database()
    signer, head, all_leaves = publishing.to_sign(config, sessions)
    if since > head.size:
        fail(
            f"The history has {counted(head.size, 'entry', 'entries')}, fewer than {since:,}: "
            "give what the witness signed last"
        )
    proof = consistency_proof(all_leaves, since, head.size) if since else ()
    with _target(out) as file:
        file.write(asked(since, proof, publishing.signed(signer, head, all_leaves, ()).text).encode())


@history.command()
@click.argument("seq", type=ENTRY)
@click.option("--size", type=ENTRY, help="The size to prove against; all, if none.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to; standard output if not given.")
def prove(seq: int, size: int | None, out: Path | None) -> None:
    """Write the receipt of entry SEQ, without its private words; tracker/domain/receipt.py verifies it."""
    from tracker.queries.history import standing
    from tracker.queries.receipts import receipts

    _, sessions = open_database()
    with reading(sessions) as session:
        there = standing(session).size
        if seq > there:
            has = counted(there, "entry", "entries")
            fail(f"There is no entry {seq:,}: the history has {has}; name a number from 1 to {there:,}")
        (raw,) = receipts(session, [seq], size=size, with_words=False)
    with _target(out) as file:
        file.write(raw)


@history.command()
@click.argument("seq", type=ENTRY)
def replay(seq: int) -> None:
    """Run the check of entry SEQ again, on the facts that it kept and under the policy that decided."""
    from tracker.queries import replays

    _, sessions = open_database()
    with reading(sessions) as session:
        done = replays.replay(session, seq)
    policy, by = done.policy, ", ".join(done.outcome.rules)
    under = f"{policy.name} {policy.version} ({policy.ref})"
    made = f"Entry {seq:,}, a check of {done.at:%Y-%m-%d %H:%M} UTC under {under}"
    if done.differences:
        fail(f"{made}, does not answer the same when it is replayed: {'; '.join(done.differences)}.")
    answer = f"{done.outcome.verdict}, by {by}" if by else str(done.outcome.verdict)
    click.echo(f"{made}, answers the same when it is replayed: {answer}. Its verdict and its findings are the same.")
    if not done.is_worded_alike:
        click.echo("This version of the tracker tells a finding in other words than were kept then.")


@history.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to; standard output if not given.")
@click.option("--with-words", is_flag=True, help="Disclose the personal words that the entries commit to, with salts.")
def export(out: Path | None, with_words: bool) -> None:  # noqa: FBT001 (a command's flag)
    """Write the history as lines of JSON, which `python tracker/domain/tree.py FILE` verifies on its own.

    That it was taken is an entry, the last that is written.
    """
    from tracker.queries.history import exported, standing
    from tracker.services import audit

    config, sessions = open_to_write()
    who = system_actor(Permission.VERIFY_HISTORY, Permission.READ_HISTORY)
    # That it is taken is an entry first, and the last one that is taken.
    leave(sessions, audit.disclosure(who) if with_words else audit.taking(who), lambda: now(config))
    with reading(sessions) as session, _target(out) as file, progress("Entries", standing(session).size) as done:
        for number, line in enumerate(exported(session, with_words=with_words)):
            file.write(line)
            if number % 1_000 == 0:
                done(number)


@contextmanager
def _target(out: Path | None) -> Iterator[BinaryIO]:
    """Give where to write; a file gets its name only when it is complete."""
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        with whole(out) as path, path.open("wb") as file:
            yield file
    except OSError as error:
        fail(f"{out}: {error.strerror}")
