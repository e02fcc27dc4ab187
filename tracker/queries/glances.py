"""What the database says of a pair at one glance: the declaration in force, and which connections may touch it."""

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from tracker.domain.facts import Standing
from tracker.domain.keys import AUTHORITY, KEPT
from tracker.domain.lifecycle import HELD, OBSERVER
from tracker.domain.policy import FURTHEST_METRES
from tracker.queries.driver import Statement, day
from tracker.queries.pairs import Pair

# The connections that share a key with the provider, or whose target may be near it: what `domain/keys.py` and
# `domain/places.py` say of one pair, said in the database's words. It may find too many, never too few, and some twice;
# the rules decide each. Cross joins keep SQLite to the order written, in which every step is one look into an index.
TOUCHING = f"""
    SELECT pair.place AS place, held.connection AS ref
    FROM pair CROSS JOIN connection_key AS held
    WHERE held.key = pair.provider AND held.inspector_id = pair.inspector_id
    UNION ALL
    SELECT pair.place, held.connection
    FROM pair CROSS JOIN provider_key AS own CROSS JOIN connection_key AS held
    WHERE own.provider = pair.provider AND held.key = own.key AND held.inspector_id = pair.inspector_id
    UNION ALL
    SELECT pair.place, held.connection
    FROM pair CROSS JOIN provider AS own CROSS JOIN connection_key AS held
    WHERE own.ref = pair.provider AND held.key = '{KEPT}{AUTHORITY}' || own.authority
        AND held.inspector_id = pair.inspector_id
    UNION ALL
    SELECT pair.place, near.connection
    FROM pair CROSS JOIN provider AS own CROSS JOIN connection_place AS near
    WHERE own.ref = pair.provider AND near.inspector_id = pair.inspector_id AND near.register = own.register
        AND near.easting BETWEEN own.easting - {FURTHEST_METRES} AND own.easting + {FURTHEST_METRES}
        AND near.northing BETWEEN own.northing - {FURTHEST_METRES} AND own.northing + {FURTHEST_METRES}
    UNION ALL
    SELECT pair.place, near.connection
    FROM pair CROSS JOIN provider AS own CROSS JOIN connection_place AS near
    WHERE own.ref = pair.provider AND near.inspector_id = pair.inspector_id AND near.register = own.register
        AND near.easting IS NULL AND near.authority = own.authority
    UNION ALL
    SELECT pair.place, near.connection
    FROM pair CROSS JOIN provider AS own CROSS JOIN connection_place AS near
    WHERE own.ref = pair.provider AND near.inspector_id = pair.inspector_id AND near.register = own.register
        AND (own.easting IS NULL OR own.northing IS NULL OR own.easting = 0 OR own.northing = 0)
        AND near.authority = own.authority
"""  # noqa: S608 (words of our own)
_TOOK_PART = f"""
    CAST(visit.ends_on AS text) < pair.starts_on AND place.inspection_id = visit.id
    AND place.inspector_id = pair.inspector_id AND place.state IN ({", ".join(f"'{each}'" for each in HELD)})
    AND place.role <> '{OBSERVER}'
"""
PAIRS = """
    SELECT key AS place, CAST(value ->> 0 AS bigint) AS inspector_id, value ->> 1 AS provider,
        value ->> 2 AS starts_on, CAST(value ->> 3 AS bigint) AS assignment_id,
        CAST(value ->> 4 AS bigint) AS inspection_id
    FROM {given pairs}
"""
_MANY = f"""
    WITH pair AS ({PAIRS}), touching AS ({TOUCHING})
    SELECT pair.place, state.token, standing.ref, standing.made_on,
        EXISTS (SELECT 1 FROM inspection AS visit CROSS JOIN assignment AS place
                WHERE visit.provider = pair.provider AND {_TOOK_PART})
        OR EXISTS (SELECT 1 FROM area_of AS here CROSS JOIN area_of AS there CROSS JOIN inspection AS visit
                   CROSS JOIN assignment AS place
                   WHERE here.ref = pair.provider AND there.area = here.area AND visit.provider = there.ref
                       AND {_TOOK_PART}),
        EXISTS (SELECT 1 FROM inspector_confirmation AS word WHERE word.assignment_id = pair.assignment_id),
        EXISTS (SELECT 1 FROM assignment AS its CROSS JOIN objection
                WHERE its.inspection_id = pair.inspection_id AND its.inspector_id = pair.inspector_id
                    AND objection.assignment_id = its.id),
        touching.ref
    FROM pair
    CROSS JOIN register_state AS state
    LEFT JOIN declaration_in_force AS standing ON standing.inspector_id = pair.inspector_id
    LEFT JOIN touching ON touching.place = pair.place
    ORDER BY pair.place, touching.ref
"""  # noqa: S608 (words of our own)
_OF_ONE = (
    (f"WITH pair AS ({PAIRS}), touching AS ({TOUCHING})", ""),
    ("FROM pair\n    CROSS JOIN register_state", "FROM register_state"),
    ("LEFT JOIN touching ON touching.place = pair.place", f"LEFT JOIN ({TOUCHING}) AS touching ON 1 = 1"),
    ("ORDER BY pair.place, touching.ref", ""),
    ("FROM pair CROSS JOIN", "FROM"),
    ("pair.place", "0"),
    ("pair.inspector_id", "{inspector}"),
    ("pair.provider", "{provider}"),
    ("pair.starts_on", "{starts_on}"),
    ("pair.assignment_id", "{assignment}"),
    ("pair.inspection_id", "{inspection}"),
)


def of_one(text: str) -> str:
    """Return a statement for one pair, whose values stand in it as they are: it is planned and run far quicker."""
    return reduce(lambda said, words: said.replace(*words), _OF_ONE, text)


_GLANCE, _GLANCES = Statement(of_one(_MANY)), Statement(_MANY)


class Glance(NamedTuple):
    """What is known of a pair at once: the declaration in force, and which connections may touch it.

    `connections` are the references of those that share a key with the provider or whose target may be near; `visited`
    says that the inspector took part in an earlier inspection around it, `has_confirmed` that the inspector confirmed
    for the place, `is_objected_to` that the provider objected to the inspector for the inspection; `token` names the
    state of the registers.
    """

    token: str
    standing: Standing | None
    connections: tuple[str, ...]
    visited: bool
    has_confirmed: bool
    is_objected_to: bool


def glance(session: Session, pair: Pair) -> Glance:
    """Return a glance of one pair."""
    values = {
        "inspector": pair.inspector_id,
        "provider": pair.provider,
        "starts_on": pair.starts_on.isoformat(),
        "assignment": pair.assignment,
        "inspection": pair.inspection,
    }
    return _glance(_GLANCE.answer(session, values))


def glances(session: Session, pairs: Sequence[Pair]) -> Iterator[Glance]:
    """Yield a glance of each pair, in order, out of one statement."""
    asked = [[each.inspector_id, each.provider, each.starts_on, each.assignment, each.inspection] for each in pairs]
    rows = _GLANCES.rows(session, pairs=asked)
    start, total = 0, len(rows)
    while start < total:
        place, end = rows[start][0], start + 1
        while end < total and rows[end][0] == place:
            end += 1
        yield _glance(rows[start:end])
        start = end


def _glance(rows: Sequence[Sequence[Any]]) -> Glance:
    _, token, declared, made_on, visited, has_confirmed, objected, ref = rows[0]
    made = day(made_on)
    refs = () if ref is None else (ref,) if len(rows) == 1 else tuple(dict.fromkeys([row[7] for row in rows]))
    standing = Standing(declared, made) if made else None
    return Glance(token, standing, refs, bool(visited), bool(has_confirmed), bool(objected))
