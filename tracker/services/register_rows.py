"""A register's rows against those that are kept: what an extract adds, changes and no longer lists."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import compress, islice, repeat
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.register import (
    WITHHELD,
    Extract,
    GroupRecord,
    Known,
    LinkRecord,
    ProviderRecord,
    Record,
    Sealed,
    Snapshot,
    digest,
)
from tracker.models import GroupRow, LinkRow, ProviderRow
from tracker.queries.seals import GROUP_ROWS, LINKS, PROVIDERS, Kept, rows_of, sealed_rows
from tracker.services.bulk import as_columns, as_kept
from tracker.services.register_writes import SOME, Plan

# What a row is known again by: one value, or several.
Key = Any
Row = tuple[Any, ...]
# A row as it is kept, and whether the last extract listed it.
OldRow = tuple[Row, bool]
# Where a row has its seal: the last column but one.
SEAL = -2


@dataclass(frozen=True, slots=True)
class Task:
    """An extract that is to be compared with what is known of its kind now, and with all else that is kept."""

    session: Session
    extract: Extract
    known: Known
    at: datetime


@dataclass(frozen=True, slots=True)
class Shelf:
    """A table of records. `facts` are the columns that a check is told beside the key."""

    model: type[ProviderRow | LinkRow | GroupRow]
    kept: Kept
    fields: tuple[str, ...]
    facts: frozenset[str] = frozenset()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns of a row as they are written: the record's own, and what is kept beside it."""
        return tuple(dict.fromkeys((*self.fields, "register", "row_digest", "gone_at")))

    def written(self, task: Task, register: str, some: Sequence[Sealed], records: Sequence[Record]) -> list[Row]:
        """Return rows as they are written: each record's own columns first, then what is kept beside them."""
        beside = [] if "register" in self.fields else [repeat(register)]
        seals = [each.seal for each in some]
        return list(zip(*as_columns(task.session, records), *beside, seals, repeat(None)))

    def keys(self, rows: Sequence[Row]) -> list[Key]:
        """Return by what each row is known again."""
        width = len(self.kept.keys)
        return [row[0] for row in rows] if width == 1 else [row[:width] for row in rows]


PROVIDER_SHELF = Shelf(
    ProviderRow,
    PROVIDERS,
    ProviderRecord._fields,
    frozenset(("name", "status", "closed_on", "authority", "type_group", "phase", "easting", "northing")),
)
LINK_SHELF = Shelf(LinkRow, LINKS, LinkRecord._fields)
GROUP_SHELF = Shelf(GroupRow, GROUP_ROWS, GroupRecord._fields, frozenset(("name", "kind", "status", "closed_on")))


@dataclass(slots=True)
class Found:
    """What a comparison found, by key. `told` are the keys of which a check is told something else from now on.

    `changed` holds those that came back, too.
    """

    known: int = 0
    added: list[Key] = field(default_factory=list)
    changed: list[Key] = field(default_factory=list)
    gone: list[Key] = field(default_factory=list)
    unchanged: list[Key] = field(default_factory=list)
    told: set[Key] = field(default_factory=set)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.changed or self.gone)

    def count(self, plan: Plan) -> None:
        """Take these counts for the summary."""
        plan.added, plan.changed, plan.gone = len(self.added), len(self.changed), len(self.gone)
        plan.known = self.known

    def said(self) -> str:
        """Say in words how much was added, changed and is gone."""
        counts = (("added", self.added), ("changed", self.changed), ("gone", self.gone))
        return ", ".join(f"{len(keys):,} {what}" for what, keys in counts if keys) or "none changed"


def sealed(records: Iterable[Record]) -> Snapshot:
    """Return records that are no rows of a file of their own as an extract of them."""
    fresh = [Sealed(0, digest(record), record) for record in records]
    return Snapshot(len(fresh), fresh)


def compared(
    task: Task,
    plan: Plan,
    shelf: Shelf,
    register: str,
    snapshot: Snapshot,
    *,
    is_own: bool = False,
    settle: Callable[[Record], Record] | None = None,
) -> Found:
    """Plan the rows of one register on one shelf out of an extract, and return what differs; reads only.

    `is_own` says that these are the file's own rows; `settle` completes a record by what only the database knows. A row
    whose words are new and that means what is kept gets the new seal, and counts as unchanged.
    """
    kept = task.known.rows if is_own else sealed_rows(task.session, shelf.kept, register)
    known = task.known.seals if is_own else {seal for seal, _ in kept}
    has_any = bool(kept) or task.session.execute(select(shelf.model.id).limit(1)).first() is not None
    comparing = _Comparing(task, plan, shelf, register, Found(known=len(kept)), has_any)
    listed, spoken_for = set(snapshot.unchanged), set(snapshot.kept)
    waiting = iter(snapshot.fresh)
    while some := list(islice(waiting, SOME)):
        fresh = [each for each in some if each.seal not in known]
        listed.update(each.seal for each in some if each.seal in known)
        records = [each.record for each in fresh]
        if fresh:
            spoken_for.update(comparing.take(fresh, records if settle is None else list(map(settle, records))))
    found = comparing.found
    found.unchanged = [key for seal, key in kept if seal in listed]
    found.gone = [key for seal, key in kept if seal not in listed and key not in spoken_for]
    gone = [(task.at, *_parts(key)) for key in found.gone]
    plan.update(shelf.model, shelf.kept.keys, ("gone_at",), as_kept(task.session, gone))
    if not shelf.facts:
        found.told.update(found.gone)
    return found


@dataclass(frozen=True, slots=True)
class _Comparing:
    """One comparison: rows that are not known by their seal against what is kept of their keys."""

    task: Task
    plan: Plan
    shelf: Shelf
    register: str
    found: Found
    # Whether the table has any rows at all: the first of registers need not look for its own.
    has_any: bool

    def take(self, some: Sequence[Sealed], records: Sequence[Record]) -> Sequence[Key]:
        """Compare some rows, each with its whole record, and return their keys."""
        rows = self.shelf.written(self.task, self.register, some, records)
        keys = self.shelf.keys(rows)
        old = rows_of(self.task.session, self.shelf.kept, keys) if self.has_any else {}
        if old:
            self._add(*_chosen(keys, rows, [key not in old for key in keys]))
            self._change(*_chosen(keys, rows, [key in old for key in keys]), old)
        else:
            self._add(keys, rows)
        return keys

    def _add(self, keys: Sequence[Key], rows: Sequence[Row]) -> None:
        self.found.added += keys
        self.found.told.update(keys)
        if self.shelf.model is ProviderRow:
            self.plan.listed += keys
        self.plan.insert(self.shelf.model, self.shelf.columns, rows)

    def _change(self, keys: Sequence[Key], rows: Sequence[Row], old: Mapping[Key, OldRow]) -> None:
        shelf, width, said = self.shelf, len(self.shelf.kept.keys), len(self.shelf.fields)
        restated, changed = [], []
        for key, row in zip(keys, rows, strict=True):
            before, is_listed = old[key]
            if is_listed and before == row[:said]:
                restated.append((row[SEAL], *row[:width]))
                continue
            changed.append((*row[width:], *row[:width]))
            self._count(key, before, row, is_listed=is_listed)
        self.plan.update(shelf.model, shelf.kept.keys, shelf.columns[width:], changed)
        self.plan.update(shelf.model, shelf.kept.keys, ("row_digest",), restated)

    def _count(self, key: Key, before: Row, now: Row, *, is_listed: bool) -> None:
        shelf, found = self.shelf, self.found
        differing = {name for name, one, other in zip(shelf.fields, before, now, strict=False) if one != other}
        # What another register had said until now is new to this one.
        (found.added if "register" in differing else found.changed).append(key)
        if differing & shelf.facts or not (shelf.facts or is_listed):
            found.told.add(key)
        if "name" in differing:
            place = shelf.fields.index("name")
            self.plan.borne.append((key, before[place]))
            if not now[place].endswith(WITHHELD):
                self.plan.called.append((key, before[place]))
            self.plan.names[key] = now[place]


def _chosen(keys: Sequence[Key], rows: Sequence[Row], chosen: Sequence[bool]) -> tuple[list[Key], list[Row]]:
    return list(compress(keys, chosen)), list(compress(rows, chosen))


def _parts(key: Key) -> Row:
    return key if isinstance(key, tuple) else (key,)
