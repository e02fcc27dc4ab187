"""`tracker matrix`, as somebody who plans with its file meets it."""

import csv
import sys
from pathlib import Path

import pytest
from pyarrow import parquet
from sqlalchemy.orm import Session

from tests.support.command import Town, done, refused, small_town, tracker
from tests.support.databases import Fresh
from tests.support.world import Stage
from tracker.database import make_engine

PAIR = ["T1", "INS-1", "gias:900002", "2026-03-17", "2026-03-18"]


@pytest.fixture(scope="module")
def town(sqlite_fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A town with two inspections, in March and in May."""
    made = small_town(sqlite_fresh(), tmp_path_factory.mktemp("town"))
    engine = make_engine(made.url)
    with Session(engine) as session:
        stage = Stage(session)
        stage.inspection()
        stage.inspection(
            "INS-2",
            "gias:900004",
            starts_on=stage.now.date().replace(month=5),
            ends_on=stage.now.date().replace(month=5),
        )
        session.commit()
    engine.dispose()
    return made


def rows(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.reader(opened))


def test_the_file_holds_just_the_findings_and_a_pair_without_any_is_clear(town: Town, tmp_path: Path) -> None:
    out = tmp_path / "found.csv"
    assert done(town.url, "matrix", "--out", out) == f"3 findings are in {out}.\n"
    header, *found = rows(out)
    assert header == ["staff_no", "inspection", "provider", "starts_on", "ends_on", "rule", "verdict", "connection"]
    assert sorted(each[:7] for each in found) == [
        [*PAIR, "succession", "real"],
        ["T2", *PAIR[1:], "no-declaration", "undetermined"],
        ["T2", "INS-2", "gias:900004", "2026-05-02", "2026-05-02", "no-declaration", "undetermined"],
    ]


def test_the_period_counts_an_inspection_that_touches_it(town: Town, tmp_path: Path) -> None:
    out = tmp_path / "found.csv"
    done(town.url, "matrix", "--from", "2026-03-18", "--to", "2026-04-30", "--out", out)
    assert {row[1] for row in rows(out)[1:]} == {"INS-1"}
    done(town.url, "matrix", "--from", "2026-03-19", "--to", "2026-05-02", "--out", out)
    assert {row[1] for row in rows(out)[1:]} == {"INS-2"}


def test_each_finding_bears_its_sentence_where_that_is_wanted(town: Town, tmp_path: Path) -> None:
    out = tmp_path / "found.csv"
    done(town.url, "matrix", "--to", "2026-04-30", "--reasons", "--out", out)
    said = {row[5]: row[8] for row in rows(out)[1:]}
    assert said["succession"].startswith("The inspector worked at Hilltop Primary School from 2015 until July 2023;")
    assert said["no-declaration"].startswith("The inspector has made no declaration that is in force")


def test_a_parquet_file_holds_the_same(town: Town, tmp_path: Path) -> None:
    out, plain = tmp_path / "found.parquet", tmp_path / "found.csv"
    for file in (out, plain):
        done(town.url, "matrix", "--reasons", "--out", file)
    table = parquet.read_table(out)
    header, *found = rows(plain)
    assert table.column_names == header
    assert [list(each.values()) for each in table.to_pylist()] == found


def test_a_parquet_file_without_the_package_is_refused_with_the_cure(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    said = refused(town.url, "matrix", "--out", tmp_path / "found.parquet")
    assert said == "A .parquet file needs the package pyarrow: pip install pyarrow; or write a .csv"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_named_and_a_period_that_ends_before_it_begins_refused(
    town: Town, tmp_path: Path
) -> None:
    said = refused(town.url, "matrix", "--out", tmp_path / "no" / "found.csv")
    assert said == f"There is no folder {tmp_path / 'no'}: make it first, or name another"
    wrong = tracker(town.url, "matrix", "--from", "2026-03-02", "--to", "2026-03-01", "--out", tmp_path / "found.csv")
    assert wrong.returncode == 2
    assert "--to is before --from" in wrong.stderr


def test_a_file_of_another_kind_is_refused_rather_than_written_as_csv(town: Town, tmp_path: Path) -> None:
    wrong = tracker(town.url, "matrix", "--out", tmp_path / "found.xlsx")
    assert wrong.returncode == 2
    assert "--out must end in .csv or .parquet" in wrong.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("provider", "says"),
    [
        ("900002", "--provider: “900002” is no reference: write scheme:number, as in gias:100000"),
        ("urn:900002", "--provider: “urn” is no known scheme: give one of gias, la, "),
        ("gias:777777", "gias:777777 is on no imported register, and no inspection names it: compare its number"),
        ("gias:900003", "No inspection of gias:900003 is planned: there is nothing to check again"),
        ("group:9001", "group:9001 is a group, not a provider: give one of its providers"),
    ],
)
def test_a_recheck_of_a_provider_where_nobody_is_assigned_says_why(town: Town, provider: str, says: str) -> None:
    assert refused(town.url, "recheck", "--provider", provider).startswith(says)
