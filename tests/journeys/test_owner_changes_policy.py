"""The policy's owner downloads the policy, changes it, sees what that would change, and adopts it; others read it."""

from pathlib import Path

import pytest

from tests.journeys.town import Town
from tests.support.pages import REFUSED, Person
from tests.support.world import employed_at
from tracker.domain.access import Role

pytestmark = pytest.mark.browser
EMPLOYMENT = '[natures.employment]\ncurrent = "real"\nreal_years = 3'


def compares(owner: Person, path: Path, *, status: int = 200) -> None:
    owner.page.get_by_label("The policy, as TOML").set_input_files(path)
    owner.chooses("From today on")
    owner.presses("Compare", status)


def downloads(owner: Person, path: Path) -> None:
    """Take the oldest version as a file."""
    with owner.page.expect_download() as waiting:
        owner.page.locator("tbody tr td a").last.click()
    waiting.value.save_as(path)


def test_the_owner_changes_the_policy_from_file_to_adoption(town: Town, tmp_path: Path) -> None:
    town.knows("Ines Pector", Role.INSPECTOR)
    town.declares("Ines Pector", employed_at("gias:900002", "2015", "2024-07"))
    ref = town.proposed("INS-1", "Ines Pector").ref
    ada = town.person("Ada Admin", Role.ADMINISTRATOR)
    ada.opens("/admin/policy")
    mine = tmp_path / "mine.toml"
    downloads(ada, mine)
    text = mine.read_text("utf-8")
    assert text.startswith("# The example policy.")

    mine.write_text(text.replace("valid_months = 12", "valid_months = twelve"), "utf-8")
    compares(ada, mine, status=REFUSED)
    ada.reads("There is a problem", "Line 13: declaration.valid_months: has no value that TOML knows")
    ada.page.get_by_role("alert").get_by_role("link").click()
    assert ada.page.evaluate("document.activeElement.type") == "file"

    milder = text.replace(EMPLOYMENT, EMPLOYMENT.replace("3", "1")).replace('"2026-1"', '"mine"')
    mine.write_text(milder.replace('["staff", "contracted"]', '["staff"]'), "utf-8")
    compares(ada, mine)
    ada.reads(
        "Example policy mine, for staff, from today", "Nothing has been adopted", f"{ref} staff proposed Real Perceived"
    )
    ada.does_not_read("Ines Pector", "Ridge Academy", "INS-1")
    assert ada.page.get_by_role("img", name="The flow from verdicts before to verdicts after.").is_visible()
    ada.presses("Adopt from today, 2 March 2026", REFUSED)
    ada.reads("Say why this policy is adopted")
    ada.types("Why is it adopted?", "Three years were too many.")
    ada.presses("Adopt from today, 2 March 2026")
    ada.reads("Example policy mine is adopted, and in force from today. Verdicts that changed: 1.")
    ada.reads("Contracted inspectors Example policy 2026-1", "Three years were too many.")

    ines = town.person("Iris Pector", Role.INSPECTOR)
    ines.goes_to("Policy")
    ines.reads("Staff (you) Example policy mine", "Employment real 1 year 6 years")
    ines.page.get_by_text("Explained cases of employment").click()
    ines.reads("ended on 15 June 2026, 1 year before to the day.")
    ines.looks()
    assert ines.page.get_by_role("img", name="Employment through time").is_visible()


def test_the_policy_is_read_without_scripts(town: Town) -> None:
    olga = town.person("Olga Auditor", Role.AUDITOR, java_script_enabled=False)
    olga.goes_to("Policy")
    olga.reads("Employment real 3 years 6 years", "Explained cases of a neighbouring provider", "Who must decide")
    olga.page.get_by_text("Explained cases of a neighbouring provider").click()
    olga.reads("Elm Primary School and Ash Primary School are 5.01 km apart", "No rule of this policy finds anything.")
