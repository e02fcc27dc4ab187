"""How the judges of the records compare: what an entry says, what stands in the database, and what differs."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracker.domain.entry import Entry, first_of
from tracker.queries.raw import differing, raw, texts

Fault = tuple[int, str]
Texts = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Kept:
    """Words that an entry commits to: their number, and their value, None where they were erased."""

    number: str
    value: Any


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry that is sound in itself, with its words."""

    entry: Entry
    words: Mapping[str, Kept]

    def subject(self, kind: str) -> str:
        """Return the reference of the first subject of this kind; an empty text where there is none."""
        return first_of(self.entry.subjects, kind)

    def number(self, name: str) -> str | None:
        """Return the number of the words of this name, None where there are none."""
        return self.words[name].number if name in self.words else None


def rows_of(session: Session, columns: Mapping[str, Any], narrow: Callable[[Select[Any]], Select[Any]]) -> list[Texts]:
    """Return the rows that a narrowed query finds, as texts."""
    return [texts(row) for row in session.execute(narrow(select(*raw(session, columns)))).mappings()]


def by(rows: Iterable[Texts], key: str) -> dict[str, list[Texts]]:
    """Return the rows by one of their columns."""
    found: dict[str, list[Texts]] = {}
    for row in rows:
        found.setdefault(row[key] or "", []).append(row)
    return found


def one(seen: Seen, what: str, rows: Sequence[Texts], expected: Mapping[str, object]) -> Iterator[Fault]:
    """Yield what is amiss where one row is expected that holds this."""
    if len(rows) != 1:
        yield seen.entry.seq, f"the database holds {len(rows)} records of {what} instead of one"
        return
    for name in differing(expected, rows[0]):
        yield seen.entry.seq, f"the record of {what} says something else in its column {name}"
