"""What inspectors once stated and state no more: it is still known, although no declaration in force says it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.facts import Connection, Facts, World
from tracker.models import ConnectionRow, Declaration, DeclarationKind, InForce, RegisterState
from tracker.queries.memory import memory_of
from tracker.queries.surroundings import read

BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Former:
    """Connections that were stated once and are not in force, by inspector, and the worlds of their targets."""

    connections: Mapping[int, Sequence[Connection]]
    worlds: Mapping[str, World]

    def added_to(self, facts: Facts, inspector: int) -> Facts:
        """Return the facts of a check with all that the inspector once stated among them."""
        own = self.connections.get(inspector, ())
        if not own:
            return facts
        areas = list(facts.areas)
        for each in own:
            world = self.worlds[each.target]
            # The same area is the same object, as where facts are read.
            if world.refs and not any(world is area for area in areas):
                areas.append(world)
        return replace(facts, connections=(*facts.connections, *own), areas=tuple(areas))


def former(session: Session, inspectors: Iterable[int]) -> Former:
    """Return what each of these inspectors once stated and states no more: what is in force says it with other dates.

    Of what was stated alike several times, the latest counts.
    """
    wanted = sorted(set(inspectors))
    refs: dict[str, int] = {}
    for start in range(0, len(wanted), BATCH):
        refs |= _refs(session, wanted[start : start + BATCH])
    found: dict[int, list[Connection]] = defaultdict(list)
    worlds: dict[str, World] = {}
    if refs:
        memory = memory_of(session, str(session.scalar(select(RegisterState.token))))
        # Whatever a reviewer grades is not kept in the memory.
        graded = read(session, memory, connections=refs.keys()).connections
        for ref, inspector in refs.items():
            connection = graded.get(ref) or memory.connections[ref]
            found[inspector].append(connection)
            worlds[connection.target] = memory.worlds[connection.target]
    return Former(found, worlds)


def stated_last(session: Session, inspectors: Iterable[int]) -> tuple[set[int], dict[int, datetime]]:
    """Return which inspectors have a declaration in force, and when each last stated anything but a withdrawal."""
    wanted = sorted(set(inspectors))
    standing: set[int] = set()
    last: dict[int, datetime] = {}
    for start in range(0, len(wanted), BATCH):
        some = wanted[start : start + BATCH]
        standing |= set(session.scalars(select(InForce.inspector_id).where(InForce.inspector_id.in_(some))))
        query = (
            select(Declaration.inspector_id, func.max(Declaration.recorded_at))
            .where(Declaration.inspector_id.in_(some), Declaration.kind != DeclarationKind.WITHDRAWAL)
            .group_by(Declaration.inspector_id)
        )
        last |= {row[0]: row[1] for row in session.execute(query)}
    return standing, last


def _refs(session: Session, inspectors: Sequence[int]) -> dict[str, int]:
    query = (
        select(ConnectionRow, Declaration.inspector_id, InForce.declaration_id.is_not(None))
        .join(Declaration, Declaration.id == ConnectionRow.declaration_id)
        .outerjoin(InForce, InForce.declaration_id == Declaration.id)
        .where(Declaration.inspector_id.in_(inspectors))
        .order_by(ConnectionRow.id)
    )
    latest: dict[tuple[int, str, str, str, str, str], str | None] = {}
    for row, inspector, is_in_force in session.execute(query):
        mark = (inspector, row.nature, row.holder, row.target, row.began_on, row.ended_on or "")
        latest[mark] = None if is_in_force else row.ref
    return {ref: mark[0] for mark, ref in latest.items() if ref is not None}
