"""Two schedulers replace one inspector at once: exactly one does, and the other is told who was quicker."""

import threading

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.support.world import ALLOCATION, SCHEDULER, Stage, days_apart, staged
from tracker.database import make_engine, writing
from tracker.domain.access import Actor, Role
from tracker.domain.errors import NotPermittedError, OutOfDateError, RefusedError
from tracker.domain.lifecycle import OPEN, State
from tracker.models import Assignment, Inspector
from tracker.services.replacing import Replace, replace

ROUNDS = 6
RIVAL = Actor("person:RIVAL", "Sue Scheduler", frozenset({Role.SCHEDULER}))


def _proposed(session: Session) -> tuple[Stage, list[str]]:
    """Propose the first of three inspectors for as many inspections as there are rounds."""
    stage = staged(session)
    people = [stage.inspector(f"T{number}", f"Inspector {number}") for number in range(3)]
    for each in people:
        stage.declares(each)
    return stage, [
        stage.proposes(stage.inspection(f"INS-{number}", **days_apart(number)), people[0]).ref
        for number in range(ROUNDS)
    ]


def test_of_two_who_replace_one_inspector_exactly_one_does_and_the_other_is_told(database_url: str) -> None:
    engine = make_engine(database_url)
    sessions = sessionmaker(engine, expire_on_commit=False)
    with writing(sessions) as session:
        stage, refs = _proposed(session)
    told: list[str] = []
    together = threading.Barrier(2)

    def act(actor: Actor, staff_no: str, ref: str) -> None:
        together.wait(30)
        try:
            with writing(sessions) as session:
                replace(session, actor, Replace(ref, staff_no, "ill"), rules=ALLOCATION, at=stage.now)
        except OutOfDateError as error:
            told.append(str(error))

    for ref in refs:
        pair = [
            threading.Thread(target=act, args=(who, staff_no, ref))
            for who, staff_no in ((SCHEDULER, "T1"), (RIVAL, "T2"))
        ]
        for each in pair:
            each.start()
        for each in pair:
            each.join(60)
            assert not each.is_alive()
    with sessions() as session:
        rows = session.query(Assignment).join(Assignment.inspector)
        gone = rows.filter(Inspector.staff_no == "T0").all()
        came = rows.filter(Inspector.staff_no != "T0").all()
    engine.dispose()
    assert {each.state for each in gone} == {State.RELEASED}
    assert len(came) == ROUNDS
    assert {each.state in OPEN for each in came} == {True}
    assert len(told) == ROUNDS
    assert all(
        "was quicker" in each and "has released Inspector 0 already, and proposed Inspector" in each for each in told
    )


def test_a_replacement_that_is_refused_releases_nobody(session: Session) -> None:
    stage = staged(session)
    rea, sol = stage.inspector("T1", "Rea"), stage.inspector("T2", "Sol")
    inspection = stage.inspection()
    ref = stage.proposes(inspection, rea).ref
    stage.proposes(inspection, sol)
    for command, fault in (
        (Replace(ref, "T2", "ill"), RefusedError),
        (Replace(ref, "T9", "ill"), RefusedError),
        (Replace(ref, "T2", "bored"), RefusedError),
        (Replace(ref, "T2", "ill", "x" * 501), RefusedError),
    ):
        with pytest.raises(fault):
            replace(session, SCHEDULER, command, rules=ALLOCATION, at=stage.tick())
    with pytest.raises(NotPermittedError):
        replace(session, stage.actor(rea), Replace(ref, "T2", "ill"), rules=ALLOCATION, at=stage.tick())
