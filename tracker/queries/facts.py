"""The seam from rows to the domain's facts: many pairs of inspector and inspection, in a fixed number of statements."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from tracker.domain.dates import PartialDate
from tracker.domain.facts import Confirmation, Connection, Facts, Nature, Standing, Verdict, World
from tracker.domain.keys import keys_of_stranger
from tracker.domain.plain import world_from_json
from tracker.models import (
    Area,
    AreaOf,
    ConnectionGrade,
    ConnectionKey,
    ConnectionRow,
    InForce,
    InspectorConfirmation,
    ProviderKey,
)
from tracker.queries.lists import in_lists
from tracker.queries.pairs import Pair
from tracker.queries.visits import visits


def facts_for(session: Session, pairs: Sequence[Pair]) -> list[Facts]:
    """Return the facts of each pair, in order: only the connections that share a key with the provider are loaded."""
    inspectors = sorted({pair.inspector_id for pair in pairs if pair.inspector_id is not None})
    standing = _standing(session, inspectors)
    touching = _candidates(session, pairs, inspectors)
    loaded = connections(session, sorted({key for each in touching for key in each}))
    targets = {loaded[key].target for each in touching for key in each}
    around = areas(session, {*targets, *(pair.provider for pair in pairs)})
    seen = visits(session, pairs, inspectors, around)
    given = _confirmed(session, [pair.confirmed for pair in pairs if pair.confirmed is not None])
    return [
        Facts(
            inspector=pair.staff_no,
            provider=pair.provider,
            starts_on=pair.starts_on,
            ends_on=pair.ends_on,
            declaration=standing.get(pair.inspector_id) if pair.inspector_id is not None else None,
            connections=tuple(loaded[key] for key in keys),
            world=_joined(around, pair.provider, (loaded[key].target for key in keys)),
            role=pair.role,
            visits=those,
            confirmation=Confirmation(pair.on, pair.confirmed in given) if pair.confirmed and pair.on else None,
        )
        for pair, keys, those in zip(pairs, touching, seen, strict=True)
    ]


def _joined(around: dict[str, World], provider: str, targets: Iterable[str]) -> World:
    parts = list(dict.fromkeys(id(around[ref]) for ref in (provider, *targets) if ref in around))
    worlds = {id(each): each for each in around.values()}
    world = worlds[parts[0]] if parts else World()
    for part in parts[1:]:
        world = world.with_all(worlds[part])
    return world


def _standing(session: Session, inspectors: Sequence[int]) -> dict[int, Standing]:
    rows = in_lists(
        session,
        inspectors,
        lambda some: select(InForce.inspector_id, InForce.ref, InForce.made_on).where(InForce.inspector_id.in_(some)),
    )
    return {row.inspector_id: Standing(row.ref, row.made_on) for row in rows}


def _candidates(session: Session, pairs: Sequence[Pair], inspectors: Sequence[int]) -> list[tuple[int, ...]]:
    """Return for each pair the connections in force that share a key with its provider, by number."""
    providers = sorted({pair.provider for pair in pairs})
    keys_of: dict[str, set[str]] = {}
    for row in in_lists(
        session,
        providers,
        lambda some: select(ProviderKey.provider, ProviderKey.key).where(ProviderKey.provider.in_(some)),
    ):
        keys_of.setdefault(row.provider, set()).add(row.key)
    held: dict[int, list[tuple[str, int]]] = {}
    for row in in_lists(
        session,
        inspectors,
        lambda some: select(ConnectionKey.inspector_id, ConnectionKey.key, ConnectionKey.connection_id).where(
            ConnectionKey.inspector_id.in_(some)
        ),
    ):
        held.setdefault(row.inspector_id, []).append((row.key, row.connection_id))
    return [
        tuple(
            sorted(
                {
                    number
                    for key, number in held.get(pair.inspector_id or 0, ())
                    if key in (keys_of.get(pair.provider) or keys_of_stranger(pair.provider))
                }
            )
        )
        for pair in pairs
    ]


def connections(session: Session, numbers: Sequence[int]) -> dict[int, Connection]:
    """Return connections as the domain sees them, with a reviewer's latest grade where they need one."""
    rows = list(
        in_lists(
            session,
            numbers,
            lambda some: select(
                ConnectionRow.id,
                ConnectionRow.ref,
                ConnectionRow.nature,
                ConnectionRow.holder,
                ConnectionRow.target,
                ConnectionRow.target_name,
                ConnectionRow.began_on,
                ConnectionRow.ended_on,
                ConnectionRow.restates_id,
            ).where(ConnectionRow.id.in_(some)),
        )
    )
    first = {row.restates_id or row.id for row in rows if row.nature is Nature.OTHER}
    grades = _grades(session, sorted(first))
    return {row.id: _connection(row, grades.get(row.restates_id or row.id)) for row in rows}


def _connection(row: Row[*tuple[Any, ...]], grade: Verdict | None) -> Connection:
    return Connection(
        ref=row.ref,
        nature=row.nature,
        holder=row.holder,
        target=row.target,
        target_name=row.target_name,
        began_on=PartialDate.parse(row.began_on),
        ended_on=PartialDate.parse(row.ended_on) if row.ended_on else None,
        grade=grade,
    )


def _grades(session: Session, numbers: Sequence[int]) -> dict[int, Verdict]:
    latest = select(func.max(ConnectionGrade.id)).group_by(ConnectionGrade.connection_id)
    rows = in_lists(
        session,
        numbers,
        lambda some: select(ConnectionGrade.connection_id, ConnectionGrade.verdict).where(
            ConnectionGrade.connection_id.in_(some), ConnectionGrade.id.in_(latest)
        ),
    )
    return {row.connection_id: row.verdict for row in rows}


def areas(session: Session, refs: Iterable[str]) -> dict[str, World]:
    """Return for each provider or group the part of the world around it; one that no register knows is left out."""
    rows = in_lists(
        session,
        sorted(set(refs)),
        lambda some: (
            select(AreaOf.ref, Area.key, Area.world).join(Area, Area.key == AreaOf.area).where(AreaOf.ref.in_(some))
        ),
    )
    read: dict[str, World] = {}
    result = {}
    for row in rows:
        if row.key not in read:
            read[row.key] = world_from_json(json.loads(row.world))
        result[row.ref] = read[row.key]
    return result


def _confirmed(session: Session, assignments: Sequence[int]) -> set[int]:
    """Return those assignments for which the inspector has confirmed."""
    there = InspectorConfirmation.assignment_id
    return {row[0] for row in in_lists(session, assignments, lambda some: select(there).where(there.in_(some)))}
