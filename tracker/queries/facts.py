"""The seam from rows to the domain's facts: many pairs of inspector and inspection, in two statements at most."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from tracker.domain.facts import Confirmation, Facts
from tracker.queries.areas import Around, read_areas
from tracker.queries.glances import Glance, glances
from tracker.queries.pairs import Pair
from tracker.queries.visits import Inspected, inspected, visits


def facts_for(session: Session, pairs: Sequence[Pair]) -> list[Facts]:
    """Return the facts of each pair, in order: only the connections that may touch its provider are among them.

    A second statement is sent only for areas that were not read before, and where an inspector was there before.
    """
    if not pairs:
        return []
    seen = list(glances(session, pairs))
    around = Around()
    missing = around.missing(place for each in seen for place in (each.own, *(kept for _, kept in each.connections)))
    there = {pair.provider for pair, each in zip(pairs, seen, strict=True) if each.visited}
    before: Inspected = {}
    if there:
        before = inspected(session, there, around, missing)
    elif missing:
        read_areas(session, around, missing)
    return [_facts(pair, each, around, before) for pair, each in zip(pairs, seen, strict=True)]


def _facts(pair: Pair, glance: Glance, around: Around, before: Inspected) -> Facts:
    own = around.world(glance.own)
    if glance.connections:
        worlds = {id(world): world for world in (own, *(around.world(kept) for _, kept in glance.connections))}
        areas = tuple(world for world in worlds.values() if world.refs)
        connections = tuple(connection for connection, _ in glance.connections)
    else:
        areas, connections = (own,) if own.refs else (), ()
    return Facts(
        inspector=pair.staff_no,
        provider=pair.provider,
        starts_on=pair.starts_on,
        ends_on=pair.ends_on,
        declaration=glance.standing,
        connections=connections,
        areas=areas,
        role=pair.role,
        visits=visits(pair, own, before) if glance.visited else (),
        confirmation=Confirmation(pair.on, glance.has_confirmed) if pair.confirmed and pair.on else None,
    )
