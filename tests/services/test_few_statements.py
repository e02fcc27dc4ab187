"""What an act asks and writes under the lock is as many statements for a long file as for a short one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from tests.support.statements import counted
from tests.support.world import SCHEDULER, SYSTEM, Stage, days_apart, staged
from tracker.database import make_engine, writing
from tracker.domain.access import Role
from tracker.domain.people import InspectorDetails
from tracker.domain.planning import Fate, PlannedRow
from tracker.services import inspectors, people
from tracker.services.passwords import LOWEST_COST
from tracker.services.people import AddPerson
from tracker.services.plan_imports import import_inspections
from tracker.services.plan_previews import preview_inspections

FEW, MANY = 5, 20
OAK = "gias:900004"


@contextmanager
def prepared(engine: Engine, number: int) -> Iterator[tuple[Stage, Session]]:
    """Give a session that holds nothing, in a world with so many inspectors, each with an account and a place."""
    sessions = sessionmaker(engine, expire_on_commit=False)
    with writing(sessions) as session:
        stage = staged(session)
        for each in range(number):
            person = stage.inspector(f"T{each}", f"Name {each}")
            stage.proposes(stage.inspection(f"INS-{each}", OAK, **days_apart(each)), person)
            added = AddPerson(person.name, person.email, "three words here", (Role.INSPECTOR,), person.staff_no)
            people.add(session, SYSTEM, added, at=stage.tick(), cost=LOWEST_COST)
    with writing(sessions) as session:
        yield stage, session


def called_off(number: int) -> list[PlannedRow]:
    framework, days = "Graded inspection", [days_apart(each) for each in range(number)]
    return [
        PlannedRow(each + 2, f"INS-{each}", OAK, framework, *days[each].values(), 2, called_off="Burnt.")
        for each in range(number)
    ]


def leaving(number: int) -> list[InspectorDetails]:
    return [
        InspectorDetails(
            *(f"T{each}", f"Name {each}", f"t{each}@example.org", "HMI", "staff", "schools", ""),
            left_on=date(2026, 3, 10),
        )
        for each in range(number)
    ]


def previews_calling_off(stage: Stage, session: Session, number: int) -> int:
    found = preview_inspections(session, SCHEDULER, called_off(number), at=stage.tick())
    assert {each.means for each in found.lines} == {("1 inspector is released",)}
    return found.count(Fate.OFF)


def calls_off(stage: Stage, session: Session, number: int) -> int:
    return import_inspections(session, SCHEDULER, called_off(number), at=stage.tick()).count(Fate.OFF)


def previews_leaving(stage: Stage, session: Session, number: int) -> int:
    done = inspectors.preview(session, SYSTEM, leaving(number), stage.now.date())
    return sum(len(each.released) for each in done.leaving)


def leaves(stage: Stage, session: Session, number: int) -> int:
    done = inspectors.import_many(session, SYSTEM, leaving(number), at=stage.tick())
    return sum(len(each.released) for each in done.leaving)


@pytest.mark.parametrize("act", [previews_calling_off, calls_off, previews_leaving, leaves])
def test_a_long_file_costs_as_many_statements_as_a_short_one(
    fresh: Callable[[], str], act: Callable[[Stage, Session, int], int]
) -> None:
    numbers: dict[int, Any] = {}
    for number in (FEW, MANY):
        engine = make_engine(fresh())
        with prepared(engine, number) as (stage, session), counted(engine) as sent:
            assert act(stage, session, number) == number
        engine.dispose()
        numbers[number] = sent
    assert len(numbers[FEW]) == len(numbers[MANY]), numbers[MANY]
