"""Several long answers read side by side, so many rows at a time, all of one state of the database.

PostgreSQL gives a cursor's rows when they are asked for, and whoever asks waits. Where it can, each answer comes by a
connection of its own instead, that sees what the session sees and that the server fills while others are read.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import count
from selectors import EVENT_READ, DefaultSelector
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tracker.queries.driver import WATCHERS, Statement, as_by_a_session, numbered

Rows = Generator[Sequence[Any], None, None]
# So many lots of a cursor's rows cross the wire together.
TOGETHER = 60
_NUMBERS = count()
# What others cannot see, a transaction that wrote has; without a number it has written nothing.
_SEEN = "SELECT pg_export_snapshot() WHERE pg_current_xact_id_if_assigned() IS NULL"
_SEES_ONE_STATE = "SELECT current_setting('transaction_isolation') <> 'read committed'"


@contextmanager
def streams(session: Session, wanted: Sequence[Statement], size: int, **values: object) -> Iterator[list[Rows]]:
    """Give the answers to statements, in lots of so many rows or fewer, in constant memory."""
    session.flush()
    with ExitStack() as opened:
        texts = [each.written_for(session.get_bind().dialect.name) for each in wanted]
        for text in texts:
            for watcher in WATCHERS:
                watcher(text)
        connections = _connections(session, len(wanted), opened)
        if connections:
            given = [_pushed(each, text, size, values) for each, text in zip(connections, texts, strict=True)]
        else:
            given = [_asked(session, text, size, values) for text in texts]
        yield [opened.enter_context(closing(each)) for each in given]


def _asked(session: Session, text: str, size: int, values: Mapping[str, object]) -> Rows:
    """Yield the rows of a statement that is sent by the session's own connection."""
    connection = session.connection()
    is_sqlite = connection.dialect.name == "sqlite"
    driver: Any = connection.connection.driver_connection
    # PostgreSQL gives all at once unless asked by a named cursor, and each asking is a round trip.
    cursor = driver.cursor() if is_sqlite else driver.cursor(f"stream_{next(_NUMBERS)}")
    with closing(cursor):
        # What PostgreSQL need not write as text, nobody needs to read.
        cursor.execute(text, values, **({} if is_sqlite else {"binary": True}))
        while found := cursor.fetchmany(size if is_sqlite else size * TOGETHER):
            for start in range(0, len(found), size):
                yield found[start : start + size]


def _connections(session: Session, number: int, opened: ExitStack) -> list[Any]:
    """Return so many of PostgreSQL's connections that see just what the session sees; none where there can be none."""
    engine = session.get_bind()
    if not isinstance(engine, Engine) or engine.dialect.name != "postgresql":
        return []
    connection = session.connection()
    if not connection.exec_driver_sql(_SEES_ONE_STATE).scalar():
        return []
    snapshot = connection.exec_driver_sql(_SEEN).scalar()
    if snapshot is None:
        return []
    try:
        return [opened.enter_context(_seeing(engine, snapshot)) for _ in range(number)]
    except SQLAlchemyError:
        # The server has no more connections to give.
        return []


@contextmanager
def _seeing(engine: Engine, snapshot: str) -> Iterator[Any]:
    """Give a driver's connection whose transaction sees what a snapshot does."""
    with as_by_a_session(engine):
        connection = engine.raw_connection()
    try:
        driver: Any = connection.driver_connection
        with as_by_a_session(engine):
            driver.execute(
                f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '{snapshot}'"
            )
        yield driver
    finally:
        # It may be in the middle of an answer that nobody wants any more.
        connection.invalidate()
        connection.close()


def _pushed(driver: Any, text: str, size: int, values: Mapping[str, object]) -> Rows:  # noqa: ANN401 (psycopg's own)
    """Yield the rows of a statement as the server sends them; meanwhile it goes on, as far as the wire holds."""
    from psycopg.adapt import Transformer  # noqa: PLC0415 (who keeps to SQLite need not load it)
    from psycopg.errors import error_from_result  # noqa: PLC0415
    from psycopg.pq import ExecStatus, Format  # noqa: PLC0415

    pg, reader = driver.pgconn, Transformer(driver)
    asked, names = numbered(text)
    given = [str(values[name]).encode() for name in names]
    pg.send_query_params(asked.encode(), given, result_format=Format.BINARY)
    pg.set_chunked_rows_mode(size)
    with DefaultSelector() as wire:
        wire.register(pg.socket, EVENT_READ)
        while True:
            while pg.flush() or pg.is_busy():
                wire.select()
                pg.consume_input()
            result = pg.get_result()
            if result is None or result.status == ExecStatus.TUPLES_OK:
                return
            if result.status != ExecStatus.TUPLES_CHUNK:
                raise error_from_result(result)
            reader.set_pgresult(result)
            yield reader.load_rows(0, result.ntuples, tuple)
