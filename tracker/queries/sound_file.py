"""What SQLite alone lets stand: a table that differs from its index, and a value of a type that no column has."""

from contextlib import closing
from functools import cache
from typing import Any

from sqlalchemy import Column, Engine, Table
from sqlalchemy.dialects import sqlite

from tracker.domain.tree import Broken
from tracker.models import Base

# What SQLite calls the values that stand in a column of each declared type. Days and instants are text there.
TYPES = {
    **dict.fromkeys(("INTEGER", "BIGINT", "SMALLINT", "BOOLEAN"), ("integer",)),
    **dict.fromkeys(("VARCHAR", "TEXT", "CHAR", "DATE", "DATETIME"), ("text",)),
    **dict.fromkeys(("FLOAT", "REAL", "NUMERIC"), ("real", "integer")),
    # The number that some text of JSON is, the column takes for one.
    "JSON": ("text", "integer", "real"),
    "BLOB": ("blob",),
}


def refuse_damaged(engine: Engine) -> None:
    """Raise Broken where a table and its indexes differ, or a value is of another type than its column.

    A query may read an index, and the changed byte be in the table. And a text that stands there as bytes is found by
    no query that asks for the text, while it reads the same. PostgreSQL lets neither stand.
    """
    if engine.dialect.name != "sqlite":
        return
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        for table in Base.metadata.sorted_tables:
            cursor.execute(f"PRAGMA integrity_check('{table.name}')")
            found = cursor.fetchall()[0][0]
            if found != "ok":
                raise Broken(None, None, f"the database's file is damaged: {found}")
            _refuse_types(cursor, table)


def _refuse_types(cursor: Any, table: Table) -> None:  # noqa: ANN401 (a driver's)
    columns, asked = _asked(table)
    cursor.execute(asked)
    for row in cursor.fetchall():
        for (name, types), found in zip(columns.items(), row, strict=True):
            if found not in types:
                said = f"the table {table.name} holds a value of the type {found} in its column {name}"
                raise Broken(None, None, f"{said}, where only {' or '.join(types)} belongs")


@cache
def _asked(table: Table) -> tuple[dict[str, tuple[str, ...]], str]:
    """Return the types that may stand in each column, and what finds a row with another."""
    columns = {each.name: _types(each) for each in table.columns}
    told = ", ".join(f'typeof("{name}")' for name in columns)
    sound = " AND ".join(
        f"""typeof("{name}") IN ({", ".join(f"'{each}'" for each in types)})""" for name, types in columns.items()
    )
    return columns, f'SELECT {told} FROM "{table.name}" WHERE NOT ({sound}) LIMIT 1'  # noqa: S608 (our own names)


def _types(column: Column[Any]) -> tuple[str, ...]:
    declared = column.type.compile(sqlite.dialect()).partition("(")[0]
    return (*TYPES[declared], "null") if column.nullable else TYPES[declared]
