"""The seam from rows to the domain's facts: many pairs of inspector and inspection, in two statements at most."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from tracker.domain.facts import Confirmation, Connection, Facts, Objection
from tracker.queries.glances import Glance, glance, glances
from tracker.queries.memory import Memory, memory_of
from tracker.queries.pairs import Pair
from tracker.queries.supposed import Supposed
from tracker.queries.surroundings import Read, read, visits

_NOTHING = Read({}, {}, {})


def facts_for(session: Session, pairs: Sequence[Pair], supposed: Supposed | None = None) -> list[Facts]:
    """Return the facts of each pair, in order: only the connections that may touch its provider are among them.

    Who was there before is told as it would be if what is supposed were so; the pairs are on their new days already.

    A second statement is sent only for what was not read since the registers changed, for connections that a reviewer
    grades, where an inspector was there before, and where the provider objected.
    """
    if not pairs:
        return []
    seen = [glance(session, pairs[0])] if len(pairs) == 1 else list(glances(session, pairs))
    memory = memory_of(session, seen[0].token)
    if supposed is not None:
        # Whether somebody was there before is known only of the days that are written.
        seen = [each._replace(visited=True) for each in seen]
    more = _read(session, memory, pairs, seen)
    if supposed is not None:
        more = replace(more, inspected=supposed.inspected(more.inspected))
    return [_facts(pair, each, memory, more) for pair, each in zip(pairs, seen, strict=True)]


def _read(session: Session, memory: Memory, pairs: Sequence[Pair], seen: Sequence[Glance]) -> Read:
    """Read what is not kept of what these pairs need."""
    known, worlds = memory.connections, memory.worlds
    fresh, places, visited, objected = set(), set(), set(), set()
    for pair, each in zip(pairs, seen, strict=True):
        if pair.provider not in worlds:
            places.add(pair.provider)
        if each.visited:
            visited.add(pair.provider)
        if each.is_objected_to and pair.inspection is not None and pair.inspector_id is not None:
            objected.add((pair.inspection, pair.inspector_id))
        for ref in each.connections:
            connection = known.get(ref)
            if connection is None:
                fresh.add(ref)
            elif connection.target not in worlds:
                places.add(connection.target)
    if not (fresh or places or visited or objected):
        return _NOTHING
    return read(session, memory, connections=fresh, places=places, visited=visited, objected=objected)


def _facts(pair: Pair, seen: Glance, memory: Memory, more: Read) -> Facts:
    own = memory.worlds[pair.provider]
    areas = [own] if own.refs else []
    connections: list[Connection] = []
    for ref in seen.connections:
        connection = memory.connections.get(ref) or more.connections[ref]
        connections.append(connection)
        world = memory.worlds[connection.target]
        # The same area is the same object; to compare two of them would compare all that they hold.
        if world is not own and world.refs and not any(world is each for each in areas):
            areas.append(world)
    return Facts(
        inspector=pair.staff_no,
        provider=pair.provider,
        starts_on=pair.starts_on,
        ends_on=pair.ends_on,
        declaration=seen.standing,
        connections=tuple(connections),
        areas=tuple(areas),
        role=pair.role,
        visits=visits(pair, own, more.inspected) if seen.visited else (),
        confirmation=Confirmation(pair.on, seen.has_confirmed) if pair.is_held and pair.on else None,
        objections=_objections(pair, more) if seen.is_objected_to else (),
    )


def _objections(pair: Pair, more: Read) -> tuple[Objection, ...]:
    if pair.inspection is None or pair.inspector_id is None:
        return ()
    found = more.objections[pair.inspection, pair.inspector_id]
    return tuple(sorted(found, key=lambda each: (each.received_on, each.ref)))
