"""Story 1: an administrator imports the registers from the page; a wrong file changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.town import ESTABLISHMENTS, Town, as_published, running_town, write_files
from tests.support.databases import Fresh
from tests.support.pages import REFUSED, Looked, Person
from tracker.domain.access import Role

pytestmark = pytest.mark.browser
ONLY_SHOW, TAKE_FEWER = "Only show what would change", "Take it also if more than a fifth"
LATER = ESTABLISHMENTS.replace("Lone Oak School", "Lone Oak Primary School").replace("900003,", "wrong,")


@pytest.fixture
def town(browser: Browser, sqlite_fresh: Fresh, looked: Looked) -> Iterator[Town]:
    """A town whose register nobody has imported yet."""
    with running_town(browser, sqlite_fresh(), looked, has_register=False) as town:
        yield town


def sends(ada: Person, which: str, path: Path, *, options: tuple[str, ...] = (), status: int = 200) -> None:
    ada.goes_to("Administration")
    ada.presses("Import a register")
    ada.chooses(which)
    ada.page.get_by_label("The publisher’s file").set_input_files(path)
    for option in options:
        ada.page.get_by_label(option).check()
    ada.presses("Import", status)


def test_the_administrator_imports_the_register_and_reads_what_changed(town: Town, tmp_path: Path) -> None:
    ada = town.person("Ada Admin", Role.ADMINISTRATOR)
    files = dict(
        zip(("GIAS establishments", "links", "groups", "members"), write_files(tmp_path).values(), strict=True)
    )
    sends(ada, "GIAS establishments", files["GIAS establishments"])
    ada.reads("edubasealldata20260301.csv is imported", "added 4", "1 March 2026")
    sends(ada, "GIAS links between establishments", files["links"])
    sends(ada, "GIAS groups", files["groups"])
    sends(ada, "GIAS members of groups", files["members"])
    ada.reads("Out of 2 rows")

    later = tmp_path / "edubasealldata20260401.csv"
    later.write_bytes(as_published(LATER))
    sends(ada, "GIAS establishments", later, status=REFUSED)
    ada.reads("1 of 4 known rows are not in this file", "by the last option")
    sends(ada, "GIAS establishments", later, options=(ONLY_SHOW, TAKE_FEWER))
    ada.reads("nothing has been changed", "changed 1", "gone 1", "rejected 1", "wrong")
    sends(ada, "GIAS establishments", later, options=(TAKE_FEWER,))
    ada.reads("added 0", "changed 1", "gone 1", "rejected 1", "Rejected rows", "wrong")
    sends(ada, "GIAS establishments", later, options=(TAKE_FEWER,))
    ada.reads("added 0", "changed 0", "gone 0", "Nothing differs from what was known")

    ada.opens("/admin/registers/imports")
    assert ada.page.locator("tbody tr").count() == 6


def test_a_wrong_file_is_refused_with_a_clear_message_at_its_box(town: Town, tmp_path: Path) -> None:
    bea = town.person("Bea Admin", Role.ADMINISTRATOR)
    bea.opens("/admin/registers/imports")
    before = bea.words
    page, links, nothing = tmp_path / "page.csv", tmp_path / "links.csv", tmp_path / "nothing.csv"
    page.write_text("<!DOCTYPE html><html><title>Sign in</title></html>", "utf-8")
    links.write_bytes(as_published("URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n1,2,A,Successor,\n"))
    nothing.write_bytes(b"")

    for path, says in ((page, "web page"), (links, "This looks like GIAS links"), (nothing, "empty")):
        sends(bea, "GIAS establishments", path, status=REFUSED)
        bea.reads("There is a problem", says)
        assert bea.page.title().startswith("Error: ")
        bea.page.get_by_role("alert").get_by_role("link").click()
        assert bea.page.evaluate("document.activeElement.type") == "file"

    bea.goes_to("Administration")
    bea.opens("/admin/registers/imports")
    assert bea.words == before
