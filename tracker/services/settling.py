"""Making a rebuildable table hold just the rows that it should."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from tracker.models import Base

Values = tuple[Any, ...]
LIST = 2_000


def settle(
    session: Session, model: type[Base], now: Mapping[Values, Values], kept: Mapping[Values, Values] | None = None
) -> set[Values]:
    """Make a table hold just these rows (primary key -> the other columns), and return the keys that differed.

    `kept` are the rows that it holds of those in question; without it, all that it holds.
    """
    table = _table(model)
    keys = [column.name for column in table.primary_key]
    others = [column.name for column in table.columns if column.name not in keys]
    if kept is None:
        kept = rows_of(session, model)
    stale = [key for key, rest in kept.items() if now.get(key) != rest]
    fresh = [key for key, rest in now.items() if kept.get(key) != rest]
    _remove(session, table, keys, stale)
    _add(session, table, (*keys, *others), [(*key, *now[key]) for key in fresh])
    return {*stale, *fresh}


def rows_of(
    session: Session, model: type[Base], column: ColumnElement[Any] | None = None, values: Collection[Any] = ()
) -> dict[Values, Values]:
    """Return the rows of a table (primary key -> the other columns): all, or those with one of these in a column."""
    table = _table(model)
    keys = [column.name for column in table.primary_key]
    others = [column.name for column in table.columns if column.name not in keys]
    query, width = select(*(table.c[name] for name in (*keys, *others))), len(keys)
    if column is None:
        return {tuple(row[:width]): tuple(row[width:]) for row in session.execute(query)}
    found: dict[Values, Values] = {}
    wanted = sorted(values)
    for start in range(0, len(wanted), LIST):
        for row in session.execute(query.where(column.in_(wanted[start : start + LIST]))):
            found[tuple(row[:width])] = tuple(row[width:])
    return found


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 (every model here is a plain table)
    return table


def _remove(session: Session, table: Table, keys: Sequence[str], rows: Collection[Values]) -> None:
    if rows:
        this = [table.c[name] == bindparam(f"this_{name}") for name in keys]
        named = [f"this_{name}" for name in keys]
        session.execute(delete(table).where(*this), [dict(zip(named, row, strict=True)) for row in rows])


def _add(session: Session, table: Table, names: Sequence[str], rows: Collection[Values]) -> None:
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        session.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])
        return
    # PostgreSQL takes hundreds of thousands of rows ten times faster as one copy; these columns are text and numbers.
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
