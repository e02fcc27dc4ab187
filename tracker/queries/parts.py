"""Long lists of values in parts: a database takes only so many with one question."""

from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy.orm import InstrumentedAttribute

# PostgreSQL takes 65,535 at most, and SQLite as few as 32,766.
LIST = 10_000
T = TypeVar("T")


def in_parts(values: Collection[T]) -> Iterator[Sequence[T]]:
    """Yield the different values, so many at a time; nothing where there are none."""
    different = list(dict.fromkeys(values))
    for start in range(0, len(different), LIST):
        yield different[start : start + LIST]


def among(column: InstrumentedAttribute[int], numbers: Collection[int]) -> ColumnElement[bool]:
    """Whether a column is one of these numbers, however many there are, for a condition that cannot be put in parts.

    They are written out in the statement: of values beside it a database takes only so many.
    """
    return column.in_(bindparam(None, list(numbers), expanding=True, literal_execute=True))
