"""The seam from rows to the domain's facts: many pairs of inspector and inspection, in two statements at most."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from tracker.domain.facts import Confirmation, Facts, World
from tracker.queries.glances import Glance, glances
from tracker.queries.pairs import Pair
from tracker.queries.surroundings import Surroundings, surroundings


def facts_for(session: Session, pairs: Sequence[Pair]) -> list[Facts]:
    """Return the facts of each pair, in order.

    A glance is enough for most: where no connection shares a key with the provider, and the inspector was never there,
    no rule asks for more of the world than the provider itself. What lies around the others is read for them all.
    """
    seen = glances(session, pairs)
    more = [(pair, each) for pair, each in zip(pairs, seen, strict=True) if each.connections or each.visited]
    around = _around(session, more) if more else Surroundings()
    return [_facts(pair, each, around) for pair, each in zip(pairs, seen, strict=True)]


def _around(session: Session, pairs: Sequence[tuple[Pair, Glance]]) -> Surroundings:
    return surroundings(
        session,
        connections={number for _, each in pairs for number in each.connections},
        places={pair.provider for pair, _ in pairs},
        visited={pair.provider for pair, each in pairs if each.visited},
    )


def _facts(pair: Pair, glance: Glance, around: Surroundings) -> Facts:
    connections = tuple(around.connections[number] for number in glance.connections)
    if connections or glance.visited:
        world = around.world((pair.provider, *(each.target for each in connections)))
    else:
        world = World((glance.provider,)) if glance.provider else World()
    return Facts(
        inspector=pair.staff_no,
        provider=pair.provider,
        starts_on=pair.starts_on,
        ends_on=pair.ends_on,
        declaration=glance.standing,
        connections=connections,
        world=world,
        role=pair.role,
        visits=around.visits(pair, around.world((pair.provider,))) if glance.visited else (),
        confirmation=Confirmation(pair.on, glance.has_confirmed) if pair.confirmed and pair.on else None,
    )
