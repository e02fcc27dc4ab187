"""Moving and calling off by file and by command: what would be done is told beforehand, and just that is done."""

from pathlib import Path

import pytest

from tests.cli.test_plans import ONE, PLACES, PLAN, TWO, count, file, url
from tests.support.command import done, refused, tracker
from tracker.models import Assignment

__all__ = ["url"]  # the fixture
OFF = f"{PLAN},called_off"
TRY = ("inspections", "import")


@pytest.fixture
def planned(url: str, tmp_path: Path) -> str:
    """INS-1 and INS-2, the first with somebody on its team."""
    done(url, *TRY, file(tmp_path, PLAN, ONE, TWO))
    done(url, "assignments", "import", file(tmp_path, PLACES, "INS-1,T3,lead"))
    return url


@pytest.mark.parametrize("says", ["no", "Yes", "FALSE", "true", "0", "1", "n/a", "N", "x", "none", "No.", "?"])
def test_a_tick_or_a_yes_or_no_is_no_reason_to_call_an_inspection_off(planned: str, tmp_path: Path, says: str) -> None:
    message = refused(planned, *TRY, file(tmp_path, OFF, f"{ONE},{says}", f"{TWO},"))
    assert message == f"Row 2: called_off is “{says}”, which is no reason: write why, or leave it empty"
    assert "would be called off" in done(
        planned, *TRY, file(tmp_path, OFF, f"{ONE},No heating.", f"{TWO},"), "--dry-run"
    )


@pytest.mark.parametrize("name", ["Called Off", "CALLED_OFF", "called-off", " calledOff "])
def test_what_is_called_off_is_read_however_its_column_is_written(planned: str, tmp_path: Path, name: str) -> None:
    said = done(planned, *TRY, file(tmp_path, f"{PLAN},{name}", f"{ONE},No heating."), "--dry-run")
    assert "INS-1: called off" in said
    message = refused(planned, *TRY, file(tmp_path, f"{OFF},{name}", f"{ONE},No heating.,"))
    assert message == f"The column called_off, {name.strip()} stands twice in the header: keep one"


@pytest.mark.parametrize("name", ["Cancelled", "call off", "called_off_reason"])
def test_a_column_that_seems_to_say_what_is_called_off_is_not_passed_over(
    planned: str, tmp_path: Path, name: str
) -> None:
    message = refused(planned, *TRY, file(tmp_path, f"{PLAN},{name}", f"{ONE},No heating."))
    assert message == f"The column {name} is not known: name it called_off, with why in it, or remove it"
    assert "1 unchanged" in done(planned, *TRY, file(tmp_path, f"{PLAN},remarks", f"{ONE},No heating."))


def test_every_fault_of_a_row_about_a_known_inspection_is_named_at_once(planned: str, tmp_path: Path) -> None:
    wrong = "INS-1,gias:900004,Monitoring,2026-02-17,2026-02-16,9"
    message = refused(planned, *TRY, file(tmp_path, PLAN, wrong))
    for says in (
        "INS-1 is planned already, with another provider, framework, team_size",
        "starts_on: It cannot be moved into the past",
        "ends_on: It cannot end before it starts",
    ):
        assert says in message
    message = refused(planned, *TRY, file(tmp_path, OFF, f"{wrong},No heating."))
    assert "with another provider, framework, team_size" in message
    assert "INS-1 is planned for 17 to 18 March 2026: give these days, to call it off" in message
    message = refused(planned, *TRY, file(tmp_path, OFF, "INS-9,urn:1,Monitoring,2026-03-17,2026-03-16,2,No heating."))
    for says in ("There is no inspection INS-9", "ends_on: It cannot end", "provider: “urn” is no known scheme"):
        assert says in message


def test_a_reference_that_differs_in_capital_letters_alone_is_refused_as_it_is_by_hand(
    planned: str, tmp_path: Path
) -> None:
    cure = "write it so, or choose another reference"
    message = refused(planned, *TRY, file(tmp_path, PLAN, ONE, ONE.replace("INS", "ins")))
    assert message == f"Row 3: reference: There is already an inspection INS-1: {cure}"
    assert message.replace("Row 3", "Row 2") in refused(planned, *TRY, file(tmp_path, PLAN, ONE.replace("INS", "ins")))
    message = refused(planned, *TRY, file(tmp_path, PLAN, ONE.replace("INS-1", "abc"), ONE.replace("INS-1", "ABC")))
    assert message == f"Row 3: reference: There is already an inspection abc: {cure}"


def tried(url: str, *words: object) -> list[tuple[int, str, str]]:
    """Return what a command answers when it is only tried, and when it acts."""
    found = [tracker(url, "inspections", *words, *more) for more in (["--dry-run"], [])]
    return [(each.returncode, each.stdout, each.stderr) for each in found]


@pytest.mark.parametrize("reason", [" ", "x" * 501, "yes", "n", "No."])
@pytest.mark.parametrize(
    "words", [("move", "INS-1", "--from", "2026-04-07", "--to", "2026-04-08"), ("call-off", "INS-1")]
)
def test_to_try_a_command_refuses_the_reason_that_the_command_refuses(
    planned: str, words: tuple[str, ...], reason: str
) -> None:
    dry, real = tried(planned, *words, "--reason", reason)
    assert dry == real
    assert real[0] == 1


def test_a_command_takes_no_yes_or_no_for_a_reason_as_a_file_takes_none(planned: str) -> None:
    off = refused(planned, "inspections", "call-off", "INS-1", "--reason", "yes")
    assert off == "INS-1: “yes” is no reason: say why it is called off"
    days = ("--from", "2026-04-07", "--to", "2026-04-08")
    assert refused(planned, "inspections", "move", "INS-1", *days, "--reason", "n") == (
        "INS-1: “n” is no reason: say why the days change"
    )


def test_a_day_that_is_written_otherwise_is_refused_with_how_to_write_it(planned: str) -> None:
    days = ("--from", "14/12/2026", "--to", "2026-12-14", "--reason", "So.")
    said = tracker(planned, "inspections", "move", "INS-1", *days)
    assert said.returncode == 2
    assert "14/12/2026 is no day that can be read: write it as 2026-12-14" in said.stderr
    assert "YYYY-MM-DD" in tracker(planned, "inspections", "move", "--help").stdout


def test_to_try_a_move_onto_its_own_days_says_that_nothing_changes(planned: str) -> None:
    days = ("--from", "2026-03-17", "--to", "2026-03-18", "--reason", "So.")
    dry, real = tried(planned, "move", "INS-1", *days)
    assert dry == real == (0, "INS-1 is planned for 17 to 18 March 2026 already: nothing was changed.\n", "")


def test_to_try_calling_off_tells_how_many_would_be_released_and_releases_nobody(planned: str) -> None:
    off = ("call-off", "INS-1", "--reason", "No heating.")
    dry, real = tried(planned, *off)
    assert dry == (0, "INS-1 would be called off; released would be: 1.\n", "")
    assert real == (0, "INS-1 is called off; released: 1.\n", "")
    assert tried(planned, *off)[0][1] == "INS-1 was called off before: nothing was changed.\n"
    assert count(planned, Assignment) == 1
    assert tracker(planned, "inspections", "call-off", "INS-9", "--reason", "So.", "--dry-run").returncode == 1
