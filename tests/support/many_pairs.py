"""`python -m tests.support.many_pairs --pairs 1000000`: holds every path of the check against the slow oracle.

Random populations are put into a database one after another and taken back; the first difference ends the run.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import monotonic

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.support.databases import postgres_databases, sqlite_databases
from tests.support.paths_agree import as_candidates, as_choices, as_columns, by_oracle, in_a_list, one_by_one
from tests.support.population import Population, population, put_population
from tests.support.postgres import running_postgres
from tests.support.world import Stage
from tracker.database import make_engine

PEOPLE, PLANNED = 16, 24
# Each pair is asked for alone in one population of so many: it takes ten times as long as all others together.
ALONE_IN = 10
PATHS = {"list": in_a_list, "candidates": as_candidates, "choices": as_choices, "matrix": as_columns}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.support.many_pairs", description=__doc__)
    parser.add_argument("--pairs", type=int, default=100_000, help="how many pairs of inspector and inspection")
    parser.add_argument("--seed", type=int, default=1, help="where to begin")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    arguments = parser.parse_args()
    begun, done, alone, findings, seed = monotonic(), 0, 0, 0, arguments.seed
    with _engine(arguments.database) as engine:
        while done < arguments.pairs:
            everyone = population(Random(seed).choice, people=PEOPLE, planned=PLANNED)
            pairs = len(everyone.people) * len(everyone.planned)
            with_alone = seed % ALONE_IN == 0
            findings += _held(engine, everyone, seed, with_alone=with_alone)
            done, alone, seed = done + pairs, alone + pairs * with_alone, seed + 1
            if (seed - arguments.seed) % 100 == 0:
                print(f"{done:,} pairs, {findings:,} findings, {monotonic() - begun:,.0f} s", flush=True)
    print(
        f"0 differences in {done:,} pairs ({alone:,} of them also asked for alone), with {findings:,} findings, in "
        f"{monotonic() - begun:,.0f} s on {arguments.database}; populations {arguments.seed:,} to {seed - 1:,}."
    )


def _held(engine: Engine, everyone: Population, seed: int, *, with_alone: bool) -> int:
    """Hold one population; return how many findings there are in it."""
    with engine.connect() as connection, connection.begin() as outer:
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            Stage(session).policy()
            put_population(session, everyone)
            wanted = by_oracle(everyone)
            paths = {**PATHS, **({"alone": one_by_one} if with_alone else {})}
            answers = {name: ask(session, everyone) for name, ask in paths.items()}
        outer.rollback()
    first = answers["list"]
    for name, found in answers.items():
        if found != first or set(found) != set(wanted):
            print(f"population {seed}: {name} differs", file=sys.stderr)
            print(f"not in the oracle's: {sorted(set(found) - set(wanted))[:5]}", file=sys.stderr)
            print(f"not in {name}: {sorted(set(wanted) - set(found))[:5]}", file=sys.stderr)
            print(f"not as the list has it: {sorted((found - first) + (first - found))[:5]}", file=sys.stderr)
            sys.exit(1)
    return sum(first.values())


@contextmanager
def _engine(kind: str) -> Iterator[Engine]:
    with tempfile.TemporaryDirectory(prefix="tracker-pairs-") as folder:
        if kind == "sqlite":
            engine = make_engine(sqlite_databases(Path(folder))())
            yield engine
            engine.dispose()
            return
        with running_postgres() as server:
            engine = make_engine(postgres_databases(server)())
            yield engine
            engine.dispose()


if __name__ == "__main__":
    main()
