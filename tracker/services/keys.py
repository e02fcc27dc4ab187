"""The rebuildable tables: areas, and the keys of providers and connections; and the word that the registers changed."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.domain.keys import Index, index
from tracker.domain.plain import world_to_json
from tracker.models import Area, AreaOf, ConnectionKey, ConnectionRow, InForce, ProviderKey, SearchState
from tracker.queries import registers
from tracker.services.settling import settle
from tracker.services.standing import connection_keys

LIST = 5_000
TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh changed: the areas, and how many rows of all the tables it had to write or remove."""

    areas: frozenset[str]
    rows: int


def rebuild_keys(session: Session) -> Refreshed:
    """Work out every row of the rebuildable tables afresh, and write those that differ: none, if all is well."""
    found = index(registers.world(session))
    areas, rows = _areas(session, found)
    rows += _connection_keys(session, None)
    renew_search(session)
    return Refreshed(frozenset(areas), rows)


def refresh_keys(session: Session, touched: Collection[str]) -> Refreshed:
    """Bring the rebuildable tables up to date after a change of these providers and groups.

    The areas are always cut afresh out of the whole world; connections only where areas changed.
    """
    if not touched:
        return Refreshed(frozenset(), 0)
    found = index(registers.world(session))
    areas, rows = _areas(session, found)
    rows += _connection_keys(session, areas)
    renew_search(session)
    return Refreshed(frozenset(areas), rows)


def _areas(session: Session, found: Index) -> tuple[set[str], int]:
    """Write the areas, who is in which, and the providers' keys; return the areas that changed, and rows written."""
    worlds = {(key,): (world_to_json(part),) for key, part in found.areas.items()}
    members = {(ref,): (area,) for ref, area in found.area_of.items()}
    keys = {(ref, key): () for ref, each in found.keys.items() for key in each}
    changed_worlds = settle(session, Area, worlds)
    moved = settle(session, AreaOf, members)
    changed = {key for (key,) in changed_worlds} | {found.area_of[ref] for (ref,) in moved if ref in found.area_of}
    return changed, len(changed_worlds) + len(moved) + len(settle(session, ProviderKey, keys))


def renew_search(session: Session) -> None:
    """Say that the registers changed: no process answers a search by what it knew of them before."""
    session.execute(update(SearchState).values(token=secrets.token_hex(TOKEN_BYTES)))


def _connection_keys(session: Session, areas: set[str] | None) -> int:
    """Write the keys of the connections in force whose targets are in these areas (None: of all)."""
    rows = session.execute(
        select(InForce.inspector_id, InForce.declaration_id, AreaOf.area)
        .join(ConnectionRow, ConnectionRow.declaration_id == InForce.declaration_id)
        .outerjoin(AreaOf, AreaOf.ref == ConnectionRow.target)
    ).all()
    touched = {row.declaration_id: row.inspector_id for row in rows if areas is None or row.area in areas}
    whose = set(touched.values())
    now: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for some in _lists(sorted(touched)):
        for each in connection_keys(session, {number: touched[number] for number in some}):
            now[each["key"], each["inspector_id"], each["connection_id"]] = ()
    only = None if areas is None else lambda key: key[1] in whose
    return len(settle(session, ConnectionKey, now, only)) if areas is None or touched else 0


def _lists(values: Sequence[int]) -> Iterable[Sequence[int]]:
    return (values[start : start + LIST] for start in range(0, len(values), LIST))
