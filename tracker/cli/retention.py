"""`tracker retention`: erasing words whose time is up, and what would go."""

import click
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from config import Config
from tracker.cli.common import MIGRATION_DUE, fail, now, open_engine, progress, system_actor
from tracker.database import is_behind, reading, writing
from tracker.domain.access import Permission
from tracker.domain.retention import TOLD, Field, Schedule, parse

ACTOR = system_actor(Permission.ERASE)


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


@retention.command()
@click.option("--dry-run", is_flag=True, help="Say what would go, and erase nothing.")
def run(dry_run: bool) -> None:  # noqa: FBT001 (a command's flag)
    """Erase what is due and not held. Killed at any moment, each batch is done and entered, or not done."""
    from tracker.queries.retention import due
    from tracker.services.retention import erase_some

    config, engine = open_engine()
    if is_behind(engine):
        fail(MIGRATION_DUE)
    schedule = _schedule(config)
    sessions: sessionmaker[Session] = sessionmaker(engine, expire_on_commit=False)
    with reading(sessions) as session:
        found = due(session, schedule, now(config).date())
    total = sum(each.due for each in found)
    erased = 0
    if not dry_run:
        with progress("Words", total) as done:
            for field in Field:
                number = 1
                while number:
                    with writing(sessions) as session:
                        number = erase_some(session, ACTOR, schedule, field, at=now(config))
                    erased += number
                    done(erased)
        _rewrite(engine)
    for each in found:
        verb = "would go" if dry_run else "gone"
        held = f"; {each.held:,} kept by a legal hold" if each.held else ""
        click.echo(f"{TOLD[each.field][0]}: {each.due:,} {verb}, of a time that began up to {each.up_to}{held}.")


def _rewrite(engine: Engine) -> None:
    """Let the database write anew what it kept, so that nothing of what went is left in its files."""
    if engine.dialect.name == "sqlite":
        bare = engine.raw_connection()
        try:
            # Outside of any transaction, in which the engine would begin a statement.
            for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                bare.cursor().execute(statement)
        finally:
            bare.close()
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in ("words", "declaration_draft", "kept_form"):
            connection.execute(text(f"VACUUM {table}"))
