"""What one word of a question may stand for: a word, the beginning or a part of one, a number, or a misspelling."""

from functools import cached_property

import numpy as np

from tracker.domain.near import beginning, near
from tracker.queries.searching.index import SearchIndex, Sense
from tracker.queries.searching.postings import Runs, runs_of

# The shortest word that is mended, the shortest of which a beginning is, and the shortest with two mistakes in it.
SHORTEST, SHORTEST_BEGINNING, SHORTEST_TWICE = 2, 4, 8


class Reading:
    """One word of a question, as it was typed, and the ways to read it, each worked out when it is asked for."""

    def __init__(self, index: SearchIndex, text: str) -> None:
        self.index = index
        self.text = text
        self.is_number = any(sign.isdecimal() for sign in text)

    @cached_property
    def whole(self) -> Sense:
        """The word or the number itself."""
        first, _ = beginning(self.index.words.keys, self.text)
        keys = self.index.words.keys[first : first + 1]
        return self._sense([(first, first + 1)] if keys == (self.text,) else [], wholly=True)

    @cached_property
    def begun(self) -> Sense:
        """Every word and number that begins so, itself among them."""
        return self._sense([beginning(self.index.words.keys, self.text)], wholly=False)

    @cached_property
    def held(self) -> Sense:
        """Every word that holds it, and every number that begins so; nearly everything holds a single letter."""
        if len(self.text) == 1:
            return self.begun
        return self.index.sense(self.index.containing(self.text), self.begun.bearers)

    @cached_property
    def mended(self) -> Sense:
        """Every word that it is but for a letter. A number is never mended: it would be another provider's."""
        keys = self.index.words.keys
        return self._sense([(first, first + 1) for first, _, length in self._near if len(keys[first]) == length])

    @cached_property
    def mended_begun(self) -> Sense:
        """Every word that begins so but for a letter."""
        is_long = len(self.text) >= SHORTEST_BEGINNING
        return self._sense([(first, last) for first, last, _ in self._near] if is_long else [])

    @cached_property
    def any(self) -> Sense:
        """Every word that begins so, or would but for a letter; if there is none and it is long, but for two."""
        once = np.concatenate((self.begun.words, self.mended.words, self.mended_begun.words))
        return self.index.sense(np.concatenate((once, self._twice)), self.begun.bearers)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Itself, and the words that it would be or begin if it were mended."""
        found = np.concatenate((self.mended.words, self.mended_begun.words, self._twice)).tolist()
        return (self.text, *(word for first, last in found for word in self.index.words.keys[first:last]))

    @cached_property
    def _near(self) -> list[tuple[int, int, int]]:
        if self.is_number or len(self.text) < SHORTEST:
            return []
        return list(near(self.index.words.keys, self.text, 1))

    @cached_property
    def _twice(self) -> Runs:
        if self.is_number or self._near or len(self.text) < SHORTEST_TWICE:
            return runs_of([])
        return runs_of([(first, last) for first, last, _ in near(self.index.words.keys, self.text, 2)])

    def _sense(self, runs: list[tuple[int, int]], *, wholly: bool | None = None) -> Sense:
        is_sought = self.is_number and wholly is not None
        bearers = self.index.numbered(self.text, wholly=bool(wholly)) if is_sought else None
        return self.index.sense(runs_of(runs), bearers)
