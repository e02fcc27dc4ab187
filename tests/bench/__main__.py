"""`python -m tests.bench`: measure, and print each figure beside its yardstick's."""

import argparse
import os
import platform
import sqlite3
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.bench.benches import BENCHES
from tests.bench.setting import SIZES, Setting
from tests.bench.timing import HEADER
from tests.support.databases import postgres_databases, sqlite_databases
from tests.support.postgres import DURABLE, PostgresAbsentError, running_postgres


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small", help="how large a world (default: small)")
    parser.add_argument("--only", choices=BENCHES, action="append", metavar="NAME", help=f"one of {', '.join(BENCHES)}")
    parser.add_argument("--database", choices=("sqlite", "postgres"), help="one kind of database alone")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tracker-bench-")))
        settings = _settings(stack, arguments.size, folder, arguments.database)
        _head(arguments.size)
        for name in arguments.only or BENCHES:
            for kind in BENCHES[name].kinds:
                for figure in BENCHES[name].run(settings[kind]) if kind in settings else ():
                    print(f"{kind:<9} {figure.line()}", flush=True)
    print(f"Load at the end {_load()}.")


def _settings(stack: ExitStack, size: str, folder: Path, only: str | None) -> dict[str, Setting]:
    """Return a setting for every kind of database that is here."""
    makers = {}
    if only != "postgres":
        makers["sqlite"] = sqlite_databases(folder)
    if only != "sqlite":
        try:
            # What is measured here must outlive a power cut, as the application's own database does.
            makers["postgres"] = postgres_databases(stack.enter_context(running_postgres(DURABLE)))
        except PostgresAbsentError as absent:
            print(f"PostgreSQL is NOT MEASURED: {absent}", file=sys.stderr)
    settings = {kind: Setting(kind, SIZES[size], fresh, folder) for kind, fresh in makers.items()}
    for each in settings.values():
        stack.callback(each.close)
    return settings


def _head(size: str) -> None:
    print(
        f"Size {size}, medians of {SIZES[size].rounds} interleaved rounds; the figures to reach are for the full size."
    )
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores"
    print(f"{versions}, load {_load()}.")
    print(f"{'':<10}{HEADER}")


def _load() -> str:
    return " ".join(f"{each:.2f}" for each in os.getloadavg())


main()
