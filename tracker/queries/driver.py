"""Straight to the driver: for those few statements that are asked so often that SQLAlchemy's part would be most of it.

To compile a statement and to make a result's rows takes three times as long as SQLite takes to answer. Here values
come as the driver gives them: on SQLite a day is text.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

# SQLAlchemy's events do not see these statements; whoever counts what is sent is told here.
WATCHERS: list[Callable[[str], None]] = []
_GIVEN, _JOINED, _VALUE = re.compile(r"\{given (\w+)\}"), re.compile(r"\{joined ([\w.]+)\}"), re.compile(r"\{(\w+)\}")
_INSTANT, _NAMED = re.compile(r"\{instant ([\w.]+)\}"), re.compile(r"%\((\w+)\)s")
_SQLITE = {
    _GIVEN: r"(SELECT key, value FROM json_each(:\1)) AS listed",
    _JOINED: r"group_concat(\1)",
    _INSTANT: r"\1",
    _VALUE: r":\1",
}
_POSTGRES = {
    _GIVEN: r"""(SELECT key, value FROM json_array_elements(CAST(%(\1)s AS json)) WITH ORDINALITY AS given(value, key))
        AS listed""",
    _JOINED: r"string_agg(CAST(\1 AS text), ',')",
    _INSTANT: r"(\1 AT TIME ZONE 'UTC')",
    _VALUE: r"%(\1)s",
}
# PostgreSQL takes any JSON for a hundred rows, and reads whole tables for them; of an array it sees the length.
FEW = 32
_POSTGRES_FEW = {
    **_POSTGRES,
    _GIVEN: r"""(SELECT key, CAST(item AS json) AS value FROM unnest(CAST(%(\1)s AS text[])) WITH ORDINALITY
        AS given(item, key)) AS listed""",
}


class Statement:
    """A statement that both databases take, but for a few things, which stand in braces.

    `{given NAME}` is the table of the rows given by that name: `value ->> 0` is a row's first value, `key` its place.
    `{joined COLUMN}` is the numbers of a group, joined by commas; `{NAME}` is a value. `{instant COLUMN}` is an instant
    on a clock of UTC: as SQLite keeps it, in text, and as PostgreSQL gives it the quickest.
    """

    def __init__(self, text: str) -> None:
        self._sqlite, self._postgres = _written(text, _SQLITE), _written(text, _POSTGRES)
        self._postgres_few = _written(text, _POSTGRES_FEW)

    def written_for(self, dialect: str) -> str:
        """Return the statement as a database's driver takes it."""
        return self._sqlite if dialect == "sqlite" else self._postgres

    def rows(self, session: Session, **given: Sequence[Sequence[object]]) -> Sequence[Any]:
        """Send it within the session's transaction, with the rows given for each name, and return all that it finds."""
        connection = session.connection()
        if connection.dialect.name == "sqlite" or sum(map(len, given.values())) > FEW:
            return self.answer(session, {name: json.dumps(rows, default=str) for name, rows in given.items()})
        few = {name: [json.dumps(row, default=str) for row in rows] for name, rows in given.items()}
        return self._sent(session, connection, self._postgres_few, few)

    def answer(self, session: Session, values: Mapping[str, object]) -> Sequence[Any]:
        """Send it within the session's transaction, with a value for each name, and return all that it finds."""
        connection = session.connection()
        return self._sent(session, connection, self.written_for(connection.dialect.name), values)

    def at_once(self, engine: Engine, values: Mapping[str, object]) -> Sequence[Any]:
        """Send it by itself, outside any transaction: to begin and to end one takes longer than to answer.

        A connection that has broken meanwhile is given up, and the statement, which only reads, sent by another.
        """
        with as_by_a_session(engine):
            try:
                return self._alone(engine, values)
            except errors_of(engine) as error:
                if not _is_of_the_connection(error):
                    raise
                engine.dispose()
                return self._alone(engine, values)

    def _alone(self, engine: Engine, values: Mapping[str, object]) -> Sequence[Any]:
        is_sqlite = engine.dialect.name == "sqlite"
        text, connection = self.written_for(engine.dialect.name), engine.raw_connection()
        for watcher in WATCHERS:
            watcher(text)
        driver: Any = connection.driver_connection
        try:
            # On SQLite the driver begins no transaction by itself.
            if not is_sqlite:
                driver.autocommit = True
            found = list(driver.execute(text, values).fetchall())
            if not is_sqlite:
                driver.autocommit = False
        except BaseException:
            # Whatever state it is in, nobody else gets it.
            connection.invalidate()
            raise
        finally:
            connection.close()
        return found

    @staticmethod
    def _sent(session: Session, connection: Connection, text: str, values: Mapping[str, object]) -> Sequence[Any]:
        session.flush()
        for watcher in WATCHERS:
            watcher(text)
        with as_by_a_session(connection.engine), closing(connection.connection.cursor()) as cursor:
            cursor.execute(text, values)
            return list(cursor.fetchall())


class Prepared:
    """A statement that PostgreSQL keeps ready, sent past the driver's cursor, which takes longer than the answer.

    Only for a connection on which nothing else is sent, outside of transactions: after whatever is rolled back, the
    driver lets the server forget all that is prepared. Each `{NAME}` is a value, and each value goes as text.
    """

    def __init__(self, name: str, text: str) -> None:
        self._name = name.encode()
        self._text, self._names = numbered(Statement(text).written_for("postgresql"))

    def prepare(self, driver: Any) -> None:  # noqa: ANN401 (psycopg's own connection)
        """Have it kept ready on a connection."""
        _refused(driver, driver.pgconn.prepare(self._name, self._text.encode()))

    def row(self, driver: Any, values: Mapping[str, object]) -> bool:  # noqa: ANN401 (likewise)
        """Send it on a connection that keeps it ready, and tell whether it found a row."""
        for watcher in WATCHERS:
            watcher(self._text)
        found = driver.pgconn.exec_prepared(self._name, [str(values[name]).encode() for name in self._names])
        _refused(driver, found)
        return bool(found.ntuples)


def _refused(driver: Any, result: Any) -> None:  # noqa: ANN401 (psycopg's own connection, libpq's own result)
    """Raise the driver's error where the server did not do what it was asked."""
    if result.error_message:
        from psycopg import OperationalError  # noqa: PLC0415 (who keeps to SQLite need not load it)
        from psycopg.errors import error_from_result  # noqa: PLC0415
        from psycopg.pq import ConnStatus  # noqa: PLC0415

        if driver.pgconn.status == ConnStatus.BAD:
            raise OperationalError(result.error_message.decode(errors="replace"))
        raise error_from_result(result)


def send(driver: Any, dialect: str, statement: Statement, values: Mapping[str, object]) -> Any:  # noqa: ANN401
    """Send a statement on a driver's own connection, whose transactions are the caller's, and return its cursor."""
    text = statement.written_for(dialect)
    for watcher in WATCHERS:
        watcher(text)
    return driver.execute(text, values)


def send_all(connection: Connection, wanted: Sequence[tuple[Statement, Sequence[Mapping[str, object]]]]) -> None:
    """Send several statements that find nothing within a transaction, each with its rows, one after the other.

    To PostgreSQL they go together: it answers to them all at once, and each would be a round trip of its own.
    """
    dialect = connection.dialect.name
    driver: Any = connection.connection.driver_connection
    together = nullcontext() if dialect == "sqlite" else driver.pipeline()
    with as_by_a_session(connection.engine), together, closing(driver.cursor()) as cursor:
        for statement, rows in wanted:
            text = statement.written_for(dialect)
            for watcher in WATCHERS:
                watcher(text)
            cursor.executemany(text, rows)


@contextmanager
def as_by_a_session(engine: Engine) -> Iterator[None]:
    """Raise a driver's error as whoever sends statements by a session meets it, without values: they are words."""
    of_the_driver = errors_of(engine)
    try:
        yield
    except of_the_driver as error:
        raise DBAPIError.instance("", None, error, of_the_driver, hide_parameters=True) from error


def _is_of_the_connection(error: Exception) -> bool:
    """Whether an error says that the server has ended a connection, or gave none; on SQLite there is no server."""
    from sqlite3 import Error  # noqa: PLC0415 (who keeps to PostgreSQL need not load it)

    # The server's own words have a state; what the client finds out for itself has none.
    state = getattr(error, "sqlstate", None)
    return not isinstance(error, Error) and (state is None or state.startswith(("08", "57P")))


def errors_of(engine: Engine) -> type[Exception]:
    """Return what every error of a database's driver is."""
    found: type[Exception] = engine.dialect.import_dbapi().Error
    return found


def _written(text: str, words: Mapping[re.Pattern[str], str]) -> str:
    for pattern, words_of_its_own in words.items():
        text = pattern.sub(words_of_its_own, text)
    return text


def numbered(text: str) -> tuple[str, list[str]]:
    """Return a statement for psycopg as PostgreSQL itself takes it, and the names of its values in their order."""
    names = list(dict.fromkeys(_NAMED.findall(text)))
    return _NAMED.sub(lambda found: f"${names.index(found[1]) + 1}", text), names


def day(value: date | str | None) -> date | None:
    """Return a day as either driver gives it."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def numbers(value: str | None) -> tuple[int, ...]:
    """Return the numbers that a database joined by commas."""
    return tuple(map(int, value.split(","))) if value else ()
