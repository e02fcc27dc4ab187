"""What the database says of a pair at one glance: all that most checks need, and what else to read for the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.dates import PartialDate
from tracker.domain.facts import Connection, Holder, Nature, Standing, Verdict
from tracker.domain.keys import AUTHORITY, KEPT
from tracker.domain.lifecycle import HELD, OBSERVER
from tracker.domain.policy import FURTHEST_METRES
from tracker.queries.areas import Kept, kept
from tracker.queries.driver import Statement, day
from tracker.queries.pairs import Pair

_ONE = """
    SELECT 0 AS place, CAST({inspector} AS bigint) AS inspector_id, CAST({provider} AS text) AS provider,
        CAST({starts_on} AS text) AS starts_on, CAST({confirmed} AS bigint) AS assignment_id
"""
_MANY = """
    SELECT key AS place, CAST(value ->> 0 AS bigint) AS inspector_id, value ->> 1 AS provider,
        value ->> 2 AS starts_on, CAST(value ->> 3 AS bigint) AS assignment_id
    FROM {given pairs}
"""
_TOOK_PART = f"""
    place.inspector_id = pair.inspector_id AND place.state IN ({", ".join(f"'{each}'" for each in HELD)})
    AND place.role <> '{OBSERVER}' AND CAST(visit.ends_on AS text) < pair.starts_on
"""
# The connections that share a key with the provider, or whose target may be near it: what `domain/keys.py` and
# `domain/places.py` say of one pair, said of all pairs at once. Cross joins keep SQLite to the order written.
TOUCHING = f"""
    SELECT pair.place AS place, held.connection_id AS number
    FROM pair CROSS JOIN connection_key AS held
    WHERE held.key = pair.provider AND held.inspector_id = pair.inspector_id
    UNION
    SELECT pair.place, held.connection_id
    FROM pair CROSS JOIN provider_key AS own CROSS JOIN connection_key AS held
    WHERE own.provider = pair.provider AND held.key = own.key AND held.inspector_id = pair.inspector_id
    UNION
    SELECT pair.place, held.connection_id
    FROM pair CROSS JOIN provider AS own CROSS JOIN connection_key AS held
    WHERE own.ref = pair.provider AND lower(own.type_group) = 'local authority maintained schools'
        AND held.key = '{KEPT}{AUTHORITY}' || own.authority AND held.inspector_id = pair.inspector_id
    UNION
    SELECT pair.place, near.connection_id
    FROM pair CROSS JOIN provider AS own CROSS JOIN connection_place AS near
    WHERE own.ref = pair.provider AND own.status <> 'closed'
        AND near.inspector_id = pair.inspector_id AND near.register = own.register
        AND CASE WHEN near.easting <> 0 AND near.northing <> 0 AND own.easting <> 0 AND own.northing <> 0
            THEN near.easting BETWEEN own.easting - {FURTHEST_METRES} AND own.easting + {FURTHEST_METRES}
                AND near.northing BETWEEN own.northing - {FURTHEST_METRES} AND own.northing + {FURTHEST_METRES}
            ELSE near.authority = own.authority END
"""  # noqa: S608 (words of our own)
_GLANCE = f"""
    WITH pair AS (PAIRS), touching AS ({TOUCHING})
    SELECT pair.place, standing.ref, standing.made_on,
        own.area, area.digest, provider.name, provider.status, provider.closed_on, provider.authority,
        provider.type_group, provider.phase, provider.easting, provider.northing,
        EXISTS (SELECT 1 FROM inspection AS visit JOIN assignment AS place ON place.inspection_id = visit.id
                WHERE visit.provider = pair.provider AND {_TOOK_PART})
        OR EXISTS (SELECT 1 FROM area_of AS there JOIN inspection AS visit ON visit.provider = there.ref
                   JOIN assignment AS place ON place.inspection_id = visit.id
                   WHERE there.area = own.area AND {_TOOK_PART}),
        EXISTS (SELECT 1 FROM inspector_confirmation AS word WHERE word.assignment_id = pair.assignment_id),
        connection.ref, connection.nature, connection.holder, connection.target, connection.target_name,
        connection.began_on, connection.ended_on,
        CASE WHEN connection.nature = 'other' THEN
            (SELECT grade.verdict FROM connection_grade AS grade
             WHERE grade.connection_id = coalesce(connection.restates_id, connection.id)
             ORDER BY grade.id DESC LIMIT 1) END,
        whose.area, there.digest, target.name, target.status, target.closed_on, target.authority,
        target.type_group, target.phase, target.easting, target.northing
    FROM pair
    LEFT JOIN declaration_in_force AS standing ON standing.inspector_id = pair.inspector_id
    LEFT JOIN area_of AS own ON own.ref = pair.provider
    LEFT JOIN area ON area.key = own.area
    LEFT JOIN provider ON provider.ref = pair.provider AND own.ref IS NULL
    LEFT JOIN touching ON touching.place = pair.place
    LEFT JOIN connection ON connection.id = touching.number
    LEFT JOIN area_of AS whose ON whose.ref = connection.target
    LEFT JOIN area AS there ON there.key = whose.area
    LEFT JOIN provider AS target ON target.ref = connection.target AND whose.ref IS NULL
    ORDER BY pair.place, connection.id
"""  # noqa: S608 (words of our own)
_ONE_GLANCE, _GLANCES = (Statement(_GLANCE.replace("PAIRS", pairs)) for pairs in (_ONE, _MANY))


@dataclass(frozen=True, slots=True)
class Glance:
    """What is known of a pair at once: the declaration in force, what may touch it, and where their worlds are kept.

    `connections` are those that share a key with the provider or whose target may be near; `visited` says that the
    inspector took part in an earlier inspection around it, `has_confirmed` that the inspector confirmed for the place.
    """

    standing: Standing | None
    own: Kept
    connections: tuple[tuple[Connection, Kept], ...]
    visited: bool
    has_confirmed: bool


def glances(session: Session, pairs: Sequence[Pair]) -> Iterator[Glance]:
    """Yield a glance of each pair, in order, out of one statement."""
    if len(pairs) == 1:
        (pair,) = pairs
        values = {
            "inspector": pair.inspector_id,
            "provider": pair.provider,
            "starts_on": pair.starts_on.isoformat(),
            "confirmed": pair.confirmed,
        }
        rows = _ONE_GLANCE.answer(session, values)
    else:
        asked = [[each.inspector_id, each.provider, each.starts_on, each.confirmed] for each in pairs]
        rows = _GLANCES.rows(session, pairs=asked)
    start, total = 0, len(rows)
    for pair in pairs:
        place, end = rows[start][0], start + 1
        while end < total and rows[end][0] == place:
            end += 1
        yield _glance(pair.provider, rows[start:end])
        start = end


def _glance(ref: str, rows: Sequence[Sequence[Any]]) -> Glance:
    first = rows[0]
    made = day(first[2])
    return Glance(
        Standing(first[1], made) if made else None,
        kept(ref, first[3:13]),
        tuple((_connection(tuple(row[15:23])), kept(row[18], row[23:33])) for row in rows if row[15] is not None),
        bool(first[13]),
        bool(first[14]),
    )


# What was declared never changes, and one connection is met again with each inspection around it.
@lru_cache(maxsize=100_000)
def _connection(columns: tuple[Any, ...]) -> Connection:
    ref, nature, holder, target, name, began_on, ended_on, grade = columns
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
