"""Serving the demonstration: its database, its key, its port, and the sign-ins that it prints."""

import os
import secrets
from dataclasses import replace
from datetime import UTC, datetime, time
from enum import Enum
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import Engine, exists, select
from sqlalchemy.orm import Session, sessionmaker

from config import ROOT, SHORTEST_SECRET, Config
from tracker.cli import Failed
from tracker.cli.common import fail, now, open_engine, progress
from tracker.cli.demo.people import PASSWORD, SIGN_INS
from tracker.cli.serve import refuse_taken, run
from tracker.database import is_behind, migrate, writing
from tracker.domain.uk_time import in_uk
from tracker.models import Account, Declaration, Inspection, Inspector, ProviderRow
from tracker.queries.administration import is_demonstration

APPLICATION = "tracker.cli.demo.serving:application"
KEY_FILE = ROOT / "instance" / "demonstration.key"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
PORTS_TRIED = 50
MORNING = time(9)


class Contents(Enum):
    """What a database holds."""

    NOTHING = "nothing"
    DEMONSTRATION = "a demonstration"
    RECORDS = "records"


def prepare(port: int | None, today: datetime | None) -> tuple[Config, Engine]:
    """Return the demonstration's settings, and the engine of its database, migrated."""
    config, engine = open_engine()
    config = replace(
        config,
        port=port or config.port,
        now=datetime.combine(today, MORNING, UTC) if today else config.now,
        # Over plain HTTP on this machine alone, a cookie that wants HTTPS would never come back.
        secure_cookies=config.secure_cookies and config.host not in LOOPBACK,
        workers=1,
        demonstration=True,
    )
    if is_behind(engine):
        migrate(engine)
    return config, engine


def furnish(config: Config, engine: Engine) -> None:
    """Make the world, if there is nothing yet; fail where there is something else."""
    sessions: sessionmaker[Session] = sessionmaker(engine, expire_on_commit=False)
    with sessions() as session:
        found = contents(session)
    if found is Contents.RECORDS:
        fail(
            "This database holds records that are no demonstration, and is left as it is: "
            "name another with TRACKER_DATABASE_URL"
        )
    if found is Contents.DEMONSTRATION:
        click.echo("The demonstration is already there.")
        return
    from tracker.cli.demo.world import Settings, make_world

    today = in_uk(now(config)).date()
    with progress("Making the demonstration: a year of acts") as moved, writing(sessions) as session:
        make_world(session, Settings(today, password_cost=config.password_cost), moved)
    click.echo(f"Made the demonstration: a year of invented acts, up to {today.isoformat()}.")


def contents(session: Session) -> Contents:
    """Tell what a migrated database holds."""
    if is_demonstration(session):
        return Contents.DEMONSTRATION
    kept = (Account, Inspector, ProviderRow, Declaration, Inspection)
    return (
        Contents.RECORDS
        if any(session.scalar(select(exists().select_from(each))) for each in kept)
        else Contents.NOTHING
    )


def print_sign_ins(engine: Engine) -> None:
    """Print one sign-in a role, and what there is to see."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    with Session(engine) as session:
        there = set(
            session.scalars(select(Account.email).where(Account.is_demonstration, Account.disabled_at.is_(None)))
        )
    table = Table(title=f"Sign in as (password of each: {PASSWORD})", title_justify="left", box=SIMPLE, pad_edge=False)
    table.add_column("E-mail address", no_wrap=True)
    table.add_column("Role", no_wrap=True)
    table.add_column("What to look at")
    for each in (one for one in SIGN_INS if one.email in there):
        # A second role stands on a line of its own, so that the table fits a terminal of eighty columns.
        roles = "\n".join(str(role).replace("_", "-") for role in each.roles)
        table.add_row(each.email, roles, f"{each.name}: {each.look_at}.")
    Console().print(table)


def serve(config: Config) -> None:
    """Serve until told to stop, on the first free port."""
    # Any free port: so that a host of another machine is not told as a port that is taken.
    refuse_taken(config.host, 0)
    port = free_port(config.host, config.port)
    if port != config.port:
        click.echo(f"Port {config.port} is taken; using {port}.", err=True)
    # The server's process reads its settings from the environment, as for `tracker serve`.
    os.environ |= {
        "TRACKER_DATABASE_URL": config.database_url,
        "TRACKER_SECRET_KEY": config.secret_key or _key(KEY_FILE),
        "TRACKER_SECURE_COOKIES": "yes" if config.secure_cookies else "no",
        **({"TRACKER_NOW": config.now.isoformat()} if config.now else {}),
    }
    host = f"[{config.host}]" if ":" in config.host else config.host
    click.echo(f"The demonstration is on http://{host}:{port} (stop it with Ctrl-C)")
    run(APPLICATION, replace(config, port=port))


def application() -> Flask:
    """Make the demonstration's application in a server's process."""
    from tracker import create_app
    from tracker.cli.readying import keep_search_ready

    app = create_app(replace(Config.from_env(), demonstration=True))
    keep_search_ready(app)
    return app


def free_port(host: str, wanted: int) -> int:
    """Return the first port from the wanted one on that nobody listens on."""
    for port in range(wanted, min(wanted + PORTS_TRIED, 65_536)):
        if _is_free(host, port):
            return port
    return fail(f"No port from {wanted} on is free; give another with --port")


def _is_free(host: str, port: int) -> bool:
    try:
        refuse_taken(host, port)
    except Failed:
        return False
    return True


def _key(file: Path) -> str:
    """Return the demonstration's own key, made once, so that a sign-in outlives a restart."""
    if file.is_file() and len(kept := file.read_text(encoding="ascii").strip()) >= SHORTEST_SECRET:
        return kept
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(made := secrets.token_urlsafe(48), encoding="ascii")
    return made
