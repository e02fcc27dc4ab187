"""The whole matrix, from a loaded snapshot and from the database, against an engine made for joins of columns."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np
from sqlalchemy.orm import Session

from tests.bench.setting import Setting, raw, session_of
from tests.bench.timing import Figure, all_in_turns, in_turns
from tests.support.world import TODAY
from tracker.allocation.columns import CODES, Snapshot
from tracker.allocation.loading import load
from tracker.allocation.matrix import matrix
from tracker.domain.check import check
from tracker.domain.policy import NEIGHBOUR_REGISTERS
from tracker.queries import policies
from tracker.queries.facts import facts_for

JOIN, FETCH, FASTER = 1.2, 1.3, 2_000
PERIOD = timedelta(days=400)
# Whoever shares a key with an inspection's provider; to find who is near as well would take this way hours.
EVERY_KEY = """
    SELECT inspection.id, held.inspector_id, held.connection
    FROM inspection JOIN connection_key AS held ON held.key = inspection.provider
    UNION ALL
    SELECT inspection.id, held.inspector_id, held.connection
    FROM inspection JOIN provider_key AS own ON own.provider = inspection.provider
    JOIN connection_key AS held ON held.key = own.key
    UNION ALL
    SELECT inspection.id, held.inspector_id, held.connection
    FROM inspection JOIN provider AS own ON own.ref = inspection.provider
    JOIN connection_key AS held ON held.key = 'kept:la:' || own.authority
"""
# The judgement of `allocation/matrix.py` as queries over the same arrays, a step at a time: planned as one, the engine
# takes a hundred times as long. The nine cells around a place are its own.
STEPS = {
    "shared": """
        SELECT mine.whose AS t, theirs.whose AS p, mine.rule AS rule, greatest(mine.first, theirs.first) AS f,
            least(mine.last, theirs.last) AS l
        FROM mine JOIN theirs ON theirs.key = mine.key
        WHERE greatest(mine.first, theirs.first) <= least(mine.last, theirs.last)""",
    "line": "SELECT DISTINCT t, p FROM shared WHERE rule IN (0, 1)",
    "wanting": """
        SELECT DISTINCT target FROM connections
        WHERE covered & {near} <> 0 AND last >= (SELECT min(starts) FROM inspections)""",
    "cells": """
        SELECT t, kind, size, easting, northing, easting // size + x AS cx, northing // size + y AS cy
        FROM here JOIN wanting ON wanting.target = here.t JOIN sizes ON sizes.register = here.register,
            (VALUES (-1), (0), (1)) AS a(x), (VALUES (-1), (0), (1)) AS b(y)
        WHERE located = 1""",
    "placed": """
        SELECT p, kind, easting, northing, easting // size AS cx, northing // size AS cy
        FROM there JOIN sizes ON sizes.register = there.register WHERE located = 1 AND open = 1""",
    "near": """
        SELECT cells.t AS t, placed.p AS p, {near_code} AS rule, 0 AS f, {latest} AS l
        FROM cells JOIN placed ON placed.kind = cells.kind AND placed.cx = cells.cx AND placed.cy = cells.cy
        WHERE (placed.easting - cells.easting) * (placed.easting - cells.easting)
            + (placed.northing - cells.northing) * (placed.northing - cells.northing) <= size * size""",
    "unplaced": """
        SELECT here.t AS t, there.p AS p, {unplaced_code} AS rule, 0 AS f, {latest} AS l
        FROM here JOIN wanting ON wanting.target = here.t JOIN there ON there.authority = here.authority
        WHERE here.authority >= 0 AND there.open = 1 AND here.located = 0
        UNION ALL
        SELECT here.t, there.p, {unplaced_code}, 0, {latest}
        FROM here JOIN wanting ON wanting.target = here.t JOIN there ON there.authority = here.authority
        WHERE here.authority >= 0 AND there.open = 1 AND here.located = 1 AND there.located = 0""",
    "ways": """
        SELECT * FROM shared WHERE rule <> {same_group}
        UNION ALL (SELECT s.* FROM shared AS s ANTI JOIN line USING (t, p) WHERE s.rule = {same_group})
        UNION ALL (SELECT n.* FROM near AS n ANTI JOIN line USING (t, p))
        UNION ALL (SELECT u.* FROM unplaced AS u ANTI JOIN line USING (t, p))""",
}
WHOLE = """
SELECT c.inspector, i.number, c.number AS connection, ways.rule,
    CASE WHEN i.starts <= c.last THEN c.now WHEN i.starts <= c.soon_until THEN c.soon ELSE c.late END AS weight
FROM connections AS c JOIN ways ON ways.t = c.target JOIN inspections AS i ON i.provider = ways.p
WHERE (c.covered >> least(ways.rule, {near_code})) & 1 = 1
    AND c.opens <= i.ends AND i.starts <= c.late_until
    AND ((ways.f <= i.ends AND i.starts <= ways.l) OR (ways.f <= c.last AND c.first <= ways.l))
    AND (ways.rule NOT IN ({near_code}, {unplaced_code}) OR i.starts <= c.last)
"""


def matrices(setting: Setting) -> Iterator[Figure]:
    """Every inspector against every inspection: rows 1 and 2."""
    engine, world = setting.world()
    with session_of(engine) as session:
        snapshot = _loaded(session)
    with _duck(snapshot) as duck:
        ways = (lambda: _found(snapshot), lambda: _joined(duck))
        assert ways[0]() == ways[1]()
        ours, join = all_in_turns(*ways, rounds=setting.size.rounds)
    inspectors, inspections = len(snapshot.staff_nos), len(snapshot.inspections.starts)
    what = f"matrix {inspectors:,} × {inspections:,}"
    yield Figure(f"{what}, from a snapshot", "s", ours, join, "DuckDB join of the same arrays", JOIN)

    def whole() -> None:
        with session_of(engine) as session:
            _found(_loaded(session))

    with raw(engine) as driver:
        ours, fetch = in_turns(whole, lambda: driver.rows(EVERY_KEY), rounds=setting.size.rounds)
    yield Figure(f"{what}, from the database", "s", ours, fetch, "raw fetch of the key join", FETCH)
    with session_of(engine) as session:
        some = world.pairs[: setting.size.checks]

        def one_by_one() -> None:
            for pair in some:
                check(facts_for(session, [pair])[0], world.policy)

        (alone,) = all_in_turns(one_by_one, rounds=setting.size.rounds, calls=len(some))
    yield Figure(
        f"{what}, from the database", "s", ours, alone * inspectors * inspections, "a check a pair", 1 / FASTER
    )


def _loaded(session: Session) -> Snapshot:
    return load(session, policies.all_in_force(session, TODAY), TODAY, date.max).snapshot


def _found(snapshot: Snapshot) -> int:
    return sum(len(found.rule) for found in matrix(snapshot))


def _joined(duck: Any) -> int:
    words = {
        "near": 1 << CODES["neighbour"],
        "near_code": CODES["neighbour"],
        "unplaced_code": CODES["neighbour-unknown"],
        "same_group": CODES["same-group"],
        "latest": date.max.toordinal(),
    }
    for name, step in STEPS.items():
        duck.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {step.format(**words)}")
    return len(duck.execute(WHOLE.format(**words)).fetchnumpy()["rule"])


def _duck(snapshot: Snapshot) -> Any:
    """Return an engine that holds the arrays of a snapshot as tables of its own."""
    duck = duckdb.connect()
    of, inspections = snapshot.connections, snapshot.inspections
    tables = {
        "connections": {
            **{name: getattr(of, name) for name in ("inspector", "target", "covered")},
            **{name: getattr(of.horizon, name) for name in of.horizon._fields},
            "number": np.arange(len(of.target), dtype=np.int32),
        },
        "inspections": {
            **{name: getattr(inspections, name) for name in ("provider", "starts", "ends")},
            "number": np.arange(len(inspections.starts), dtype=np.int32),
        },
        "mine": {name: getattr(snapshot.target_keys, name) for name in ("whose", "key", "first", "last", "rule")},
        "theirs": {name: getattr(snapshot.provider_keys, name) for name in ("whose", "key", "first", "last")},
        "here": _places(snapshot.target_places, "t"),
        "there": _places(snapshot.provider_places, "p"),
        "sizes": {
            "register": np.arange(len(NEIGHBOUR_REGISTERS), dtype=np.int32),
            "size": snapshot.rulings.metres.max(axis=0),
        },
    }
    for name, columns in tables.items():
        duck.register("given", columns)
        duck.execute(f"CREATE TABLE {name} AS SELECT * FROM given")  # noqa: S608 (names of our own)
        duck.unregister("given")
    duck.execute("DELETE FROM sizes WHERE size <= 0")
    return duck


def _places(places: Any, number: str) -> dict[str, Any]:
    names = ("kind", "register", "authority", "easting", "northing")
    flags = {"located": places.is_located.astype(np.int32), "open": places.is_open.astype(np.int32)}
    return {
        **{name: getattr(places, name) for name in names},
        **flags,
        number: np.arange(len(places.kind), dtype=np.int32),
    }
