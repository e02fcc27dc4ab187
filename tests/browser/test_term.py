"""Planning a term in a real browser: asked for, made by a process of its own, kept to, applied; on a small screen."""

from datetime import date

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_placing import SMALL, signed_in, sound
from tests.support.placing import OWN_JOB, PARTNERS_JOB, placing_on
from tests.support.server import Served
from tracker.domain.access import Role

pytestmark = pytest.mark.browser


def test_a_term_is_planned_and_applied(browser: Browser, server: Served) -> None:
    placing = placing_on(server.site)
    for staff_no, name, *connections in (("T1", "Rea"), ("T2", "Quinn", PARTNERS_JOB), ("T3", "Rex", OWN_JOB)):
        placing.inspector(staff_no, name, *connections)
    placing.inspection("INS-1", team_size=3, starts_on=date(2026, 3, 12))
    # The process writes by the site's clock, which is fixed: a command would not on real records.
    server.site.person(is_demonstration=True)
    page = signed_in(browser, server, Role.SCHEDULER, viewport=SMALL)
    page.goto(f"{server.url}/inspections")
    page.click("text=Plan whole teams for a term")
    sound(page)
    page.click("text=Make a plan")
    sound(page)
    page.click("text=Make the plan")
    # The page looks by itself until the process is done.
    expect(page.get_by_role("heading", name="How good it is")).to_be_visible(timeout=90_000)
    sound(page)
    plan = page.url
    for part in ("places", "open", "keep?inspection=INS-1&role=lead&staff_no=T1", "apply"):
        page.goto(f"{plan}/{part}")
        sound(page)
    page.click("text=Propose 2")
    expect(page.get_by_text("2 places were proposed, 0 places were left out")).to_be_visible(timeout=90_000)
    sound(page)
    page.goto(f"{server.url}/inspections/inspection/INS-1")
    assert {"Rea", "Quinn"} <= set(page.inner_text("main").split())
