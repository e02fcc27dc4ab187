"""A person at the pages in a real Chromium, who does what people do; every page that is met is looked at closely."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import html5lib
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response
from werkzeug.exceptions import NotFound

from tests.support.chromium import axe_violations
from tests.support.server import Served
from tests.support.web import PASSWORD

WIDE = {"width": 1280, "height": 900}
SMALL = {"width": 320, "height": 640}
OK, SEE_OTHER, REFUSED = 200, 303, 422
# A folder for pictures of every page that the journeys meet, for people who want to look at them.
SHOTS = os.environ.get("TRACKER_SHOTS")
TOKEN = re.compile(r'(name="csrf_token"[^>]* value=")([^"]+)')
# By what a page in another guise is told from one that was looked at already.
GUISE = """() => {
  const classes = [...document.querySelectorAll('main *')].flatMap(each => [...each.classList]);
  return [...new Set(classes)].sort().join();
}"""
FOCUSED = """() => {
  const at = document.activeElement;
  const said = at.labels && at.labels.length ? at.labels[0] : at;
  return said.innerText.trim();
}"""


class Looked:
    """The guises of pages that were looked at closely; one file each, so that all workers know of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        folder.mkdir(exist_ok=True)

    def is_first(self, guise: object) -> bool:
        """Whether nobody has met this guise before; from now on somebody has."""
        try:
            (self.folder / sha256(repr(guise).encode()).hexdigest()).touch(exist_ok=False)
        except FileExistsError:
            return False
        self.count += 1
        return True


@dataclass
class Person:
    """Somebody at a browser of their own."""

    name: str
    served: Served
    page: Page
    looked: Looked
    has_scripts: bool = True
    faults: list[str] = field(default_factory=list)
    status: int = 0
    # What it took: every page that opened, and every key that was pressed.
    visited: list[str] = field(default_factory=list)
    keyed: int = 0

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    @property
    def context(self) -> BrowserContext:
        """The browser's own jar of cookies."""
        return self.page.context

    @property
    def path(self) -> str:
        """The path of the page that stands open."""
        return urlsplit(self.page.url).path

    # Going about

    def opens(self, path: str, status: int = OK) -> None:
        """Type an address."""
        self._look(self.page.goto(self.served.url + path), status)

    def comes_in(self, email: str) -> None:
        """Sign in without looking at the door, and go to the first page."""
        door = f"{self.served.url}/sign-in"
        token = TOKEN.search(self.context.request.get(door).text())
        assert token
        form = {"csrf_token": token[2], "email": email, "password": PASSWORD}
        assert self.context.request.post(door, form=form, max_redirects=0).status == SEE_OTHER
        self.opens("/")

    def signs_in(self, email: str) -> None:
        """Sign in at the door, and arrive where it leads."""
        if self.path != "/sign-in":
            self.opens("/sign-in")
        self.types("E-mail address", email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.presses("Sign in")

    def follows(self, link: str) -> None:
        """Click a link."""
        self.arrives(self._main.get_by_role("link", name=link, exact=True).first.click)

    def goes_to(self, place: str) -> None:
        """Click a place in the navigation."""
        menu = self.page.get_by_role("navigation", name="Main")
        self.arrives(menu.get_by_role("link", name=place, exact=True).click)

    def presses(self, button: str, status: int = OK) -> None:
        """Press a button, or a link that looks like one."""
        found = self._main.get_by_role("button", name=button, exact=True)
        self.arrives(found.first.click, status)

    def goes_back(self) -> None:
        """Press the browser's own back button."""
        self.arrives(self.page.go_back)

    def arrives(self, act: Callable[[], object], status: int = OK) -> None:
        """Do what leads to another page, and look at that page."""
        with self.page.expect_navigation(wait_until="load") as waiting:
            act()
        self.visited.append(self.path)
        self._look(waiting.value, status)

    # Answering

    def types(self, label: str, words: str) -> None:
        """Fill a box."""
        self._main.get_by_label(label, exact=True).fill(words)

    def chooses(self, answer: str) -> None:
        """Choose one of several answers."""
        self._main.get_by_role("radio", name=answer, exact=True).check()

    def ticks(self, *answers: str) -> None:
        """Choose any of several answers."""
        for answer in answers:
            self._main.get_by_role("checkbox", name=answer, exact=True).check()

    def answers(self, answer: str, button: str = "Continue") -> None:
        """Choose an answer and go on."""
        self.chooses(answer)
        self.presses(button)

    def dates(self, question: str, day: str = "", month: str = "", year: str = "") -> None:
        """Fill the three parts of a date."""
        group = self._main.get_by_role("group", name=question, exact=True)
        for label, words in (("Day", day), ("Month", month), ("Year", year)):
            group.get_by_label(label, exact=True).fill(words)

    def finds(self, words: str, name: str) -> None:
        """Find a provider: by the list that opens while one types, or by the button where there are no scripts."""
        search = self._main.get_by_role("search")
        search.get_by_role("combobox" if self.has_scripts else "searchbox").press_sequentially(words)
        if self.has_scripts:
            option = self.page.get_by_role("option").filter(has_text=name).first
            option.wait_for()
            self.looks()
            self.arrives(option.click)
        else:
            self.presses("Search")
            self.follows(name)

    # The keyboard

    def tabs_to(self, words: str, most: int = 60) -> None:
        """Press Tab until what bears these words has the focus; among radios, the arrows."""
        passed = []
        for _ in range(most):
            at = self.page.evaluate(FOCUSED)
            if at == words:
                return
            passed.append(at)
            is_radio = self.page.evaluate("document.activeElement.type === 'radio'")
            wanted = self.page.get_by_role("radio", name=words, exact=True).count()
            self.page.keyboard.press("ArrowDown" if is_radio and wanted else "Tab")
            self.keyed += 1
        message = f"the keyboard does not reach “{words}” on {self.path}: {passed}"
        raise AssertionError(message)

    def keys(self, words: str, key: str, *, leads_on: bool = False) -> None:
        """Reach something by the keyboard and press a key, or type."""
        self.tabs_to(words)
        self.keyed += 1 if key in {"Enter", "Space"} else len(key)
        press = self.page.keyboard.press if len(key) > 1 and key in {"Enter", "Space"} else self.page.keyboard.type
        if leads_on:
            self.arrives(lambda: press(key))
        else:
            press(key)

    # Reading

    @property
    def _main(self) -> Page:
        return self.page.locator("main")  # type: ignore[return-value]  # a locator asks as a page does

    @property
    def words(self) -> str:
        """The words of the page."""
        return " ".join(self.page.locator("main").inner_text().split())

    def reads(self, *sentences: str) -> None:
        """Find these words on the page."""
        words = self.words
        missing = [each for each in sentences if each not in words]
        assert not missing, f"{self.name} misses {missing} on {self.path}:\n{words}"

    def does_not_read(self, *sentences: str) -> None:
        """Find none of these anywhere on the page, the parts that are not shown included."""
        source = self.page.content()
        assert [each for each in sentences if each in source] == [], self.path

    def sees_button(self, button: str) -> bool:
        """Whether there is such a button."""
        return self._main.get_by_role("button", name=button, exact=True).count() > 0

    def asks_for(self, path: str) -> tuple[int, str]:
        """Ask for an address without looking, and return the answer but for the token that each page has anew."""
        answer = self.context.request.get(self.served.url + path, max_redirects=0)
        return answer.status, TOKEN.sub(r"\1", answer.text()) + str(answer.headers.get("location"))

    # Looking closely

    def _hear(self, message: ConsoleMessage) -> None:
        # A browser says of each page that answers 4xx, as a refused form does, that it "failed to load".
        own = message.text.startswith("Failed to load resource") and message.location["url"] == self.page.url
        if message.type in {"error", "warning"} and not own:
            self.faults.append(f"{message.text} ({message.location['url']})")

    def _look(self, response: Response | None, status: int = OK) -> None:
        if response is not None:
            self.status = response.status
            assert self.status == status, f"{self.path} answered {self.status}:\n{self.words}"
            html5lib.HTMLParser(strict=True).parse(response.text())
        self.looks()

    def looks(self) -> None:
        """Look at a page closely, once in each of its guises."""
        assert self.faults == [], self.path
        endpoint = self._endpoint()
        guise = (self.has_scripts, endpoint, self.status, self.page.evaluate(GUISE))
        if not self.looked.is_first(guise):
            return
        if self.has_scripts:
            assert axe_violations(self.page) == [], self.path
        self._shoot(endpoint, "wide")
        self.page.set_viewport_size(SMALL)
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        self._shoot(endpoint, "small")
        self.page.set_viewport_size(WIDE)
        assert wide <= SMALL["width"], f"{self.path} is {wide} pixels wide"

    def _endpoint(self) -> str:
        try:
            endpoint, _ = self.served.site.app.url_map.bind("").match(self.path)
        except NotFound:
            return "nowhere"
        return str(endpoint)

    def _shoot(self, endpoint: str, size: str) -> None:
        if SHOTS and self.has_scripts:
            file = Path(SHOTS) / f"{endpoint}-{self.status}-{self.looked.count:03}-{size}.png"
            self.page.screenshot(path=file, full_page=True)


def person_at(browser: Browser, served: Served, looked: Looked, name: str, **settings: object) -> Person:
    """Give somebody a browser."""
    has_scripts = bool(settings.get("java_script_enabled", True))
    page = browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce", **settings}).new_page()
    page.set_default_timeout(10_000)
    return Person(name, served, page, looked, has_scripts)
