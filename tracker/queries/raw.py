"""What the database really holds, as text: a changed byte must be compared, not repaired or refused while reading."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Enum, LargeBinary, RowMapping, Text, cast, func, type_coerce
from sqlalchemy.orm import Session

from tracker.models.base import Instant

# How SQLite keeps an instant, and here the one spelling of it on every database; and how PostgreSQL is asked for it.
INSTANT = "%Y-%m-%d %H:%M:%S.%f"
_ASKED = "YYYY-MM-DD HH24:MI:SS.US"


def raw(session: Session, columns: Mapping[str, Any]) -> list[ColumnElement[Any]]:
    """Return the columns, named by their keys, so that reading them neither parses nor decodes.

    SQLite keeps whatever bytes stand there, of whatever type; PostgreSQL lets only valid text and instants stand, but
    also instants and days that Python does not know.
    """
    if session.get_bind().dialect.name == "sqlite":
        return [cast(column, LargeBinary).label(name) for name, column in columns.items()]
    return [_spelled(column).label(name) for name, column in columns.items()]


def _spelled(column: Any) -> Any:  # noqa: ANN401 (mapped columns, and what is made of them)
    if isinstance(column.type, Enum):
        return type_coerce(column, Text)
    if isinstance(column.type, Instant):
        # Of infinity it is asked in vain.
        return func.coalesce(func.to_char(func.timezone("UTC", column), _ASKED), cast(column, Text))
    return cast(column, Text) if isinstance(column.type, Date) else column


def plain(value: object) -> str | None:
    """Return a value as the one text under which both databases' answers, and what is expected, can be compared."""
    match value:
        case None:
            return None
        case bytes():
            return _decoded(value)
        case bool():
            return str(int(value))
        case datetime():
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _decoded(value: bytes) -> str:
    """Return what bytes say; of what is no text, a spelling that no text has that anybody wrote."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return f"\N{REPLACEMENT CHARACTER}{value.decode(errors='backslashreplace')}"


def texts(row: RowMapping) -> dict[str, str | None]:
    """Return a row of `raw` columns as comparable texts."""
    return {str(name): plain(value) for name, value in row.items()}


def differing(expected: Mapping[str, object], row: Mapping[str, str | None]) -> Sequence[str]:
    """Return the names of the columns that do not hold what is expected."""
    return [name for name, value in expected.items() if row[name] != plain(value)]
