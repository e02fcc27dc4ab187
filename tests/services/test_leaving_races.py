"""Proposing somebody while another records that he or she leaves: neither acts on what was before.

Set TRACKER_RACES to force more overlaps than the suite does.
"""

import os
from datetime import date
from functools import partial

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from tests.support.racing import Arena, at_once, guard_off, let_meet
from tests.support.world import ALLOCATION, SCHEDULER, SYSTEM, staged
from tracker.database import begin_write, make_engine
from tracker.domain.lifecycle import State
from tracker.models import Assignment
from tracker.services import assignments, leavings
from tracker.services.assignments import Propose
from tracker.services.leavings import RecordLeaving

ROUNDS = max(4, int(os.environ.get("TRACKER_RACES", "12")) // 2)


def _arena(engine: Engine) -> Arena:
    with sessionmaker(engine)() as session:
        begin_write(session)
        stage = staged(session)
        stage.inspection("INS-1", "gias:900004", team_size=ROUNDS)
        for number in range(ROUNDS):
            stage.inspector(f"R{number}", f"Racer {number}")
        session.commit()
    return Arena(engine, stage)


def _wrong(arena: Arena) -> int:
    """Run every round, both acts at once, and count who left and is still on the team."""

    def leave(session: Session, number: int) -> None:
        leavings.record(session, SYSTEM, RecordLeaving(f"R{number}", date(2026, 3, 10)), at=arena.stage.now)

    def propose(session: Session, number: int) -> None:
        wanted = Propose("INS-1", f"R{number}", "team")
        assignments.propose(session, SCHEDULER, wanted, rules=ALLOCATION, at=arena.stage.now)

    for number in range(ROUNDS):
        at_once(*(partial(arena.act, partial(each, number=number)) for each in (propose, leave)))
    with sessionmaker(arena.engine)() as session:
        there = select(func.count()).select_from(Assignment).where(Assignment.state != State.RELEASED)
        return session.scalar(there) or 0


def test_nobody_stays_on_a_team_who_was_proposed_as_the_leaving_was_recorded(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_meet(monkeypatch)
    engine = make_engine(database_url)
    arena = _arena(engine)
    wrong = _wrong(arena)
    engine.dispose()
    assert (wrong, arena.broken) == (0, [])


def test_without_the_lock_some_do(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine(database_url)
    arena = _arena(engine)
    engine.dispose()
    guard_off(arena, database_url, monkeypatch)
    wrong = _wrong(arena)
    arena.engine.dispose()
    assert wrong > 0
