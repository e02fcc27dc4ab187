"""Sorted keys, and for each of them where it stands: the columns that the search looks through."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from string import ascii_lowercase, digits

import numpy as np
from numpy.typing import NDArray

from tracker.domain.near import beginning

Places = NDArray[np.int32]
Mask = NDArray[np.bool_]
# Pairs of numbers: from the first of each up to the second.
Runs = NDArray[np.int64]
# Up to so many slices are quicker than one list of all their places.
_FEW_RUNS = 50
# Of a number, its letters and digits up to here are compared: as one whole number, they fit into 64 bits.
LENGTH = 12
_SIGNS = f" {digits}{ascii_lowercase}"
_VALUES = bytes(max(0, _SIGNS.find(chr(code))) for code in range(256))


@dataclass(frozen=True, slots=True)
class Postings:
    """Where each key stands: `places[starts[n]:starts[n + 1]]`, rising and each once, for the key of number n.

    Keys are sorted, so that those with a common beginning follow one another, and so do their places.
    """

    keys: Sequence[str]
    starts: NDArray[np.int64]
    places: Places

    def exactly(self, key: str) -> Places:
        """Return where a key stands, rising."""
        first, _ = beginning(self.keys, key)
        there = first < len(self.keys) and self.keys[first] == key
        return self.between(first, first + there)

    def beginning(self, start: str) -> Places:
        """Return where the keys stand that begin with this, in no order."""
        return self.between(*beginning(self.keys, start))

    def between(self, first: int, last: int) -> Places:
        """Return where the keys stand from one number up to another, in no order."""
        return self.places[self.starts[first] : self.starts[last]]

    def size(self, runs: Runs) -> int:
        """Return how often the keys of these runs of numbers stand somewhere."""
        starts = self.starts[runs]
        return int((starts[:, 1] - starts[:, 0]).sum())

    def where(self, runs: Runs) -> list[Places]:
        """Return where the keys of these runs of numbers stand, in no order."""
        if len(runs) > _FEW_RUNS:
            return [self.places[spread(self.starts[runs])[0]]]
        return [self.places[first:last] for first, last in self.starts[runs].tolist()]

    def within(self, runs: Runs) -> Mask:
        """Tell for each key whether it is in one of these runs of numbers."""
        result = np.zeros(len(self.keys), np.bool_)
        if len(runs) > _FEW_RUNS:
            result[spread(runs)[0]] = True
        else:
            for first, last in runs.tolist():
                result[first:last] = True
        return result


def runs_of(pairs: Sequence[tuple[int, int]]) -> Runs:
    """Return runs of numbers, each from its first up to its last."""
    return np.array(pairs, np.int64).reshape(-1, 2)


def spread(runs: Runs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return every number of these runs, one run after another, and of which run each number is."""
    lengths = runs[:, 1] - runs[:, 0]
    owners = np.repeat(np.arange(len(runs)), lengths)
    return np.arange(len(owners)) + (runs[:, 0] - (np.cumsum(lengths) - lengths))[owners], owners


def rising(places: Sequence[Places]) -> Places:
    """Return places in rising order, each once."""
    together = np.sort(np.concatenate((*places, none())))
    return together[np.concatenate(([True], together[1:] != together[:-1]))[: len(together)]]


def among(places: Places, others: Places) -> Mask:
    """Tell for each place whether it is one of the others, which are rising."""
    if not len(others):
        return np.zeros(len(places), np.bool_)
    at = np.searchsorted(others, places)
    result: Mask = others[np.minimum(at, len(others) - 1)] == places
    return result


def none() -> Places:
    """Return no places."""
    return np.empty(0, np.int32)


def posted(keys: Callable[[], Iterable[str]], places: NDArray[np.int64]) -> Postings:
    """Return the postings of keys, each of which stands at the place given beside it.

    The keys are asked for twice: to keep hundreds of thousands of texts between would take more memory than the result.
    """
    found = sorted(set(keys()))
    number = dict(zip(found, range(len(found)), strict=True))
    numbers = np.fromiter(map(number.__getitem__, keys()), np.int64, len(places))
    width = int(places.max(initial=0)) + 1
    pairs = numbers * width + places
    pairs.sort()
    pairs = pairs[np.diff(pairs, prepend=-1) != 0]
    starts = np.searchsorted(pairs, np.arange(len(found) + 1) * width)
    # A tuple of texts alone is nothing that the collector of cycles would walk through again and again.
    return Postings(tuple(found), starts, (pairs % width).astype(np.int32))


@dataclass(frozen=True, slots=True)
class Turned:
    """The numbers of the keys that stand at each place: `numbers[starts[n]:starts[n + 1]]` for the place n."""

    starts: NDArray[np.int64]
    numbers: Places


def turned(postings: Postings, places: int) -> Turned:
    """Return postings by their places, of which there are so many."""
    order = np.argsort(postings.places, kind="stable")
    lengths = np.diff(postings.starts)
    numbers = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)[order]
    return Turned(np.searchsorted(postings.places[order], np.arange(places + 1)), numbers)


@dataclass(frozen=True, slots=True)
class Letters:
    """Words one after another, each from its start up to a line's end, so that parts are found in all at once."""

    text: str
    starts: NDArray[np.int64]

    def containing(self, part: str) -> NDArray[np.int64]:
        """Return the number of the word for each time that one holds a part."""
        found, at = [], self.text.find(part)
        while at >= 0:
            found.append(at)
            at = self.text.find(part, at + 1)
        return np.searchsorted(self.starts, np.array(found, np.int64), side="right") - 1


def letters_of(words: Sequence[str]) -> Letters:
    """Return the letters of words."""
    lengths = [len(word) + 1 for word in words]
    return Letters("\n".join(words), np.cumsum([0, *lengths])[:-1])


@dataclass(frozen=True, slots=True)
class Codes:
    """Numbers of registers, such as `100000` or `EY101465`, each as one whole number, sorted; and who bears each."""

    codes: NDArray[np.int64]
    places: Places

    def exactly(self, value: str) -> Places:
        """Return where this number stands."""
        return self._between(value, LENGTH)

    def beginning(self, start: str) -> Places:
        """Return where numbers stand that begin with this."""
        return self._between(start, len(start))

    def _between(self, start: str, length: int) -> Places:
        first = codes_of([start])[0]
        after = first + len(_SIGNS) ** max(0, LENGTH - length)
        low, high = np.searchsorted(self.codes, [first, after])
        return self.places[low:high]


def coded(codes: NDArray[np.int64], places: NDArray[np.int64]) -> Codes:
    """Return numbers, each of which stands at the place given beside it; one without letters and digits is none."""
    order = np.flatnonzero(codes)
    order = order[np.argsort(codes[order], kind="stable")]
    return Codes(codes[order], places[order].astype(np.int32))


def codes_of(values: Sequence[str]) -> NDArray[np.int64]:
    """Return values of small letters and digits as whole numbers, in the same order."""
    letters = "".join([value[:LENGTH].ljust(LENGTH) for value in values]).encode("ascii", "replace")
    columns = np.frombuffer(letters.translate(_VALUES), np.uint8).reshape(-1, LENGTH).T
    codes = np.zeros(len(values), np.int64)
    for column in columns:
        codes = codes * len(_SIGNS) + column
    return codes
