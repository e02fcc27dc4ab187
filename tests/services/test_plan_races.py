"""Applying a plan while others declare, apply another one, or pull the plug: no place is double, none conflicted."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from config import Config
from tests.support.command import NOW as CLOCK
from tests.support.command import done, environment, invented
from tests.support.paths import ROOT
from tests.support.planning import FIRST, SECOND, ready_plan
from tests.support.world import SYSTEM, Stage, employed_at, staged
from tracker.cli.planning_work import work
from tracker.database import make_engine, writing
from tracker.domain.access import Actor
from tracker.domain.errors import RefusedError
from tracker.domain.facts import Verdict
from tracker.domain.fitting import Bar
from tracker.domain.people import InspectorDetails
from tracker.domain.plan_states import PlanState
from tracker.models import AllocationPlan, Assignment, Inspection, Inspector
from tracker.queries import declarations as questions
from tracker.queries import plans as told
from tracker.services import declarations, history, inspectors, plan_applying
from tracker.services.declarations import RecordDeclaration
from tracker.services.plan_applying import apply_batch, begin_applying

NUMBER, SMALL = 12, 3
MEET_SECONDS = 5
# In the killed process a batch is small too, so that there is something between two of them.
KILLED = """
import sys
from tracker.services import plan_applying
plan_applying.BATCH = 1
from tracker.cli import main
main(["allocate", "--plan", sys.argv[1]])
"""


@dataclass
class Arena:
    """A database with inspectors R0… who declared nothing, and as many inspections of two on the same two days."""

    engine: Engine
    stage: Stage

    @property
    def sessions(self) -> sessionmaker[Session]:
        return sessionmaker(self.engine, expire_on_commit=False)

    def plan(self, *places: tuple[str, str, int], actor: Actor = FIRST) -> str:
        with writing(self.sessions) as session:
            return ready_plan(session, places, actor=actor)

    def begin(self, ref: str, actor: Actor = FIRST) -> None:
        with writing(self.sessions) as session:
            begin_applying(session, actor, ref, at=self.stage.now, beat=self.stage.now)

    def apply(self, ref: str, actor: Actor = FIRST) -> None:
        is_last = False
        while not is_last:
            with writing(self.sessions) as session:
                is_last = apply_batch(session, actor, ref, at=self.stage.now, beat=self.stage.now).is_last

    def declares(self, staff_no: str) -> None:
        """Let an inspector declare having worked where the inspected school came from: a real conflict."""
        with writing(self.sessions) as session:
            row = session.scalars(select(Inspector).filter_by(staff_no=staff_no)).one()
            current = questions.in_force(session, row.id)
            command = RecordDeclaration(row.id, (employed_at("gias:900001"),), "Words.", current and current.ref)
            declarations.record(session, self.stage.actor(row), command, at=self.stage.now)

    def placed(self) -> list[tuple[str, str, str, Verdict]]:
        with self.sessions() as session:
            columns = (Inspection.reference, Inspector.staff_no, Assignment.role, Assignment.verdict)
            rows = session.execute(
                select(*columns).join(Assignment.inspection).join(Assignment.inspector).order_by(Assignment.id)
            )
            return [(row[0], row[1], row[2], row[3]) for row in rows]

    def outcome(self, ref: str) -> told.Applied:
        with self.sessions() as session:
            return told.applied(session, ref)


@pytest.fixture
def arena(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Arena]:
    monkeypatch.setattr(plan_applying, "BATCH", SMALL)
    engine = make_engine(database_url)
    with writing(sessionmaker(engine)) as session:
        stage = staged(session)
        people = [
            InspectorDetails(f"R{number}", f"Racer {number}", "r@example.org", "HMI", "staff", "schools", "")
            for number in range(NUMBER)
        ]
        inspectors.import_many(session, SYSTEM, people, at=stage.tick())
        for row in session.scalars(select(Inspector)):
            stage.declares(row)
        for number in range(NUMBER):
            stage.inspection(f"INS-{number}", "gias:900002")
    yield Arena(engine, stage)
    engine.dispose()


def together(*acts: Callable[[], object]) -> None:
    """Do these at once."""
    threads = [threading.Thread(target=each) for each in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
        assert not each.is_alive()


def test_no_conflict_is_missed_when_inspectors_declare_while_a_plan_is_applied(arena: Arena) -> None:
    ref = arena.plan(*((f"INS-{number}", f"R{number}", 0) for number in range(NUMBER)))
    arena.begin(ref)

    def declare() -> None:
        for number in reversed(range(NUMBER)):
            arena.declares(f"R{number}")

    together(lambda: arena.apply(ref), declare)
    placed = arena.placed()
    assert {verdict for *_, verdict in placed} <= {Verdict.REAL}, "each that was placed first was checked again"
    left_out = arena.outcome(ref).left_out
    assert len(placed) + len(left_out) == NUMBER
    assert {bar for *_, bar in left_out} <= {Bar.REAL}


def test_two_plans_applied_at_once_fill_no_place_twice_and_send_nobody_to_two(arena: Arena) -> None:
    one = arena.plan(*((f"INS-{number}", f"R{number}", number % 2) for number in range(NUMBER)))
    # The same places for other people, and the same people in other places.
    other = arena.plan(
        *((f"INS-{number}", f"R{(number + 1) % NUMBER}", number % 2) for number in range(NUMBER)), actor=SECOND
    )
    arena.begin(one)
    arena.begin(other, SECOND)
    together(lambda: arena.apply(one), lambda: arena.apply(other, SECOND))

    placed = arena.placed()
    assert max(Counter(staff for _, staff, *_ in placed).values()) == 1, "all are on the same days"
    assert max(Counter((where, role) for where, _, role, _ in placed).values()) == 1
    done_by = [arena.outcome(ref) for ref in (one, other)]
    assert sum(each.proposed for each in done_by) == len(placed)
    assert sum(each.proposed + len(each.left_out) for each in done_by) == 2 * NUMBER
    assert {bar for each in done_by for *_, bar in each.left_out} <= {Bar.BUSY, Bar.LEAD_TAKEN, Bar.FULL}


def test_without_the_lock_places_are_filled_twice(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    one = arena.plan(*((f"INS-{number}", f"R{number}", 0) for number in range(NUMBER)))
    # Of other inspectors: whom the first plan took would be busy by then, lock or no lock.
    others = ((f"INS-{number}", f"R{(number + SMALL) % NUMBER}", 0) for number in range(NUMBER))
    other = arena.plan(*others, actor=SECOND)
    arena.begin(one)
    arena.begin(other, SECOND)
    # The guard off, and both made to meet after they have read and before they have written.
    monkeypatch.setattr(history, "lock_head", lambda _session: (0, "[]"))
    monkeypatch.setattr(history.Recording, "close", lambda self: self.session.flush())
    monkeypatch.setattr(Session, "begin_nested", lambda _session: nullcontext())
    barrier, real = threading.Barrier(2), plan_applying.facts_for

    def facts_for_then_meet(*args: Any) -> object:
        found = real(*args)
        with suppress(threading.BrokenBarrierError):
            barrier.wait(MEET_SECONDS)
        return found

    monkeypatch.setattr(plan_applying, "facts_for", facts_for_then_meet)
    unguarded = create_engine(arena.engine.url)

    def apply_once(ref: str, actor: Actor) -> None:
        with sessionmaker(unguarded)() as session, suppress(DBAPIError):
            apply_batch(session, actor, ref, at=arena.stage.now, beat=arena.stage.now)
            session.commit()

    together(lambda: apply_once(one, FIRST), lambda: apply_once(other, SECOND))
    unguarded.dispose()
    assert max(Counter((where, role) for where, _, role, _ in arena.placed()).values()) > 1


def test_who_begins_to_apply_the_same_plan_second_is_told_so(arena: Arena) -> None:
    ref = arena.plan(("INS-0", "R0", 0))
    refused: list[str] = []

    def begin(actor: Actor) -> None:
        try:
            arena.begin(ref, actor)
        except RefusedError as error:
            refused.append(str(error))

    together(lambda: begin(FIRST), lambda: begin(SECOND))
    assert refused == ["This plan is being applied, or was, by somebody else or in another window."]


def test_two_processes_that_apply_one_plan_share_it(arena: Arena) -> None:
    ref = arena.plan(*((f"INS-{number}", f"R{number}", 0) for number in range(NUMBER)))
    arena.begin(ref)
    together(lambda: arena.apply(ref), lambda: arena.apply(ref))
    assert len(arena.placed()) == NUMBER
    assert arena.outcome(ref) == told.Applied(NUMBER, ())


def test_a_process_that_is_killed_between_batches_is_gone_on_with_where_it_stopped(
    arena: Arena, database_url: str
) -> None:
    with writing(arena.sessions) as session:
        ref = ready_plan(session, [(f"INS-{n}", f"R{n}", 0) for n in range(NUMBER)], actor=SYSTEM)
        plan_applying.begin_applying(session, SYSTEM, ref, at=arena.stage.now, beat=arena.stage.now)
        session.scalars(select(AllocationPlan)).one().applied_by = "system:command-line"
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, ref],
        cwd=ROOT,
        env=environment(invented(database_url)),
        stdout=subprocess.DEVNULL,
    )
    far = until(lambda: progress(arena, ref)[0] >= SMALL or process.poll() is not None)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert far
    stopped, state = progress(arena, ref)
    assert (state, len(arena.placed())) == (PlanState.APPLYING, stopped)
    assert SMALL <= stopped < NUMBER

    config = Config(database_url, "", now=arena.stage.now)
    work(arena.sessions, config, ref)
    assert progress(arena, ref) == (NUMBER, PlanState.APPLIED)
    assert Counter(arena.placed()) == Counter({(f"INS-{n}", f"R{n}", "lead", Verdict.CLEAR): 1 for n in range(NUMBER)})
    assert arena.outcome(ref) == told.Applied(NUMBER, ())
    done(database_url, "history", "verify", clock=CLOCK)


def progress(arena: Arena, ref: str) -> tuple[int, PlanState]:
    with arena.sessions() as session:
        row = session.scalars(select(AllocationPlan).filter_by(ref=ref)).one()
        return row.done, row.state


def until(holds: Callable[[], bool], seconds: float = 60) -> bool:
    """Wait until something holds."""
    end = monotonic() + seconds
    while not holds():
        if monotonic() > end:
            return False
        sleep(0.002)
    return True
