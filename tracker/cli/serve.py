"""`tracker serve`: the production server."""

import errno
import os
import socket
from dataclasses import replace

import click
from flask import Flask
from sqlalchemy.orm import Session

from config import Config
from tracker.cli.common import MIGRATION_DUE, fail
from tracker.cli.mailing import sender_of
from tracker.database import is_behind, make_engine
from tracker.queries.administration import is_demonstration

APPLICATION = "tracker.cli.serve:application"
# Requests at once in each process: more would wait for the cores, or for the database's pool of connections.
THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)
# For so long a process may go on with what it answers once it is told to stop. One that has only begun hears nothing.
STOP_SECONDS = 10


@click.command()
@click.option("--host", help="Address to listen on; TRACKER_HOST, or 127.0.0.1.")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to listen on; TRACKER_PORT, or 8000.")
@click.option("--workers", type=click.IntRange(1, 64), help="How many processes; TRACKER_WORKERS, or 1.")
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the tracker to real people. Applies no migration by itself, and refuses unsafe settings."""
    config = Config.from_env()
    config = replace(config, host=host or config.host, port=port or config.port, workers=workers or config.workers)
    config.refuse_unsafe()
    refuse_unreadable(config)
    refuse_taken(config.host, config.port)
    refuse_unready(config)
    host = f"[{config.host}]" if ":" in config.host else config.host
    click.echo(f"Serving on http://{host}:{config.port}", err=True)
    run(APPLICATION, config)


def refuse_unreadable(config: Config) -> None:
    """Fail where a file that the settings name cannot be read, or holds no such rules: a page would break on it."""
    from tracker.domain import allocation_rules, publication, retention
    from tracker.domain.errors import RefusedError
    from tracker.domain.toml_faults import decoded

    for name, path, parse in (
        ("TRACKER_ALLOCATION", config.allocation, allocation_rules.parse),
        ("TRACKER_RETENTION", config.retention, retention.parse),
        ("TRACKER_PUBLICATION", config.publication, publication.parse),
    ):
        try:
            parse(decoded(path.read_bytes()))
        except OSError as error:
            fail(f"{name}: {path} cannot be read ({error.strerror})")
        except RefusedError as error:
            fail(f"{name}: {path}: {error}")
    if config.signing_key is not None and not config.signing_key.is_file():
        fail(f"TRACKER_SIGNING_KEY: {config.signing_key} is no file that can be read")
    if config.smtp_url or config.notify_key or config.notify_template:
        # Else the first notice would say so, some day.
        sender_of(config)


def refuse_taken(host: str, port: int) -> None:
    """Fail where nobody can listen: on another machine's address, or on a port where a server listens already.

    The server's own processes share their port; so would a second server, and each would answer by turns.
    """
    try:
        family, address = address_of(host, port)
        with socket.socket(family) as probe:
            # What a server left behind a moment ago does not count as taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
    except (OSError, UnicodeError) as error:
        number = getattr(error, "errno", None)
        if number == errno.EADDRINUSE:
            fail(f"Port {port} is taken on {host}: stop what listens there, or name another (--port, TRACKER_PORT)")
        if number == errno.EACCES:
            fail(f"Port {port} is kept from this account: name another (--port, TRACKER_PORT)")
        fail(f"“{host}” is no address of this machine: name another, such as 127.0.0.1 (--host, TRACKER_HOST)")


def address_of(host: str, port: int) -> tuple[socket.AddressFamily, str]:
    """Return the kind of a host's first address, and the address itself; OSError where there is none."""
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    return family, str(address[0])


def refuse_unready(config: Config) -> None:
    """Fail where the database is not fit for real people: a migration is due, or it holds invented accounts."""
    engine = make_engine(config.database_url)
    try:
        if is_behind(engine):
            fail(MIGRATION_DUE)
        with Session(engine) as session:
            if is_demonstration(session):
                fail("This database holds demonstration accounts: name another with TRACKER_DATABASE_URL")
    finally:
        engine.dispose()


def run(target: str, config: Config) -> None:
    """Serve an application factory, named as module:function, until it is told to stop."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server = Granian(
        target,
        # It takes an address, and no name.
        address=address_of(config.host, config.port)[1],
        port=config.port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=config.workers,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    )
    server.serve()


def application() -> Flask:
    """Make the application in a server's process, from the environment."""
    from tracker import create_app
    from tracker.cli.readying import keep_search_ready

    app = create_app(Config.from_env())
    keep_search_ready(app)
    return app
