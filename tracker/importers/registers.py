"""Reading a publisher's file: every row sealed, and those whose seal is not known read as records."""

import gc
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from operator import itemgetter
from typing import IO

from tracker.domain.register import SEAL_BYTES, Extract, Kind, Known, Rejected, Sealed, Snapshot
from tracker.importers import authorities, early_years, further_education, gias, social_care
from tracker.importers.columns import Columns
from tracker.importers.files import AGAIN, Progress, Table, day_in, digest_of, opened, refuse
from tracker.importers.layouts import Layout, quoted, refuse_wrong_header
from tracker.importers.rows import Batch, Names, Sheet
from tracker.importers.visits import Visits
from tracker.queries.pile import Pile

LAYOUTS: dict[Kind, Layout] = {
    **gias.LAYOUTS,
    **early_years.LAYOUTS,
    **social_care.LAYOUTS,
    **further_education.LAYOUTS,
    **authorities.LAYOUTS,
}
# The most telling header first: some files have the columns of another one, too.
_MOST_TELLING = (
    Kind.GIAS_LINKS,
    Kind.GIAS_GROUP_LINKS,
    Kind.GIAS,
    Kind.GIAS_GROUPS,
    Kind.FE_SKILLS,
    Kind.EARLY_YEARS,
    Kind.SOCIAL_CARE,
    Kind.SOCIAL_CARE_OWNERS,
    Kind.AUTHORITIES,
)
LONGEST_IDENTIFIER = 60
# No file that can be read holds this sign, so that no two rows run together to the same words.
BETWEEN = "\0"
Key = Hashable


def read_register(
    kind: Kind,
    source: IO[bytes],
    file_name: str,
    progress: Progress | None = None,
    *,
    known: Known | None = None,
) -> Extract:
    """Read a publisher's .csv, or the .zip it comes in; raise BadFileError where the file as a whole cannot be taken.

    `source` must be able to seek; `progress` is told bytes read and bytes in all. A row that is `known` by its seal is
    read no further. A row that cannot be taken is among the rejected ones, with its line and the reason.
    """
    digest = digest_of(source)
    with _no_collector(), opened(source, file_name) as table:
        snapshot = _snapshot(kind, table, progress, known.seals if known else frozenset())
        shown = file_name.encode(errors="replace").decode()
        return Extract(kind, shown, digest, day_in(file_name, table.name), snapshot, known)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Pause the collector of cycles: a register is millions of texts in no cycle, and it would look at all of them."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _looks_like(names: Names) -> Kind | None:
    return next((kind for kind in _MOST_TELLING if LAYOUTS[kind].looks_like(names)), None)


def _snapshot(kind: Kind, table: Table, progress: Progress | None, known: frozenset[str]) -> Snapshot:
    layout = LAYOUTS[kind]
    with table.opened(progress) as reading:
        sheet = Sheet(reading, lambda names: _looks_like(names) is not None)
        refuse_wrong_header(kind, layout, sheet.header, _looks_like(sheet.names))
        rows = _Rows(kind, layout, sheet.header, known)
        visits = Visits(kind, (layout.columns[0], layout.visit), sheet.header, sheet.above) if layout.visit else None
        for batch in sheet.batches():
            rows.take(batch)
            if visits is not None:
                visits.take(batch.rows)
    if visits is not None:
        visits.refuse()
    return rows.snapshot(table.notes)


@dataclass(frozen=True, slots=True)
class _Some:
    """Rows of one batch: what is taken of each, and by what it is known again."""

    lines: Sequence[int]
    taken: Sequence[Sequence[str]]
    keys: Sequence[Key]
    seals: Sequence[str]


class _Rows:
    """Takes the rows batch by batch."""

    def __init__(self, kind: Kind, layout: Layout, header: Names, known: frozenset[str]) -> None:
        self._layout, self._known = layout, known
        self._places = layout.places(header)
        self._columns = Columns(tuple(self._places), {name: header[place] for name, place in self._places.items()})
        self._absent = [name for name in layout.optional if name not in self._places]
        self._pick = itemgetter(*self._places.values())
        told = (kind, layout.version, *self._places, layout.edition())
        self._layout_seal = blake2b(repr(told).encode(), digest_size=blake2b.PERSON_SIZE).digest()
        self._teller = layout.teller()
        # The key of every row so far, and its seal.
        self._taken: dict[Key, str] = {}
        self._unchanged: set[str] = set()
        self._fresh: Pile[Sealed] = Pile()
        self._rejected: list[Rejected] = []
        self._kept: set[Key] = set()
        self._number = self._repeats = 0

    def take(self, batch: Batch) -> None:
        """Take one batch more."""
        identifier = self._places[self._layout.columns[0]]
        for fault in batch.faults:
            self._reject(fault.line, fault.values[identifier] if identifier < len(fault.values) else "", fault.reason)
        some = self._sealed(batch)
        self._number += len(some.taken) + len(batch.faults)
        aside = self._repeated(some)
        stand = [place for place in range(len(some.taken)) if place not in aside] if aside else range(len(some.taken))
        fresh = [place for place in stand if some.seals[place] not in self._known]
        if len(fresh) < len(stand):
            self._unchanged.update(some.seals[place] for place in stand if some.seals[place] in self._known)
        aside |= self._read(fresh, some)
        heard = [row for place, row in enumerate(some.taken) if place not in aside] if aside else some.taken
        self._columns.take(heard)
        self._teller.hear(self._columns)

    def _sealed(self, batch: Batch) -> _Some:
        """Return the rows that are not padding, each with its seal: a digest of what is taken of it, and how."""
        lines, taken = batch.lines, list(map(self._pick, batch.rows))
        self._columns.take(taken)
        keys = self._layout.key(self._columns)
        if None in keys:
            stay = [place for place, key in enumerate(keys) if key is not None or not _is_padding(batch.rows[place])]
            lines, taken, keys = [lines[at] for at in stay], [taken[at] for at in stay], [keys[at] for at in stay]
        join, size, person = BETWEEN.join, SEAL_BYTES, self._layout_seal
        seals = [blake2b(join(each).encode(), digest_size=size, person=person).hexdigest() for each in taken]
        return _Some(lines, taken, keys, seals)

    def _repeated(self, some: _Some) -> set[int]:
        """Set aside the rows whose key was there before, and return their places."""
        taken, keys = self._taken, some.keys
        if len(set(keys)) == len(keys) and taken.keys().isdisjoint(keys) and None not in keys:
            taken.update(zip(keys, some.seals, strict=True))
            return set()
        aside = set()
        for place, (key, seal) in enumerate(zip(keys, some.seals, strict=True)):
            if key is None or taken.setdefault(key, seal) is seal:
                continue
            aside.add(place)
            if self._layout.may_repeat and taken[key] == seal:
                self._repeats += 1
            else:
                self._reject(some.lines[place], some.taken[place][0], "is listed twice")
        return aside

    def _read(self, places: Sequence[int], some: _Some) -> set[int]:
        """Read the rows of these places as records, and return the places of those that cannot be."""
        if not places:
            return set()
        is_all = len(places) == len(some.taken)
        self._columns.take(some.taken if is_all else [some.taken[place] for place in places])
        records = self._layout.read(self._columns)
        faults = self._columns.faults
        lines, seals = map(some.lines.__getitem__, places), map(some.seals.__getitem__, places)
        fresh = list(map(Sealed, lines, seals, records))
        self._fresh.add([each for number, each in enumerate(fresh) if number not in faults] if faults else fresh)
        for number, reason in faults.items():
            place = places[number]
            self._reject(some.lines[place], some.taken[place][0], reason)
            if some.keys[place] is not None:
                self._kept.add(some.keys[place])
        return {places[number] for number in faults}

    def _reject(self, line: int, identifier: str, reason: str) -> None:
        self._rejected.append(Rejected(line, " ".join(identifier.split())[:LONGEST_IDENTIFIER], reason))

    def snapshot(self, notes: Sequence[str]) -> Snapshot:
        """Return what the file lists; raise BadFileError where that is nothing."""
        if not self._fresh and not self._unchanged:
            self._refuse_nothing()
        said = list(notes)
        if self._absent:
            said.append(f"The file has no column {quoted(self._absent)}; that part stays empty.")
        if self._repeats:
            said.append(f"{self._repeats:,} rows say again what another row says.")
        return Snapshot(
            rows=self._number,
            fresh=self._fresh,
            unchanged=frozenset(self._unchanged),
            rejected=tuple(sorted(self._rejected)),
            kept=frozenset(self._kept),
            listed=self._teller.listed(),
            notes=(*said, *self._teller.notes()),
        )

    def _refuse_nothing(self) -> None:
        if not self._rejected:
            refuse(f"The file has a header and no rows; {AGAIN}.")
        first = min(self._rejected)
        refuse(f"No row of the file can be taken; the first, line {first.line} ({first.identifier}), {first.reason}.")


def _is_padding(row: Sequence[str]) -> bool:
    """Tell whether a row holds nothing but what fills empty cells."""
    return all(each.strip() in ("", "-") for each in row)
