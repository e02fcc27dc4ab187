"""The rebuildable tables of the check: areas, and the keys of providers and connections."""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.domain.facts import GROUPS, ORGANISATION, World
from tracker.domain.groups import bodies
from tracker.domain.keys import Index, index
from tracker.domain.plain import world_to_json
from tracker.domain.tree import Broken
from tracker.models import (
    Area,
    AreaOf,
    Base,
    ConnectionKey,
    ConnectionPlace,
    InForce,
    ProviderKey,
    RegisterState,
)
from tracker.queries import world as worlds
from tracker.services.settling import Values, rows_of, settle
from tracker.services.standing import keys_and_places

TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh found: the providers and groups of which a check may now say otherwise, and the rows it wrote."""

    refs: frozenset[str]
    rows: int


def rebuild_keys(session: Session) -> Refreshed:
    """Work out every row of the rebuildable tables afresh, and write those that differ: none, if all is well."""
    renew_state(session)
    moved, rows = _areas(session, index(worlds.whole(session)), None)
    standing = {row[0]: key[0] for key, row in rows_of(session, InForce).items()}
    return Refreshed(frozenset(moved), rows + _connections(session, standing, None))


def refuse_stale(session: Session) -> None:
    """Raise Broken where a rebuildable table is not what it would be if it were worked out afresh.

    No entry tells of these tables, and every check finds by them what it looks at: who changes them hides a conflict.
    """
    found = index(worlds.whole(session))
    standing = {row[0]: key[0] for key, row in rows_of(session, InForce).items()}
    keys, places = keys_and_places(session, standing)
    wanted: dict[type[Base], dict[Values, Values]] = {ConnectionKey: keys, ConnectionPlace: places}
    for model, now in (*_derived(found).items(), *wanted.items()):
        if rows_of(session, model) != now:
            said = f"the table {model.__tablename__}, by which a check finds what it looks at, is not what follows"
            raise Broken(None, None, f"{said} from the registers and the declarations: “tracker db upgrade” mends it")


def refresh_keys(session: Session, touched: Iterable[str]) -> Refreshed:
    """Bring the rebuildable tables up to date after a change of these providers, groups and organisations.

    Only what links or groups join to them is read and worked out again.
    """
    asked = set(touched)
    renew_state(session, names=not asked or any(not ref.startswith(ORGANISATION) for ref in asked))
    around, reached = _around(session, asked)
    found = index(around)
    moved, rows = _areas(session, found, reached)
    # What stands alone is in no area, so that its change moves none.
    refs = moved | asked
    standing = worlds.connected(session, refs)
    return Refreshed(frozenset(refs), rows + _connections(session, standing, refs))


def renew_state(session: Session, *, names: bool = True) -> None:
    """Give the state of the registers another name, so that nobody believes what was read before.

    `names` is whether what the search finds may have changed, too.
    """
    fresh = {"token": secrets.token_hex(TOKEN_BYTES)}
    if names:
        fresh["names"] = secrets.token_hex(TOKEN_BYTES)
    session.execute(update(RegisterState).values(**fresh))


def _around(session: Session, touched: set[str]) -> tuple[World, set[str]]:
    """Return the part of the world that these can change, and all that it speaks of: whole areas."""
    groups = {ref for ref in touched if ref.startswith(GROUPS)}
    tied = worlds.organisation_links(session)
    refs = touched - groups
    if groups:
        groups |= _fellows(session, groups)
        refs |= worlds.members(session, groups)
        refs |= {each.organisation for each in tied if each.target in groups}
    links = worlds.joined_to(session, refs)
    refs |= {end for link in links for end in (link.of, link.to)}
    memberships = worlds.memberships(session, refs)
    tied = tuple(each for each in tied if each.organisation in refs)
    named = groups | {each.group for each in memberships} | {x.target for x in tied if x.target.startswith(GROUPS)}
    listed = {each.ref: each for each in worlds.groups(session, named)}
    if named:
        every = {each.ref: each for each in worlds.twins(session)}
        body_of = bodies(every.values())
        wanted = {body_of[ref] for ref in named if ref in body_of}
        listed.update((ref, each) for ref, each in every.items() if body_of[ref] in wanted)
    # What stands alone is in no area, whatever the register says of it.
    inside = {end for link in links for end in (link.of, link.to)} | {each.provider for each in memberships}
    parts = World(worlds.providers(session, inside), links, tuple(listed.values()), memberships, tied)
    return parts, refs | listed.keys()


def _fellows(session: Session, groups: set[str]) -> set[str]:
    """Return the groups that are one body with one of these, or were by what is kept."""
    body_of = bodies(worlds.twins(session))
    # One that is no trust or sponsor any more may have been one body with another.
    rows = rows_of(session, AreaOf, AreaOf.ref.expression, body_of.keys() | groups)
    kept = {ref: area.removeprefix("line:") for (ref,), (area,) in rows.items()}
    changed = {ref for ref, body in body_of.items() if kept.get(ref, ref) != body} | groups
    several = {body_of.get(ref, ref) for ref in changed} | {kept.get(ref, ref) for ref in changed}
    return {ref for ref, body in body_of.items() if body in several or kept.get(ref, ref) in several} | changed


def _areas(session: Session, found: Index, refs: Collection[str] | None) -> tuple[set[str], int]:
    """Write the areas, who is in which, and the providers' keys; return whom that changes, and how many rows."""
    derived = _derived(found)
    kept_members = rows_of(session, AreaOf, *_in(AreaOf.ref, refs))
    kept_keys = rows_of(session, ProviderKey, *_in(ProviderKey.provider, refs))
    before = {row[0] for row in kept_members.values()}
    kept = rows_of(session, Area, *_in(Area.key, None if refs is None else before | found.areas.keys()))
    changed = {key for (key,) in settle(session, Area, derived[Area], kept)}
    moved = settle(session, AreaOf, derived[AreaOf], kept_members)
    rekeyed = settle(session, ProviderKey, derived[ProviderKey], kept_keys)
    whom = {ref for (ref,) in moved} | {key[0] for key in rekeyed}
    whom |= {ref for ref, area in found.area_of.items() if area in changed}
    return whom, len(changed) + len(moved) + len(rekeyed)


def _derived(found: Index) -> dict[type[Base], dict[Values, Values]]:
    """Return the rows that follow from an index: of areas, of who is in which, and of the providers' keys."""
    return {
        Area: {(key,): (world_to_json(part),) for key, part in found.areas.items()},
        AreaOf: {(ref,): (area,) for ref, area in found.area_of.items()},
        ProviderKey: {(ref, key): () for ref, each in found.keys.items() for key in each},
    }


def _in(column: InstrumentedAttribute[Any], values: Collection[Any] | None) -> tuple[Any, ...]:
    return () if values is None else (column.expression, values)


def _connections(session: Session, standing: Mapping[int, int], refs: Collection[str] | None) -> int:
    """Write the keys and places of the connections of these declarations; return how many rows differed."""
    if refs is not None and not standing:
        return 0
    keys, places = keys_and_places(session, standing)
    whose = None if refs is None else set(standing.values())
    kept_keys = rows_of(session, ConnectionKey, *_in(ConnectionKey.inspector_id, whose))
    kept_places = rows_of(session, ConnectionPlace, *_in(ConnectionPlace.inspector_id, whose))
    return len(settle(session, ConnectionKey, keys, kept_keys)) + len(
        settle(session, ConnectionPlace, places, kept_places)
    )
