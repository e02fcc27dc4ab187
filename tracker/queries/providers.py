"""Finding providers, groups and authorities: by a part of a name or former name, a town, a postcode or any number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from tracker.domain.dates import in_words
from tracker.domain.facts import ORGANISATION, Status
from tracker.domain.search import normal, own_words
from tracker.domain.succession import known as known_day
from tracker.queries.driver import Statement, day
from tracker.queries.searching.answering import Hit, best
from tracker.queries.searching.index import SearchIndex
from tracker.queries.searching.keeping import current

_FOUND = Statement("""
    SELECT ref, name, kind, town, postcode, status, closed_on, gone_at IS NOT NULL, other_numbers
    FROM provider WHERE ref IN (SELECT value ->> 0 FROM {given refs})
    UNION ALL
    SELECT ref, name, kind, town, postcode, status, closed_on, gone_at IS NOT NULL, other_numbers
    FROM provider_group WHERE ref IN (SELECT value ->> 0 FROM {given refs})
""")
_BORNE = Statement("SELECT ref, name FROM former_name WHERE ref IN (SELECT value ->> 0 FROM {given refs}) ORDER BY id")


class _Row(NamedTuple):
    """What the registers have of one provider, group or authority."""

    ref: str
    name: str
    kind: str
    town: str
    postcode: str
    status: str
    closed_on: date | str | None
    is_gone: bool
    other_numbers: str


_STATUSES = {
    Status.OPEN: "Open",
    Status.CLOSING: "Open, but proposed to close",
    Status.PROPOSED: "Proposed to open",
    Status.CLOSED: "Closed",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A provider, group or authority. `note` says by which former name or predecessor it was found, if by one.

    `is_near` where it was found though it does not hold what was typed, but nearly so.
    """

    ref: str
    name: str
    kind: str
    town: str
    postcode: str
    status: str
    note: str = ""
    is_near: bool = False

    @property
    def number(self) -> str:
        """Its number on its register, without the register's scheme; none where it is on no register."""
        return "" if self.ref.startswith(ORGANISATION) else self.ref.partition(":")[2]

    @property
    def detail(self) -> str:
        """What tells it from others of its name, in one line."""
        place = " ".join(part for part in (self.town, self.postcode) if part)
        parts = (self.kind, place, "" if self.status == "Open" else self.status, self.number, self.note)
        return ", ".join(part for part in parts if part)


def search(session: Session, words: str, *, limit: int = 20, only_providers: bool = False) -> list[Found]:
    """Return what holds every one of the words, the best first; `only_providers` leaves groups out.

    A word may be a part of a name, a former name or a town, a postcode or its beginning, or a number such as `100000`,
    `gias:100000` or `201/3614`; a predecessor's name or number finds what it became, too. An exact number comes first,
    then an exact name, names that begin with the words, and what holds them as whole words, as beginnings of words, and
    as parts of them; among equals those that are open, by name. Where no name begins with the words and few hold them,
    names are answered, too, that are or begin with what was typed but for one mistake (a letter or a space too many or
    too few, another letter, or two swapped), and what holds the words but for one mistake in one of them; where still
    nothing is found, but for one in each, and two in long ones. Numbers are never mended.
    """
    index = current(session)
    hits = best(index, words, limit=limit, only_providers=only_providers)
    rows = _rows(session, [hit.ref for hit in hits])
    found = {ref: _found(row) for ref, row in rows.items()}
    notes = _notes(session, index, hits, rows)
    return [
        replace(found[hit.ref], note=notes.get(hit.ref, ""), is_near=hit.is_near) for hit in hits if hit.ref in found
    ]


def by_ref(session: Session, ref: str) -> Found | None:
    """Return the provider, group or authority of a reference, or None where no imported register has it."""
    return next((_found(row) for row in _rows(session, [ref]).values()), None)


def names_of(session: Session, refs: Iterable[str]) -> dict[str, str]:
    """Return the names of those references that an imported register has."""
    return {ref: row.name for ref, row in _rows(session, sorted(set(refs))).items()}


def _rows(session: Session, refs: Sequence[str]) -> dict[str, _Row]:
    """Return what the registers have of these references."""
    if not refs:
        return {}
    return {row[0]: _Row(*row) for row in _FOUND.rows(session, refs=[[ref] for ref in refs])}


def _found(row: _Row) -> Found:
    status = Status(row.status)
    closed_on = known_day(day(row.closed_on)) if status is Status.CLOSED else None
    said = f"{_STATUSES[status]} {in_words(closed_on)}" if closed_on else _STATUSES[status]
    said = f"{said}; no longer on the register" if row.is_gone else said
    return Found(row.ref, row.name, row.kind, row.town, row.postcode, said)


def _notes(session: Session, index: SearchIndex, hits: Sequence[Hit], rows: Mapping[str, _Row]) -> dict[str, str]:
    """Return for each hit that was found by its past what it was then."""
    sought = {hit.ref: lacking for hit in hits if hit.ref in rows and (lacking := _lacking(hit, rows[hit.ref]))}
    if not sought:
        return {}
    before = {ref: index.earlier[ref] for ref in sought}
    every = sorted({*sought, *(each for refs in before.values() for each in refs)})
    borne: dict[str, list[str]] = {}
    for ref, name in _BORNE.rows(session, refs=[[ref] for ref in every]):
        borne.setdefault(ref, []).append(name)
    names, notes = names_of(session, every), {}
    for ref, lacking in sought.items():
        pasts = [(normal(name), f"formerly {name}") for name in borne.get(ref, ())]
        for each in before[ref]:
            number = each.partition(":")[2]
            pasts += [
                (f"{normal(name)} {each}", f"formerly {name or 'a provider'} ({number})")
                for name in (names.get(each, ""), *borne.get(each, ()))
            ]
        notes[ref] = max(pasts, key=lambda past: sum(_is_in(past[0], words) for words in lacking), default=("", ""))[1]
    return notes


def _lacking(hit: Hit, row: _Row) -> list[Sequence[str]]:
    """Return, of the words by which it may have been found, those of which none is its own."""
    if not hit.words:
        return []
    own = own_words(row.name, row.town, row.postcode, f"{row.ref} {row.other_numbers}")
    return [words for words in hit.words if not _is_in(own, words)]


def _is_in(text: str, words: Sequence[str]) -> bool:
    return any(word in text for word in words)
