"""Story 6: a decision-maker allows a finding if something is done, and whoever is to see to it says that it is."""

import pytest

from tests.journeys.town import Town
from tests.support.pages import REFUSED
from tests.support.world import employed_at
from tracker.domain.access import Role

pytestmark = pytest.mark.browser
WHAT, EVIDENCE = "Another inspector reads the report before it is signed", "Quin Other read it and signed the sheet"


def test_a_decision_asks_for_something_and_its_owner_says_that_it_is_done(town: Town) -> None:
    town.declares("Pia Perceived", employed_at("gias:900003", "2015", holder="partner"))
    town.proposed("INS-1", "Pia Perceived")
    sam = town.person("Sam Scheduler", Role.SCHEDULER, java_script_enabled=False)
    sam.does_not_read("You are asked to see to")

    dee = town.person("Dee Decider", Role.DECISION_MAKER)
    dee.follows("Pia Perceived for Ridge Academy")
    dee.presses("Decide on finding 1")
    dee.reads("What was decided before (0)", "Mitigations, if you allow it", "The inspection begins on 17 March 2026")
    dee.chooses("Allow it")
    dee.types("Your reasons", "The two schools share a trust and no staff.")
    dee.presses("Add a mitigation")
    dee.types("What must be done?", WHAT)
    dee.presses("Record the decision", REFUSED)
    dee.reads("There is a problem", "Choose who is to see to it", "Enter the day by which it must be done")
    dee.page.get_by_label("Who is to see to it?").select_option(label="Sam Scheduler (scheduler)")
    dee.dates("By which day?", "10", "3", "2026")
    dee.presses("Record the decision")
    dee.reads("You allowed the finding", WHAT, "To do", "Sam Scheduler", "due 10 March 2026, before the inspection")

    sam.goes_to("Inspections")
    sam.reads("You are asked to see to something")
    sam.follows("see what is yours to do")
    sam.follows(WHAT)
    sam.reads("Pia Perceived for Ridge Academy, inspection INS-1")
    sam.types("What was done, and what shows it?", EVIDENCE)
    sam.presses("It is done")
    sam.reads("It is recorded as done", "Done", EVIDENCE)
    sam.goes_to("Inspections")
    sam.does_not_read("You are asked to see to", "share a trust and no staff")

    dee.opens(dee.path)
    dee.reads(f"Evidence, by Sam Scheduler: {EVIDENCE}")
