"""What the search looks through, worked out of the registers: each provider's own words and those of its past."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.facts import Status, World
from tracker.domain.search import entry_words, normal, numbers, places, rank
from tracker.domain.succession import Lines
from tracker.models import FormerName, GroupRow, ProviderRow


@dataclass(frozen=True, slots=True)
class Entry:
    """What the search looks through for one provider or group: `name` in plain words, all `words`, and its rank."""

    ref: str
    name: str
    words: str
    rank: int


def search_entries(session: Session, world: World, refs: Collection[str] | None) -> Iterator[Entry]:
    """Yield the search entries of these providers and groups (None: of all)."""
    former: dict[str, list[str]] = {}
    for ref, name in session.execute(select(FormerName.ref, FormerName.name).order_by(FormerName.id)):
        former.setdefault(ref, []).append(normal(name))
    names = {ref: normal(name) for ref, name in session.execute(select(ProviderRow.ref, ProviderRow.name))}
    lines = world.made(Lines)
    rows = _rows(session, refs)
    # What a provider came from is in its own area, and so among the rows.
    names = {row.ref: normal(row.name) for row in rows}
    for row in rows:
        name = names[row.ref]
        own = (name, *places(row.town, row.postcode), *numbers(row.ref, row.other_numbers))
        was = list(former.get(row.ref, ()))
        for before in lines.backwards(row.ref):
            was += [names.get(before, ""), *former.get(before, ()), before]
        yield Entry(row.ref, name, entry_words(own, was), rank(row.status, is_gone=row.is_gone))


@dataclass(frozen=True, slots=True)
class _Row:
    ref: str
    name: str
    status: Status
    town: str
    postcode: str
    other_numbers: str
    is_gone: bool


def _rows(session: Session, refs: Collection[str] | None) -> list[_Row]:
    """Return the rows of these references, read as plain columns, for they may be all there are."""
    names = ("ref", "name", "status", "town", "postcode", "other_numbers")
    result = []
    for model in (ProviderRow, GroupRow):
        columns = model.__table__.columns
        asked = [*(columns[name] for name in names), columns.gone_at.is_not(None)]
        result += [_Row(*row) for row in session.execute(select(*asked)) if refs is None or row.ref in refs]
    return result
