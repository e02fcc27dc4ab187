"""`tracker retention`: erasing words whose time is up, and what would go."""

from collections.abc import Callable

import click
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from config import Config
from tracker.cli.common import MIGRATION_DUE, about_to_write, clock, fail, now, open_engine, progress, system_actor
from tracker.database import is_behind, reading, writing
from tracker.domain.access import Permission
from tracker.domain.retention import KEPT, TOLD, Schedule, parse

TABLES = ("words", "declaration_draft", "kept_form", "allocation_plan")
# A reader may hold on to the old pages for a moment.
TRIES, WAIT_MILLISECONDS = 10, 1_000
ACTOR = system_actor(Permission.ERASE)
AHEAD = "TRACKER_NOW: fixes the clock at an instant to come, and what is erased cannot be brought back; unset it"


@click.group()
def retention() -> None:
    """Keep personal words no longer than the schedule says."""


def _schedule(config: Config) -> Schedule:
    return parse(config.retention.read_text(encoding="utf-8"))


@retention.command()
def show() -> None:
    """Print the schedule: what is kept for how long, counted from when, and why."""
    config, _ = open_engine()
    schedule = _schedule(config)
    click.echo(f"{schedule.name} ({config.retention})")
    for field, rule in schedule.rules.items():
        what, since = TOLD[field]
        click.echo(f"{what}: {rule.period} from {since}. {rule.why}")
    for field in schedule.kept:
        click.echo(f"{TOLD[field][0]}: no time is set. {KEPT}")


@retention.command()
@click.option("--dry-run", is_flag=True, help="Say what would go, and erase nothing.")
def run(dry_run: bool) -> None:  # noqa: FBT001 (a command's flag)
    """Erase what is due and not held. Killed at any moment, each batch is done and entered, or not done."""
    from tracker.queries.retention import due
    from tracker.services.retention import drop_drafts, drop_plans

    config, engine = open_engine()
    if is_behind(engine):
        fail(MIGRATION_DUE)
    schedule = _schedule(config)
    sessions: sessionmaker[Session] = sessionmaker(engine, expire_on_commit=False)
    if not dry_run:
        about_to_write(config, sessions)
        _refuse_ahead(config, sessions)
    with reading(sessions) as session:
        found = due(session, schedule, now(config).date())
    if not dry_run:
        with progress("Words", sum(each.due for each in found)) as done:
            _erase(config, sessions, schedule, done)
        with writing(sessions) as session:
            drop_drafts(session, ACTOR, schedule, at=now(config))
        gone = True
        while gone:
            with writing(sessions) as session:
                gone = drop_plans(session, ACTOR, schedule, at=now(config)) > 0
        _rewrite(engine)
    for each in found:
        verb = "would go" if dry_run else "gone"
        held = f"; {each.held:,} kept by a legal hold" if each.held else ""
        click.echo(f"{TOLD[each.field][0]}: {each.due:,} {verb}, of a time that began up to {each.up_to}{held}.")


def _refuse_ahead(config: Config, sessions: sessionmaker[Session]) -> None:
    """Fail where the clock is fixed at an instant to come: what goes before its time cannot be brought back."""
    from tracker.queries.administration import is_demonstration

    with sessions() as session:
        if config.now is not None and config.now > clock() and not is_demonstration(session):
            fail(AHEAD)


def _erase(config: Config, sessions: sessionmaker[Session], schedule: Schedule, done: Callable[[int], None]) -> None:
    """Erase field by field: what is due is found once, while others write, and erased batch by batch."""
    from tracker.queries.retention import WORDS, due_words
    from tracker.services.retention import BATCH, erase

    erased = 0
    for field in WORDS:
        with reading(sessions) as session:
            up_to = schedule.rules[field].due_up_to(now(config).date())
            numbers = [each.id for each in due_words(session, field, up_to)]
        for start in range(0, len(numbers), BATCH):
            with writing(sessions) as session:
                some = numbers[start : start + BATCH]
                erased += erase(session, ACTOR, schedule, field, some, at=now(config))
            done(erased)


def _rewrite(engine: Engine) -> None:
    """Let the database write anew what it kept, so that nothing of what went is left; or say that it is."""
    if engine.dialect.name != "sqlite":
        _rewrite_postgres(engine)
        return
    bare = engine.raw_connection()
    try:
        # Outside of any transaction, in which the engine would begin a statement.
        cursor = bare.cursor()
        cursor.execute("VACUUM")
        cursor.execute(f"PRAGMA busy_timeout = {WAIT_MILLISECONDS}")
        for _ in range(TRIES):
            busy, *_rest = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return
    finally:
        bare.close()
    fail("The words are erased, but the file could not be written anew while somebody reads: run this again later")


def _rewrite_postgres(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        owned = (
            "SELECT bool_and(pg_has_role(relowner, 'USAGE')) FROM pg_class WHERE oid = ANY(CAST(:names AS regclass[]))"
        )
        if not connection.scalar(text(owned), {"names": list(TABLES)}):
            fail(f"The words are erased; only their owner can write the tables anew: VACUUM FULL {', '.join(TABLES)}")
        for table in TABLES:
            connection.execute(text(f"VACUUM FULL {table}"))
