"""Story 3: a scheduler plans, proposes, is told at once and why, and confirms only what may be confirmed."""

import pytest

from tests.journeys.declaring import declares_hilltop, declares_nothing
from tests.journeys.placing import plans, proposes
from tests.journeys.town import Town
from tests.support.pages import REFUSED
from tests.support.world import employed_at
from tracker.domain.access import Role

pytestmark = pytest.mark.browser
PARTNER = employed_at("gias:900003", "2015", holder="partner", note="Whom nobody need know.")


def test_a_job_at_the_predecessor_is_real_at_once_and_another_inspector_is_clear_and_confirmed(town: Town) -> None:
    declares_hilltop(town.person("Ines Pector", Role.INSPECTOR))
    declares_nothing(town.person("Clara Void", Role.INSPECTOR))
    sam = town.person("Sam Scheduler", Role.SCHEDULER)
    plans(sam, "INS-1")

    proposes(sam, "INS-1", "Ines Pector")
    sam.reads("Real", "worked at Hilltop Primary School", "until July 2023", "became Ridge Academy")
    links = sam.page.locator(".app-chain__link").all_inner_texts()
    assert len(links) == 3, links
    for word, link in zip(("July 2023", "Ridge Academy", "To be inspected"), links, strict=True):
        assert word in link
    assert not sam.sees_button("Confirm")
    sam.does_not_read("Head of year 4.")

    proposes(sam, "INS-1", "Clara Void")
    sam.reads("Clear", "Nothing was found")
    sam.presses("Confirm")
    sam.reads("Confirmed", "Clara Void is confirmed")
    sam.goes_to("Inspections")
    sam.reads("Proposals that await a decision (1)", "Ines Pector for Ridge Academy")


def test_a_perceived_conflict_goes_ahead_once_a_decision_maker_allows_it_with_reasons(town: Town) -> None:
    town.declares("Pia Perceived", PARTNER)
    sam = town.person("Sue Scheduler", Role.SCHEDULER)
    plans(sam, "INS-2")
    proposal = proposes(sam, "INS-2", "Pia Perceived")
    sam.reads("Perceived", "close family member")
    sam.does_not_read("partner", "Whom nobody need know.")
    assert not sam.sees_button("Confirm")

    dee = town.person("Dee Decider", Role.DECISION_MAKER)
    dee.reads("What you must do now", "Waiting for your decision")
    dee.follows("Pia Perceived for Ridge Academy")
    dee.presses("Decide on finding 1")
    dee.presses("Record the decision", REFUSED)
    dee.reads("There is a problem", "Choose what you decide", "Give your reasons")
    dee.chooses("Allow it")
    dee.types("Your reasons", "The two schools share a trust and no staff.")
    dee.presses("Record the decision")
    dee.reads("Allowed", "The two schools share a trust and no staff.")

    sam.goes_to("Inspections")
    sam.reads("Proposals that you can confirm")
    sam.opens(proposal)
    sam.presses("Confirm")
    sam.reads("Pia Perceived is confirmed")
    sam.does_not_read("share a trust and no staff")


def test_an_upheld_finding_releases_the_inspector_and_the_place_is_open_again(town: Town) -> None:
    town.knows("Una Known", Role.INSPECTOR)
    sam = town.person("Sid Scheduler", Role.SCHEDULER)
    plans(sam, "INS-3")
    proposal = proposes(sam, "INS-3", "Una Known")
    sam.reads("Undetermined", "No declaration", "ask Una Known to declare")
    assert not sam.sees_button("Confirm")

    dan = town.person("Dan Decider", Role.DECISION_MAKER)
    dan.follows("Una Known for Ridge Academy")
    dan.presses("Decide on finding 1")
    dan.chooses("Uphold it")
    dan.types("Your reasons", "Nobody inspects without a declaration.")
    dan.presses("Record the decision")
    dan.reads("You upheld the finding. Una Known is released from INS-3")

    sam.opens(proposal)
    sam.reads("Una Known was released")
    assert not sam.sees_button("Confirm")
    sam.opens("/inspections/inspection/INS-3")
    sam.reads("2 of 2")


def test_whoever_proposed_an_inspector_cannot_decide_on_it(town: Town) -> None:
    town.declares("Pru Perceived", PARTNER)
    both = town.person("Bo Both", Role.SCHEDULER, Role.DECISION_MAKER)
    both.reads("Plan inspections", "Decide")
    plans(both, "INS-4")
    proposal = proposes(both, "INS-4", "Pru Perceived").rpartition("/")[2]
    both.goes_to("Decisions")
    both.reads("Waiting for another decision-maker", "You proposed Pru Perceived for this inspection")
    both.follows("Pru Perceived for Ridge Academy")
    both.reads("You proposed Pru Perceived for this inspection, so you cannot decide on it")
    assert not both.sees_button("Decide on finding 1")
    finding = town.finding(proposal)
    both.opens(f"/decisions/assignments/{proposal}/findings/{finding}")
    both.reads("You proposed Pru Perceived for this inspection, so you cannot decide on it")
    assert not both.sees_button("Record the decision")


def test_pressing_propose_twice_proposes_once(town: Town) -> None:
    town.declares("Twi Ce")
    sam = town.person("Sol Scheduler", Role.SCHEDULER)
    plans(sam, "INS-5")
    first = proposes(sam, "INS-5", "Twi Ce")
    sam.goes_back()
    sam.page.reload()
    sam.reads("Already on the team")
    sam.opens("/inspections/inspection/INS-5")
    assert sam.page.locator("tbody tr").count() == 1
    sam.opens(first)
