"""Takes the README's pictures from a demonstration that runs: .venv/bin/python tools/pictures/take.py ADDRESS."""

import sys
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
HERE = Path(__file__).parent
PASSWORD = "demonstration"  # noqa: S105 (of invented people, in a demonstration only)


def enter(page: Page, address: str, who: str) -> None:
    """Sign in as one of the demonstration's people."""
    page.context.clear_cookies()
    page.goto(f"{address}/sign-in")
    page.fill("#email", f"{who}@demo.example")
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")


def follow(page: Page, text: str) -> None:
    """Follow the first link with this text."""
    with page.expect_navigation():
        page.click(f'a:has-text("{text}") >> nth=0')


def press(page: Page, text: str) -> None:
    """Press the first button with this text."""
    with page.expect_navigation():
        page.click(f'button:has-text("{text}") >> nth=0')


def compare(page: Page, address: str) -> None:
    """Bring back the policy in force with one period and one grade changed, and see whom that would change."""
    page.goto(f"{address}/admin/policy")
    with page.expect_download() as waiting:
        page.locator("tbody tr td a").last.click()
    text = waiting.value.path().read_text("utf-8").replace("valid_months = 12", "valid_months = 24")
    text = text.replace('same-group]\ngrade = "perceived"', 'same-group]\ngrade = "as declared"')
    file = {"name": "policy.toml", "mimeType": "application/toml", "buffer": text.encode()}
    page.get_by_label("The policy, as TOML").set_input_files(file)
    page.get_by_label("From today on").check()
    press(page, "Compare")


def plan(page: Page, address: str) -> None:
    """Plan what is left of the term, and wait for the plan."""
    page.goto(f"{address}/inspections/term")
    follow(page, "Make a plan")
    press(page, "Make the plan")
    page.wait_for_selector("text=What the plan comes to", timeout=120_000)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=HERE / "plan.png")


def report(page: Page, address: str) -> None:
    """Open the annual report of the year that runs, at its first figures; then what changed in the last week."""
    page.goto(f"{address}/audit/annual-report")
    last = date.fromisoformat(page.evaluate("new Date().toISOString().slice(0, 10)"))
    first = last.replace(year=last.year - 1) + timedelta(days=1)
    for name, day in (("first", first), ("last", last)):
        for part in ("day", "month", "year"):
            page.fill(f"#{name}-{part}", str(getattr(day, part)))
    press(page, "Show")
    page.evaluate("document.querySelector('main h2').scrollIntoView()")
    page.screenshot(path=HERE / "report.png")
    page.goto(f"{address}/audit/between")
    page.evaluate("document.querySelector('#done').scrollIntoView()")
    page.screenshot(path=HERE / "between.png")


def declare(page: Page, address: str) -> None:
    """Begin to renew, and see what each connection would stop; then read the own history in words."""
    page.goto(f"{address}/declarations")
    press(page, "declaration")
    for box in page.get_by_role("checkbox").all():
        box.check()
    press(page, "Continue")
    page.locator(".govuk-summary-card").nth(1).scroll_into_view_if_needed()
    page.evaluate("document.querySelectorAll('.govuk-summary-card')[1].scrollIntoView()")
    page.screenshot(path=HERE / "preview.png")
    page.goto(f"{address}/declarations/history")
    page.screenshot(path=HERE / "history.png")


def main(address: str) -> None:
    """Take the fourteen pictures."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_context(viewport={"width": 1000, "height": 860}).new_page()
        enter(page, address, "scheduler")
        page.evaluate("document.querySelector('#coming').scrollIntoView()")
        page.screenshot(path=HERE / "board.png")
        page.goto(f"{address}/inspections/assignments?need=waiting")
        follow(page, "Corin Dewberry")
        page.screenshot(path=HERE / "verdict.png")
        page.goto(f"{address}/inspections?state=open")
        page.click(".app-board__row:has-text('Nobody yet') a >> nth=0")
        follow(page, "Propose an inspector")
        page.screenshot(path=HERE / "candidates.png")
        plan(page, address)
        enter(page, address, "decisions")
        page.screenshot(path=HERE / "decisions.png")
        enter(page, address, "auditor")
        page.evaluate("document.querySelector('.app-glance').scrollIntoView({block: 'center'})")
        page.screenshot(path=HERE / "compliance.png")
        report(page, address)
        enter(page, address, "auditor")
        follow(page, "Confirmed" if page.query_selector('a:has-text("Confirmed")') else "confirmed assignment")
        page.evaluate("document.querySelector('.app-finding').scrollIntoView()")
        page.screenshot(path=HERE / "timeline.png")
        enter(page, address, "inspector")
        page.screenshot(path=HERE / "desk.png")
        declare(page, address)
        page.goto(f"{address}/policy")
        page.evaluate("document.getElementById('employment').scrollIntoView()")
        page.screenshot(path=HERE / "policy.png")
        enter(page, address, "administrator")
        compare(page, address)
        page.evaluate("document.querySelector('h1').scrollIntoView()")
        page.screenshot(path=HERE / "comparison.png")
        browser.close()


main(sys.argv[1].rstrip("/"))
