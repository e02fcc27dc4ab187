"""What a glance does not say: the worlds around places, connections, and who was there before."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.dates import PartialDate
from tracker.domain.facts import Connection, Holder, Nature, Objection, Provider, Status, Verdict, Visit, World
from tracker.domain.lifecycle import HELD, OBSERVER
from tracker.domain.plain import world_from_json
from tracker.queries.driver import Statement, day, numbers
from tracker.queries.memory import Memory, memory_of
from tracker.queries.pairs import Pair

_HELD = ", ".join(f"'{each}'" for each in HELD)
_ASKED = """
    SELECT value ->> 0 AS ref FROM {given places} UNION
    SELECT connection.target FROM connection
    WHERE connection.ref IN (SELECT value ->> 0 FROM {given connections})
"""
# One statement for all kinds of row, each padded to the same eleven columns: a second journey costs more.
_AROUND = Statement(f"""
    SELECT 'connection', connection.ref, connection.nature, connection.holder, connection.target,
        connection.target_name, connection.began_on, connection.ended_on,
        CASE WHEN connection.nature = 'other' THEN
            (SELECT grade.verdict FROM connection_grade AS grade
             WHERE grade.connection_id = coalesce(connection.restates_id, connection.id)
             ORDER BY grade.id DESC LIMIT 1) END, NULL, NULL
    FROM connection WHERE connection.ref IN (SELECT value ->> 0 FROM {{given connections}})
    UNION ALL
    SELECT 'place', asked.ref, area_of.area, provider.name, provider.status, CAST(provider.closed_on AS text),
        provider.authority, provider.type_group, provider.phase, provider.easting, provider.northing
    FROM ({_ASKED}) AS asked
    LEFT JOIN area_of ON area_of.ref = asked.ref
    LEFT JOIN provider ON provider.ref = asked.ref AND area_of.ref IS NULL
    UNION ALL
    SELECT 'area', area.key, area.world, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM area WHERE area.key IN (
        SELECT area_of.area FROM area_of WHERE area_of.ref IN ({_ASKED})
        EXCEPT SELECT value ->> 0 FROM {{given areas}})
    UNION ALL
    SELECT 'visit', visit.reference, visit.provider, CAST(visit.starts_on AS text), CAST(visit.ends_on AS text),
        (SELECT {{joined place.inspector_id}} FROM assignment AS place WHERE place.inspection_id = visit.id
         AND place.state IN ({_HELD}) AND place.role <> '{OBSERVER}'), NULL, NULL, NULL, NULL, NULL
    FROM inspection AS visit
    WHERE visit.provider IN (
        SELECT value ->> 0 FROM {{given visited}} UNION
        SELECT there.ref FROM area_of AS here JOIN area_of AS there ON there.area = here.area
        WHERE here.ref IN (SELECT value ->> 0 FROM {{given visited}}))
    AND EXISTS (SELECT 1 FROM assignment AS place WHERE place.inspection_id = visit.id AND place.state IN ({_HELD}))
    UNION ALL
    SELECT 'objection', objection.ref, CAST(objection.received_on AS text), CAST(place.inspection_id AS text),
        CAST(place.inspector_id AS text), NULL, NULL, NULL, NULL, NULL, NULL
    FROM {{given objected}} CROSS JOIN assignment AS place CROSS JOIN objection
    WHERE place.inspection_id = CAST(value ->> 0 AS bigint) AND place.inspector_id = CAST(value ->> 1 AS bigint)
        AND objection.assignment_id = place.id
""")  # noqa: S608 (words of our own)

_TEAMS = Statement(f"""
    SELECT visit.reference, visit.provider, CAST(visit.starts_on AS text), CAST(visit.ends_on AS text),
        (SELECT {{joined place.inspector_id}} FROM assignment AS place WHERE place.inspection_id = visit.id
         AND place.state IN ({_HELD}) AND place.role <> '{OBSERVER}')
    FROM inspection AS visit
    WHERE visit.provider IN (SELECT value ->> 0 FROM {{given providers}})
    AND EXISTS (SELECT 1 FROM assignment AS place WHERE place.inspection_id = visit.id AND place.state IN ({_HELD}))
""")  # noqa: S608 (words of our own)
_STATE = Statement("SELECT token FROM register_state")
LIST = 10_000


@dataclass(frozen=True, slots=True)
class Held:
    """An inspection that has a team, and the numbers of the inspectors who take part in it, as observers do not."""

    reference: str
    provider: str
    starts_on: date
    ends_on: date
    team: frozenset[int]


# An inspection and an inspector, by number.
Between = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Read:
    """What was read and is not kept: graded connections, inspections that have a team, and providers' objections."""

    connections: Mapping[str, Connection]
    inspected: Mapping[str, Sequence[Held]]
    objections: Mapping[Between, tuple[Objection, ...]]


def read(
    session: Session,
    memory: Memory,
    *,
    connections: Collection[str] = (),
    places: Collection[str] = (),
    visited: Collection[str] = (),
    objected: Collection[Between] = (),
) -> Read:
    """Read these connections with the worlds of their targets, those of these places, and who was at the visited.

    `objected` are inspections and the inspectors to whom the provider objected. What may be kept is put into the
    memory.
    """
    given = {"connections": connections, "places": places, "visited": visited}
    asked: dict[str, list[Any]] = {name: [[each] for each in sorted(values)] for name, values in given.items()}
    asked["objected"] = [[*each] for each in sorted(objected)]
    graded: dict[str, Connection] = {}
    inspected: dict[str, list[Held]] = {}
    objections: dict[Between, tuple[Objection, ...]] = {}
    found: list[Any] = []
    for kind, *row in _AROUND.rows(session, areas=[], **asked):
        match kind:
            case "connection":
                connection = _connection(row)
                kept = graded if connection.nature is Nature.OTHER else memory.connections
                kept[connection.ref] = connection
            case "area":
                if row[0] not in memory.areas:
                    memory.areas[row[0]] = world_from_json(json.loads(row[1]))
            case "place":
                found.append(row)
            case "objection":
                _add(objections, row)
            case _:
                inspected.setdefault(row[1], []).append(_held(*row[:5]))
    for ref, area, *columns in found:
        memory.worlds[ref] = memory.areas[area] if area is not None else _alone(ref, columns)
    return Read(graded, inspected, objections)


def _add(objections: dict[Between, tuple[Objection, ...]], row: Sequence[Any]) -> None:
    ref, received_on, inspection, inspector, *_ = row
    between = int(inspection), int(inspector)
    objections[between] = (*objections.get(between, ()), Objection(ref, date.fromisoformat(received_on)))


def _alone(ref: str, columns: Sequence[Any]) -> World:
    """Return the world of a provider that nothing is linked to and that is in no group; an empty one of a stranger."""
    name, status, closed_on, *rest = columns
    if name is None:
        return World()
    return World((Provider(ref, name, Status(status), day(closed_on), *rest),))


def _connection(row: Sequence[Any]) -> Connection:
    ref, nature, holder, target, name, began_on, ended_on, grade, *_ = row
    return Connection(
        ref=ref,
        nature=Nature(nature),
        holder=Holder(holder),
        target=target,
        target_name=name,
        began_on=PartialDate.parse(began_on),
        ended_on=PartialDate.parse(ended_on) if ended_on else None,
        grade=Verdict(grade) if grade else None,
    )


def _held(reference: str, provider: str, starts_on: str, ends_on: str, team: str | None) -> Held:
    first, last = date.fromisoformat(starts_on), date.fromisoformat(ends_on)
    return Held(reference, provider, first, last, frozenset(numbers(team)))


def visits(pair: Pair, world: World, inspected: Mapping[str, Sequence[Held]]) -> tuple[Visit, ...]:
    """Return the inspections before that of a pair, at its provider and at all that links join to it, in order."""
    found = (
        Visit(each.reference, each.provider, each.starts_on, each.ends_on, pair.inspector_id in each.team)
        for ref in {pair.provider, *(end for link in world.links for end in (link.of, link.to))}
        for each in inspected.get(ref, ())
        if each.ends_on < pair.starts_on
    )
    return tuple(sorted(found, key=lambda each: (each.ends_on, each.starts_on, each.reference)))


def inspected_at(session: Session, providers: Collection[str]) -> Mapping[str, Sequence[Held]]:
    """Return the inspections of these providers that have a team."""
    found: dict[str, list[Held]] = {}
    wanted = sorted(providers)
    for start in range(0, len(wanted), LIST):
        for row in _TEAMS.rows(session, providers=[[ref] for ref in wanted[start : start + LIST]]):
            found.setdefault(row[1], []).append(_held(*row))
    return found


def worlds_of(session: Session, refs: Sequence[str]) -> list[World]:
    """Return the world around each of these, in order; what was read since the registers changed is not read again."""
    memory = memory_of(session, str(_STATE.answer(session, {})[0][0]))
    result: dict[str, World] = {}
    wanted = sorted(set(refs))
    for start in range(0, len(wanted), LIST):
        some = wanted[start : start + LIST]
        if missing := [ref for ref in some if ref not in memory.worlds]:
            read(session, memory, places=missing)
        result.update((ref, memory.worlds[ref]) for ref in some)
    return [result[ref] for ref in refs]


def areas(session: Session, refs: Collection[str]) -> dict[str, World]:
    """Return the world around each of these providers, groups and organisations; an empty one for a stranger.

    Nothing is kept: who asks may be changing the registers.
    """
    memory = Memory()
    read(session, memory, places=set(refs))
    return {ref: memory.worlds[ref] for ref in refs}
