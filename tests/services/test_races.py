"""Declaring while another assigns: forced to overlap, none is missed with the head's lock, and many are without it.

Set TRACKER_RACES to force more overlaps than the suite does.
"""

import os
import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from tests.support.world import SCHEDULER, SYSTEM, Stage, employed_at, staged
from tracker.database import begin_write, make_engine
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import State
from tracker.domain.people import InspectorDetails
from tracker.models import Assignment, Inspector
from tracker.queries import declarations as questions
from tracker.services import assignments, checks, declarations, history, inspectors
from tracker.services.assignments import Propose
from tracker.services.declarations import RecordDeclaration

ROUNDS = int(os.environ.get("TRACKER_RACES", "12"))
MEET_SECONDS = 0.03


@dataclass
class Arena:
    """A database with as many inspectors as rounds; each has declared nothing and awaits one inspection."""

    engine: Engine
    stage: Stage

    def act(self, work: Callable[[Session], object]) -> None:
        """Do one act in a transaction of its own; an act that the database refuses is one that did not happen."""
        with sessionmaker(self.engine)() as session:
            try:
                begin_write(session)
                work(session)
                session.commit()
            except (DBAPIError, StaleDataError):
                session.rollback()


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the two acts meet after each has read its facts and before either has written its verdict, if they can."""
    barrier = threading.Barrier(2)
    real = checks.facts_for

    def facts_for_then_meet(*args: object) -> object:
        found = real(*args)  # type: ignore[arg-type]
        try:
            barrier.wait(MEET_SECONDS)
        except threading.BrokenBarrierError:
            barrier.reset()
        return found

    monkeypatch.setattr(checks, "facts_for", facts_for_then_meet)
    monkeypatch.setattr(assignments, "facts_for", facts_for_then_meet)


def _arena(engine: Engine, *, proposed: bool) -> Arena:
    with sessionmaker(engine)() as session:
        begin_write(session)
        stage = staged(session)
        people = [
            InspectorDetails(f"R{number}", f"Racer {number}", "r@example.org", "HMI", "staff", "", "")
            for number in range(ROUNDS)
        ]
        inspectors.import_many(session, SYSTEM, people, at=stage.tick())
        for number in range(ROUNDS):
            inspector = session.query(Inspector).filter_by(staff_no=f"R{number}").one()
            stage.declares(inspector)
            # A bystander's proposal makes the declaring side read facts also where nothing is proposed yet.
            stage.proposes(stage.inspection(f"BY-{number}", "gias:900004"), inspector)
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
    arena.act(lambda session: assignments.propose(session, SCHEDULER, command, at=arena.stage.now))


def _confirm(arena: Arena, number: int) -> None:
    def work(session: Session) -> None:
        ref = session.query(Assignment.ref).join(Assignment.inspection).filter_by(reference=f"INS-{number}").scalar()
        assignments.confirm(session, SCHEDULER, ref, at=arena.stage.now)

    arena.act(work)


def _missed(arena: Arena, other: Callable[[Arena, int], None]) -> int:
    """Run every round, both acts at once, and count the assignments that stand as if nothing had been declared."""
    for number in range(ROUNDS):
        pair = [threading.Thread(target=act, args=(arena, number)) for act in (_declare, other)]
        for each in pair:
            each.start()
        for each in pair:
            each.join(60)
            assert not each.is_alive()
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


@pytest.mark.usefixtures("meeting")
def test_without_the_lock_many_are_missed(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine(database_url)
    arena = _arena(engine, proposed=False)
    engine.dispose()
    # The guard off: no lock, no numbered entries to collide on, the driver's own notion of a transaction, and no
    # savepoint, which on SQLite would hold the act to what it first read.
    monkeypatch.setattr(history, "lock_head", lambda _session: None)
    monkeypatch.setattr(history.Recording, "close", lambda self: self.session.flush())
    monkeypatch.setattr(Session, "begin_nested", lambda _session: nullcontext())
    arena.engine = create_engine(database_url)

    missed = _missed(arena, _propose)

    arena.engine.dispose()
    assert missed > ROUNDS // 3
