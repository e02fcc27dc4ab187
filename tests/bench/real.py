"""`python -m tests.bench.real`: checks again, on every real register in one database, as many as an inspectorate has.

The inspectors, their connections and their places are invented; the registers are ../shared/data's. The whole re-check
runs as the command that is run each night, in a process of its own, so that its memory is its own too.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter

from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from tests.bench.setting import settle
from tests.bench.world import Extent, populate
from tests.support.command import invented
from tests.support.databases import postgres_databases, sqlite_databases
from tests.support.extracts import AT, REAL, REAL_OTHERS, read_real
from tests.support.paths import ROOT
from tests.support.postgres import DURABLE, running_postgres
from tests.support.world import NOW, SYSTEM, Stage
from tracker.database import make_engine, writing
from tracker.models import GroupRow, ProviderRow
from tracker.services.registers import ImportRegister, import_register

EXTENT = Extent(providers=0, inspectors=3_500, inspections=30_000, assignments=46_000, connections=50_000)
ROUNDS = 3
TRACKER = Path(sys.executable).with_name("tracker")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.real", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    with ExitStack() as stack:
        if parser.parse_args().database == "sqlite":
            fresh = sqlite_databases(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        else:
            fresh = postgres_databases(stack.enter_context(running_postgres(DURABLE)))
        url = fresh()
        _build(url)
        for words in (["people", "list"], *[["recheck", "--all"]] * ROUNDS):
            _run(url, words)


def _build(url: str) -> None:
    engine = make_engine(url)
    sessions = sessionmaker(engine, expire_on_commit=False)
    begun = perf_counter()
    for kind, pattern in (*REAL.items(), *REAL_OTHERS):
        with writing(sessions) as session:
            import_register(session, SYSTEM, ImportRegister(read_real(kind, pattern)), at=AT)
    imported = perf_counter() - begun
    with writing(sessions) as session:
        Stage(session).policy()
        providers, groups = (sorted(session.scalars(select(row.ref))) for row in (ProviderRow, GroupRow))
        built = populate(session, EXTENT, providers, groups)
    settle(engine)
    engine.dispose()
    # The nightly command runs by the clock of the invented inspectors, as it does on a demonstration's database alone.
    invented(url)
    print(f"{len(providers):,} providers and {len(groups):,} groups imported in {imported:.1f} s.")
    print(f"{EXTENT.inspectors:,} inspectors, {EXTENT.connections:,} connections, {len(built.pairs):,} assignments.")


# A process that is forked from a large one counts that one's memory as its own; from this small one it does not.
MEASURING = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], check=True, capture_output=True)
sys.stdout.buffer.write(done.stdout)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
"""


def _run(url: str, words: list[str]) -> None:
    """Run a command, and say how long it took and the most memory that it had."""
    settings = {"TRACKER_DATABASE_URL": url, "TRACKER_NOW": NOW.isoformat()}
    begun = perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", MEASURING, TRACKER, *words],
        cwd=ROOT,
        env={**os.environ, **settings},
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, said = perf_counter() - begun, done.stdout.strip().splitlines()
    peak = int(done.stderr) / 1024
    print(f"tracker {' '.join(words)}: {seconds:.2f} s, at most {peak:,.0f} MB: {said[-1] if said else ''}")


if __name__ == "__main__":
    main()
