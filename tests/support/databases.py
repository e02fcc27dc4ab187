"""Databases for the tests: made once for each kind and world, then copied, so that one more costs milliseconds."""

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from tests.support.postgres import Postgres
from tracker.database import make_engine, migrate, writing

TEMPLATE = "tracker_template"
# Lets something happen in an empty database.
World = Callable[[Session], object]


class Fresh:
    """Makes one more database: migrated and empty, or with a world in it, and answers with its address.

    A world happens once, and whoever asks for it gets a copy: the same words with the same salts.
    """

    def __init__(self, migrated: str, copied: Callable[[str], str]) -> None:
        """`copied` copies the database at an address, to which nobody is connected, and answers with the copy's."""
        engine = make_engine(migrated)
        migrate(engine)
        engine.dispose()
        self._copied = copied
        self._made: dict[World | None, str] = {None: migrated}

    def __call__(self, world: World | None = None) -> str:
        if world is not None and world not in self._made:
            self._made[world] = self._happened(world)
        return self._copied(self._made[world])

    def _happened(self, world: World) -> str:
        url = self()
        engine = make_engine(url)
        with writing(sessionmaker(engine, expire_on_commit=False)) as session:
            world(session)
        engine.dispose()
        return url


def sqlite_databases(folder: Path) -> Fresh:
    """Fresh databases as files in this folder."""
    numbers = count(1)

    def copied(url: str) -> str:
        file = make_url(url).database
        assert file is not None
        return f"sqlite:///{shutil.copy(file, folder / f'tracker_{next(numbers)}.sqlite')}"

    return Fresh(f"sqlite:///{folder / TEMPLATE}.sqlite", copied)


def postgres_databases(postgres: Postgres) -> Fresh:
    """Fresh databases on this server."""

    def copied(url: str) -> str:
        name = make_url(url).database
        assert name is not None
        return postgres.url(postgres.create(of=name))

    postgres.create(TEMPLATE, of="template1")
    return Fresh(postgres.url(TEMPLATE), copied)
