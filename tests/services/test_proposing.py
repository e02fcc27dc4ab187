"""Who cannot go is not proposed, whatever asks for it: the same sentences as in the list and in a file."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.world import ALLOCATION, NOW, SCHEDULER, Stage, staged
from tracker.domain.errors import RefusedError
from tracker.domain.lifecycle import State
from tracker.domain.planning import Fate, PlaceRow
from tracker.models import Assignment
from tracker.services.place_previews import preview_places
from tracker.services.replacing import Replace, replace

DAY = timedelta(days=1)
FIRST, LAST = date(2026, 3, 17), date(2026, 3, 18)
BUSY = "Ines Pector cannot go (busy on those days): choose somebody else"


@pytest.fixture
def stage(session: Session) -> Stage:
    """An inspector of schools, and an inspection of two days."""
    stage = staged(session)
    stage.declares(stage.inspector())
    stage.inspection()
    return stage


def elsewhere(stage: Stage, first: date, last: date, role: str = "team") -> Assignment:
    """Propose the inspector for another inspection on these days."""
    other = stage.inspection("INS-2", "gias:900004", starts_on=first, ends_on=last)
    return stage.proposes(other, stage.people["T100"], role)


def refused(stage: Stage, role: str = "team") -> str:
    """What the service says of the inspector, without the word of who was quicker, and a file says just so."""
    inspection = stage.planned("INS-1")
    # An hour on nobody was quicker just now.
    stage.now += timedelta(hours=1)
    with pytest.raises(RefusedError) as error:
        stage.proposes(inspection, stage.people["T100"], role)
    assert error.value.field == "staff_no"
    row = PlaceRow(2, "INS-1", "T100", role)
    (line,) = preview_places(stage.session, SCHEDULER, [row], rules=ALLOCATION, at=NOW).lines
    assert (line.fate, line.says) == (Fate.WRONG, str(error.value))
    assert stage.session.scalars(select(Assignment).where(Assignment.inspection_id == inspection.id)).all() == []
    return line.says


@pytest.mark.parametrize("role", ["team", "lead", "observer", "sign-off"])
@pytest.mark.parametrize("confirmed", [True, False])
def test_who_is_on_another_inspection_on_one_of_its_days_is_refused_in_every_role(
    stage: Stage, role: str, *, confirmed: bool
) -> None:
    there = elsewhere(stage, LAST, LAST + DAY, "observer")
    if confirmed:
        assert stage.confirms(there).confirmed
    assert refused(stage, role) == BUSY


@pytest.mark.parametrize("days", [(FIRST - DAY, FIRST - DAY), (LAST + DAY, LAST + DAY)])
def test_who_is_elsewhere_the_day_before_or_after_may_go(stage: Stage, days: tuple[date, date]) -> None:
    elsewhere(stage, *days)
    assert stage.proposes(stage.planned("INS-1"), stage.people["T100"]).state is State.PROPOSED


def test_who_was_released_or_was_only_proposed_for_what_is_over_is_not_busy(stage: Stage) -> None:
    stage.releases(elsewhere(stage, FIRST, LAST))
    stage.proposes(stage.planned("INS-1"), stage.people["T100"])
    late = [stage.inspection(name, "gias:900004", starts_on=FIRST, ends_on=LAST) for name in ("INS-3", "INS-4")]
    quinn = stage.inspector("T200", "Quinn")
    stage.now = NOW + timedelta(days=30)
    # What is over is entered late, and what was only proposed for it came to nothing.
    for each in late:
        assert stage.proposes(each, quinn).state is State.PROPOSED


def test_who_lacks_the_remit_leaves_before_or_may_not_lead_is_refused_with_every_reason(stage: Stage) -> None:
    ines = stage.people["T100"]
    ines.remits, ines.title, ines.left_on = "early years", "RI", LAST
    stage.session.flush()
    title = "with the title RI, may not lead an inspection of the remit “schools”"
    assert refused(stage, "lead").split("; ") == [
        "Ines Pector cannot go (leaves before the inspection ends): choose somebody else",
        "Ines Pector cannot go (does not have the remit “schools”): choose somebody who has it",
        f"Ines Pector cannot go ({title}): choose another lead",
    ]
    ines.left_on = None
    stage.session.flush()
    # Whoever observes needs no remit.
    assert stage.proposes(stage.planned("INS-1"), ines, "observer").state is State.PROPOSED


def test_what_a_choice_bends_is_warned_of_and_does_not_refuse_it(stage: Stage) -> None:
    ines = stage.people["T100"]
    for number in range(3):
        day = date(2026, 3, 19) + number * DAY
        stage.proposes(stage.inspection(f"INS-{number + 2}", "gias:900003", starts_on=day, ends_on=day), ines)
    row = PlaceRow(2, "INS-1", "T100", "team")
    (line,) = preview_places(stage.session, SCHEDULER, [row], rules=ALLOCATION, at=NOW).lines
    assert (line.fate, "over the limit" in line.warns) == (Fate.NEW, True)
    assert stage.proposes(stage.planned("INS-1"), ines).state is State.PROPOSED


def test_whoever_stands_in_for_another_must_be_free_too_and_nobody_goes_where_nobody_comes(stage: Stage) -> None:
    quinn = stage.inspector("T200", "Quinn")
    stage.declares(quinn)
    there = stage.proposes(stage.planned("INS-1"), quinn)
    elsewhere(stage, FIRST, LAST)
    with pytest.raises(RefusedError, match="busy on those days"), stage.session.begin_nested():
        replace(stage.session, SCHEDULER, Replace(there.ref, "T100", "ill"), rules=ALLOCATION, at=stage.tick())
    assert stage.session.get_one(Assignment, there.id, populate_existing=True).state is State.PROPOSED
