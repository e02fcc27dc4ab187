"""What providers and groups were called at an instant: an import that gives another name keeps the one before."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from tracker.domain.register import WITHHELD
from tracker.models import GroupRow, NameUntil, ProviderRow, RegisterImport
from tracker.queries.parts import in_parts


@dataclass(frozen=True, slots=True)
class Called:
    """What a provider was called at an instant, and what it is called now where that is something else."""

    name: str
    now: str = ""


def name_at(row: type[ProviderRow | GroupRow], at: datetime | None) -> ColumnElement[str]:
    """Return the column of what a provider or a group was called at an instant; of today's name for none.

    What its publisher keeps back by now is told of no instant.
    """
    if at is None:
        return row.name.expression
    until = (
        select(NameUntil.name)
        .join(RegisterImport, RegisterImport.ref == NameUntil.source)
        .where(NameUntil.ref == row.ref, RegisterImport.imported_at > at)
        .order_by(RegisterImport.id)
        .limit(1)
        .correlate(row)
        .scalar_subquery()
    )
    return case((row.name.endswith(WITHHELD), row.name), else_=func.coalesce(until, row.name))


def providers_called(session: Session, refs: Collection[str], at: datetime | None) -> dict[str, Called]:
    """Return what providers were called at an instant, or are now; the reference itself for one on no register."""
    found = {ref: Called(ref) for ref in refs}
    for some in in_parts(refs):
        query = select(ProviderRow.ref, ProviderRow.name, name_at(ProviderRow, at)).where(ProviderRow.ref.in_(some))
        for ref, now, then in session.execute(query):
            found[ref] = Called(then, now if now != then else "")
    return found
