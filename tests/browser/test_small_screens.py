"""On a screen of 320 pixels nothing is cut without a sign: tables go line by line, what scrolls casts a shadow."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_placing import SMALL, placing, signed_in, sound
from tests.support.placing import OWN_JOB, PARTNERS_JOB, Placing
from tests.support.server import Served
from tracker.domain.access import Role

pytestmark = pytest.mark.browser
__all__ = ["placing"]  # the fixture
CUT = """[...document.querySelectorAll('.app-pane table')].filter(each =>
    each.scrollWidth > each.closest('.app-pane').clientWidth + 1).map(each => each.closest('.app-pane').ariaLabel)"""
SHADOWS = (
    "[...document.querySelectorAll('.app-pane')].every(each => getComputedStyle(each).backgroundImage.includes('g'))"
)


def whole(page: Page) -> None:
    sound(page)
    assert page.evaluate(CUT) == [], page.url
    assert page.evaluate(SHADOWS), page.url


def test_tables_go_line_by_line_and_what_scrolls_says_so(browser: Browser, server: Served, placing: Placing) -> None:
    placing.inspector("T1", "Per", PARTNERS_JOB)
    placing.proposed("INS-1", "T1")
    placing.declares("T1", OWN_JOB)
    page = signed_in(browser, server, Role.AUDITOR, viewport=SMALL)
    for path in ("/policy", "/audit", "/audit/over-time"):
        page.goto(server.url + path)
        whole(page)


def test_two_declarations_stand_beneath_each_other_each_under_its_head(
    browser: Browser, server: Served, placing: Placing
) -> None:
    placing.inspector("T1", "Per", PARTNERS_JOB)
    server.site.wait(days=1)
    placing.declares("T1", OWN_JOB)
    page = signed_in(browser, server, Role.AUDITOR, viewport=SMALL)
    page.goto(f"{server.url}/audit/inspectors/T1")
    page.click("main a:has-text('DEC-')")
    page.click("main button:has-text('Put side by side')")
    page.click("main button:has-text('Open the details of both')")
    whole(page)
    tops = page.evaluate("[...document.querySelectorAll('.app-sides th, .app-sides td')].map(e => e.offsetTop)")
    assert [tops[0], tops[2], tops[1], tops[3]] == sorted(tops)
