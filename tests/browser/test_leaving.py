"""Recording that an inspector leaves, in a real browser: on a small screen too, and accessible at each step."""

from datetime import date

import pytest
from playwright.sync_api import Browser

from tests.browser.test_placing import SMALL, signed_in, sound
from tests.support.placing import placing_on
from tests.support.server import Served
from tracker.domain.access import Role

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False])
def test_a_day_of_leaving_is_recorded_and_taken_back_on_a_small_screen(
    browser: Browser, server: Served, *, scripts: bool
) -> None:
    placing = placing_on(server.site)
    placing.inspection("INS-1", starts_on=date(2026, 3, 24), ends_on=date(2026, 3, 25))
    placing.inspection("INS-2", provider="gias:900004", starts_on=date(2026, 3, 12), ends_on=date(2026, 3, 20))
    placing.inspector("T1", "Rea Leaver")
    placing.proposed("INS-1", "T1", confirmed=True)
    placing.proposed("INS-2", "T1")
    page = signed_in(browser, server, Role.ADMINISTRATOR, Role.SCHEDULER, viewport=SMALL, java_script_enabled=scripts)
    look = sound if scripts else lambda _page: None
    page.goto(f"{server.url}/admin/people")
    page.click("text=Record that an inspector leaves")
    look(page)
    page.fill("#staff_no", "T1")
    page.click("main button:has-text('Continue')")
    look(page)
    page.click("text=See what it would mean")
    assert "Enter the day of leaving" in page.inner_text(".govuk-error-summary")
    for part, value in (("day", "17"), ("month", "3"), ("year", "2026")):
        page.fill(f"#left_on-{part}", value)
    page.fill("#remark", "A new post.")
    page.click("text=See what it would mean")
    assert "Released as you press" in page.inner_text("main")
    look(page)
    page.click("main button:has-text('Record the day of leaving')")
    assert "leaves on 17 March 2026" in page.inner_text(".govuk-notification-banner")
    look(page)
    page.goto(f"{server.url}/inspections/assignments?need=leaving")
    look(page)
    page.goto(f"{server.url}/admin/staying/T1")
    look(page)
    page.click("main button:has-text('Take it back')")
    assert "It is taken back" in page.inner_text(".govuk-notification-banner")
