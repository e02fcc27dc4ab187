"""`tracker db`: the database's own commands."""

from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from tracker.cli.common import about_to_write, now, open_engine, system_actor
from tracker.database import is_behind, migrate, writing
from tracker.domain.access import Permission

EXAMPLE = Path(__file__).resolve().parent.parent / "policies" / "example.toml"
REASON = "The example policy that the tracker is shipped with; to be replaced by the inspectorate's own"


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@click.argument("account")
def grants(account: str) -> None:
    """Print what lets a PostgreSQL ACCOUNT serve, and no more: of what is only ever added to, it may change nothing.

    Of the words that retention erases, and of the history's head, the triggers say what may change.
    """
    from sqlalchemy.dialects.postgresql import dialect

    from tracker.models import Base

    quote = dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]
    fixed = {each.local_table for each in Base.registry.mappers if getattr(each.class_, "append_only", False)}
    click.echo(f"GRANT USAGE ON SCHEMA public TO {quote(account)};")
    click.echo(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quote(account)};")
    click.echo(f"GRANT SELECT ON alembic_version TO {quote(account)};")
    for table in Base.metadata.sorted_tables:
        may = "SELECT, INSERT" if table in fixed else "SELECT, INSERT, UPDATE, DELETE"
        click.echo(f"GRANT {may} ON {quote(table.name)} TO {quote(account)};")


@db.command()
def upgrade() -> None:
    """Bring the database to the newest form; a database without a policy adopts the shipped example.

    The keys are worked out afresh, for a new rule may reach further; where they differ, all is checked again. Of what
    entries of earlier versions do not tell, an entry says how it is found now, so that a change of it is found later.
    """
    from tracker.services.policies import bring_into_force

    config, engine = open_engine()
    sessions: sessionmaker[Session] = sessionmaker(engine, expire_on_commit=False)
    about_to_write(config, sessions)
    was_behind = is_behind(engine)
    migrate(engine)
    click.echo("The database is migrated." if was_behind else "The database is up to date.")
    with writing(sessions) as session:
        at = now(config)
        said = [*_example(session, at), *_keys(session, at, was_behind=was_behind), *_restated(session, at)]
        bring_into_force(session, system_actor(), at=at)
    for line in said:
        click.echo(line)


def _example(session: Session, at: datetime) -> list[str]:
    from tracker.models import PolicyVersion
    from tracker.services.policies import AdoptPolicy, adopt

    if session.scalar(select(func.count()).select_from(PolicyVersion)):
        return []
    command = AdoptPolicy(toml=EXAMPLE.read_text(encoding="utf-8"), effective_on=at.date(), reason=REASON)
    adopt(session, system_actor(Permission.ADOPT_POLICY), command, at=at)
    return [
        "The example policy is adopted: read it with “tracker policy show”, replace it with “tracker policy adopt”."
    ]


def _restated(session: Session, at: datetime) -> list[str]:
    from tracker.services.restating import restate

    said = restate(session, system_actor(Permission.MANAGE_PEOPLE), at=at).said
    return [f"Earlier entries do not tell all of {said}: it is restated as it was found."] if said else []


def _keys(session: Session, at: datetime, *, was_behind: bool) -> list[str]:
    from tracker.queries.collector import collector_paused
    from tracker.services.checks import recheck
    from tracker.services.keys import rebuild_keys
    from tracker.services.weighing import weigh_all

    weigh_all(session)
    with collector_paused():
        rows = rebuild_keys(session).rows
    if not rows and not was_behind:
        return []
    # A migrated database may keep what a check found in a new way; to check again writes what differs and no more.
    changed = recheck(session, system_actor(), cause="upgrade", at=at)
    if not rows:
        return []
    return [
        f"The keys are worked out afresh: {rows:,} rows differed, and {len(changed):,} assignments changed.",
        *(
            f"{each.inspection}, {each.staff_no}: {each.before} before, {each.now} now"
            f"{'; questioned' if each.questioned else ''}."
            for each in changed
        ),
    ]
