"""An inspection has one lead: a second is told of the first at once, and is never confirmed beside it."""

import pytest
from sqlalchemy.orm import Session

from tests.support.world import ALLOCATION, SCHEDULER, Stage, staged
from tracker.domain.errors import RefusedError
from tracker.models import Assignment
from tracker.queries import rivals
from tracker.services.replacing import Replace, replace


@pytest.fixture
def stage(session: Session) -> Stage:
    made = staged(session)
    for staff_no, name in (("T1", "Ann"), ("T2", "Bob"), ("T3", "Cy")):
        made.declares(made.inspector(staff_no, name))
    return made


def rival(stage: Stage, assignment: Assignment) -> str:
    found = rivals.proposed_before(stage.session, assignment)
    return found.name if found else ""


def proposed(stage: Stage, *roles: str, size: int = 3) -> list[Assignment]:
    inspection = stage.inspection(team_size=size)
    return [stage.proposes(inspection, stage.people[f"T{n}"], role) for n, role in enumerate(roles, start=1)]


def test_a_second_lead_is_not_confirmed_and_it_is_said_who_leads(stage: Stage) -> None:
    first, second = proposed(stage, "lead", "lead")
    assert stage.confirms(first).confirmed

    with pytest.raises(RefusedError, match=r"INS-1 has a lead: Ann\. Release or replace Ann first, or propose Bob as"):
        stage.confirms(second)


def test_a_lead_who_replaces_the_lead_is_confirmed(stage: Stage) -> None:
    (first,) = proposed(stage, "lead")
    stage.confirms(first)
    other = replace(stage.session, SCHEDULER, Replace(first.ref, "T2", "other"), rules=ALLOCATION, at=stage.tick())

    assert stage.confirms(other).confirmed


def test_who_proposes_a_second_lead_is_told_of_the_first_however_large_the_team_is(stage: Stage) -> None:
    first, second = proposed(stage, "lead", "lead")

    assert (rival(stage, first), rival(stage, second)) == ("", "Ann")
    stage.confirms(first)
    assert rival(stage, second) == "Ann"


@pytest.mark.parametrize(
    ("roles", "size", "told"),
    [
        (("lead", "team"), 2, ""),
        (("team", "lead", "team"), 2, "Ann"),
        (("lead", "team", "team"), 2, "Bob"),
        (("lead", "team"), 1, "Ann"),
        (("lead", "observer", "team"), 2, ""),
    ],
)
def test_of_a_team_that_is_full_whoever_wants_the_same_kind_of_place_is_named_first(
    stage: Stage, roles: tuple[str, ...], size: int, told: str
) -> None:
    assert rival(stage, proposed(stage, *roles, size=size)[-1]) == told
