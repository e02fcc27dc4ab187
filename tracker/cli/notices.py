"""`tracker notices`: sending what the outbox holds."""

from collections import Counter
from datetime import datetime

import click
from sqlalchemy.orm import Session, sessionmaker

from config import Config
from tracker.cli.common import fail, now, open_database, open_to_write
from tracker.cli.mailing import InDoubtError, NotTakenError, Sender, sender_of
from tracker.database import reading, writing
from tracker.domain.notices import Letter, letter
from tracker.models import OutboxMessage
from tracker.queries import outbox
from tracker.queries.outbox import Mail
from tracker.services import notices as acts

CHOICES = "/notices"


@click.group()
def notices() -> None:
    """Send notices by e-mail."""


@notices.command()
@click.option("--dry-run", is_flag=True, help="Say how many wait, and send nothing.")
def send(dry_run: bool) -> None:  # noqa: FBT001 (a command's flag)
    """Put what the day calls for into the outbox, and send what is due; run it every few minutes.

    Each is claimed before it is handed over, so that two senders never send the same, and none is lost by a failing
    server. One of which nobody can tell whether it went is not sent again by itself: an administrator settles it.
    """
    config, sessions = open_database() if dry_run else open_to_write()
    if dry_run:
        with reading(sessions) as session:
            counts = outbox.counts(session, now(config))
        click.echo(", ".join(f"{number:,} {state}" for state, number in counts.items()))
        return
    sender = sender_of(config)
    with writing(sessions) as session:
        put = acts.put_due(session, at=now(config))
    done: Counter[str] = Counter()
    with sender:
        while _send_one(config, sessions, sender, done):
            pass
    with reading(sessions) as session:
        doubt = outbox.counts(session, now(config))[Mail.DOUBT] + done["in doubt"]
    click.echo(f"{put:,} put, {done['sent']:,} sent, {done['dropped']:,} dropped, {done['failed']:,} to be tried again")
    if doubt:
        fail(f"{doubt:,} in doubt: nobody can tell whether they were sent; settle them at /admin/notices")
    if done["failed"]:
        fail(f"{done['failed']:,} were not taken and will be tried again: {done_why(sessions, config)}")


def done_why(sessions: sessionmaker[Session], config: Config) -> str:
    """Return why the latest notice failed."""
    with reading(sessions) as session:
        rows = outbox.standing(session, Mail.FAILED, now(config), start=0, limit=1)
        return rows[0].why if rows else "no reason is kept"


def _send_one(config: Config, sessions: sessionmaker[Session], sender: Sender, done: Counter[str]) -> bool:
    """Send the next notice; False where there is none, or the server is down."""
    at = now(config)
    claimed = _claim(config, sessions, at, done)
    if claimed is None:
        return False
    if not claimed:
        return True
    ref, words = claimed
    try:
        sender.send(words, ref, at)
    except NotTakenError as error:
        with writing(sessions) as session:
            acts.mark_failed(session, ref, str(error), at=at, is_address=error.is_address)
        done["failed"] += 1
        return not error.is_down
    except InDoubtError:
        done["in doubt"] += 1
        return False
    with writing(sessions) as session:
        acts.mark_sent(session, ref, at=at)
    done["sent"] += 1
    return True


def _claim(
    config: Config, sessions: sessionmaker[Session], at: datetime, done: Counter[str]
) -> tuple[str, Letter] | tuple[()] | None:
    """Take the next notice that is due; an empty answer where it was dropped, None where there is none."""
    with writing(sessions) as session:
        row = outbox.next_due(session, at)
        if row is None:
            return None
        why = _needless(session, row, at)
        if why:
            acts.drop(session, row.ref, why, at=at)
            done["dropped"] += 1
            return ()
        acts.claim(session, row.ref, at=at)
        account = row.account
        link, choices = f"{config.base_url}{row.about}", f"{config.base_url}{CHOICES}"
        return row.ref, letter(row.kind, account.name, account.email, link, choices)


def _needless(session: Session, row: OutboxMessage, at: datetime) -> str:
    if not outbox.is_wanted(session, row):
        return acts.UNWANTED
    return "" if outbox.is_called_for(session, row, at.date()) else acts.DROPPED
