"""Checking all open assignments again in a world, in three of its size and in ten: linear, or better."""

from collections.abc import Iterator
from dataclasses import astuple

from sqlalchemy.orm import Session, sessionmaker

from tests.bench.rechecking import unchanged
from tests.bench.setting import Setting, settle
from tests.bench.timing import Figure, Way, all_in_turns
from tests.bench.world import Extent, build
from tests.support.world import NOW, SYSTEM
from tracker.database import writing
from tracker.services.checks import Changed, recheck

TIMES, WHOLE = (3, 10), 10


def growths(setting: Setting) -> Iterator[Figure]:
    """The re-check of worlds that are a tenth, three tenths and the whole of the setting's."""
    one, *larger = (_again(setting, tenths) for tenths in (1, *TIMES))
    first, *taken = all_in_turns(one, *larger, rounds=setting.size.rounds)
    number = setting.size.extent.assignments // 10
    for times, seconds in zip(TIMES, taken, strict=True):
        yield Figure(f"re-check of {times} × {number:,} assignments", "ms", seconds, first, "… of one", times)


def _again(setting: Setting, tenths: int) -> Way:
    """Return the re-check of all in a world of so many tenths."""
    if tenths == WHOLE:
        engine, _ = setting.world()
    else:
        engine = setting.engine()
        extent = Extent(*(max(each * tenths // 10, 2) for each in astuple(setting.size.extent)))
        with writing(sessionmaker(engine)) as session:
            build(session, extent)
        settle(engine)

    def all_again(session: Session) -> list[Changed]:
        return recheck(session, SYSTEM, cause="command", at=NOW)

    return unchanged(sessionmaker(engine, expire_on_commit=False), all_again)
