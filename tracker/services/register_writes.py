"""The rows that an import will write, gathered before any is written, and the comparisons that registers share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from tracker.domain.errors import BadFileError
from tracker.domain.register import (
    GIAS,
    Difference,
    K,
    Kind,
    Known,
    Record,
    Rejected,
    difference,
    digest,
    same_name,
    values,
)
from tracker.models import Base, FormerName, ProviderRow


@dataclass
class Plan:
    """Rows to write, and what to say of them. `known` is how many there were; `touched` are providers and groups."""

    added: int = 0
    changed: int = 0
    gone: int = 0
    known: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    _writes: list[tuple[Any, list[dict[str, Any]]]] = field(default_factory=list)

    def insert(self, model: type[Base], rows: list[dict[str, Any]]) -> None:
        """Plan new rows."""
        self._writes.append((insert(_table(model)), rows))

    def update(self, model: type[Base], rows: list[dict[str, Any]]) -> None:
        """Plan changes of rows, each found by its `number`; all must set the same columns."""
        table = _table(model)
        self._writes.append((update(table).where(table.c.id == bindparam("number")), rows))

    def count(self, found: Difference[K], kept: Mapping[K, Known]) -> None:
        """Take a comparison's counts for the summary."""
        self.added, self.changed, self.gone = len(found.added), len(found.changed), len(found.gone)
        self.known = sum(not each.is_gone for each in kept.values())

    def write(self, session: Session) -> None:
        """Write all the rows, those of each kind in one statement."""
        for statement, rows in self._writes:
            if rows:
                session.execute(statement, rows)


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 (every model of the registers is a plain table)
    return table


def compared(
    plan: Plan, model: type[Base], kept: Mapping[K, Known], records: Iterable[Record], at: datetime, **also: str
) -> Difference[K]:
    """Plan the rows of one table out of an extract's records, and return what differs."""
    by_key: dict[Any, Record] = {record.key: record for record in records}
    digests = {key: digest(record) for key, record in by_key.items()}
    found: Difference[K] = difference(kept, digests)

    def row(key: K) -> dict[str, Any]:
        return {**also, **values(by_key[key]), "row_digest": digests[key], "gone_at": None}

    plan.insert(model, [row(key) for key in found.added])
    plan.update(model, [{**row(key), "number": kept[key].id} for key in found.changed])
    plan.update(model, [{"gone_at": at, "number": kept[key].id} for key in found.gone])
    return found


def names_of_establishments(session: Session) -> dict[str, str]:
    """Return the present name of every establishment; raise BadFileError where none was ever imported."""
    listed = select(ProviderRow.ref, ProviderRow.name).where(ProviderRow.register == GIAS)
    names = dict(session.execute(listed).all())
    if not names:
        raise not_before("establishments", Kind.GIAS)
    return names


def not_before(what: str, kind: Kind) -> BadFileError:
    """Return the refusal of a file that builds upon another, which was never imported."""
    return BadFileError(f"Import the {what} first: “tracker register import {kind} FILE”.", field="file")


def plan_former_names(
    session: Session, plan: Plan, borne: Iterable[tuple[str, str]], now: Mapping[str, str], source: str
) -> None:
    """Plan the former names among these pairs of reference and name: those that are neither present nor kept yet."""
    kept = set(session.execute(select(FormerName.ref, FormerName.name)))
    new = {
        (ref, name): source
        for ref, name in borne
        if name and ref in now and not same_name(name, now[ref]) and (ref, name) not in kept
    }
    plan.insert(FormerName, [{"ref": ref, "name": name, "source": source} for ref, name in new])
    plan.touched.update(ref for ref, _ in new)
    if new:
        plan.notes.append(f"{len(new):,} former names were learned; the search finds by them, too.")


def note_strangers(plan: Plan, what: str, number: int) -> None:
    """Note how many rows name a provider that is on no imported register."""
    if number:
        plan.notes.append(
            f"{number:,} {what} name a provider that is on no imported register; they are kept, for a line may run "
            "through it."
        )
