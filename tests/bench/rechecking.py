"""Checking all open assignments again when nothing changed, and those that one new declaration can touch."""

from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session, sessionmaker

from tests.bench.setting import Setting, raw
from tests.bench.timing import Figure, all_in_turns
from tests.support.world import NOW, SYSTEM
from tracker.database import begin_write
from tracker.queries.driver import Statement
from tracker.queries.glances import TOUCHING, glances
from tracker.services.checks import BATCH, Changed, recheck, recheck_inspectors

# The same key query that the re-check sends, over the open assignments, without anything else.
CANDIDATES = Statement(f"""
WITH pair AS (
    SELECT assignment.id AS place, assignment.inspector_id AS inspector_id, inspection.provider AS provider
    FROM assignment JOIN inspection ON inspection.id = assignment.inspection_id
    WHERE assignment.state IN ('proposed', 'confirmed', 'questioned') AND inspection.ends_on >= {{today}}
)
{TOUCHING}
""")  # noqa: S608 (words of our own)
TODAY = {"sqlite": NOW.date().isoformat(), "postgres": NOW.date()}
FINDING, ONE_DECLARATION = 1.5, 1 / 500


def rechecks(setting: Setting) -> Iterator[Figure]:
    """The re-check of all, the finding of candidates within it, and that after one declaration: row 3."""
    engine, world = setting.world()
    sessions = sessionmaker(engine, expire_on_commit=False)
    inspectors = iter(range(1, setting.size.extent.inspectors + 1))

    def all_again(session: Session) -> list[Changed]:
        return recheck(session, SYSTEM, cause="command", at=NOW)

    def one_again(session: Session) -> list[Changed]:
        return recheck_inspectors(session, SYSTEM, [next(inspectors)], cause="declaration", at=NOW)

    def candidates() -> None:
        with sessions() as session:
            for start in range(0, len(world.pairs), BATCH):
                list(glances(session, world.pairs[start : start + BATCH]))

    with raw(engine) as driver:
        statement = CANDIDATES.written_for(setting.kind)

        def yardstick() -> None:
            driver.rows(statement, {"today": TODAY[setting.kind]})

        number, driven = f"{len(world.pairs):,} assignments", "bare driver, key join"
        ways = (candidates, unchanged(sessions, all_again), unchanged(sessions, one_again), yardstick)
        found, whole, one, join = all_in_turns(*ways, rounds=setting.size.rounds)
    yield Figure(f"candidates of {number}", "ms", found, join, driven, FINDING)
    yield Figure(f"re-check of {number}, nothing changed", "ms", whole, join, driven)
    yield Figure("re-check after one declaration", "ms", one, whole, "the whole re-check", ONE_DECLARATION)


def unchanged(sessions: sessionmaker[Session], act: Callable[[Session], list[Changed]]) -> Callable[[], None]:
    """Return the act in a write of its own, which must find nothing changed and leaves no trace."""

    def again() -> None:
        with sessions() as session:
            begin_write(session)
            changed = act(session)
            session.rollback()
        if changed:
            message = f"{len(changed)} checks changed, and nothing had"
            raise AssertionError(message)

    return again
