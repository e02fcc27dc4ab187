"""Answering a question out of the index: one kind of match after another, the best first, until enough are found."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property

import numpy as np

from tracker.domain.near import near
from tracker.domain.search import LONGEST_QUESTION, asked, normal, plain_number
from tracker.queries.searching.index import SearchIndex, Sense
from tracker.queries.searching.postings import Places, rising
from tracker.queries.searching.reading import Reading

# Where fewer than so many hold the words as they were typed, words and names that are nearly so are looked for, too.
FEW = 10
# Shorter names nearly are what was typed wherever one looks.
SHORTEST_NAME = 4
# How many of those that hold the rarest word are looked at for the others at a time.
BLOCK = 4_096


class _How(Enum):
    """By what something was found: by its name or by words as they were typed, or by nearly such a name or word."""

    NAMED = auto()
    TYPED = auto()
    NEARLY_NAMED = auto()
    MENDED = auto()


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found; `words` are, for each word of the question, those by which it may have been found.

    There are none where it was found by its own name, or never was anything else. `is_near` where it does not hold
    what was typed, but nearly so.
    """

    ref: str
    is_near: bool
    words: Sequence[Sequence[str]] = ()


def best(index: SearchIndex, question: str, *, limit: int, only_providers: bool = False) -> list[Hit]:
    """Return what answers a question best, in order; `only_providers` leaves groups out."""
    return _Answer(index, question, limit, only_providers=only_providers).hits()


class _Answer:
    """A question, and what was found so far: the place of each in the index, and how it was found."""

    def __init__(self, index: SearchIndex, question: str, limit: int, *, only_providers: bool) -> None:
        self.index = index
        self.readings = [Reading(index, word) for word in asked(question)]
        self.name = normal(question[:LONGEST_QUESTION])
        self.limit = limit
        self.only_providers = only_providers
        self.found: dict[int, _How] = {}

    def hits(self) -> list[Hit]:
        """Return what answers the question, the best first."""
        if self.readings:
            self._look()
        return [self._hit(self.index.refs[place], how) for place, how in self.found.items()]

    def _hit(self, ref: str, how: _How) -> Hit:
        if how in (_How.NAMED, _How.NEARLY_NAMED) or ref not in self.index.earlier:
            return Hit(ref, how in (_How.NEARLY_NAMED, _How.MENDED))
        is_mended = how is _How.MENDED
        return Hit(ref, is_mended, [each.words if is_mended else (each.text,) for each in self.readings])

    def _look(self) -> None:
        self._take(self._numbered(), _How.TYPED)
        self._take(self._named(), _How.NAMED)
        is_named = bool(self.found)
        self._take(self._all([each.whole for each in self.readings]), _How.TYPED)
        self._take(self._all([each.begun for each in self.readings]), _How.TYPED)
        is_few = len(self.found) < FEW and not is_named
        if is_few:
            self._take(self._nearly_named(wholly=True), _How.NEARLY_NAMED)
        self._take(self._held(), _How.TYPED)
        if is_few:
            self._take(self._nearly_named(wholly=False), _How.NEARLY_NAMED)
            self._take(self._but_one(lambda each: each.mended), _How.MENDED)
            self._take(self._but_one(lambda each: each.mended_begun), _How.MENDED)
        if not self.found:
            self._take(self._mended(), _How.MENDED)

    def _take(self, kind: Iterable[Places], how: _How) -> None:
        """Take over what is found of one kind, which comes in rising order, until there is enough."""
        missing = self.limit - len(self.found)
        if missing <= 0:
            return
        for places in kind:
            some = places[~self.index.is_group[places]] if self.only_providers else places
            for place in some[: self.limit].tolist():
                if place not in self.found:
                    self.found[place] = how
                    missing -= 1
                    if not missing:
                        return

    def _numbered(self) -> Iterator[Places]:
        """Yield those whose own number it is, and then those who bear it besides."""
        if len(self.readings) > 1 or not self.readings[0].is_number:
            return
        reading, refs = self.readings[0], self.index.refs
        value = plain_number(reading.text.rpartition(":")[2])
        bearers = reading.whole.bearers
        own = [place for place in bearers.tolist() if plain_number(refs[place].casefold().partition(":")[2]) == value]
        yield np.array(own, np.int32)
        yield self.index.bearing(reading.whole)

    def _named(self) -> Iterator[Places]:
        yield self.index.names.exactly(self.name)
        yield np.sort(self.index.names.beginning(self.name))

    def _nearly_named(self, *, wholly: bool) -> Iterator[Places]:
        """Yield those whose name, or the beginning of it, is what was typed but for a letter or a space."""
        names = self.index.names
        if wholly:
            near_by = [names.between(n, n + 1) for n, _, length in self._names_nearby if len(names.keys[n]) == length]
        else:
            near_by = [names.between(first, last) for first, last, _ in self._names_nearby]
        if near_by:
            yield rising(near_by)

    @cached_property
    def _names_nearby(self) -> list[tuple[int, int, int]]:
        if len(self.name) < SHORTEST_NAME or not any(sign.isalpha() for sign in self.name):
            return []
        return list(near(self.index.names.keys, self.name, 1))

    def _all(self, senses: Sequence[Sense]) -> Iterator[Places]:
        """Yield those that bear something of each sense, by looking at those that bear the rarest one."""
        rarest, *others = sorted(senses, key=lambda each: each.size)
        if not rarest.size:
            return
        places = self.index.bearing(rarest)
        for start in range(0, len(places), BLOCK):
            some = places[start : start + BLOCK]
            for other in others:
                some = some[self.index.bears(some, other)]
            yield some

    def _held(self) -> Iterator[Places]:
        """Yield those that hold every word, if only as a part of another one."""
        # What no word begins with may be a part of many: “chool” is.
        by_size = sorted(self.readings, key=lambda each: each.begun.size or each.held.size)
        rarest = by_size[0]
        if rarest.held.size > BLOCK:
            rarest = min(by_size[:2], key=lambda each: each.held.size)
        places = self.index.bearing(rarest.held)
        for start in range(0, len(places), BLOCK):
            some = places[start : start + BLOCK]
            for other in by_size:
                if other is not rarest:
                    some = some[self.index.holds(some, other.text, other.begun)]
            yield some

    def _but_one(self, mended: Callable[[Reading], Sense]) -> Iterator[Places]:
        """Yield those that hold all words as they were typed but for one."""
        found: list[Places] = []
        for reading in self.readings:
            others = [each.begun for each in self.readings if each is not reading]
            # To mend a word takes long, and is in vain where another one begins nothing.
            if all(each.size for each in others):
                found += self._all([mended(reading), *others])
        if found:
            yield rising(found)

    def _mended(self) -> Iterator[Places]:
        """Yield those that hold all words, whichever of them are mended, a long one also of two mistakes."""
        if all(each.any.size for each in self.readings):
            yield from self._all([each.any for each in self.readings])
