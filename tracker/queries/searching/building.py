"""Building the index of the search straight out of the registers' tables, in one statement and so of one moment."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from tracker.domain.facts import Link, Provider, Status, World
from tracker.domain.search import all_normal, plain_number, rank
from tracker.domain.succession import Lines
from tracker.queries.collector import collector_paused
from tracker.queries.driver import day
from tracker.queries.searching.index import INWARD, POSTCODE, SCHEMES, SearchIndex
from tracker.queries.searching.postings import Codes, Postings, coded, codes_of, letters_of, posted, turned

# What several statements read might be of several moments, and the token of none of them.
_REGISTERS = """
    SELECT 'token', names, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM register_state
    UNION ALL
    SELECT 'provider', ref, name, status, town, postcode, other_numbers, closed_on, gone_at IS NOT NULL FROM provider
    UNION ALL
    SELECT 'group', ref, name, status, town, postcode, other_numbers, NULL, gone_at IS NOT NULL FROM provider_group
    UNION ALL
    SELECT 'link', of_ref, to_ref, kind, NULL, NULL, NULL, NULL, NULL FROM provider_link WHERE gone_at IS NULL
    UNION ALL
    SELECT 'former', ref, name, CAST(id AS text), NULL, NULL, NULL, NULL, NULL FROM former_name
"""
_REF, _NAME, _STATUS, _TOWN, _POSTCODE, _NUMBERS, _CLOSED_ON, _IS_GONE = range(1, 9)
# So many rows are worked on at a time: all at once, with the parts of their texts, would take four times the memory.
_ROWS = 500


def built(session: Session) -> tuple[str, SearchIndex]:
    """Return the index of what the registers hold, and the token under which that is known."""
    session.flush()
    builder = _Builder()
    with collector_paused(), session.connection().exec_driver_sql(_REGISTERS) as found:
        for rows in found.partitions(_ROWS):
            builder.take(rows)
        return builder.token, builder.index()


class _Builder:
    """What was read so far; providers and groups are numbered as they were read until their order is known."""

    def __init__(self) -> None:
        self.token = ""
        self.refs: list[str] = []
        self.is_group: list[bool] = []
        self.ranks: list[int] = []
        self.names: list[str] = []
        self.texts: list[str] = []
        self.codes: list[NDArray[np.int64]] = []
        self.bearers: list[NDArray[np.int64]] = []
        self.schemes = {POSTCODE: 0, INWARD: 1}
        self.closed: list[Provider] = []
        self.links: list[Link] = []
        self.former: list[tuple[int, str, str]] = []

    def take(self, rows: Iterable[Sequence[Any]]) -> None:
        """Take in some rows, of whatever kind."""
        kinds: dict[str, list[Sequence[Any]]] = defaultdict(list)
        for row in rows:
            kinds[row[0]].append(row)
        for row in kinds["token"]:
            self.token = row[1]
        self.links += [Link(row[1], row[2], row[3]) for row in kinds["link"]]
        self.former += [(int(row[3]), row[1], row[2]) for row in kinds["former"]]
        self.closed += [
            Provider(row[_REF], "", Status.CLOSED, day(row[_CLOSED_ON]))
            for row in kinds["provider"]
            if row[_STATUS] == Status.CLOSED
        ]
        for kind in ("provider", "group"):
            self._take_named(kinds[kind], is_group=kind == "group")

    def _take_named(self, rows: Sequence[Sequence[Any]], *, is_group: bool) -> None:
        first = len(self.refs)
        names, towns = (all_normal([row[column] for row in rows]) for column in (_NAME, _TOWN))
        self.refs += [row[_REF] for row in rows]
        self.is_group += [is_group] * len(rows)
        self.ranks += [rank(row[_STATUS], is_gone=bool(row[_IS_GONE])) for row in rows]
        self.names += names
        self.texts += [f"{name} {town}".strip() for name, town in zip(names, towns, strict=True)]
        self._bear(range(first, len(self.refs)), [f"{row[_REF]} {row[_NUMBERS]}".split() for row in rows])
        who = np.arange(first, len(self.refs)) * SCHEMES
        # A postcode is found whole, and by each of its halves.
        codes = [code.partition(" ") for code in all_normal([row[_POSTCODE] for row in rows])]
        whole, outward = [a + b for a, _, b in codes], [a for a, _, _ in codes]
        for scheme, values in ((POSTCODE, whole), (POSTCODE, outward), (INWARD, [b for _, _, b in codes])):
            self.codes.append(codes_of(values))
            self.bearers.append(who + self.schemes[scheme])

    def _bear(self, who: Sequence[int], numbers: Sequence[Sequence[str]]) -> None:
        """Note who bears which numbers, each of them written `scheme:value`."""
        split = [number.casefold().partition(":") for each in numbers for number in each]
        schemes = [self.schemes.setdefault(scheme, len(self.schemes)) for scheme, _, _ in split]
        bearers = np.repeat(np.array(who, np.int64), [len(each) for each in numbers])
        self.codes.append(codes_of([plain_number(value) for _, _, value in split]))
        self.bearers.append(bearers * SCHEMES + np.array(schemes, np.int64))

    def index(self) -> SearchIndex:
        """Return the index of all that was taken in."""
        # Texts sort quicker than pairs do; no name holds a tab.
        keys = [f"{each}{name}\t{ref}" for each, name, ref in zip(self.ranks, self.names, self.refs, strict=True)]
        order = sorted(range(len(keys)), key=keys.__getitem__)
        place = np.empty(len(keys), np.int64)
        place[order] = np.arange(len(keys))
        earlier = self._earlier()
        self._remember(earlier)
        words = self._words(place)
        return SearchIndex(
            refs=tuple([self.refs[each] for each in order]),
            is_group=np.array(self.is_group, np.bool_)[order],
            words=words,
            words_at=turned(words, len(self.refs)),
            letters=letters_of(words.keys),
            names=posted(lambda: self.names, place),
            numbers=self._numbers(place),
            schemes=self.schemes,
            earlier={**{ref: () for _, ref, _ in self.former}, **earlier},
        )

    def _earlier(self) -> Mapping[str, Sequence[str]]:
        """Return what each provider came from, over any number of hops, the nearest first."""
        # Of the providers only those that closed tell which of two came first.
        lines = Lines(World(providers=tuple(self.closed), links=tuple(self.links)))
        linked = sorted({end for link in self.links for end in (link.of, link.to)})
        return {ref: before for ref in linked if (before := tuple(lines.backwards(ref)))}

    def _remember(self, earlier: Mapping[str, Sequence[str]]) -> None:
        """Give each provider the names that it bore, and the names and numbers of what it came from."""
        number_of = {ref: number for number, ref in enumerate(self.refs)}
        former: dict[str, list[str]] = defaultdict(list)
        for (_, ref, _), name in zip(self.former, all_normal([name for _, _, name in self.former]), strict=True):
            former[ref].append(name)
        was: dict[int, list[str]] = defaultdict(list)
        for ref in sorted((former.keys() | earlier.keys()) & number_of.keys()):
            before = earlier.get(ref, ())
            names = [self.names[number_of[each]] for each in before if each in number_of]
            was[number_of[ref]] = [*names, *(name for each in (ref, *before) for name in former.get(each, ()))]
        for number, names in was.items():
            self.texts[number] = " ".join(filter(None, (self.texts[number], *names)))
        later = [ref for ref in earlier if ref in number_of]
        self._bear([number_of[ref] for ref in later], [earlier[ref] for ref in later])

    def _words(self, place: NDArray[np.int64]) -> Postings:
        lengths = [text.count(" ") + 1 if text else 0 for text in self.texts]
        return posted(lambda: chain.from_iterable(map(str.split, self.texts)), np.repeat(place, lengths))

    def _numbers(self, place: NDArray[np.int64]) -> Codes:
        bearers = np.concatenate(self.bearers)
        return coded(np.concatenate(self.codes), place[bearers // SCHEMES] * SCHEMES + bearers % SCHEMES)
