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
        if not any(sign.isdecimal() for sign in token):
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

        if len(tokens) == 1 and any(sign.isdecimal() for sign in tokens[0]):
            own = plain_number(tokens[0].rpartition(":")[2])
            take(lambda each: plain_number(each.ref.partition(":")[2].casefold()) == own and _bears(each, tokens))
            take(lambda each: _bears(each, tokens))
        take(lambda each: each.name == typed)
        take(lambda each: each.name.startswith(typed))
        is_named = bool(found)
        take(lambda each: _bears(each, tokens))
        take(lambda each: all(each.bears(token, wholly=False) for token in tokens))
        is_few = len(found) < 10 and not is_named
        is_name = len(typed) > 4 and any(sign.isalpha() for sign in typed)
        if is_few and is_name:
            take(lambda each: edits(typed, each.name) < 2)
        take(lambda each: all(each.holds(token) for token in tokens))
        if is_few and is_name:
            take(lambda each: begins_nearly(each.name, typed))
        if is_few and not (is_name and any(begins_nearly(each.name, typed) for each in self.entries)):
            for kind in self._mendings(tokens, found):
                take(kind)
        return list(found)[:limit]

    def _mendings(self, tokens: Sequence[str], found: dict[str, None]) -> Iterator[Callable[[Entry], bool]]:
        wholly = {token: self._near(token, lambda word, token, most: edits(token, word) <= most) for token in tokens}
        begun = {token: self._near(token, begins_nearly) if len(token) > 3 else set() for token in tokens}

        def but_one(mended: dict[str, set[str]]) -> Callable[[Entry], bool]:
            return lambda each: any(
                each.words & mended[token]
                and all(each.bears(other, wholly=False) for other in tokens if other != token)
                for token in tokens
            )

        yield but_one(wholly)
        yield but_one(begun)
        if not found:
            yield lambda each: all(
                each.bears(token, wholly=False) or bool(each.words & (wholly[token] | begun[token])) for token in tokens
            )

    def _near(self, token: str, is_near: Callable[[str, str, int], bool]) -> set[str]:
        """Return the words that a token may be mended to; to two mistakes only where none has one."""
        if len(token) < 2 or any(sign.isdecimal() for sign in token):
            return set()
        once = any(begins_nearly(word, token) for word in self.vocabulary)
        most = 1 if once or len(token) < 8 else 2
        return {word for word in self.vocabulary if is_near(word, token, most)}


def _bears(entry: Entry, tokens: Sequence[str]) -> bool:
    return all(entry.bears(token, wholly=True) for token in tokens)
