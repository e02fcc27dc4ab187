"""The nearest inspectors of whom a check finds nothing, against the same question in plain SQL."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import EXAMPLE_ALLOCATION
from tests.bench.setting import Setting, raw, session_of
from tests.bench.timing import Figure, in_turns
from tests.bench.world import MADE_AT
from tests.support.world import TODAY
from tracker.allocation.candidates import Wanted, nearest_clear
from tracker.allocation.suggestions import Seeking
from tracker.allocation.suggestions import choices as choices_of
from tracker.domain.allocation_rules import parse
from tracker.models import Inspection
from tracker.queries import policies
from tracker.queries.driver import Statement
from tracker.queries.glances import TOUCHING

SHOWN, NEAREST, LISTS = 20, 1.5, 3
# The nearest to whom no key and no place leads. It leaves out whom a connection no longer, or not yet, counts for.
PLAIN = Statement(f"""
    WITH pair AS (
        SELECT id AS place, id AS inspector_id, CAST({{provider}} AS text) AS provider FROM inspector
    )
    SELECT inspector.id,
        1.0 * (inspector.easting - own.easting) * (inspector.easting - own.easting)
        + 1.0 * (inspector.northing - own.northing) * (inspector.northing - own.northing) AS squared
    FROM inspector JOIN provider AS own ON own.ref = {{provider}}
    WHERE inspector.id NOT IN (SELECT place FROM ({TOUCHING}) AS touching)
    ORDER BY squared LIMIT {SHOWN}
""")  # noqa: S608 (words of our own)


def choices(setting: Setting) -> Iterator[Figure]:
    """The twenty nearest for one inspection: row 5."""
    engine, _ = setting.world()
    with session_of(engine) as session, raw(engine) as driver:
        # Plain SQL takes long on PostgreSQL.
        asked = _asked(session, max(setting.size.checks // 10, 1))
        book = policies.all_in_force(session, TODAY)

        def ours() -> None:
            for each in asked:
                nearest_clear(session, each, book, TODAY, limit=SHOWN)

        statement = PLAIN.written_for(setting.kind)

        def yardstick() -> None:
            for each in asked:
                driver.rows(statement, {"provider": each.provider})

        taken = in_turns(ours, yardstick, rounds=setting.size.rounds, calls=len(asked))
    yield Figure(
        f"the {SHOWN} nearest of {setting.size.extent.inspectors:,} who are clear", "ms", *taken, "plain SQL", NEAREST
    )
    yield _listed(setting)


def _listed(setting: Setting) -> Figure:
    """The page's list of all candidates of one inspection, the first of them shown."""
    engine, _ = setting.world()
    rules = parse(EXAMPLE_ALLOCATION.read_text("utf-8"))
    with session_of(engine) as session, raw(engine) as driver:
        book = policies.all_in_force(session, TODAY)
        rows = session.scalars(select(Inspection).order_by(Inspection.id).limit(LISTS)).all()
        statement = PLAIN.written_for(setting.kind)

        def ours() -> None:
            for row in rows:
                choices_of(session, Seeking(row, "team", rules), book, TODAY)

        def yardstick() -> None:
            for row in rows:
                driver.rows(statement, {"provider": row.provider})

        taken = in_turns(ours, yardstick, rounds=setting.size.rounds, calls=len(rows))
    return Figure(f"all {setting.size.extent.inspectors:,} as the page lists them", "ms", *taken, "plain SQL")


def _asked(session: Session, number: int) -> list[Wanted]:
    """Return inspections for which the declarations are in date: plain SQL does not ask how old they are."""
    rows = session.execute(
        select(Inspection.provider, Inspection.starts_on, Inspection.ends_on)
        .where(Inspection.starts_on <= MADE_AT.date() + timedelta(days=360))
        .order_by(Inspection.id)
    )
    return [Wanted(*row) for row in islice(rows, number)]
