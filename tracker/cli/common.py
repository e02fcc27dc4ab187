"""What the commands share: the settings, the database, the clock, and who acts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NoReturn

import click
from sqlalchemy import Engine, inspect
from sqlalchemy.orm import Session, sessionmaker

from config import Config
from tracker.cli import Failed
from tracker.database import is_behind, make_engine
from tracker.domain.access import Actor, Permission
from tracker.domain.errors import BadRowsError

COMMAND_LINE = "system:command-line"
DEMONSTRATION = "This is the demonstration’s database: everybody and everything in it is invented."
MOST_ROWS = 100
MIGRATION_DUE = "The database needs a migration: run “tracker db upgrade”"


def open_engine() -> tuple[Config, Engine]:
    """Return the settings and the database's engine, whatever state the database is in; closed as the command ends."""
    config = Config.from_env()
    engine = make_engine(config.database_url)
    click.get_current_context().call_on_close(engine.dispose)
    return config, engine


def open_database() -> tuple[Config, sessionmaker[Session]]:
    """Return the settings and a maker of sessions; fail where the database has not been migrated."""
    config, engine = open_engine()
    if is_behind(engine):
        fail(MIGRATION_DUE)
    return config, sessionmaker(engine, expire_on_commit=False)


def open_to_write() -> tuple[Config, sessionmaker[Session]]:
    """Return the settings and a maker of sessions, for a command that changes what is kept (see `about_to_write`)."""
    config, sessions = open_database()
    about_to_write(config, sessions)
    return config, sessions


def about_to_write(config: Config, sessions: sessionmaker[Session]) -> None:
    """Say so where the database is a demonstration's; elsewhere, fail where the clock is set back before the last act.

    A database that has not been migrated holds nobody yet, and is no demonstration's.
    """
    from tracker.models import Account
    from tracker.queries.administration import is_demonstration
    from tracker.queries.history import last_at

    with sessions() as session:
        if not inspect(session.connection()).has_table(Account.__tablename__):
            return
        if is_demonstration(session):
            click.echo(DEMONSTRATION, err=True)
        else:
            config.refuse_set_back(last_at(session))


def system_actor(*permissions: Permission) -> Actor:
    """Return the actor of a command, with just the leave that it needs."""
    return Actor(ref=COMMAND_LINE, name="The command line", is_system=True, grants=frozenset(permissions))


def now(config: Config) -> datetime:
    """Return the instant that it is, or that TRACKER_NOW says it is."""
    return config.now or clock()


def clock() -> datetime:
    """Return the instant that it is."""
    return datetime.now(UTC)


def fail(message: str) -> NoReturn:
    """End the command with one line on standard error and status 1."""
    raise Failed(message)


def refuse_rows(error: BadRowsError) -> NoReturn:
    """End the command with each bad row on a line of its own, up to a hundred."""
    first, *others = error.problems
    if not others:
        fail(str(first))
    for each in error.problems[:MOST_ROWS]:
        click.echo(" ".join(str(each).split()), err=True)
    fail(f"{len(error.problems):,} rows are wrong, and nothing was imported: mend them all, and import the file again")


@contextmanager
def progress(title: str, total: int | None = None, *, is_counted: bool = True) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on standard error, moved by calling what is given with how many are done.

    Where nothing is counted, it shows that something goes on. Where standard error is no terminal, nothing is.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    counted = (MofNCompleteColumn(),) if is_counted else ()
    columns = (TextColumn("{task.description}"), BarColumn(), *counted, TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(title, total=total)

        yield lambda done: shown.update(task, completed=done)
