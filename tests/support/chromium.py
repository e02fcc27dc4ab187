"""A real Chromium for the browser tests, and the accessibility check that runs inside its pages."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.paths import ROOT

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "/usr/bin/chromium")
# Without the last ones Chromium calls home at each start.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


class ChromiumAbsentError(Exception):
    """No Chromium is on this machine."""


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Start the machine's own Chromium with a fresh profile; raises ChromiumAbsentError where it has none."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if not found:
        message = "Chromium is not installed: apt-get install chromium"
        raise ChromiumAbsentError(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@cache
def _axe() -> str:
    return (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


def axe_violations(page: Page) -> list[str]:
    """What axe finds wrong on the page by WCAG 2.2 AA and best practice: one line a place, none when all is well."""
    # A press waits until the next page has begun to arrive, and axe cannot read one that has no first element yet.
    page.wait_for_load_state()
    page.evaluate(_axe())
    options = json.dumps({"runOnly": {"type": "tag", "values": STANDARDS}, "resultTypes": ["violations"]})
    result: dict[str, Any] = page.evaluate(f"axe.run(document, {options})")
    return [
        f"{violation['id']}: {violation['help']} at {' '.join(map(str, node['target']))}: {node['html'][:200]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
