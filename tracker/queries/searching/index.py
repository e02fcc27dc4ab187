"""The index of the search, in memory: every provider and group by its words, its names and its numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.domain.search import plain_number
from tracker.queries.searching.postings import (
    Codes,
    Letters,
    Mask,
    Places,
    Postings,
    Runs,
    Turned,
    among,
    none,
    rising,
    spread,
)

# A number stands at the place of who bears it, times this, plus the number of its scheme.
SCHEMES = 256
# The schemes of a postcode, or the first half of one, and of the second half.
POSTCODE, INWARD = "postcode", "inward"
# Less than this is the beginning of too many numbers, save of the second half of a postcode that is being typed.
SHORTEST_BEGINNING = 3
# Fewer than one in so many are quicker sorted than marked.
_SPARSE = 32


@dataclass(frozen=True, slots=True)
class Sense:
    """Words by their numbers; those who bear something as a number, rising; and how often both stand in the index."""

    words: Runs
    bearers: Places
    size: int


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """Providers and groups stand in the order in which equals are answered: the first ones found are the best.

    `words` are of names and towns, and of all that a provider was; `words_at` are the same by who bears them, and
    `letters` by what they hold. `names` are present ones. `earlier` are, for each that was something else or bore
    another name, the references of what it came from.
    """

    refs: Sequence[str]
    is_group: Mask
    words: Postings
    words_at: Turned
    letters: Letters
    names: Postings
    numbers: Codes
    schemes: Mapping[str, int]
    earlier: Mapping[str, Sequence[str]]

    def sense(self, words: Runs, bearers: Places | None = None) -> Sense:
        """Return what these words and bearers of a number are together."""
        who = none() if bearers is None else rising([bearers])
        return Sense(words, who, self.words.size(words) + len(who))

    def numbered(self, number: str, *, wholly: bool) -> Places:
        """Return where those stand whose number is, or begins with, a value alone or `scheme:value`; in no order."""
        scheme, _, value = number.rpartition(":")
        plain = plain_number(value)
        if not plain or not plain.isascii():
            return none()
        found = self.numbers.exactly(plain) if wholly else self.numbers.beginning(plain)
        if not wholly and len(plain) < SHORTEST_BEGINNING:
            found = np.concatenate((self.numbers.exactly(plain), found[found % SCHEMES == self.schemes[INWARD]]))
        if scheme:
            found = found[found % SCHEMES == self.schemes.get(scheme, -1)]
        return found // SCHEMES

    def bearing(self, sense: Sense) -> Places:
        """Return where those stand that bear any of these words or numbers, rising."""
        found = self.words.where(sense.words)
        if sense.size < len(self.refs) // _SPARSE:
            return rising([*found, sense.bearers])
        is_one = np.zeros(len(self.refs), np.bool_)
        for places in (*found, sense.bearers):
            is_one[places] = True
        return np.flatnonzero(is_one).astype(np.int32)

    def bears(self, places: Places, sense: Sense) -> Mask:
        """Tell for each of these places whether who stands there bears any of these words or numbers."""
        words, owners = self._words_of(places)
        result = among(places, sense.bearers)
        result[owners[self.words.within(sense.words)[words]]] = True
        return result

    def holds(self, places: Places, part: str, begun: Sense) -> Mask:
        """Tell for each of these places whether who stands there has a word with this part, or one that begins so."""
        result = self.bears(places, begun)
        if len(part) > 1:
            words, owners = self._words_of(places)
            some, which = np.unique(words, return_inverse=True)
            holding = [part in self.words.keys[number] for number in some.tolist()]
            result[owners[np.array(holding, np.bool_)[which]]] = True
        return result

    def _words_of(self, places: Places) -> tuple[Places, NDArray[np.int64]]:
        """Return the numbers of the words at these places, and of which place each is."""
        starts = self.words_at.starts
        numbers, owners = spread(np.column_stack((starts[places], starts[places + 1])))
        return self.words_at.numbers[numbers], owners

    def containing(self, part: str) -> Runs:
        """Return the words that hold a part."""
        numbers = self.letters.containing(part)
        return np.column_stack((numbers, numbers + 1))
