"""Placing and deciding in a real browser: the main job, with and without scripts, on a small screen, and accessible."""

from datetime import date

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.support.chromium import axe_violations
from tests.support.placing import OTHER, OWN_JOB, PARTNERS_JOB, Placing, placing_on
from tests.support.server import Served
from tests.support.web import PASSWORD
from tracker.domain.access import Role

pytestmark = pytest.mark.browser
SMALL = {"width": 320, "height": 640}


@pytest.fixture
def placing(server: Served) -> Placing:
    placing = placing_on(server.site)
    placing.inspection("INS-1", team_size=4, starts_on=date(2026, 3, 12))
    return placing


def signed_in(browser: Browser, server: Served, *roles: Role, **settings: object) -> Page:
    email = server.site.person(*roles)
    page = browser.new_context(**settings).new_page()
    page.goto(f"{server.url}/sign-in")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    return page


def sound(page: Page) -> None:
    assert axe_violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], page.url


# The pages that need no more than the town itself.
ALWAYS = (
    "/inspections",
    "/inspections/plan?q=academy",
    "/inspections/plan/details?provider=gias:900002",
    "/inspections/inspection/INS-1",
    "/inspections/propose/INS-1?q=rea",
    "/inspections/import",
    "/inspections/objections",
    "/inspections/assignments?need=waiting",
    "/inspections/places",
    "/inspections/inspectors/T1",
    "/decisions",
    "/decisions/queue?need=decision",
    "/decisions/decided",
    "/decisions/connections",
)


def test_every_page_is_accessible_and_fits_a_small_screen(browser: Browser, server: Served, placing: Placing) -> None:
    for staff_no, connection in (("T1", OWN_JOB), ("T2", PARTNERS_JOB), ("T3", OTHER)):
        placing.inspector(staff_no, f"Rea {staff_no}", connection)
    placing.inspector("T4", "Quinn")
    placing.inspector("T5", "Sol")
    quinn = placing.proposed("INS-1", "T4", confirmed=True)
    real, perceived, _ = (placing.proposed("INS-1", each) for each in ("T1", "T2", "T3"))
    placing.declares("T4", PARTNERS_JOB)
    placing.decided(real, server.site.person(Role.DECISION_MAKER))
    page = signed_in(browser, server, Role.SCHEDULER, Role.DECISION_MAKER, viewport=SMALL)
    inside, decide = "/inspections/assignments/", "/decisions/assignments/"
    for path in (
        *ALWAYS,
        f"/inspections/propose/INS-1?role=team&instead={quinn}",
        f"{inside}{real}",
        f"{inside}{quinn}",
        f"{inside}{quinn}/release",
        f"{inside}{quinn}/objection",
        f"{decide}{real}",
        f"{decide}{perceived}/findings/{placing.finding(perceived)}",
    ):
        page.goto(server.url + path)
        sound(page)
    page.goto(f"{server.url}/decisions/connections")
    page.click("main .app-work a")
    sound(page)
    page.click("text=Open whose it is, and the note")
    sound(page)
    page.click("text=Record the grade")
    sound(page)


def test_the_preview_of_a_file_is_accessible_and_fits_a_small_screen(
    browser: Browser, server: Served, placing: Placing
) -> None:
    placing.inspector("T2", "Rea", PARTNERS_JOB)
    placing.inspector("T5", "Sol")
    page = signed_in(browser, server, Role.SCHEDULER, viewport=SMALL)
    page.goto(f"{server.url}/inspections/import")
    page.check("#kind-2")
    rows = b"inspection,staff_no,role\nINS-1,T2,team\nINS-1,T5,team\n"
    page.set_input_files("#file", files=[{"name": "plan.csv", "mimeType": "text/csv", "buffer": rows}])
    page.click("text=Show what it would do")
    assert "Import 2 rows" in page.inner_text("main")
    sound(page)


def test_names_and_references_without_a_space_stay_within_a_small_screen(
    browser: Browser, server: Served, placing: Placing
) -> None:
    reference, name = "R/£&?#%25" + "W" * 31, "Featherstonehaugh-Cholmondeley" * 2
    placing.inspection(reference, starts_on=date(2026, 3, 12))
    placing.inspector("T1", name, PARTNERS_JOB)
    ref = placing.proposed(reference, "T1")
    page = signed_in(browser, server, Role.SCHEDULER, Role.DECISION_MAKER, Role.AUDITOR, viewport=SMALL)
    page.goto(f"{server.url}/inspections")
    sound(page)
    page.click(f"main >> text={name} for")
    sound(page)
    page.click(f"text=Inspection {reference}")
    sound(page)
    page.click("main a.govuk-button")
    sound(page)
    finding = placing.finding(ref)
    for path in ("/decisions", f"/decisions/assignments/{ref}/findings/{finding}", f"/audit/assignments/{ref}"):
        page.goto(server.url + path)
        sound(page)


def test_a_scheduler_plans_proposes_and_is_told_with_the_keyboard(
    browser: Browser, server: Served, placing: Placing
) -> None:
    placing.inspector("T1", "Rea Real", OWN_JOB)
    page = signed_in(browser, server, Role.SCHEDULER)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.click("text=Plan an inspection")
    page.locator("#q").press_sequentially("ridge")
    page.wait_for_selector(".autocomplete__option >> text=Ridge Academy")
    sound(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/plan/details?**")
    page.fill("#reference", "INS-9")
    page.fill("#framework", "Graded inspection")
    for field, day in (("starts_on", "17"), ("ends_on", "18")):
        for part, value in (("day", day), ("month", "3"), ("year", "2026")):
            page.fill(f"#{field}-{part}", value)
    page.fill("#team_size", "2")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=INS-9 is planned")
    page.click("main a.govuk-button")
    page.fill("#q", "rea")
    page.keyboard.press("Enter")
    page.click("text=Propose Rea Real")
    assert "Hilltop Primary School became Ridge Academy" in page.inner_text(".app-finding")
    assert page.locator(".app-chain__link").count() == 3
    assert said == []


def test_words_typed_before_the_scripts_came_are_searched_for_and_typing_goes_on(
    browser: Browser, server: Served, placing: Placing
) -> None:
    page = signed_in(browser, server, Role.SCHEDULER)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/provider-picker.js*", hold)
    with page.expect_request("**/provider-picker.js*"):
        page.goto(server.url + "/inspections/plan", wait_until="commit")
    page.locator("#q").press_sequentially("rid")
    held[0].continue_()
    page.wait_for_selector(".autocomplete__option >> text=Ridge Academy")
    page.keyboard.type("ge ac")
    assert page.input_value("#q") == "ridge ac"
    page.wait_for_selector(".autocomplete__option >> text=Ridge Academy")


def test_without_scripts_a_provider_is_found_and_a_finding_decided(
    browser: Browser, server: Served, placing: Placing
) -> None:
    placing.inspector("T1", "Per", PARTNERS_JOB)
    ref = placing.proposed("INS-1", "T1")
    plain = {"java_script_enabled": False, "viewport": SMALL}
    page = signed_in(browser, server, Role.SCHEDULER, **plain)
    page.goto(f"{server.url}/inspections/plan")
    page.fill("#q", "vale")
    page.click("main button")
    page.click("text=Vale Academy")
    assert "Plan an inspection" in page.inner_text("h1")
    page = signed_in(browser, server, Role.DECISION_MAKER, **plain)
    page.click("text=Per for Ridge Academy")
    page.click(".app-finding a.govuk-button")
    page.check("#outcome")
    page.fill("#reasons", "A short job, long ago.")
    page.click("button.govuk-button:has-text('Record the decision')")
    assert "You allowed the finding" in page.inner_text("main")
    assert placing.state(ref) == "proposed"
