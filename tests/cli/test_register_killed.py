"""An import that is killed, at whatever moment, is done or was never begun; and it can be run again at once."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import perf_counter, sleep

import pytest
from sqlalchemy import Engine, func, select

from tests.support.command import done
from tests.support.databases import Fresh
from tests.support.extracts import GIAS, csv_bytes
from tests.support.zygote import Zygote, zygote
from tracker.database import make_engine
from tracker.domain.register import Kind
from tracker.models import FormerName, HistoryEntry, ProviderKey, ProviderRow, RegisterImport

SCHOOLS, KILLS = 300, 14
TABLES = (ProviderRow, FormerName, ProviderKey, RegisterImport, HistoryEntry)


@pytest.fixture(scope="module")
def commands() -> Iterator[Zygote]:
    with zygote() as started:
        yield started


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = make_engine(database_url)
    yield made
    made.dispose()


def state(engine: Engine) -> tuple[int, ...]:
    """How many rows each table has, and how many schools bear the later name."""
    with engine.connect() as connection:
        counts = [connection.scalar(select(func.count()).select_from(each)) or 0 for each in TABLES]
        later = select(func.count()).where(ProviderRow.name.like("Later %"))
        return (*counts, connection.scalar(later) or 0)


def write(path: Path, *, named: str) -> Path:
    rows = (
        {**GIAS, "URN": str(100_000 + place), "EstablishmentName": f"{named} {place}", "Easting": str(400_000 + place)}
        for place in range(SCHOOLS)
    )
    path.write_bytes(csv_bytes(Kind.GIAS, *rows))
    return path


def test_an_import_that_is_killed_at_any_moment_is_whole_or_not_there(
    commands: Zygote, fresh: Fresh, database_url: str, engine: Engine, tmp_path: Path
) -> None:
    first = write(tmp_path / "first.csv", named="First")
    later = write(tmp_path / "later.csv", named="Later")
    trial = fresh()
    imports(commands, trial, first)
    lasts = imports(commands, trial, later)
    imports(commands, database_url, first)
    before, moments, undone = state(engine), Random(7), 0
    for number in range(KILLS):
        # What is there is replaced by the other file; the moments are spread over the whole of it and a little beyond.
        running = commands.start(command(first if before[-1] else later), environment(database_url))
        sleep(lasts * 1.15 * (number + moments.random()) / KILLS)
        running.kill()
        status, found = running.status(), state(engine)
        assert (status, found) == (-9, before) or found[-1] == (0 if before[-1] else SCHOOLS)
        undone += found == before
        before = found
        done(database_url, "history", "verify")
    assert undone >= KILLS // 3
    for path in (later, first):
        imports(commands, database_url, path)
    assert state(engine)[-1] == 0
    done(database_url, "history", "verify")


def environment(url: str) -> dict[str, str]:
    return {"TRACKER_DATABASE_URL": url}


def command(path: Path) -> tuple[object, ...]:
    return ("register", "import", "gias", path)


def imports(commands: Zygote, url: str, path: Path) -> float:
    """Import a file undisturbed, and return how many seconds that took."""
    begun = perf_counter()
    assert commands.start(command(path), environment(url)).status() == 0
    return perf_counter() - begun
