"""Whole registers straight to the driver: SQLAlchemy's part of writing a row costs more than the database's."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from tracker.models import Base
from tracker.queries.raw import INSTANT

Values = tuple[Any, ...]
INCOMING = "incoming_rows"


def table_of(model: type[Base]) -> Table:
    """Return the table of a model."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 (every model of the registers is a plain table)
    return table


def is_sqlite(session: Session) -> bool:
    """Tell whether the database is SQLite, which keeps days and instants as text."""
    return session.get_bind().dialect.name == "sqlite"


def as_kept(session: Session, rows: Iterable[Sequence[object]]) -> list[Values]:
    """Return rows as the database's driver takes and gives them; all must have the same types in the same columns."""
    return list(zip(*as_columns(session, rows), strict=True))


def as_columns(session: Session, rows: Iterable[Sequence[object]]) -> list[Sequence[Any]]:
    """Return rows as columns whose values are as the database's driver takes and gives them."""
    as_text = is_sqlite(session)
    return [_column(column, as_text=as_text) for column in zip(*rows, strict=True)]


def _column(values: Sequence[Any], *, as_text: bool) -> Sequence[Any]:
    # A column holds one type beside None; the first that is something says which.
    kind = next((type(value) for value in values if value is not None), None)
    if kind is None or kind is str or kind is int:
        return values
    texts: dict[Any, Any] = {None: None}
    for value in set(values) - {None}:
        if isinstance(value, StrEnum):
            texts[value] = value.value
        elif isinstance(value, datetime):
            texts[value] = value.astimezone(UTC).strftime(INSTANT) if as_text else value
        elif isinstance(value, date):
            texts[value] = value.isoformat() if as_text else value
        else:
            texts[value] = value
    return [texts[value] for value in values]


def insert_rows(session: Session, model: type[Base], names: Sequence[str], rows: Iterable[Values]) -> None:
    """Insert rows of these columns, given as `as_kept` returns them."""
    _write(session, table_of(model).name, names, rows)


def update_rows(
    session: Session, model: type[Base], keys: Sequence[str], names: Sequence[str], rows: Iterable[Values]
) -> None:
    """Update these columns of the rows whose keys are given behind them, as `as_kept` returns them."""
    table, cursor = table_of(model).name, _cursor(session)
    try:
        if is_sqlite(session):
            changes, places = ", ".join(f"{name} = ?" for name in names), " AND ".join(f"{key} = ?" for key in keys)
            cursor.executemany(f"UPDATE {table} SET {changes} WHERE {places}", rows)  # noqa: S608 (our own names)
            return
        columns = ", ".join((*names, *keys))
        cursor.execute(f"CREATE TEMPORARY TABLE {INCOMING} AS SELECT {columns} FROM {table} WITH NO DATA")  # noqa: S608 (as above)
        _write(session, INCOMING, (*names, *keys), rows)
        changes = ", ".join(f"{name} = {INCOMING}.{name}" for name in names)
        places = " AND ".join(f"{table}.{key} = {INCOMING}.{key}" for key in keys)
        cursor.execute(f"UPDATE {table} SET {changes} FROM {INCOMING} WHERE {places}")  # noqa: S608 (as above)
        cursor.execute(f"DROP TABLE {INCOMING}")
    finally:
        cursor.close()


def _cursor(session: Session) -> Any:  # noqa: ANN401 (either driver's)
    session.flush()
    return session.connection().connection.cursor()


def _write(session: Session, table: str, names: Sequence[str], rows: Iterable[Values]) -> None:
    columns, cursor = ", ".join(names), _cursor(session)
    try:
        if is_sqlite(session):
            marks = ", ".join("?" for _ in names)
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608 (our own names)
            return
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    finally:
        cursor.close()
