"""Words within a letter or two of one that was typed: an insertion, an omission, another letter, or two swapped."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

# Behind every word that begins with what it follows.
_LAST = "\U0010ffff"


def beginning(words: Sequence[str], start: str, low: int = 0, high: int | None = None) -> tuple[int, int]:
    """Return where, in sorted words, those stand that begin with `start`: from the first place up to the second."""
    end = len(words) if high is None else high
    first = bisect_left(words, start, low, end)
    return first, bisect_left(words, start + _LAST, first, end)


def near(words: Sequence[str], typed: str, edits: int) -> Iterator[tuple[int, int, int]]:
    """Yield where, in sorted words, those stand that begin with something so few edits from `typed`, and how much.

    Each answer is the first place, the place behind the last, and how many of their letters were compared: a word of
    just that length is itself so near. An edit is a letter too many or too few, another letter, or two letters swapped.
    Places may be answered twice.
    """
    yield from _Walk(words, typed).from_here(0, len(words), 0, 0, edits)


class _Walk:
    """Sorted words are a tree of letters: `words[low:high]` share their first `depth`, which match `typed[:place]`."""

    def __init__(self, words: Sequence[str], typed: str) -> None:
        self.words = words
        self.typed = typed

    def from_here(self, low: int, high: int, depth: int, place: int, edits: int) -> Iterator[tuple[int, int, int]]:
        if low == high:
            return
        typed = self.typed
        if not edits or place == len(typed):
            start = self.words[low][:depth] + typed[place:]
            first, last = beginning(self.words, start, low, high)
            if first < last:
                yield first, last, len(start)
            return
        yield from self.from_here(low, high, depth, place + 1, edits - 1)
        here, after = typed[place], typed[place + 1 : place + 2]
        for letter, first, last in self._branches(low, high, depth):
            if letter == here:
                yield from self.from_here(first, last, depth + 1, place + 1, edits)
                continue
            yield from self.from_here(first, last, depth + 1, place + 1, edits - 1)
            yield from self.from_here(first, last, depth + 1, place, edits - 1)
            if letter == after:
                swapped = beginning(self.words, self.words[first][: depth + 1] + here, first, last)
                yield from self.from_here(*swapped, depth + 2, place + 2, edits - 1)

    def _branches(self, low: int, high: int, depth: int) -> Iterator[tuple[str, int, int]]:
        """Yield each next letter of the words from `low` to `high`, and where those that go on with it stand."""
        words, first = self.words, low + (len(self.words[low]) == depth)
        while first < high:
            start = words[first][: depth + 1]
            last = bisect_left(words, start + _LAST, first, high)
            yield start[-1], first, last
            first = last
