"""What a bench is given: how large a world, on which database, and where to put its files."""

import gc
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from tests.bench.world import Built, Extent, build
from tests.support.databases import Fresh
from tracker.database import make_engine, writing


@dataclass(frozen=True, slots=True)
class Size:
    """How much a bench does; a tiny one only shows that it runs."""

    extent: Extent
    rounds: int
    checks: int
    rows: int
    entries: int
    names: int
    questions: int
    acts: int
    # How many tamperings, with a history of how many entries.
    tamperings: int
    history: int


SIZES = {
    "tiny": Size(Extent(400, 4, 20, 24, 24), 1, 4, 60, 40, 120, 4, 2, 32, 60),
    "small": Size(Extent(12_000, 350, 1_000, 1_500, 50_000), 7, 100, 5_000, 10_000, 30_000, 100, 50, 1_000, 150),
    "full": Size(
        Extent(120_000, 3_500, 30_000, 46_000, 500_000), 7, 500, 50_000, 1_000_000, 120_000, 500, 200, 10_000, 150
    ),
}


@dataclass
class Setting:
    """One kind of database at one size; the world for checks is built when first asked for, and kept."""

    kind: str
    size: Size
    fresh: Fresh
    folder: Path
    _engines: list[Engine] = field(default_factory=list)
    _world: tuple[Engine, Built] | None = None

    def engine(self) -> Engine:
        """Make one more migrated, empty database."""
        self._engines.append(make_engine(self.fresh()))
        return self._engines[-1]

    def world(self) -> tuple[Engine, Built]:
        """Return the database with the world in it."""
        if self._world is None:
            engine = self.engine()
            with writing(sessionmaker(engine)) as session:
                built = build(session, self.size.extent)
            settle(engine)
            # What building left in memory is no part of what is measured: the collector need not walk through it.
            # What others left open and the collector meets now is no fault of the bench.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ResourceWarning)
                gc.collect()
            gc.freeze()
            self._world = engine, built
        return self._world

    def close(self) -> None:
        for engine in self._engines:
            engine.dispose()


def settle(engine: Engine) -> None:
    """Let PostgreSQL look at its tables, as it soon does by itself in production."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()


class Raw:
    """The driver's own cursor, without SQLAlchemy; `:name` in a statement stands for a value of that name."""

    def __init__(self, cursor: Any, *, is_sqlite: bool) -> None:
        self.cursor = cursor
        self.is_sqlite = is_sqlite

    def statement(self, text: str) -> str:
        """Return a statement as this driver writes it."""
        return text if self.is_sqlite else re.sub(r":(\w+)", r"%(\1)s", text)

    def rows(self, statement: str, values: Mapping[str, object] | None = None) -> Sequence[Any]:
        found: Sequence[Any] = self.cursor.execute(statement, values or {}).fetchall()
        return found


@contextmanager
def raw(engine: Engine) -> Iterator[Raw]:
    """Give a cursor of the bare driver."""
    connection = engine.raw_connection()
    try:
        yield Raw(connection.cursor(), is_sqlite=engine.dialect.name == "sqlite")
    finally:
        connection.rollback()
        connection.close()


@contextmanager
def session_of(engine: Engine) -> Iterator[Session]:
    """Give an open session: its connection is taken and its transaction begun."""
    with Session(engine, expire_on_commit=False) as session:
        session.connection()
        yield session
