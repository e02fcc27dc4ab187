"""`tracker retention`: plans of a term are kept as long as the schedule says, where it says so, or a hold stands."""

from pathlib import Path

import pytest

from tests.cli.test_retention import LATER, acting, all_text
from tests.support.command import done
from tests.support.databases import Fresh
from tests.support.paths import ROOT
from tests.support.planning import ready_plan
from tests.support.web import Site, get, parsed
from tests.support.world import SYSTEM, staged
from tracker.services import retention
from tracker.services.retention import PlaceHold


@pytest.fixture
def url(fresh: Fresh) -> str:
    """A database with one inspector, who is proposed for one inspection."""
    made = fresh()
    with acting(made) as stage:
        staged(stage.session)
        stage.proposes(stage.inspection(), stage.inspector())
    return made


def older(folder: Path) -> Path:
    """Write a schedule that was made before plans were named."""
    path = folder / "ours.toml"
    example = (ROOT / "tracker/policies/retention.toml").read_text("utf-8")
    path.write_text(example[: example.index("[plan]")] + example[example.index("[draft]") :], "utf-8")
    return path


def planned(url: str, *places: tuple[str, str, int]) -> str:
    with acting(url) as stage:
        return ready_plan(stage.session, places)


def test_a_plan_goes_after_its_time_and_an_entry_names_it(url: str, tmp_path: Path) -> None:
    ref = planned(url, ("INS-LYNX", "OKAPI", 0))
    assert "Plans of who might inspect: 0 gone" in done(url, "retention", "run", clock="2027-04-14T09:00:00+00:00")
    later = {"clock": "2027-04-15T09:00:00+00:00"}
    assert "Plans of who might inspect: 1 would go" in done(url, "retention", "run", "--dry-run", **later)
    assert "OKAPI" in all_text(url)
    assert "Plans of who might inspect: 1 gone" in done(url, "retention", "run", **later)
    left = all_text(url)
    assert [word for word in ("OKAPI", "INS-LYNX") if word in left] == []
    assert done(url, "history", "verify", **later)
    export = tmp_path / "history.jsonl"
    done(url, "history", "export", "--out", str(export), **later)
    (entry,) = [each for each in export.read_text("utf-8").splitlines() if "plans:deleted" in each]
    assert f"plan:{ref}" in entry
    assert "Plans of who might inspect: 0 gone" in done(url, "retention", "run", **later)


@pytest.mark.parametrize("hold", [PlaceHold("A court.", staff_no="T100"), PlaceHold("A court.", inspection="INS-1")])
def test_a_hold_keeps_the_plans_that_speak_of_its_inspector_or_its_inspection(url: str, hold: PlaceHold) -> None:
    planned(url, ("INS-LYNX", "OKAPI", 0))
    planned(url, ("INS-LYNX", "T100", 0), ("INS-1", "OKAPI", 1))
    with acting(url) as stage:
        retention.place_hold(stage.session, SYSTEM, hold, at=stage.tick())
    (said,) = [each for each in done(url, "retention", "run", **LATER).splitlines() if each.startswith("Plans of who")]
    assert ": 1 gone" in said
    assert said.endswith("; 1 kept by a legal hold.")


def test_a_schedule_that_does_not_name_plans_is_read_and_keeps_them(url: str, tmp_path: Path) -> None:
    planned(url, ("INS-LYNX", "OKAPI", 0))
    settings = {"TRACKER_RETENTION": str(older(tmp_path))}
    assert "Plans of who might inspect: no time is set." in done(url, "retention", "show", **settings)
    said = done(url, "retention", "run", **LATER, **settings)
    assert "Drafts that were never filed: 0 gone" in said
    assert "Plans" not in said
    assert "OKAPI" in all_text(url)


def test_the_privacy_page_says_how_long_plans_are_kept_and_where_no_time_is_set(site: Site, tmp_path: Path) -> None:
    row = r"Plans of who might inspect</th>"
    said = get(site.client(), "/privacy").text.split(row)[1].split("</tr>")[0]
    assert "1 year" in said
    site.set(retention=older(tmp_path))
    page = get(site.client(), "/privacy")
    parsed(page)
    assert "no time is set" in page.text.split(row)[1].split("</tr>")[0]
