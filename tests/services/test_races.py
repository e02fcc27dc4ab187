"""Declaring while another assigns: forced to overlap, none is missed with the head's lock, and many are without it.

Set TRACKER_RACES to force more overlaps than the suite does.
"""

import os
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from tests.support.racing import Arena, at_once, guard_off, let_meet
from tests.support.world import ALLOCATION, SCHEDULER, SYSTEM, days_apart, employed_at, staged
from tracker.database import begin_write, make_engine
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import State
from tracker.domain.people import InspectorDetails
from tracker.models import Assignment, Inspector
from tracker.queries import declarations as questions
from tracker.services import assignments, declarations, inspectors
from tracker.services.assignments import Propose
from tracker.services.declarations import RecordDeclaration

ROUNDS = int(os.environ.get("TRACKER_RACES", "12"))


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the two acts meet."""
    let_meet(monkeypatch)


def _arena(engine: Engine, *, proposed: bool) -> Arena:
    """As many inspectors as rounds: each has declared nothing and awaits one inspection."""
    with sessionmaker(engine)() as session:
        begin_write(session)
        stage = staged(session)
        people = [
            InspectorDetails(f"R{number}", f"Racer {number}", "r@example.org", "HMI", "staff", "schools", "")
            for number in range(ROUNDS)
        ]
        inspectors.import_many(session, SYSTEM, people, at=stage.tick())
        for number in range(ROUNDS):
            inspector = session.query(Inspector).filter_by(staff_no=f"R{number}").one()
            stage.declares(inspector)
            # A bystander's proposal makes the declaring side read facts also where nothing is proposed yet.
            stage.proposes(stage.inspection(f"BY-{number}", "gias:900004", **days_apart(1)), inspector)
            inspection = stage.inspection(f"INS-{number}")
            if proposed:
                stage.proposes(inspection, inspector)
        session.commit()
    return Arena(engine, stage)


def _declare(arena: Arena, number: int) -> None:
    def work(session: Session) -> None:
        inspector = session.query(Inspector).filter_by(staff_no=f"R{number}").one()
        current = questions.in_force(session, inspector.id)
        command = RecordDeclaration(inspector.id, (employed_at("gias:900001"),), "Words.", current and current.ref)
        declarations.record(session, arena.stage.actor(inspector), command, at=arena.stage.now)

    arena.act(work)


def _propose(arena: Arena, number: int) -> None:
    command = Propose(f"INS-{number}", f"R{number}", "team")
    arena.act(lambda session: assignments.propose(session, SCHEDULER, command, rules=ALLOCATION, at=arena.stage.now))


def _confirm(arena: Arena, number: int) -> None:
    def work(session: Session) -> None:
        ref = session.query(Assignment.ref).join(Assignment.inspection).filter_by(reference=f"INS-{number}").scalar()
        assignments.confirm(session, SCHEDULER, ref, at=arena.stage.now)

    arena.act(work)


def _missed(arena: Arena, other: Callable[[Arena, int], None]) -> int:
    """Run every round, both acts at once, and count the assignments that stand as if nothing had been declared."""
    for number in range(ROUNDS):
        at_once(partial(_declare, arena, number), partial(other, arena, number))
    with sessionmaker(arena.engine)() as session:
        conflicted = {
            each.staff_no
            for each in session.query(Inspector)
            if (held := questions.in_force(session, each.id)) is not None and held.connections
        }
        assert len(conflicted) >= ROUNDS // 3
        rows = session.query(Assignment, Inspector.staff_no).join(Assignment.inspector).join(Assignment.inspection)
        return sum(
            staff_no in conflicted and (row.verdict is not Verdict.REAL or row.state is State.CONFIRMED)
            for row, staff_no in rows.filter_by(provider="gias:900002")
        )


@pytest.mark.usefixtures("meeting")
@pytest.mark.parametrize("other", [_propose, _confirm])
def test_no_conflict_is_missed_when_a_declaration_and_an_assignment_overlap(
    database_url: str, other: Callable[[Arena, int], None]
) -> None:
    engine = make_engine(database_url)
    arena = _arena(engine, proposed=other is _confirm)

    missed = _missed(arena, other)

    engine.dispose()
    assert missed == 0


def test_without_the_lock_many_are_missed(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine(database_url)
    arena = _arena(engine, proposed=False)
    engine.dispose()
    guard_off(arena, database_url, monkeypatch)

    missed = _missed(arena, _propose)

    arena.engine.dispose()
    assert missed > ROUNDS // 3
