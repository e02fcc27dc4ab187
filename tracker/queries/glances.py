"""What the database says of a pair at one glance: all that most checks need, and what else to read for the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.facts import Provider, Standing, Status
from tracker.queries.driver import Statement, day, numbers
from tracker.queries.pairs import Pair

# A cross join keeps SQLite to the order in which it stands: from the few keys of the provider.
_GLANCE = Statement("""
    SELECT
        standing.ref, standing.made_on,
        provider.name, provider.status, provider.closed_on, provider.authority, provider.type_group, provider.phase,
        provider.easting, provider.northing,
        (SELECT {joined held.connection_id} FROM provider_key AS own CROSS JOIN connection_key AS held
         WHERE own.provider = pair.provider AND held.key = own.key AND held.inspector_id = pair.inspector_id),
        (SELECT {joined held.connection_id} FROM connection_key AS held
         WHERE held.inspector_id = pair.inspector_id AND held.key = 'line:' || pair.provider),
        EXISTS (SELECT 1 FROM assignment AS place JOIN inspection AS visit ON visit.id = place.inspection_id
                WHERE place.inspector_id = pair.inspector_id AND place.state IN ('confirmed', 'questioned')
                AND place.role <> 'observer' AND CAST(visit.ends_on AS text) < pair.starts_on
                AND visit.provider IN (
                    SELECT pair.provider UNION ALL
                    SELECT there.ref FROM area_of AS here JOIN area_of AS there ON there.area = here.area
                    WHERE here.ref = pair.provider)),
        EXISTS (SELECT 1 FROM inspector_confirmation AS word WHERE word.assignment_id = pair.assignment_id)
    FROM (SELECT key AS place, CAST(value ->> 0 AS bigint) AS inspector_id, value ->> 1 AS provider,
          value ->> 2 AS starts_on, CAST(value ->> 3 AS bigint) AS assignment_id
          FROM {given pairs}) AS pair
    LEFT JOIN declaration_in_force AS standing ON standing.inspector_id = pair.inspector_id
    LEFT JOIN provider ON provider.ref = pair.provider
    ORDER BY pair.place
""")


@dataclass(frozen=True, slots=True)
class Glance:
    """What is known of a pair at once: the declaration in force, the provider's own record, and what may touch it.

    `connections` are the numbers of those that share a key with the provider; `visited` says that the inspector took
    part in an earlier inspection around it, `has_confirmed` that the inspector gave his word for the place.
    """

    standing: Standing | None
    provider: Provider | None
    connections: tuple[int, ...]
    visited: bool
    has_confirmed: bool


def glances(session: Session, pairs: Sequence[Pair]) -> list[Glance]:
    """Return a glance of each pair, in order, in one statement."""
    asked = [[each.inspector_id, each.provider, each.starts_on, each.confirmed] for each in pairs]
    return [_glance(pair.provider, row) for pair, row in zip(pairs, _GLANCE.rows(session, pairs=asked), strict=True)]


def _glance(ref: str, row: Sequence[Any]) -> Glance:
    declared, made_on, name, status, closed_on, authority, type_group, phase, easting, northing, *rest = row
    sharing, by_name, visited, has_confirmed = rest
    made = day(made_on)
    standing = Standing(declared, made) if made else None
    provider = None
    if name is not None:
        closed = day(closed_on)
        provider = Provider(ref, name, Status(status), closed, authority, type_group, phase, easting, northing)
    # A provider on no register has no keys; a connection can name it all the same.
    touching = tuple(sorted({*numbers(sharing), *numbers(by_name)})) if sharing or by_name else ()
    return Glance(standing, provider, touching, bool(visited), bool(has_confirmed))
