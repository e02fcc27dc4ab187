"""`tracker declarations import`: every bad row is named with all its faults, and none of the file is recorded."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import sessionmaker

from tests.support.command import Town, done, refused, small_town, tracker
from tests.support.databases import Fresh
from tracker.database import make_engine, reading
from tracker.models import Declaration

GOOD = "T2,2026-02-01,employment,self,gias:900004,2019,,"


@pytest.fixture
def town(fresh: Fresh, tmp_path: Path) -> Town:
    return small_town(fresh(), tmp_path)


def count(url: str) -> int:
    engine = make_engine(url)
    with reading(sessionmaker(engine)) as session:
        number = session.scalar(select(func.count()).select_from(Declaration)) or 0
    engine.dispose()
    return number


def test_every_fault_of_a_row_is_named_with_its_cure_and_nothing_is_recorded(town: Town) -> None:
    before = count(town.url)
    bad = town.said(GOOD, "T9,2027-01-01,friendship,cousin,gias:777777,2019,2018,")
    message = refused(town.url, "declarations", "import", bad)
    assert message.startswith("Row 3: nature: “friendship” is no nature: give one of employment")
    for says in (
        "holder: “cousin” is no holder: give one of self",
        "ended_on: It ended (2018) before it began (2019)",
        "no inspector has the staff number T9: import the inspectors first",
        "declared_at is in the future",
        "gias:777777 is on no imported register",
    ):
        assert f"; {says}" in message
    assert count(town.url) == before


def test_every_bad_row_has_its_line(town: Town) -> None:
    first = "T1,2026-02-01,employment,self,gias:900002,2015,,"
    bad = town.said("T2,2026-02-01,employment,self,gias:1,2019,,", first, "T9,,gift,self,gias:900004,,,", "T1")
    faults = (
        "declared_at is empty",
        "began_on: Give when it began: a year, a month or a day",
        "no inspector has the staff number T9: import the inspectors first",
    )
    finished = tracker(town.url, "declarations", "import", bad)
    assert (finished.returncode, finished.stdout) == (1, "")
    assert finished.stderr.splitlines() == [
        "Row 2: gias:1 is on no imported register",
        "Row 3: T1 already has another declaration of that instant",
        f"Row 4: {'; '.join(faults)}",
        "Row 5: has 1 cells where the header has 8",
        "4 rows are wrong, and nothing was imported: mend them all, and import the file again",
    ]


def test_what_is_right_is_recorded_once(town: Town) -> None:
    good = town.said(GOOD, "T2,2026-02-02,nil,,,,,")
    assert done(town.url, "declarations", "import", good).startswith("Declarations: 2 recorded with 1 connections")
    assert "0 recorded with 0 connections, 2 known before" in done(town.url, "declarations", "import", good)
