"""Who takes part in which inspections around a provider: what the rule of familiarity needs."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.facts import Visit, World
from tracker.domain.lifecycle import State
from tracker.models import Assignment, Inspection
from tracker.queries.lists import in_lists
from tracker.queries.pairs import Pair

OBSERVER = "observer"
# Whoever holds a place takes part; a place in question is still held.
HELD = (State.CONFIRMED, State.QUESTIONED)


def visits(
    session: Session, pairs: Sequence[Pair], inspectors: Sequence[int], around: Mapping[str, World]
) -> list[tuple[Visit, ...]]:
    """Return for each pair the inspections around its provider, earlier than its own, that have a team.

    None where the inspector takes part in none of them: then they are no matter of that inspector's.
    """
    refs = {pair.provider: _nearby(pair.provider, around.get(pair.provider)) for pair in pairs}
    taking_part = _taking_part(session, inspectors)
    wanted = sorted(
        {
            ref
            for pair in pairs
            if not refs[pair.provider].isdisjoint(taking_part.get(pair.inspector_id or 0, ()))
            for ref in refs[pair.provider]
        }
    )
    held = _held(session, wanted)
    return [tuple(_of(pair, refs[pair.provider], held)) for pair in pairs]


def _of(pair: Pair, refs: set[str], held: Mapping[str, list[tuple[Inspection, set[int]]]]) -> list[Visit]:
    found = [
        Visit(each.reference, each.provider, each.starts_on, each.ends_on, pair.inspector_id in team)
        for ref in sorted(refs)
        for each, team in held.get(ref, ())
        if each.ends_on < pair.starts_on
    ]
    if not any(each.took_part for each in found):
        return []
    return sorted(found, key=lambda each: (each.ends_on, each.starts_on, each.reference))


def _nearby(ref: str, world: World | None) -> set[str]:
    """Return a provider and all that links of any kind join to it: its succession line is among them."""
    if world is None:
        return {ref}
    return {ref, *(end for link in world.links for end in (link.of, link.to))}


def _taking_part(session: Session, inspectors: Sequence[int]) -> dict[int, set[str]]:
    rows = in_lists(
        session,
        inspectors,
        lambda some: (
            select(Assignment.inspector_id, Inspection.provider)
            .join(Assignment.inspection)
            .where(Assignment.inspector_id.in_(some), Assignment.state.in_(HELD), Assignment.role != OBSERVER)
            .distinct()
        ),
    )
    found: dict[int, set[str]] = {}
    for row in rows:
        found.setdefault(row.inspector_id, set()).add(row.provider)
    return found


def _held(session: Session, providers: Sequence[str]) -> dict[str, list[tuple[Inspection, set[int]]]]:
    """Return the inspections of these providers that have a team, each with the inspectors who take part."""
    rows = in_lists(
        session,
        providers,
        lambda some: (
            select(Inspection, Assignment.inspector_id, Assignment.role)
            .join(Assignment, Assignment.inspection_id == Inspection.id)
            .where(Inspection.provider.in_(some), Assignment.state.in_(HELD))
            .order_by(Inspection.id)
        ),
    )
    teams: dict[int, tuple[Inspection, set[int]]] = {}
    for inspection, inspector_id, role in rows:
        team = teams.setdefault(inspection.id, (inspection, set()))[1]
        if role != OBSERVER:
            team.add(inspector_id)
    found: dict[str, list[tuple[Inspection, set[int]]]] = {}
    for inspection, team in teams.values():
        found.setdefault(inspection.provider, []).append((inspection, team))
    return found
