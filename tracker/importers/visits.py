"""Telling a file of inspections, which has a row for each, from the list of providers whose columns it shares."""

from collections.abc import Sequence

from tracker.domain.register import Kind
from tracker.importers.columns import text
from tracker.importers.files import refuse
from tracker.importers.rows import Names, plain

# The line above the header says of which part of the table its columns are.
TITLE = "inspection information"
# A list of providers may name one twice by mistake; in a year's inspections every fourth row names one again.
ONE_IN = 100


class Visits:
    """Counts the rows that name a provider again, with another inspection than before.

    `columns` are the provider's and the inspection's, `above` the lines above the header.
    """

    def __init__(self, kind: Kind, columns: tuple[str, str], header: Names, above: Sequence[Names]) -> None:
        self._kind = kind
        names = tuple(map(plain, header))
        found = tuple(names.index(plain(name)) for name in columns if plain(name) in names)
        self._places = found if len(found) == len(columns) else ()
        self._is_titled = any(plain(name) == TITLE for line in above for name in line)
        self._first: dict[str, str] = {}
        self._rows = self._again = 0

    def take(self, rows: Sequence[Sequence[str]]) -> None:
        """Take some rows more."""
        if not self._places:
            return
        provider, visit = self._places
        self._rows += len(rows)
        for row in rows:
            event = text(row[visit])
            self._again += self._first.setdefault(text(row[provider]), event) != event

    def refuse(self) -> None:
        """Raise BadFileError where this is a file of inspections."""
        if not self._is_titled and self._again * ONE_IN <= self._rows:
            return
        rows = "1 row names" if self._again == 1 else f"{self._again:,} rows name"
        again = f"{rows} a provider again, with another inspection. " if self._again else ""
        refuse(
            f"This looks like a file of inspections, a row for each, not {self._kind.description} ({self._kind}). "
            f"{again}Whoever was not inspected in its time would be missing: give the list of providers, from the same "
            "page of the publisher."
        )
