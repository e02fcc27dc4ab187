"""Rows that wait for their turn: the first of them in memory, and those of a monstrous file in a file of our own."""

import pickle
from collections.abc import Iterator, Sequence
from io import SEEK_END
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, Generic, TypeVar
from weakref import finalize

T = TypeVar("T")
# Twice what the largest registers have today; each row takes about a kilobyte.
IN_MEMORY = 100_000


class Pile(Generic[T]):
    """Rows in the order in which they were added. They can be read again and again, but not while others are added."""

    def __init__(self, rows: Sequence[T] = ()) -> None:
        self._near: list[T] = list(rows)
        self._far: IO[bytes] | None = None
        self._number = len(rows)

    def __len__(self) -> int:
        return self._number

    def __iter__(self) -> Iterator[T]:
        return chain(self._near, self._read())

    def add(self, rows: Sequence[T]) -> None:
        """Put rows on the pile."""
        self._number += len(rows)
        if self._far is None and len(self._near) + len(rows) <= IN_MEMORY:
            self._near += rows
            return
        if self._far is None:
            # It has no name, lives as long as the pile, and vanishes with the process, however that ends.
            self._far = TemporaryFile(prefix="tracker-")  # noqa: SIM115 (closed with the pile)
            finalize(self, self._far.close)
        pickle.dump(rows, self._far, pickle.HIGHEST_PROTOCOL)

    def _read(self) -> Iterator[T]:
        if self._far is None:
            return
        place, end = 0, self._far.seek(0, SEEK_END)
        while place < end:
            self._far.seek(place)
            rows = pickle.load(self._far)  # noqa: S301 (nobody else can write there)
            place = self._far.tell()
            yield from rows
