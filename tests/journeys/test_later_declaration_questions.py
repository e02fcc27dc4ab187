"""Story 4: what an inspector declares later questions a confirmed assignment at once, on both databases."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.declaring import HILLTOP, chooses_work, declares_nothing, worked_until_july_2023
from tests.journeys.placing import plans, proposes
from tests.journeys.town import Town, running_town
from tests.support.databases import Fresh
from tests.support.pages import Looked
from tracker.domain.access import Role

pytestmark = pytest.mark.browser


@pytest.fixture
def town(browser: Browser, fresh: Fresh, looked: Looked) -> Iterator[Town]:
    """A town on each of the databases."""
    with running_town(browser, fresh(), looked) as town:
        yield town


def test_a_later_declaration_questions_a_confirmed_assignment_and_both_see_it_first_thing(town: Town) -> None:
    ines, sam = town.person("Ines Pector", Role.INSPECTOR), town.person("Sam Scheduler", Role.SCHEDULER)
    dee = town.person("Dee Decider", Role.DECISION_MAKER)
    dee.reads("Nothing waits for your decision")
    declares_nothing(ines)
    plans(sam, "INS-1")
    proposal = proposes(sam, "INS-1", "Ines Pector")
    sam.presses("Confirm")
    sam.reads("Ines Pector is confirmed")
    ines.goes_to("Declarations")
    ines.reads("Ridge Academy", "Confirmed")

    ines.presses("Amend your declaration")
    chooses_work(ines)
    worked_until_july_2023(ines)
    ines.presses("Continue to check your answers")
    ines.presses("Certify and file")
    ines.reads("INS-1 at Ridge Academy", "is now questioned: your scheduler sees this")
    ines.follows("INS-1 at Ridge Academy")
    ines.reads("Real", "The inspector worked at Hilltop Primary School", "became Ridge Academy")

    for who, place, title in (
        (sam, "Inspections", "Questioned assignments (1)"),
        (dee, "Decisions", "Questioned (1)"),
    ):
        who.opens("/")
        who.goes_to(place)
        who.reads("What you must do now", title, "Ines Pector for Ridge Academy", HILLTOP)
        assert who.words.index(title) < who.words.index("Ines Pector for Ridge Academy")
    sam.opens(proposal)
    sam.reads("Questioned", "was confirmed, and what is known now questions it")
    assert not sam.sees_button("Confirm")

    sam.presses("Release")
    sam.types("Why is the inspector released?", "A real conflict came to light.")
    sam.presses("Release")
    sam.reads("Ines Pector is released from INS-1")
    dee.opens("/decisions")
    dee.reads("Nothing waits for your decision")
