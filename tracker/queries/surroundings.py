"""What lies around those few pairs that a glance does not answer: connections, areas, and who was there before."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.dates import PartialDate
from tracker.domain.facts import Connection, Holder, Nature, Verdict, Visit, World
from tracker.domain.plain import world_from_json
from tracker.queries.driver import Statement, numbers
from tracker.queries.pairs import Pair

# One statement for all three kinds of row, each padded to the same nine columns: a second journey costs more.
_AROUND = Statement("""
    SELECT 'connection', connection.id, connection.ref, connection.nature, connection.holder, connection.target,
        connection.target_name, connection.began_on, connection.ended_on,
        CASE WHEN connection.nature = 'other' THEN
            (SELECT grade.verdict FROM connection_grade AS grade
             WHERE grade.connection_id = coalesce(connection.restates_id, connection.id)
             ORDER BY grade.id DESC LIMIT 1) END
    FROM connection WHERE connection.id IN (SELECT CAST(value ->> 0 AS bigint) FROM {given connections})
    UNION ALL
    SELECT 'place', NULL, area_of.ref, area_of.area, NULL, NULL, NULL, NULL, NULL, NULL
    FROM area_of WHERE area_of.ref IN (
        SELECT value ->> 0 FROM {given places} UNION
        SELECT connection.target FROM connection
        WHERE connection.id IN (SELECT CAST(value ->> 0 AS bigint) FROM {given connections}))
    UNION ALL
    SELECT 'area', NULL, area.key, area.world, NULL, NULL, NULL, NULL, NULL, NULL
    FROM area WHERE area.key IN (
        SELECT area_of.area FROM area_of WHERE area_of.ref IN (
            SELECT value ->> 0 FROM {given places} UNION
            SELECT connection.target FROM connection
            WHERE connection.id IN (SELECT CAST(value ->> 0 AS bigint) FROM {given connections})))
    UNION ALL
    SELECT 'visit', visit.id, visit.reference, visit.provider, CAST(visit.starts_on AS text),
        CAST(visit.ends_on AS text),
        (SELECT {joined place.inspector_id} FROM assignment AS place WHERE place.inspection_id = visit.id
         AND place.state IN ('confirmed', 'questioned') AND place.role <> 'observer'), NULL, NULL, NULL
    FROM inspection AS visit
    WHERE visit.provider IN (
        SELECT value ->> 0 FROM {given visited} UNION
        SELECT there.ref FROM area_of AS here JOIN area_of AS there ON there.area = here.area
        WHERE here.ref IN (SELECT value ->> 0 FROM {given visited}))
    AND EXISTS (SELECT 1 FROM assignment AS place WHERE place.inspection_id = visit.id
                AND place.state IN ('confirmed', 'questioned'))
""")


@dataclass(frozen=True, slots=True)
class Inspected:
    """An inspection that has a team, and the numbers of the inspectors who take part in it, as observers do not."""

    reference: str
    provider: str
    starts_on: date
    ends_on: date
    team: frozenset[int]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Connections by number, the area of each place, and the inspections that have a team, by provider."""

    connections: dict[int, Connection] = field(default_factory=dict)
    areas: dict[str, World] = field(default_factory=dict)
    inspected: dict[str, list[Inspected]] = field(default_factory=dict)

    def world(self, places: Iterable[str]) -> World:
        """Return the areas of these places as one; a place that no register knows has none."""
        parts = list({id(each): each for each in (self.areas.get(place) for place in places) if each}.values())
        return reduce(World.with_all, parts) if parts else World()

    def visits(self, pair: Pair, world: World) -> tuple[Visit, ...]:
        """Return the inspections before that of a pair, at its provider and at all that links join to it, in order."""
        ends = (end for link in world.links for end in (link.of, link.to))
        found = (
            Visit(each.reference, each.provider, each.starts_on, each.ends_on, pair.inspector_id in each.team)
            for ref in {pair.provider, *ends}
            for each in self.inspected.get(ref, ())
            if each.ends_on < pair.starts_on
        )
        return tuple(sorted(found, key=lambda each: (each.ends_on, each.starts_on, each.reference)))


def surroundings(
    session: Session,
    *,
    connections: Collection[int] = (),
    places: Collection[str] = (),
    visited: Collection[str] = (),
) -> Surroundings:
    """Return these connections with the areas of their targets, those of these places, and who was at the visited."""
    result, worlds, area_of = Surroundings(), dict[str, World](), dict[str, str]()
    given = {"connections": connections, "places": places, "visited": visited}
    asked = {name: [[each] for each in sorted(set(values))] for name, values in given.items()}  # type: ignore[type-var]
    for kind, number, *row in _AROUND.rows(session, **asked):
        match kind:
            case "connection":
                result.connections[number] = _connection(row)
            case "place":
                area_of[row[0]] = row[1]
            case "area":
                worlds[row[0]] = world_from_json(json.loads(row[1]))
            case _:
                result.inspected.setdefault(row[1], []).append(_inspected(*row[:5]))
    result.areas.update((place, worlds[area]) for place, area in area_of.items())
    return result


def _connection(row: Sequence[Any]) -> Connection:
    ref, nature, holder, target, name, began_on, ended_on, grade = row
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


def _inspected(reference: str, provider: str, starts_on: str, ends_on: str, team: str | None) -> Inspected:
    first, last = date.fromisoformat(starts_on), date.fromisoformat(ends_on)
    return Inspected(reference, provider, first, last, frozenset(numbers(team)))
