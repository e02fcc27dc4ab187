"""`tracker allocate`: what it would do, what it does, and what it says of the rest."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from tests.support.command import Town, done, refused, small_town, tracker
from tracker.database import make_engine
from tracker.models import AllocationPlan, Assignment

DETAILS = "reference,provider,framework,starts_on,ends_on,team_size"
ROW = "INS-1,gias:900002,Graded inspection,2026-03-17,2026-03-18,2"
PERIOD = ("--from", "2026-03-02", "--to", "2026-04-15")


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Town:
    """T1 worked at Hilltop, which became the inspected school; T2 has declared nothing."""
    made = small_town(database_url, tmp_path)
    done(made.url, "inspections", "import", made.file(DETAILS, ROW))
    return made


@pytest.fixture
def engine(town: Town) -> Iterator[Engine]:
    made = make_engine(town.url)
    yield made
    made.dispose()


def numbers(engine: Engine) -> tuple[int, ...]:
    with engine.connect() as connection:
        return tuple(
            connection.scalar(select(func.count()).select_from(each)) or 0 for each in (Assignment, AllocationPlan)
        )


def test_a_dry_run_tells_what_it_would_do_and_writes_only_the_file(town: Town, engine: Engine) -> None:
    out = town.folder / "plan.csv"
    said = done(town.url, "allocate", *PERIOD, "--dry-run", "--out", out)
    assert "1 of 2 open places filled, 1 left open." in said
    assert "Nobody has a real conflict. 1 would be undetermined." in said
    assert "Open: INS-1, " in said
    assert ", 1 has a real conflict, 1 is in the team already. It would take one more inspector" in said
    assert "No plan under these rules fills more places" in said
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == [
        {"inspection": "INS-1", "staff_no": "T2", "role": rows[0]["role"], "verdict": "undetermined", "km": ""},
    ]
    assert numbers(engine) == (0, 0)


def test_without_it_the_places_are_proposed_once(town: Town, engine: Engine) -> None:
    said = done(town.url, "allocate", *PERIOD)
    assert "1 proposed, 0 left out." in said
    assert numbers(engine) == (1, 1)
    again = done(town.url, "allocate", *PERIOD)
    assert "0 of 1 open places filled" in again
    assert "clear" not in again.split("Open:")[0].lower()
    assert numbers(engine) == (1, 2)
    done(town.url, "history", "verify")


def test_what_is_kept_is_placed_and_what_cannot_be_kept_is_refused(town: Town) -> None:
    assert "Kept: INS-1, T2, team: " in done(town.url, "allocate", *PERIOD, "--dry-run", "--pin", "INS-1:T2:team")
    for pin, why in (
        ("INS-1:T1:team", "What you want to keep breaks a rule"),
        ("INS-1:T9:team", "There is no inspector with staff number T9 to keep"),
        ("INS-2:T2:team", "INS-2 has no open place in this period to keep"),
        ("INS-1:T2:observer", "“observer” cannot be kept: give lead or team"),
    ):
        assert refused(town.url, "allocate", *PERIOD, "--dry-run", "--pin", pin).startswith(why)


def test_wrong_use_is_told_apart_from_what_cannot_be_done(town: Town) -> None:
    for words in (("--from", "2026-04-15", "--to", "2026-03-02"), ("--pin", "INS-1"), ("--from", "soon")):
        assert tracker(town.url, "allocate", *words, "--dry-run").returncode == 2
    line = refused(town.url, "allocate", *PERIOD, "--dry-run", "--out", town.folder / "nowhere" / "plan.csv")
    assert line.startswith("There is no folder ")


def test_a_period_without_open_places_says_so(town: Town) -> None:
    said = done(town.url, "allocate", "--from", "2026-06-01", "--to", "2026-06-30", "--dry-run")
    assert said == "No place is open in this period: there is nothing to plan.\n"
