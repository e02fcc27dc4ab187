"""What a kind of file looks like: its columns, how a row is known again, and how rows are read, column by column."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tracker.domain.register import Kind, Listed, Record
from tracker.importers.columns import Columns
from tracker.importers.files import refuse
from tracker.importers.rows import Names, plain

SHOWN_COLUMNS = 4


class Teller(Protocol):
    """Gathers what the rows list beside their own records, batch by batch."""

    def hear(self, rows: Columns) -> None:
        """Take the rows that stand, whether they were known or not."""

    def listed(self) -> Listed:
        """Return what they list."""

    def notes(self) -> tuple[str, ...]:
        """Return what an administrator should know of it."""


class Silent:
    """Tells of nothing: each row of such a file is one record and no more."""

    def hear(self, rows: Columns) -> None:
        """Take no notice."""

    def listed(self) -> Listed:
        """Return nothing."""
        return Listed()

    def notes(self) -> tuple[str, ...]:
        """Return nothing."""
        return ()


def nothing_more() -> str:
    """Return what a record rests on beside its row: nothing."""
    return ""


def known_by(*parts: tuple[str, Callable[[str], Hashable]]) -> Callable[[Columns], Sequence[Hashable]]:
    """Return what reads the key of each row out of these columns; None where one of them cannot be read."""

    def key(rows: Columns) -> Sequence[Hashable]:
        read = [rows.read(column, meaning) for column, meaning in parts]
        return read[0] if len(read) == 1 else [None if None in each else each for each in zip(*read, strict=True)]

    return key


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of file. Columns are named as one edition spells them; `spellings` gives those of others.

    `key` returns what tells the rows apart, None for one that cannot be told; `read` returns each row's record and
    leaves the rows that cannot be taken in the columns' faults; `edition` says which version of anything else a record
    rests on. Raise `version` whenever `read` takes a row for something else than before: then all are read again.
    """

    required: tuple[str, ...]
    key: Callable[[Columns], Sequence[Hashable]]
    read: Callable[[Columns], Sequence[Record]]
    # The columns by which such a file is recognised, and those that it never has.
    signs: frozenset[str]
    strangers: frozenset[str] = frozenset()
    # Columns whose absence is noted, and others that only some editions have.
    optional: tuple[str, ...] = ()
    rare: tuple[str, ...] = ()
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    teller: Callable[[], Teller] = Silent
    edition: Callable[[], str] = nothing_more
    version: int = 1
    # Some editions list a provider again, with other words only in columns that are not taken: that is no fault.
    may_repeat: bool = False
    # The column that numbers inspections, where the publisher has files of these with the very columns of this one.
    visit: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is taken where the file has it; the first names a row."""
        return (*self.required, *self.optional, *self.rare)

    def places(self, header: Names) -> dict[str, int]:
        """Return where each column stands, by the name that it has here; the spelling of this edition wins."""
        names = tuple(map(plain, header))
        found = {}
        for column in self.columns:
            known = (column, *self.spellings.get(column, ()))
            place = next((names.index(plain(name)) for name in known if plain(name) in names), None)
            if place is not None:
                found[column] = place
        return found

    def looks_like(self, names: Names) -> bool:
        """Tell whether a header, its names as they are compared, is one of such a file."""
        others = {plain(other): plain(name) for name, more in self.spellings.items() for other in more}
        present = {*names, *(others[name] for name in names if name in others)}
        return set(map(plain, self.signs)) <= present and present.isdisjoint(map(plain, self.strangers))


def refuse_wrong_header(kind: Kind, layout: Layout, header: Names, looks_like: Kind | None) -> None:
    """Raise BadFileError where this header is not that of the file that was asked for."""
    if looks_like is not None and looks_like is not kind:
        refuse(f"This looks like {looks_like.description} ({looks_like}), not {kind.description} ({kind}).")
    places = layout.places(header)
    missing = [name for name in layout.required if name not in places]
    if len(missing) == 1:
        refuse(f"The file lacks the required column {quoted(missing)}.")
    if looks_like is None:
        why = f"it lacks {quoted(missing)}" if missing else "it has columns of another register"
        begins = quoted(header[:SHOWN_COLUMNS])
        refuse(f"This is no file of {kind.description}: {why}. Its header begins with {begins}.")
    if missing:
        refuse(f"The file lacks the required columns {quoted(missing)}.")
    names = tuple(map(plain, header))
    twice = [name for name in layout.required if names.count(plain(name)) > 1]
    if twice:
        refuse(f"The file has the column {quoted(twice)} more than once.")


def quoted(names: Iterable[str]) -> str:
    """Return names between quotation marks, with commas, none longer than a line can bear."""
    return ", ".join(f"“{name[:40]}”" for name in names)
