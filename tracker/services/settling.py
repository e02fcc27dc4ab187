"""Making a rebuildable table hold just the rows that it should."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from tracker.models import Base

Values = tuple[Any, ...]


def settle(
    session: Session,
    model: type[Base],
    now: Mapping[Values, Values],
    only: Callable[[Values], bool] | None = None,
) -> set[Values]:
    """Make a table hold just these rows (primary key -> the other columns), and return the keys that differed.

    With `only`, rows whose key it does not answer for are left as they are.
    """
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 (every model here is a plain table)
    keys = [column.name for column in table.primary_key]
    others = [column.name for column in table.columns if column.name not in keys]
    width = len(keys)
    rows = session.execute(select(*(table.c[name] for name in (*keys, *others))))
    kept = {tuple(row[:width]): tuple(row[width:]) for row in rows}
    if only is not None:
        kept = {key: rest for key, rest in kept.items() if only(key)}
    stale = [key for key, rest in kept.items() if now.get(key) != rest]
    fresh = [key for key, rest in now.items() if kept.get(key) != rest]
    _remove(session, table, keys, stale)
    _add(session, table, (*keys, *others), [(*key, *now[key]) for key in fresh])
    return {*stale, *fresh}


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
