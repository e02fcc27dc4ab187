"""Story 5: an auditor follows what was said, found and decided, sees what was known when, and checks the history."""

from dataclasses import dataclass

import pytest

from tests.journeys.town import Town
from tests.support.pages import Person
from tests.support.world import employed_at
from tracker.domain.access import Role

pytestmark = pytest.mark.browser
NOTE = "Sang in its choir."
LATER = employed_at("gias:900001", "2015-09", "2023-07", note=NOTE)


@dataclass
class Past:
    """What happened in the town before the auditor came."""

    town: Town
    audrey: Person
    first: str
    second: str
    assignment: str


@pytest.fixture
def past(town: Town) -> Past:
    """Ines declared nothing at half past nine, was confirmed, and declared a job at ten o'clock."""
    site = town.served.site
    if "Ines Pector" not in town.emails:
        town.declares("Ines Pector")
        town.confirmed("INS-1", "Ines Pector")
        site.wait(minutes=30)
        town.declares("Ines Pector", LATER)
        site.wait(minutes=30)
        town.knows("Audrey Auditor", Role.AUDITOR)
    first, second = town.declared("Ines Pector")
    audrey = town.seat("Audrey Auditor")
    audrey.signs_in(town.emails["Audrey Auditor"])
    return Past(town, audrey, first, second, town.assignment("INS-1"))


def as_at(audrey: Person, time: str) -> None:
    audrey.page.get_by_text("See what was known at another moment").click()
    audrey.dates("Day", "2", "3", "2026")
    audrey.types("Time", time)
    audrey.presses("Show what was known")
    audrey.reads(f"As it was known on 2 March 2026 at {time}am")


def test_the_auditor_checks_that_the_history_is_whole(past: Past) -> None:
    past.audrey.reads("Is the history whole?", "What deserves a look", "was questioned")
    past.audrey.presses("Check that the history is whole")
    past.audrey.reads("The history is whole")


def test_the_auditor_follows_an_inspector_and_sees_what_was_known_before(past: Past) -> None:
    audrey = past.audrey
    audrey.page.get_by_role("searchbox").fill("ines")
    audrey.presses("Find")
    audrey.follows("Ines Pector")
    audrey.reads("As it is known now", past.second, "Timeline", "filed declaration", "Questioned")
    as_at(audrey, "9:45")
    audrey.reads(past.first, "nothing to declare", "Confirmed")
    audrey.does_not_read(past.second)
    audrey.follows("Back to what is known now")
    audrey.reads("As it is known now")


def test_opening_a_declaration_shows_its_words_and_leaves_an_entry(past: Past) -> None:
    audrey = past.audrey
    audrey.opens(f"/audit/declarations/{past.second}")
    audrey.does_not_read(NOTE)
    audrey.presses("Open the details")
    audrey.reads("Hilltop Primary School", NOTE)
    audrey.opens(f"/audit/declarations/{past.second}")
    audrey.reads("Audrey Auditor", "opened")


def test_two_declarations_stand_side_by_side(past: Past) -> None:
    audrey = past.audrey
    audrey.opens(f"/audit/declarations/{past.second}")
    audrey.presses("Put side by side")
    audrey.presses("Open the details of both")
    audrey.reads("What changed", "Added", "Hilltop Primary School", "Nothing to declare", past.first, past.second)


def test_an_assignment_shows_its_findings_their_chain_and_what_was_known_when_it_was_confirmed(past: Past) -> None:
    audrey = past.audrey
    audrey.opens(f"/audit/assignments/{past.assignment}")
    audrey.reads("Questioned", "Real", "Hilltop Primary School became Ridge Academy", "Timeline", "confirmed")
    assert audrey.page.locator(".app-chain__link").count() == 3
    as_at(audrey, "9:45")
    audrey.reads("Confirmed", "The check found nothing", "Nobody had decided on it")


def test_the_register_of_interests_is_read_searched_and_opened_for_printing(past: Past) -> None:
    audrey = past.audrey
    audrey.follows("Register of interests, fit for publication")
    audrey.reads("Preview", "Employment: Hilltop Primary School, from September 2015 until July 2023", "Not published")
    audrey.does_not_read(NOTE, past.second)
    audrey.page.get_by_role("searchbox").fill("hilltop ines")
    audrey.presses("Find")
    audrey.reads("1 inspector found for “hilltop ines”")
    audrey.follows("Open the whole register as a plain page to print")
    audrey.reads("As at 2 March 2026", "Hilltop Primary School")
    audrey.does_not_read(NOTE, "Audrey Auditor")


def test_the_auditor_reads_the_annual_report_and_prints_it(past: Past) -> None:
    audrey = past.audrey
    audrey.follows("Annual compliance report")
    audrey.reads("as it was known when the period ended", "1 September 2024 to 31 August 2025")
    audrey.dates("From", "1", "9", "2025")
    audrey.dates("To", "31", "8", "2026")
    audrey.presses("Show")
    audrey.reads("The period ends on 31 August 2026", "With a declaration in date", "Real conflicts that were allowed")
    audrey.does_not_read("Ines Pector", NOTE)
    audrey.follows("Open it as a plain page to print")
    audrey.reads("Taken from the tracker on 2 March 2026", "Declarations filed")
    audrey.does_not_read("Ines Pector", "Audrey Auditor")


def test_the_auditor_asks_what_changed_and_who_knew(past: Past) -> None:
    audrey = past.audrey
    audrey.follows("What changed between two moments?")
    audrey.reads("What was done", "Assignments that stand otherwise", "Ines Pector for Ridge Academy", "Questioned")
    audrey.follows("Declarations and their review")
    audrey.reads("filed declaration")
    audrey.opens(f"/audit/declarations/{past.second}")
    audrey.reads("Who knew of it, and since when", "a check found it", "What it changed", "Confirmed", "Questioned")
    audrey.does_not_read(NOTE)


def test_the_auditor_runs_a_check_again_from_its_line(past: Past) -> None:
    audrey = past.audrey
    audrey.opens(f"/audit/assignments/{past.assignment}")
    audrey.page.get_by_role("link", name="Run this check again").first.click()
    audrey.reads("It answers the same when it is run again.", "Verdict, run again")
    audrey.opens("/audit/independence/INS-1")
    audrey.reads("Independence file of inspection INS-1", "Take it away")
