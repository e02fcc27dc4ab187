"""The search once more, slowly: every entry is held against every word, in the order that `search` promises."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from tracker.domain.search import asked, normal, plain_number


@cache
def edits(one: str, other: str) -> int:
    """How many letters must be put in, left out, replaced or swapped with their neighbours to make one the other."""
    row = {(-1, -1): 0}
    row |= {(a, -1): a + 1 for a in range(len(one))} | {(-1, b): b + 1 for b in range(len(other))}
    for a, b in product(range(len(one)), range(len(other))):
        ways = [row[a - 1, b] + 1, row[a, b - 1] + 1, row[a - 1, b - 1] + (one[a] != other[b])]
        if a and b and one[a] == other[b - 1] and one[a - 1] == other[b]:
            ways.append(row[a - 2, b - 2] + 1)
        row[a, b] = min(ways)
    return row[len(one) - 1, len(other) - 1]


def begins_nearly(word: str, typed: str, most: int = 1) -> bool:
    """Whether some beginning of a word is so near to what was typed."""
    return any(edits(typed, word[:length]) <= most for length in range(len(typed) - most, len(typed) + most + 1))


@dataclass(frozen=True)
class Entry:
    """A provider or group with all that finds it; its `rank` is 0 where it is open, and more where it is not."""

    ref: str
    name: str
    rank: int
    is_group: bool
    words: frozenset[str]
    numbers: frozenset[str]

    def bears(self, token: str, *, wholly: bool) -> bool:
        """Whether a word or a number of it is, or begins with, what was typed."""
        if any(word == token if wholly else word.startswith(token) for word in self.words):
            return True
        scheme, _, value = token.rpartition(":")
        value = plain_number(value)
        if not _is_number(token):
            return False
        numbers = [number.partition(":")[2] for number in self.numbers if not scheme or number.startswith(f"{scheme}:")]
        # Of less than three signs, only the second half of a postcode is found by its beginning.
        some = (
            numbers if len(value) > 2 else [each.removeprefix("inward:") for each in self.numbers if "inward" in each]
        )
        return value in numbers or (not wholly and any(number.startswith(value) for number in some))

    def holds(self, token: str) -> bool:
        """Whether it bears, or a word of it holds, what was typed."""
        return self.bears(token, wholly=False) or (len(token) > 1 and any(token in word for word in self.words))


class SlowSearch:
    """Entries that are asked one by one."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = sorted(entries, key=lambda each: (each.rank, each.name, each.ref))
        self.vocabulary = {word for each in self.entries for word in each.words}

    def refs(self, question: str, *, limit: int, only_providers: bool) -> list[str]:
        """Return the references of what is found."""
        tokens, typed = asked(question), normal(question)
        entries = [each for each in self.entries if not (only_providers and each.is_group)]
        found: dict[str, None] = {}

        def take(kind: Callable[[Entry], bool]) -> None:
            found.update(dict.fromkeys(each.ref for each in entries if tokens and kind(each)))

        if len(tokens) == 1 and _is_number(tokens[0]):
            own = plain_number(tokens[0].rpartition(":")[2])
            take(lambda each: plain_number(each.ref.partition(":")[2].casefold()) == own and _bears(each, tokens))
            take(lambda each: _bears(each, tokens))
        take(lambda each: each.name == typed)
        take(lambda each: each.name.startswith(typed))
        is_named = bool(found)
        take(lambda each: _bears(each, tokens))
        take(lambda each: all(each.bears(token, wholly=False) for token in tokens))
        is_few = len(found) < 10 and not is_named
        is_name = len(typed) > 3 and any(sign.isalpha() for sign in typed)
        if is_few and is_name:
            take(lambda each: edits(typed, each.name) < 2)
        take(lambda each: all(each.holds(token) for token in tokens))
        if is_few and is_name:
            take(lambda each: begins_nearly(each.name, typed))
        if is_few:
            for kind in self._mendings(tokens):
                take(kind)
        if not found:
            take(self._mended(tokens))
        return list(found)[:limit]

    def _mendings(self, tokens: Sequence[str]) -> Iterator[Callable[[Entry], bool]]:
        def but_one(mended: dict[str, set[str]]) -> Callable[[Entry], bool]:
            return lambda each: any(
                each.words & mended[token]
                and all(each.bears(other, wholly=False) for other in tokens if other != token)
                for token in tokens
            )

        yield but_one({token: self._near(token) for token in tokens})
        yield but_one({token: self._begun(token) for token in tokens})

    def _mended(self, tokens: Sequence[str]) -> Callable[[Entry], bool]:
        words = {token: self._near(token) | self._begun(token) for token in tokens}
        for token in tokens:
            if len(token) > 7 and not _is_number(token) and not self._begun(token):
                words[token] |= self._begun(token, 2)
        return lambda each: all(each.bears(token, wholly=False) or bool(each.words & words[token]) for token in tokens)

    def _near(self, token: str) -> set[str]:
        """Return the words that a token is but for one mistake."""
        is_mended = len(token) > 1 and not _is_number(token)
        return {word for word in self.vocabulary if is_mended and edits(token, word) < 2}

    def _begun(self, token: str, mistakes: int = 1) -> set[str]:
        """Return the words that a token begins but for so many mistakes."""
        is_mended = len(token) > 3 and not _is_number(token)
        return {word for word in self.vocabulary if is_mended and begins_nearly(word, token, mistakes)}


def _is_number(token: str) -> bool:
    return any(sign.isdecimal() for sign in token)


def _bears(entry: Entry, tokens: Sequence[str]) -> bool:
    return all(entry.bears(token, wholly=True) for token in tokens)
