"""Proposing while another moves the inspection or calls it off: the head's lock lets neither act on what was before.

Set TRACKER_RACES to force more overlaps than the suite does.
"""

import os
from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, joinedload, sessionmaker

from tests.support.racing import Arena, at_once, guard_off, let_meet
from tests.support.world import ALLOCATION, SCHEDULER, employed_at, staged
from tracker.database import begin_write, make_engine
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import State
from tracker.models import Assignment
from tracker.services import assignments, calling_off, moving
from tracker.services.assignments import Propose
from tracker.services.calling_off import CallOff
from tracker.services.moving import Move

ROUNDS = max(4, int(os.environ.get("TRACKER_RACES", "12")) // 2)


def _arena(engine: Engine) -> Arena:
    """An inspector whose job at the school is a real conflict in March, and only a perceived one in April."""
    with sessionmaker(engine)() as session:
        begin_write(session)
        stage = staged(session)
        stage.declares(stage.inspector("R1", "Racer"), employed_at("gias:900004", "2015", "2023-03"))
        for number in range(ROUNDS):
            stage.inspection(f"INS-{number}", "gias:900004")
        session.commit()
    return Arena(engine, stage)


def _move(session: Session, arena: Arena, number: int) -> None:
    command = Move(f"INS-{number}", date(2026, 4, 7), date(2026, 4, 8), "The school asked.")
    moving.move(session, SCHEDULER, command, at=arena.stage.now)


def _call_off(session: Session, arena: Arena, number: int) -> None:
    calling_off.call_off(session, SCHEDULER, CallOff(f"INS-{number}", "A storm."), at=arena.stage.now)


def _propose(session: Session, arena: Arena, number: int) -> None:
    assignments.propose(
        session, SCHEDULER, Propose(f"INS-{number}", "R1", "team"), rules=ALLOCATION, at=arena.stage.now
    )


Act = Callable[[Session, Arena, int], None]


def _wrong(arena: Arena, act: Act) -> int:
    """Run every round, both acts at once, and count who stands as if the inspection were as it was before."""

    def run(one: Act, number: int) -> None:
        arena.act(lambda session: one(session, arena, number))

    for number in range(ROUNDS):
        at_once(partial(run, _propose, number), partial(run, act, number))
    with sessionmaker(arena.engine)() as session:
        rows = session.scalars(select(Assignment).options(joinedload(Assignment.inspection))).all()
        return sum(
            (each.inspection.starts_on == date(2026, 4, 7) and each.verdict is not Verdict.PERCEIVED)
            or (each.inspection.called_off_at is not None and each.state is not State.RELEASED)
            for each in rows
        )


@pytest.mark.parametrize("act", [_move, _call_off])
def test_nobody_is_placed_for_what_the_inspection_was_before(
    database_url: str, monkeypatch: pytest.MonkeyPatch, act: Act
) -> None:
    let_meet(monkeypatch)
    engine = make_engine(database_url)
    arena = _arena(engine)
    wrong = _wrong(arena, act)
    engine.dispose()
    assert (wrong, arena.broken) == (0, [])


@pytest.mark.parametrize("act", [_move, _call_off])
def test_without_the_lock_some_are(database_url: str, monkeypatch: pytest.MonkeyPatch, act: Act) -> None:
    engine = make_engine(database_url)
    arena = _arena(engine)
    engine.dispose()
    guard_off(arena, database_url, monkeypatch)
    wrong = _wrong(arena, act)
    arena.engine.dispose()
    assert wrong > 0
