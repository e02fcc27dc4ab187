"""Two schedulers who fill the same place at once: never two in one place, and a plain word to whoever came second."""

import os
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from tests.support.racing import Arena, at_once, guard_off, let_meet
from tests.support.world import ALLOCATION, SCHEDULER, days_apart, staged
from tracker.database import begin_write, make_engine
from tracker.domain.access import Actor, Role
from tracker.domain.lifecycle import State
from tracker.models import Assignment, Inspection, Inspector
from tracker.queries import rivals
from tracker.services import assignments
from tracker.services.assignments import Propose

OTHER_SCHEDULER = Actor("person:SCHEDULER2", "Sid Scheduler", frozenset({Role.SCHEDULER}))
Act = Callable[[Session, int], object]


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the two acts meet."""
    let_meet(monkeypatch)


# Every inspection has one place, and two inspectors of its own who may take it: all are on the same days.
HALF = max(4, int(os.environ.get("TRACKER_RACES", "12")) // 2)
LATER = "R1"


def _rivals(engine: Engine, *, proposed: bool) -> Arena:
    with sessionmaker(engine)() as session:
        begin_write(session)
        stage = staged(session)
        for number in range(HALF):
            both = [stage.inspector(f"R{racer}-{number}", f"Racer {racer}") for racer in range(2)]
            for each in both:
                stage.declares(each)
            inspection = stage.inspection(f"INS-{number}", team_size=1)
            for each in both if proposed else ():
                stage.proposes(inspection, each)
        session.commit()
    return Arena(engine, stage)


def _at_once(arena: Arena, *acts: Act) -> None:
    """Let both schedulers act at once, round by round."""

    def run(act: Act, number: int) -> None:
        arena.act(lambda session: act(session, number))

    for number in range(HALF):
        at_once(*(partial(run, act, number) for act in acts))


def _confirms(arena: Arena, staff_no: str, actor: Actor) -> Act:
    def act(session: Session, number: int) -> object:
        query = session.query(Assignment.ref).join(Assignment.inspection).join(Assignment.inspector)
        ref = query.filter(
            Inspection.reference == f"INS-{number}", Inspector.staff_no == f"{staff_no}-{number}"
        ).scalar()
        return assignments.confirm(session, actor, ref, at=arena.stage.now)

    return act


def _proposes(arena: Arena, staff_no: str, actor: Actor) -> Act:
    def act(session: Session, number: int) -> object:
        made = assignments.propose(
            session,
            actor,
            Propose(f"INS-{number}", f"{staff_no}-{number}", "team"),
            rules=ALLOCATION,
            at=arena.stage.now,
        )
        # What the page asks in the same transaction, to tell whoever came second.
        rival = rivals.proposed_before(session, made)
        if rival is not None and rival.was_just_now(made.proposed_at):
            arena.told.append(f"{rival.name} by {rival.by}")
        return made

    return act


def _places(arena: Arena) -> list[tuple[int, int]]:
    """How many are confirmed and how many proposed for each inspection."""
    with sessionmaker(arena.engine)() as session:
        states = [
            session.scalars(
                select(Assignment.state).join(Assignment.inspection).where(Inspection.reference == f"INS-{number}")
            ).all()
            for number in range(HALF)
        ]
    return [(each.count(State.CONFIRMED), each.count(State.PROPOSED)) for each in states]


def _pair(act: Callable[[Arena, str, Actor], Act], arena: Arena, second: str) -> None:
    _at_once(arena, act(arena, "R0", SCHEDULER), act(arena, second, OTHER_SCHEDULER))


@pytest.mark.usefixtures("meeting")
def test_of_two_who_are_confirmed_for_the_last_place_at_once_one_has_it_and_the_other_scheduler_is_told_who(
    database_url: str,
) -> None:
    engine = make_engine(database_url)
    arena = _rivals(engine, proposed=True)

    _pair(_confirms, arena, LATER)

    assert _places(arena) == [(1, 1)] * HALF
    engine.dispose()
    assert arena.broken == []
    assert len(arena.told) == HALF
    for each in arena.told:
        assert "is full. Racer" in each
        assert "was confirmed for its last place a moment ago, by person:SCHEDULER" in each


def test_without_the_lock_a_place_is_filled_twice(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine(database_url)
    arena = _rivals(engine, proposed=True)
    engine.dispose()
    guard_off(arena, database_url, monkeypatch)

    _pair(_confirms, arena, LATER)

    twice = [taken for taken, _ in _places(arena) if taken > 1]
    arena.engine.dispose()
    assert len(twice) > HALF // 3


@pytest.mark.usefixtures("meeting")
def test_one_inspector_whom_two_propose_at_once_is_proposed_once_and_the_second_is_told_so(database_url: str) -> None:
    engine = make_engine(database_url)
    arena = _rivals(engine, proposed=False)

    _pair(_proposes, arena, "R0")

    assert _places(arena) == [(0, 1)] * HALF
    engine.dispose()
    assert arena.broken == []
    assert sorted(arena.told) == sorted(f"Racer 0 is already proposed for INS-{number}" for number in range(HALF))


def test_without_the_lock_the_second_gets_an_error_of_the_database(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = make_engine(database_url)
    arena = _rivals(engine, proposed=False)
    engine.dispose()
    guard_off(arena, database_url, monkeypatch)

    _pair(_proposes, arena, "R0")

    arena.engine.dispose()
    assert len(arena.broken) > HALF // 3


@pytest.mark.usefixtures("meeting")
def test_of_two_who_are_proposed_for_the_last_place_at_once_both_stand_and_the_second_scheduler_is_told(
    database_url: str,
) -> None:
    engine = make_engine(database_url)
    arena = _rivals(engine, proposed=False)

    _pair(_proposes, arena, LATER)

    assert _places(arena) == [(0, 2)] * HALF
    engine.dispose()
    assert arena.broken == []
    assert len(arena.told) == HALF
    assert {each.split(" by ")[1] for each in arena.told} <= {"person:SCHEDULER", "person:SCHEDULER2"}


def test_without_the_lock_neither_hears_of_the_other(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine(database_url)
    arena = _rivals(engine, proposed=False)
    engine.dispose()
    guard_off(arena, database_url, monkeypatch)

    _pair(_proposes, arena, LATER)

    both = [proposed for _, proposed in _places(arena) if proposed > 1]
    arena.engine.dispose()
    if database_url.startswith("sqlite"):
        # Its file takes one writer at a time, so that here the second waits, and hears, without our lock too.
        assert len(both) == len(arena.told)
    else:
        assert len(both) - len(arena.told) > HALF // 3


def _takes(arena: Arena, provider: str, actor: Actor) -> Act:
    """Propose the same inspector for one of two inspections on the same days."""

    def act(session: Session, number: int) -> object:
        command = Propose(f"{provider}-{number}", "R0", "team")
        return assignments.propose(session, actor, command, rules=ALLOCATION, at=arena.stage.now)

    return act


def _wanted_twice(engine: Engine) -> Arena:
    with sessionmaker(engine)() as session:
        begin_write(session)
        stage = staged(session)
        stage.declares(stage.inspector("R0", "Racer 0"))
        for number in range(HALF):
            days = days_apart(number)
            stage.inspection(f"RIDGE-{number}", **days)
            # They share their last day alone.
            stage.inspection(f"OAK-{number}", "gias:900004", **{**days, "starts_on": days["ends_on"]})
        session.commit()
    return Arena(engine, stage)


def _taken(arena: Arena) -> list[int]:
    """For how many inspections the inspector is proposed in each round."""
    with sessionmaker(arena.engine)() as session:
        there = session.scalars(select(Inspection.reference).join(Assignment)).all()
    return [sum(each.endswith(f"-{number}") for each in there) for number in range(HALF)]


@pytest.mark.usefixtures("meeting")
def test_of_two_who_take_one_inspector_for_the_same_day_one_does_and_the_other_is_told_who_was_quicker(
    database_url: str,
) -> None:
    engine = make_engine(database_url)
    arena = _wanted_twice(engine)

    _at_once(arena, _takes(arena, "RIDGE", SCHEDULER), _takes(arena, "OAK", OTHER_SCHEDULER))

    assert _taken(arena) == [1] * HALF
    engine.dispose()
    assert arena.broken == []
    assert len(arena.told) == HALF
    for each in arena.told:
        assert each.startswith("person:SCHEDULER"), "whoever was quicker is named, in whichever order they came"
        assert "was quicker: Racer 0 was proposed for another inspection on those days a moment ago." in each
        assert "Racer 0 cannot go (busy on those days)" in each


def test_without_the_lock_one_inspector_is_in_two_places(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine(database_url)
    arena = _wanted_twice(engine)
    engine.dispose()
    guard_off(arena, database_url, monkeypatch)

    _at_once(arena, _takes(arena, "RIDGE", SCHEDULER), _takes(arena, "OAK", OTHER_SCHEDULER))

    twice = _taken(arena).count(2)
    arena.engine.dispose()
    # SQLite's file takes one writer at a time: whoever comes second has then read before, and the driver refuses it.
    assert twice > HALF // 3 or (database_url.startswith("sqlite") and arena.broken)
