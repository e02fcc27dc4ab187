"""Whoever took part in the two latest inspections around a provider is too familiar with it for the next."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.support.world import SCHEDULER, Stage, days_apart, staged
from tracker.domain.lifecycle import State
from tracker.models import Assignment, Inspector
from tracker.services import assignments
from tracker.services.assignments import Release
from tracker.services.checks import loaded


def took_part(stage: Stage, who: Inspector, year: int, provider: str = "gias:900002", role: str = "team") -> Assignment:
    """Confirm an inspector for an inspection of that year."""
    days = {"starts_on": date(year, 6, 1), "ends_on": date(year, 6, 2)}
    assignment = stage.proposes(stage.inspection(f"INS-{year}", provider, **days), who, role)
    assert stage.confirms(assignment).confirmed
    return assignment


def rules(stage: Stage, assignment: Assignment) -> list[str]:
    row = loaded(stage.session, assignment.ref)
    assert row is not None
    assert row.check is not None
    return [each.rule for each in row.check.findings]


@pytest.fixture
def stage(session: Session) -> Stage:
    made = staged(session)
    for staff_no, name in (("T100", "Ines Pector"), ("T200", "Omar Inspector")):
        made.declares(made.inspector(staff_no, name))
    return made


def next_one(stage: Stage) -> list[str]:
    return rules(stage, stage.proposes(stage.inspection("INS-NEXT"), stage.people["T100"]))


def test_two_in_a_row_are_too_familiar_and_one_is_not(stage: Stage) -> None:
    took_part(stage, stage.people["T100"], 2023)
    assert next_one(stage) == []
    took_part(stage, stage.people["T100"], 2024)

    assert rules(stage, stage.proposes(stage.inspection("INS-LATER", **days_apart(1)), stage.people["T100"])) == [
        "familiarity"
    ]


def test_somebody_elses_inspection_in_between_ends_it(stage: Stage) -> None:
    took_part(stage, stage.people["T100"], 2022)
    took_part(stage, stage.people["T100"], 2023)
    took_part(stage, stage.people["T200"], 2024)

    assert next_one(stage) == []


@pytest.mark.parametrize("year", [2023, 2024])
def test_whoever_observed_one_of_the_two_did_not_take_part(stage: Stage, year: int) -> None:
    for each in (2023, 2024):
        took_part(stage, stage.people["T100"], each, role="observer" if each == year else "team")

    assert next_one(stage) == []


@pytest.mark.parametrize("role", ["quality assurance", "sign-off"])
def test_whoever_looked_at_the_work_of_both_teams_took_part(stage: Stage, role: str) -> None:
    for each in (2023, 2024):
        took_part(stage, stage.people["T100"], each, role=role)

    assert next_one(stage) == ["familiarity"]


def test_an_inspection_of_the_predecessor_counts(stage: Stage) -> None:
    took_part(stage, stage.people["T100"], 2023, "gias:900001")
    took_part(stage, stage.people["T100"], 2024)

    assert next_one(stage) == ["familiarity"]


def test_an_inspection_of_another_school_of_the_trust_does_not_count(stage: Stage) -> None:
    took_part(stage, stage.people["T100"], 2023, "gias:900003")
    took_part(stage, stage.people["T100"], 2024)

    assert next_one(stage) == []


def test_a_release_from_an_earlier_team_lifts_it_and_a_late_confirmation_questions_it(stage: Stage) -> None:
    ines = stage.people["T100"]
    took_part(stage, ines, 2023, "gias:900001")
    later = stage.proposes(stage.inspection("INS-NEXT"), ines)
    assert stage.confirms(later).confirmed

    second = took_part(stage, ines, 2024)
    stage.session.refresh(later)
    assert (rules(stage, later), later.state) == (["familiarity"], State.QUESTIONED)

    assignments.release(stage.session, SCHEDULER, Release(second.ref, "Ill."), at=stage.tick())
    assert rules(stage, later) == []
    assert stage.confirms(later).confirmed
