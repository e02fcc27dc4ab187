"""Moving an inspection and calling it off in a real browser: on a small screen too, and accessible at each step."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.test_placing import SMALL, signed_in, sound
from tests.support.placing import OWN_JOB, PARTNERS_JOB, Placing, placing_on
from tests.support.server import Served
from tests.support.world import SCHEDULER
from tracker.domain.access import Role
from tracker.services import moving
from tracker.services.moving import Move

pytestmark = pytest.mark.browser
WIDE = {"width": 1280, "height": 800}


@pytest.fixture
def placing(server: Served) -> Placing:
    """A team of three: one with a conflict, one who is elsewhere on the new days, and one of whom nothing is found."""
    placing = placing_on(server.site)
    placing.inspection("INS-1", team_size=3)
    placing.inspection("INS-2", provider="gias:900004", starts_on=date(2026, 4, 8), ends_on=date(2026, 4, 8))
    people = (("T1", "Rea Real", OWN_JOB), ("T2", "Wyn Elsewhere", PARTNERS_JOB), ("T3", "Quinn Clear"))
    for staff_no, name, *said in people:
        placing.inspector(staff_no, name, *said)
        placing.proposed("INS-1", staff_no, confirmed=staff_no == "T3")
    placing.proposed("INS-2", "T2")
    return placing


def _fill(page: Page, first: date, last: date) -> None:
    for name, day in (("starts_on", first), ("ends_on", last)):
        for part in ("day", "month", "year"):
            page.fill(f"#{name}-{part}", str(getattr(day, part)))


@pytest.mark.parametrize("scripts", [True, False])
def test_an_inspection_is_moved_and_then_called_off_on_a_small_screen(
    browser: Browser, server: Served, placing: Placing, *, scripts: bool
) -> None:
    page = signed_in(browser, server, Role.SCHEDULER, viewport=SMALL, java_script_enabled=scripts)
    look = sound if scripts else lambda _page: None
    page.goto(f"{server.url}/inspections/inspection/INS-1")
    look(page)
    page.click("text=Move to other days")
    look(page)
    _fill(page, date(2026, 4, 7), date(2026, 4, 6))
    page.fill("#reason", "The school asked for a deferral.")
    page.click("text=See what it would mean")
    assert "It cannot end before it starts" in page.inner_text(".govuk-error-summary")
    look(page)
    _fill(page, date(2026, 4, 7), date(2026, 4, 8))
    page.click("text=See what it would mean")
    assert "One of them is on another inspection" in page.inner_text("main")
    look(page)
    page.click("main button:has-text('Move the inspection')")
    assert "INS-1 is moved" in page.inner_text(".govuk-notification-banner")
    assert "What was changed" in page.inner_text("main")
    look(page)
    page.click("text=Call it off")
    look(page)
    page.fill("#reason", "The school burnt down.")
    page.click("main button:has-text('Call it off')")
    assert "INS-1 is called off. 3 inspectors were released." in page.inner_text(".govuk-notification-banner")
    look(page)


@pytest.mark.parametrize("viewport", [SMALL, WIDE])
def test_what_was_moved_and_called_off_stands_on_the_board_for_whoever_asks(
    browser: Browser, server: Served, placing: Placing, *, viewport: ViewportSize
) -> None:
    page = signed_in(browser, server, Role.SCHEDULER, viewport=viewport)
    page.goto(f"{server.url}/inspections/move/INS-1")
    _fill(page, date(2026, 4, 7), date(2026, 4, 8))
    page.fill("#reason", "The school asked for a deferral.")
    page.click("text=See what it would mean")
    page.click("main button:has-text('Move the inspection')")
    page.goto(f"{server.url}/inspections/call-off/INS-2")
    page.fill("#reason", "The school burnt down.")
    page.click("main button:has-text('Call it off')")
    for value, says in (("moved", "Moved: it was planned for"), ("called-off", "nobody goes there")):
        page.goto(f"{server.url}/inspections")
        page.select_option("#changed", value)
        page.click("form.app-filters button")
        assert says in page.inner_text("main")
        sound(page)
    placing.is_oneself(server.site.added[Role.SCHEDULER,], "T3")
    page.goto(f"{server.url}/inspections/inspection/INS-1")
    assert "You are on its team: another scheduler moves it or calls it off." in page.inner_text("main")
    sound(page)


@pytest.mark.parametrize("viewport", [SMALL, WIDE])
def test_whoever_presses_after_somebody_else_took_the_inspector_is_told_who_was_quicker(
    browser: Browser, server: Served, placing: Placing, *, viewport: ViewportSize
) -> None:
    placing.inspection("INS-3", provider="gias:900004")
    placing.inspector("T4", "Fia Free")
    page = signed_in(browser, server, Role.SCHEDULER, viewport=viewport)
    page.goto(f"{server.url}/inspections/propose/INS-3?role=team")
    placing.proposed("INS-1", "T4")
    page.click("button:has-text('Propose Fia Free')")
    said = page.inner_text(".govuk-error-summary")
    assert "was quicker: Fia Free was proposed for another inspection on those days a moment ago" in said
    assert "Fia Free cannot go (busy on those days)" in said


def test_whom_it_touches_elsewhere_is_told_on_a_small_screen(browser: Browser, server: Served) -> None:
    placing = placing_on(server.site)
    placing.inspector("T1", "Rea Familiar")
    for reference, day in (("INS-A", date(2026, 3, 4)), ("INS-B", date(2026, 5, 4)), ("INS-C", date(2026, 4, 1))):
        placing.inspection(reference, provider="gias:900004", starts_on=day, ends_on=day)
        placing.proposed(reference, "T1", confirmed=True)
    page = signed_in(browser, server, Role.SCHEDULER, viewport=SMALL)
    page.goto(f"{server.url}/inspections/move/INS-B")
    _fill(page, date(2026, 3, 9), date(2026, 3, 9))
    page.fill("#reason", "The school asked for a deferral.")
    page.click("text=See what it would mean")
    assert "One confirmed place would be questioned." in page.inner_text("main")
    sound(page)
    page.goto(f"{server.url}/inspections/call-off/INS-A")
    assert "INS-B, Lone Oak School" in page.inner_text("main")
    sound(page)


@pytest.mark.parametrize("viewport", [SMALL, WIDE])
def test_who_is_elsewhere_on_the_new_days_is_told_wherever_the_team_is_looked_at(
    browser: Browser, server: Served, placing: Placing, *, viewport: ViewportSize
) -> None:
    placing.inspector("T4", "Fia Free")
    ref = placing.proposed("INS-2", "T4")
    page = signed_in(browser, server, Role.SCHEDULER, viewport=viewport)
    with placing.staging() as stage:
        command = Move("INS-1", date(2026, 4, 8), date(2026, 4, 8), "The school asked.")
        moving.move(stage.session, SCHEDULER, command, at=stage.tick())
    for path, says in (
        ("", "Wyn Elsewhere is on INS-2 then"),
        ("/inspection/INS-1", "On INS-2 then."),
        ("/inspection/INS-2", "On INS-1 then."),
        (f"/assignments/{ref}", "You can confirm Fia Free"),
    ):
        page.goto(f"{server.url}/inspections{path}")
        assert says in page.inner_text("main")
        sound(page)
    page.click("text=Inspection INS-2")
    page.click("text=Wyn Elsewhere")
    assert "On INS-1 then. Release or replace Wyn Elsewhere here or there." in page.inner_text("#next")
    sound(page)


@pytest.mark.parametrize("viewport", [SMALL, WIDE])
def test_a_file_that_changes_nothing_offers_another_file(
    browser: Browser, server: Served, placing: Placing, tmp_path: Path, *, viewport: ViewportSize
) -> None:
    file = tmp_path / "plan.csv"
    row = "INS-2,gias:900004,Graded inspection,2026-04-08,2026-04-08,2"
    file.write_text(f"reference,provider,framework,starts_on,ends_on,team_size\n{row}\n", "utf-8")
    assert placing
    page = signed_in(browser, server, Role.SCHEDULER, viewport=viewport)
    page.goto(f"{server.url}/inspections/import?kind=inspections")
    page.set_input_files("input[type=file]", file)
    page.check("input[value=inspections]")
    page.click("main button")
    assert "There is nothing to import:" in page.inner_text("main")
    sound(page)
