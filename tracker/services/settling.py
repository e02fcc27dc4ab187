"""Making a rebuildable table hold just the rows that it should."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from tracker.models import Base

Values = tuple[Any, ...]
# References are asked for so many at a time; from so many on, it is quicker to read all and leave the others out.
LIST, MANY = 2_000, 10_000


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
    rows: Iterable[Any]
    if column is None:
        rows = session.execute(query)
    elif len(values) > MANY:
        asked = set(values)
        rows = (row for row in session.execute(query.add_columns(column)) if row[-1] in asked)
    else:
        rows = _listed(session, query, column, sorted(values))
    return {tuple(row[:width]): tuple(row[width : width + len(others)]) for row in rows}


def _listed(session: Session, query: Select[Any], column: ColumnElement[Any], values: Sequence[Any]) -> Iterator[Any]:
    for start in range(0, len(values), LIST):
        yield from session.execute(query.where(column.in_(values[start : start + LIST])))


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
