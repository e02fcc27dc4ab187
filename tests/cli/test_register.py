"""`tracker register import`, as somebody at a terminal meets it."""

import csv
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.cli.test_people import refused, run
from tests.support.databases import Fresh
from tests.support.extracts import LINKS, ROWS, SCHOOLS, csv_bytes, zipped
from tracker.database import make_engine
from tracker.domain.register import Kind
from tracker.models import HistoryEntry, LinkRow, ProviderRow


@pytest.fixture
def url(sqlite_fresh: Fresh) -> str:
    return sqlite_fresh()


@pytest.fixture
def schools(tmp_path: Path) -> Path:
    path = tmp_path / "edubasealldata20260301.zip"
    path.write_bytes(zipped(edubasealldata20260301_csv=csv_bytes(Kind.GIAS, *SCHOOLS)))
    return path


def do(url: str, kind: str, *words: object) -> subprocess.CompletedProcess[str]:
    return run(url, "register", "import", kind, *map(str, words))


def count(url: str, model: type[ProviderRow | LinkRow | HistoryEntry]) -> int:
    engine = make_engine(url)
    with Session(engine) as session:
        number = session.scalar(select(func.count()).select_from(model)) or 0
    engine.dispose()
    return number


def test_a_file_is_imported_and_its_summary_shown(url: str, schools: Path) -> None:
    done = do(url, "gias", schools)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "GIAS establishments: edubasealldata20260301.zip, extract of 2026-03-01",
        "  rows               4",
        "  added              4",
        "  changed            0",
        "  gone               0",
        "  rejected           0",
        "  1 local authorities are drawn from the establishments: 1 added.",
    ]
    assert count(url, ProviderRow) == 5


def test_a_dry_run_changes_nothing(url: str, schools: Path) -> None:
    done = do(url, "gias", "--dry-run", schools)
    assert done.returncode == 0
    assert "This is a dry run: nothing was changed." in done.stdout
    assert "  added              4" in done.stdout
    assert count(url, ProviderRow) == count(url, HistoryEntry) == 0


def test_rejected_rows_are_shown_and_written_to_a_file(url: str, tmp_path: Path) -> None:
    path, rejects = tmp_path / "schools.csv", tmp_path / "rejects.csv"
    path.write_bytes(csv_bytes(Kind.GIAS, *SCHOOLS, *({"URN": f"x{n}"} for n in range(7))))
    done = do(url, "gias", path, "--rejects", rejects)
    assert done.returncode == 0
    assert "  row 6 (x0) has the URN “x0”, not a number" in done.stdout
    assert f"… and 2 more; all are in {rejects}." in done.stdout
    with rejects.open(encoding="utf-8", newline="") as source:
        rows = list(csv.reader(source))
    assert rows[:2] == [
        ["file", "row", "identifier", "reason"],
        ["schools.csv", "6", "x0", "has the URN “x0”, not a number"],
    ]
    assert len(rows) == 8


def test_a_bad_file_is_said_in_one_line_and_changes_nothing(url: str, schools: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.csv"
    page.write_text("<html>Sorry</html>", encoding="utf-8")
    line = refused(do(url, "gias", schools, page))
    assert line.startswith("page.csv: This is a web page, not a CSV file")
    assert count(url, ProviderRow) == count(url, HistoryEntry) == 0
    links = tmp_path / "links.csv"
    links.write_bytes(csv_bytes(Kind.GIAS_LINKS, *LINKS))
    assert refused(do(url, "gias-links", links)).startswith("Import the establishments first")
    assert count(url, LinkRow) == 0


def test_a_part_of_a_register_is_taken_only_when_told_so(url: str, schools: Path, tmp_path: Path) -> None:
    do(url, "gias", schools)
    part = tmp_path / "part.csv"
    part.write_bytes(csv_bytes(Kind.GIAS, *SCHOOLS[:2]))
    assert "2 of 4 known rows are not in this file" in refused(do(url, "gias", part))
    done = do(url, "gias", part, "--accept-fewer")
    assert "  gone               2" in done.stdout


def test_an_unknown_kind_and_a_missing_file_are_wrong_use(url: str, schools: Path, tmp_path: Path) -> None:
    assert do(url, "edubase", schools).returncode == 2
    assert do(url, "gias", tmp_path / "none.csv").returncode == 2
    assert do(url, "gias").returncode == 2


def test_where_the_rejected_rows_cannot_be_written_nothing_is_imported(url: str, schools: Path, tmp_path: Path) -> None:
    said = refused(do(url, "gias", schools, "--rejects", tmp_path / "absent" / "rejects.csv"))
    assert "absent/rejects.csv: No such file or directory" in said
    assert count(url, ProviderRow) == 0


def test_a_rejected_row_is_no_formula_in_a_spreadsheet(url: str, tmp_path: Path) -> None:
    path, rejects = tmp_path / "schools.csv", tmp_path / "rejects.csv"
    path.write_bytes(csv_bytes(Kind.GIAS, *SCHOOLS, {**SCHOOLS[0], "URN": '=HYPERLINK("https://example.org")'}))
    assert do(url, "gias", path, "--rejects", rejects).returncode == 0
    with rejects.open(encoding="utf-8", newline="") as source:
        (row,) = csv.DictReader(source)
    assert row["identifier"] == '\'=HYPERLINK("https://example.org")'


def test_several_extracts_are_imported_one_after_the_other_or_none(url: str, schools: Path, tmp_path: Path) -> None:
    renamed = (*SCHOOLS[:3], {**SCHOOLS[3], "EstablishmentName": "Lone Ash School"})
    later, bad = tmp_path / "edubasealldata20260401.csv", tmp_path / "edubasealldata20260501.csv"
    later.write_bytes(csv_bytes(Kind.GIAS, *renamed))
    bad.write_bytes(csv_bytes(Kind.GIAS, SCHOOLS[0]))
    assert "3 of 4 known rows are not in this file" in refused(do(url, "gias", schools, later, bad))
    assert count(url, ProviderRow) == count(url, HistoryEntry) == 0
    # The first file's words again in the third: what the second changed is read once more.
    done = do(url, "gias", schools, later, schools)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[1] for line in done.stdout.splitlines() if line.startswith("  changed")] == ["0", "1", "1"]
    assert done.stdout.count("1 former name was learned") == 2


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_imported_by_its_name(url: str, tmp_path: Path, kind: Kind) -> None:
    for each in (*kind.needs, kind):
        path = tmp_path / f"{each}.csv"
        path.write_bytes(csv_bytes(each, *ROWS[each]))
        done = do(url, each, path)
        assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{kind.description}: {kind}.csv\n")
    assert f"  rows      {len(ROWS[kind]):>10}" in done.stdout
