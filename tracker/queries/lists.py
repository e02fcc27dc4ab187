"""Questions about many things at once, asked in lists of a size that every database takes."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Row, Select
from sqlalchemy.orm import Session

# SQLite and PostgreSQL both take far more, but a plan for a longer list is no better.
LIST = 5_000
T = TypeVar("T")


def in_lists(
    session: Session, values: Sequence[T], query: Callable[[Sequence[T]], Select[*tuple[Any, ...]]]
) -> Iterator[Row[*tuple[Any, ...]]]:
    """Ask the question of every list of these values, and return all the rows; of no values, none."""
    for start in range(0, len(values), LIST):
        yield from session.execute(query(values[start : start + LIST]))
