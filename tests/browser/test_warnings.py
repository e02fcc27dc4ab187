"""What pages warn of before an act and bring back after one, in a real browser: accessible, on a small screen too."""

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.browser.test_placing import SMALL, signed_in, sound
from tests.support.mitigating import allows, owner, page_of, wanted
from tests.support.placing import PARTNERS_JOB, Placing, placing_on
from tests.support.server import Served
from tracker.domain.access import Role
from tracker.models import Account

pytestmark = pytest.mark.browser
REASONS = "The partner left long ago, and the team has another lead."


@pytest.fixture
def placing(server: Served) -> Placing:
    """Somebody who is allowed if something is done before the inspection begins, and has an account."""
    placing = placing_on(server.site)
    placing.inspection("INS-1", team_size=3)
    placing.inspector("T1", "Per Ceived", PARTNERS_JOB)
    placing.inspector("T2", "Quinn Clear")
    placing.proposed("INS-1", "T2", confirmed=True)
    sam = owner(server.site, Role.SCHEDULER)
    allows(server.site, placing, placing.proposed("INS-1", "T1"), **wanted(sam, day=date(2026, 3, 12)))
    server.site.person(Role.INSPECTOR)
    placing.is_oneself(server.site.added[(Role.INSPECTOR,)], "T2")
    return placing


def _moved_up(page: Page, url: str) -> None:
    page.goto(f"{url}/inspections/move/INS-1")
    for name, number in (("starts_on", "9"), ("ends_on", "10")):
        page.fill(f"#{name}-day", number)
    page.fill("#reason", "The school asked for it.")
    page.click("text=See what it would mean")
    sound(page)
    assert "it would have to be done by 8 March 2026" in page.inner_text("main")
    page.click("main button:has-text('Move the inspection')")
    sound(page)


def _address(server: Served, *roles: Role) -> str:
    with server.site.sessions() as session:
        ref = session.scalars(select(Account.ref).where(Account.email == server.site.added[roles])).one()
    return f"{server.url}/admin/people/{ref}"


@pytest.mark.parametrize("size", [SMALL, {"width": 1200, "height": 900}], ids=["small", "wide"])
def test_warnings_of_moves_and_of_closed_accounts_are_read_and_reached(
    browser: Browser, server: Served, placing: Placing, size: dict[str, int]
) -> None:
    pages = [_address(server, Role.INSPECTOR), _address(server, Role.SCHEDULER)]
    scheduler = signed_in(browser, server, Role.SCHEDULER, viewport=size)
    _moved_up(scheduler, server.url)
    decider = signed_in(browser, server, Role.DECISION_MAKER, viewport=size)
    decider.goto(f"{server.url}/decisions")
    assert "Mitigations that a move left too late (1)" in decider.inner_text("main")
    sound(decider)
    admin = signed_in(browser, server, Role.ADMINISTRATOR, viewport=size)
    for page in pages:
        admin.goto(page)
        admin.click("main a:has-text('Close the account')")
        sound(admin)
        admin.click("main button:has-text('Close the account')")
        sound(admin)
    again = signed_in(browser, server, Role.SCHEDULER, Role.AUDITOR, viewport=size)
    again.goto(f"{server.url}/inspections")
    again.click("text=Inspectors whose account is closed (1)")
    sound(again)
    assert "Quinn Clear" in again.inner_text("main")
    decider.goto(f"{server.url}/decisions")
    assert "(account closed)" in decider.inner_text("main")
    sound(decider)
    server.site.set(now=datetime(2026, 3, 10, 9, tzinfo=UTC))
    again = signed_in(browser, server, Role.SCHEDULER, Role.DECISION_MAKER, viewport=size)
    again.goto(f"{server.url}/inspections/call-off/INS-1")
    assert "It began on 9 March 2026" in again.inner_text("main")
    sound(again)


def test_a_decision_that_comes_second_keeps_its_words_on_the_page(
    browser: Browser, server: Served, placing: Placing
) -> None:
    placing.inspector("T3", "Una Second", PARTNERS_JOB)
    ref = placing.proposed("INS-1", "T3")
    page = signed_in(browser, server, Role.DECISION_MAKER, Role.AUDITOR, viewport=SMALL)
    form = f"{server.url}{page_of(ref, placing.finding(ref))}"
    page.goto(form)
    page.check("text=Uphold it")
    page.fill("#reasons", REASONS)
    placing.decided(ref, server.site.added[(Role.DECISION_MAKER,)])
    page.click("main .govuk-button:has-text('Record the decision')")
    assert "Somebody decided on this finding" in page.inner_text(".govuk-error-summary")
    assert page.input_value("#reasons") == REASONS
    sound(page)
    page.click("main .govuk-button:has-text('Record the decision')")
    assert "You upheld the finding" in page.inner_text(".govuk-notification-banner")
