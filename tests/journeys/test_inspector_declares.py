"""Story 2: an inspector declares against the predecessor of a converted school, amends, and sees what was filed."""

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.journeys.declaring import (
    HILLTOP,
    OAK,
    RIDGE,
    VALE,
    begins,
    chooses_work,
    declares_hilltop,
    worked_until_july_2023,
)
from tests.journeys.town import Town
from tests.support.pages import REFUSED, SMALL, Person
from tracker.domain.access import Role

pytestmark = pytest.mark.browser
# What somebody may type, and what must be among the answers.
KNOWN = {
    "illtop": HILLTOP,
    "wenford": RIDGE,
    "we2 2bb": VALE,
    "900003": VALE,
    "990/2001": HILLTOP,
    "10090002": RIDGE,
    "900001": HILLTOP,
    "hilltop": RIDGE,
    "birch": "Birch Trust",
    "wenshire": "Wenshire",
}


def declares_in_full(ines: Person) -> None:
    begins(ines)
    ines.reads("Which of these do you have to declare?")
    chooses_work(ines)
    worked_until_july_2023(ines)
    ines.reads("You have entered 1 connection", "From September 2015 until July 2023", "Nothing is filed yet")
    ines.presses("Continue to check your answers")
    ines.reads(HILLTOP, "Head of year 4.", "What you certify", "These words are kept with your declaration")
    ines.presses("Certify and file")
    ines.reads("Declaration recorded", HILLTOP, "From September 2015 until July 2023", "It changes nothing")


def test_an_inspector_declares_amends_and_sees_all_past_declarations(town: Town) -> None:
    town.knows("Ines Pector", Role.INSPECTOR)
    ines = town.seat("Ines Pector")
    ines.signs_in(town.emails["Ines Pector"])
    declares_in_full(ines)

    ines.goes_to("Declarations")
    ines.reads("Nothing, unless something changed", "In force")
    ines.presses("Amend your declaration")
    ines.reads("You have entered 1 connection", HILLTOP)
    ines.presses("Add another connection")
    ines.finds("vale", VALE)
    ines.answers("Governing role")
    ines.chooses("My partner")
    ines.dates("When did it begin?", year="2024")
    ines.chooses("Yes, or it has not begun yet")
    ines.presses("Save and continue")
    ines.reads("What it would stop you inspecting", "Vale Academy itself", "1 other school or college in one trust")
    ines.presses("Continue to check your answers")
    ines.reads("Of these, you state that there is none", "Gift, hospitality or sponsorship")
    ines.presses("Certify and file")
    ines.reads("Declaration recorded", VALE, "Since 2024, and still so")

    ines.goes_to("Declarations")
    first, second = town.declared("Ines Pector")
    ines.follows(f"View {second}")
    ines.reads("Added:", VALE)
    ines.goes_back()
    ines.follows(f"View {first}")
    ines.reads("Not in force", HILLTOP)


def test_all_of_it_works_without_scripts(town: Town) -> None:
    ivor = town.person("Ivor Pector", Role.INSPECTOR, java_script_enabled=False)
    declares_in_full(ivor)
    assert len(town.declared("Ivor Pector")) == 1


def test_all_of_it_works_by_the_keyboard_alone(town: Town) -> None:
    kay = town.person("Kay Board", Role.INSPECTOR)
    for words in ("Make a declaration", "Start now"):
        kay.keys(words, "Enter", leads_on=True)
    kay.keys("Work", "Space")
    kay.keys("Continue", "Enter", leads_on=True)
    kay.keys("Work", "Enter", leads_on=True)
    with kay.page.expect_response(lambda answer: answer.url.endswith("q=hillt")):
        kay.keys("Search the registers", "hillt")
    kay.page.get_by_role("option").first.wait_for()
    kay.page.keyboard.press("ArrowDown")
    try:
        kay.page.locator("[role=option]:focus").wait_for(timeout=2_000)
    except PlaywrightTimeoutError:
        # The list was drawn anew under the key, as it may be for whoever types fast: a person presses it again.
        kay.page.keyboard.press("ArrowDown")
        kay.page.locator("[role=option]:focus").wait_for()
    kay.arrives(lambda: kay.page.keyboard.press("Enter"))
    kay.keys("Me", "Space")
    kay.keys("Year", "2019")
    kay.keys("Yes, or it has not begun yet", "Space")
    kay.keys("Save and continue", "Enter", leads_on=True)
    kay.keys("Continue to check your answers", "Enter", leads_on=True)
    kay.keys("Certify and file", "Enter", leads_on=True)
    kay.reads("Declaration recorded", HILLTOP, "Since 2019, and still so")


def test_a_provider_is_found_by_whatever_one_knows_of_it(town: Town) -> None:
    fin = town.person("Fin Der", Role.INSPECTOR)
    begins(fin)
    for words, name in KNOWN.items():
        fin.opens(f"/declarations/draft/find?q={words}")
        found = fin.page.locator(".app-results__result").all_inner_texts()
        assert [each for each in found if each.startswith(name)], (words, found)
    fin.opens("/declarations/draft/find?q=hilltop")
    fin.reads("Ridge Academy", "formerly Hilltop Primary School")
    fin.opens("/declarations/draft/find?q=nonesuch")
    fin.reads("Nothing was found for “nonesuch”. Try fewer words")


def test_each_mistake_is_said_at_its_box_and_the_summary_leads_there(town: Town) -> None:
    mia = town.person("Mia Take", Role.INSPECTOR)
    begins(mia)
    mia.presses("Continue", REFUSED)
    mia.reads("There is a problem", "Choose what you have to declare, or that there is nothing")
    chooses_work(mia)
    mia.finds("hilltop", HILLTOP)
    mia.dates("When did it begin?", day="31", month="2", year="2019")
    mia.chooses("No, or its end is fixed")
    mia.presses("Save and continue", REFUSED)
    mia.reads("Choose whose connection it is", "must be a real date", "Enter when it ended")
    mia.page.get_by_role("alert").get_by_role("link", name="The date it began").click()
    assert mia.page.evaluate("document.activeElement.id") == "began_on-day"
    assert mia.page.locator("#began_on-day").input_value() == "31"


def test_a_declaration_is_filed_once_however_often_the_button_is_pressed(town: Town) -> None:
    una = town.person("Una Double", Role.INSPECTOR)
    begins(una)
    una.ticks("None of these: I have nothing to declare")
    una.presses("Continue")
    form = una.page.locator("main form").evaluate("form => Object.fromEntries(new FormData(form).entries())")
    una.presses("Certify and file")
    again = una.context.request.post(f"{una.served.url}/declarations/draft/check", form=form)
    assert "Nothing was filed a second time" in again.text()
    assert len(town.declared("Una Double")) == 1


def test_the_back_button_after_filing_leads_to_no_second_declaration(town: Town) -> None:
    bo = town.person("Bo Back", Role.INSPECTOR)
    declares_hilltop(bo)
    recorded = bo.path
    bo.goes_back()
    if bo.sees_button("Certify and file"):
        bo.presses("Certify and file")
        bo.reads("Nothing was filed a second time")
        assert bo.path == recorded
    assert len(town.declared("Bo Back")) == 1


def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing(town: Town) -> None:
    sol = town.person("Sol Ow", Role.INSPECTOR)
    begins(sol)
    chooses_work(sol)
    sol.finds("hilltop", HILLTOP)
    sol.chooses("Me")
    sol.dates("When did it begin?", year="2019")
    sol.chooses("Yes, or it has not begun yet")
    sol.types("Is there anything else to know about it? (optional)", "Cook.")
    town.served.site.wait(minutes=61)
    sol.presses("Save and continue")
    sol.reads("It is kept for you: sign in, then save it")
    sol.signs_in(town.emails["Sol Ow"])
    sol.reads("Save what you sent last?", "is not saved yet")
    sol.presses("Save it now")
    sol.reads("You have entered 1 connection", HILLTOP, "Work", "Since 2019, and still so", "Cook.")
    sol.opens("/kept")
    assert sol.path != "/kept"


def test_five_connections_take_under_three_minutes_on_a_phone_by_keyboard_and_without_scripts(town: Town) -> None:
    """A person reads and types slower than this: what is counted are the pages, boxes and keys that it takes."""
    flo = town.person("Flo Phone", Role.INSPECTOR, java_script_enabled=False, viewport=SMALL)
    pages, keys = len(flo.visited), flo.keyed
    flo.keys("Make a declaration", "Enter", leads_on=True)
    flo.keys("Start now", "Enter", leads_on=True)
    for kind in ("Work", "Governing role", "Use of its services"):
        flo.keys(kind, "Space")
    flo.keys("Continue", "Enter", leads_on=True)
    for kind, words, name, holder in (
        ("Work", "hilltop", HILLTOP, "Me"),
        ("", "vale", VALE, "My partner"),
        ("Governing role", "lone oak", OAK, "Me"),
        ("", "birch", "Birch Trust", "Me"),
        ("Use of its services", "ridge", RIDGE, "My child"),
    ):
        if kind:
            flo.keys(kind, "Enter", leads_on=True)
        flo.keys("Search the registers", words)
        flo.keys("Search", "Enter", leads_on=True)
        flo.keys(name, "Enter", leads_on=True)
        flo.keys(holder, "Space")
        flo.keys("Year", "2019")
        flo.keys("Yes, or it has not begun yet", "Space")
        another = name in {HILLTOP, OAK}
        flo.keys("Save and add another like it" if another else "Save and continue", "Enter", leads_on=True)
    flo.reads("You have entered 5 connections")
    flo.keys("Continue to check your answers", "Enter", leads_on=True)
    flo.keys("Certify and file", "Enter", leads_on=True)
    flo.reads("Declaration recorded", "5 connections")
    # Three seconds a page and a quarter of a second a key are slow for whoever does it for the first time.
    assert (len(flo.visited) - pages) * 3 + (flo.keyed - keys) / 4 < 180
