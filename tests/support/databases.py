"""Databases for the tests: migrated once for each kind, then copied, so that a fresh one costs milliseconds."""

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

from tests.support.postgres import Postgres
from tracker.database import make_engine, migrate

TEMPLATE = "tracker_template"
# Makes one more migrated, empty database and answers with its address.
Fresh = Callable[[], str]


def _migrated(url: str) -> None:
    engine = make_engine(url)
    migrate(engine)
    engine.dispose()


def sqlite_databases(folder: Path) -> Fresh:
    """Fresh databases as files in this folder."""
    template = folder / f"{TEMPLATE}.sqlite"
    _migrated(f"sqlite:///{template}")
    numbers = count(1)

    def fresh() -> str:
        return f"sqlite:///{shutil.copy(template, folder / f'tracker_{next(numbers)}.sqlite')}"

    return fresh


def postgres_databases(postgres: Postgres) -> Fresh:
    """Fresh databases on this server."""
    postgres.create(TEMPLATE, of="template1")
    _migrated(postgres.url(TEMPLATE))
    return lambda: postgres.url(postgres.create(of=TEMPLATE))
