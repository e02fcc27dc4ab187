"""What a staff list says of who leaves: the trial says what the import then does, and a true day is taken."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.command import Town, done, refused, small_town, tracker
from tracker.database import make_engine
from tracker.models import Inspector

HEAD = "staff_no,name,email,title,engagement,remits,home_postcode,left_on"
REST = "HMI,staff,schools,"
AT = {"clock": "2026-03-02T09:00:00+00:00"}


@pytest.fixture
def town(sqlite_fresh: Callable[[], str], tmp_path: Path) -> Town:
    return small_town(sqlite_fresh(), tmp_path)


def listed(town: Town, *rows: str) -> tuple[list[str], list[str]]:
    """Return what the trial of a staff list says, and then the import, but for how many were added and changed."""
    file = town.file(HEAD, *(f"{row.partition(',')[0]},Ines Pector,a@example.org,{REST},{row[-10:]}" for row in rows))
    said = (done(town.url, "inspectors", "import", file, *trial, **AT) for trial in (["--dry-run"], []))
    tried, imported = ([line for line in each.splitlines() if not line.startswith("Inspectors:")] for each in said)
    assert done(town.url, "history", "verify", **AT)
    return tried, imported


def left_on(town: Town, staff_no: str) -> date | None:
    engine = make_engine(town.url)
    with Session(engine) as session:
        found = session.scalar(select(Inspector.left_on).where(Inspector.staff_no == staff_no))
    engine.dispose()
    return found


def test_the_trial_names_somebody_new_who_leaves_as_the_import_does(town: Town) -> None:
    tried, imported = listed(town, "T3,2026-04-01")
    assert tried == ["T3, Ines Pector, would leave on 2026-04-01."]
    assert imported == ["T3, Ines Pector, leaves on 2026-04-01."]


def test_whoever_left_long_ago_is_recorded_with_the_true_day(town: Town) -> None:
    tried, imported = listed(town, "T1,2024-12-31", "T4,2026-02-27")
    assert tried == [
        "T1, Ines Pector, would have left on 2024-12-31, more than 12 months ago.",
        "T4, Ines Pector, would have left on 2026-02-27.",
    ]
    assert imported == [
        "T1, Ines Pector, left on 2024-12-31, more than 12 months ago.",
        "T4, Ines Pector, left on 2026-02-27.",
    ]
    assert left_on(town, "T1") == date(2024, 12, 31)


def test_a_day_decades_ago_or_far_ahead_is_refused_with_its_row_and_field_and_cure(town: Town) -> None:
    rows = (
        f"T{number},Ines Pector,a@example.org,{REST},{day}" for number, day in ((1, "1999-01-01"), (2, "2099-01-01"))
    )
    failed = tracker(town.url, "inspectors", "import", town.file(HEAD, *rows), "--dry-run", **AT)
    assert failed.returncode == 1
    said = failed.stderr
    assert "Row 2: T1: left_on: It is more than 20 years ago: check the year; if it is right, remove the row" in said
    assert "Row 3: T2: left_on: It is more than 5 years ahead: check the year" in said


def test_a_list_that_nobody_has_corrected_does_not_record_anew_what_was_taken_back(town: Town) -> None:
    listed(town, "T1,2026-04-01")
    assert "taken back" in done(town.url, "people", "stay", "--inspector", "T1", **AT)
    says = (
        "T1, Ines Pector, stays: that he or she leaves on 2026-04-01 was taken back. Correct the list; or, if it is "
        "right after all, record it with “tracker people leave”."
    )
    assert listed(town, "T1,2026-04-01") == ([says], [says])
    assert left_on(town, "T1") is None
    assert listed(town, "T1,2026-05-01")[1] == ["T1, Ines Pector, leaves on 2026-05-01."]


def test_whoever_leaves_or_stays_is_found_by_a_staff_number_in_any_case(town: Town) -> None:
    for trial in (["--dry-run"], []):
        assert "T1, Ines Pector" in done(
            town.url, "people", "leave", "--inspector", "t1 ", "--on", "2026-04-01", *trial, **AT
        )
    assert "T1, Ines Pector" in done(town.url, "people", "stay", "--inspector", "t1", **AT)
    said = refused(town.url, "people", "leave", "--inspector", "T9", "--on", "2026-04-01", **AT)
    assert "no inspector with staff number T9" in said
