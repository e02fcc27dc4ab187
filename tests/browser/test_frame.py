"""The frame in a real browser: signing in with the keyboard or without scripts, small screens, and accessibility."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.chromium import axe_violations
from tests.support.server import Served
from tests.support.web import PASSWORD
from tracker.domain.access import Role

pytestmark = pytest.mark.browser
SMALL = {"width": 320, "height": 640}


def opened(browser: Browser, **settings: object) -> Page:
    context: BrowserContext = browser.new_context(**settings)
    return context.new_page()


def fits(page: Page) -> bool:
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width <= SMALL["width"]


def test_no_page_of_the_frame_fails_the_accessibility_check_or_overflows(browser: Browser, server: Served) -> None:
    page = opened(browser, viewport=SMALL)
    for path in ("/sign-in", "/accessibility", "/privacy", "/nowhere"):
        page.goto(server.url + path)
        assert axe_violations(page) == [], path
        assert fits(page), path


def test_the_policy_of_content_blocks_nothing_that_a_page_needs(browser: Browser, server: Served) -> None:
    page = opened(browser)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{server.url}/sign-in")
    assert page.locator(".govuk-password-input__toggle").is_visible()
    assert said == []


def test_one_signs_in_with_the_keyboard_alone(browser: Browser, server: Served) -> None:
    email = server.site.person(Role.AUDITOR)
    page = opened(browser)
    page.goto(f"{server.url}/sign-in?next=/privacy")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type("a wrong password")
    page.keyboard.press("Enter")
    page.wait_for_selector(".govuk-error-summary")
    # What sets the focus runs as the page ends.
    page.wait_for_load_state()
    assert page.evaluate("document.activeElement.className").startswith("govuk-error-summary")
    assert axe_violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "email"
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/privacy")


def test_one_signs_in_and_out_without_scripts(browser: Browser, server: Served) -> None:
    email = server.site.person(Role.AUDITOR, Role.SCHEDULER)
    page = opened(browser, java_script_enabled=False, viewport=SMALL)
    page.goto(f"{server.url}/sign-in?next=/accessibility")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    assert page.url == f"{server.url}/accessibility"
    page.click("text=Sign out")
    assert "You are signed out" in page.inner_text("main")
