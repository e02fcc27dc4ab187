"""What the database really holds, as text: a changed byte must be compared, not repaired or refused while reading."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Enum, LargeBinary, RowMapping, Text, cast, type_coerce
from sqlalchemy.orm import Session

# How SQLite keeps an instant, and here the one spelling of it on every database.
INSTANT = "%Y-%m-%d %H:%M:%S.%f"


def raw(session: Session, columns: Mapping[str, Any]) -> list[ColumnElement[Any]]:
    """Return the columns, named by their keys, so that reading them neither parses nor decodes.

    SQLite keeps whatever bytes stand there, of whatever type; PostgreSQL lets only valid text and instants stand.
    """
    if session.get_bind().dialect.name == "sqlite":
        return [cast(column, LargeBinary).label(name) for name, column in columns.items()]
    return [
        (type_coerce(column, Text) if isinstance(column.type, Enum) else column).label(name)
        for name, column in columns.items()
    ]


def plain(value: object) -> str | None:
    """Return a value as the one text under which both databases' answers, and what is expected, can be compared."""
    match value:
        case None:
            return None
        case bytes():
            return value.decode(errors="backslashreplace")
        case bool():
            return str(int(value))
        case datetime():
            return value.astimezone(UTC).strftime(INSTANT)
        case date():
            return value.isoformat()
        case _:
            return str(value)


def texts(row: RowMapping) -> dict[str, str | None]:
    """Return a row of `raw` columns as comparable texts."""
    return {str(name): plain(value) for name, value in row.items()}


def differing(expected: Mapping[str, object], row: Mapping[str, str | None]) -> Sequence[str]:
    """Return the names of the columns that do not hold what is expected."""
    return [name for name, value in expected.items() if row[name] != plain(value)]
