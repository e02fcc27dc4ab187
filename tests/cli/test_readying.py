"""A server's search is ready before anybody searches, also after an import by another process."""

import time
from collections.abc import Iterator
from threading import Event, Thread

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from tests.support.databases import Fresh
from tests.support.extracts import SCHOOLS, imported
from tracker.cli.readying import ready
from tracker.database import make_engine, writing
from tracker.domain.register import Kind
from tracker.queries.providers import search
from tracker.queries.searching import keeping

SECONDS = 20


@pytest.fixture
def engine(fresh: Fresh) -> Iterator[Engine]:
    made = make_engine(fresh())
    yield made
    made.dispose()


@pytest.fixture
def stopped() -> Iterator[Event]:
    event = Event()
    yield event
    event.set()


def begun(engine: Engine, stopped: Event) -> None:
    Thread(target=ready, args=(sessionmaker(engine), stopped, 0.01), daemon=True).start()


def known(engine: Engine) -> int:
    """Return how many providers and groups the newest index has that stands ready, or none."""
    shelf = keeping._SHELVES.get(engine)
    return len(list(shelf._kept.values())[-1].refs) if shelf and shelf._kept else -1


def waits_for(engine: Engine, number: int) -> None:
    until = time.monotonic() + SECONDS
    while known(engine) != number:
        assert time.monotonic() < until, f"the index knows {known(engine)}, not {number}"
        time.sleep(0.01)


def test_the_index_stands_ready_and_follows_an_import_though_nobody_searches(engine: Engine, stopped: Event) -> None:
    begun(engine, stopped)
    waits_for(engine, 0)
    other = make_engine(engine.url.render_as_string(hide_password=False))
    with writing(sessionmaker(other)) as session:
        imported(session, Kind.GIAS, *SCHOOLS)
    other.dispose()
    waits_for(engine, len(SCHOOLS) + 1)


def test_a_database_that_fails_for_a_while_is_asked_again(
    engine: Engine, stopped: Event, caplog: pytest.LogCaptureFixture
) -> None:
    with Session(engine) as session:
        session.connection().exec_driver_sql("ALTER TABLE register_state RENAME TO mislaid")
        session.commit()
    begun(engine, stopped)
    until = time.monotonic() + SECONDS
    while "could not be made ready" not in caplog.text:
        assert time.monotonic() < until
        time.sleep(0.01)
    with Session(engine) as session:
        session.connection().exec_driver_sql("ALTER TABLE mislaid RENAME TO register_state")
        session.commit()
    waits_for(engine, 0)
    with Session(engine) as session:
        assert search(session, "hilltop") == []
