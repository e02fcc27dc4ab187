"""`tracker check`, as a program that reads its output meets it."""

import csv
import io
import json
import os
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from tests.support.command import TRACKER, Town, done, environment, refused, small_town, tracker
from tests.support.databases import Fresh
from tests.support.policy import EXAMPLE

HEADER = "staff_no,provider,starts_on,ends_on"
HIT = "T1,gias:900002,2026-03-17,2026-03-18"


@pytest.fixture(scope="module")
def town(sqlite_fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A town for all: a check writes nothing."""
    return small_town(sqlite_fresh(), tmp_path_factory.mktemp("town"))


@pytest.fixture
def asked(town: Town, tmp_path: Path) -> Path:
    """A file of four rows, one of each verdict, with columns of its own around ours."""
    file = tmp_path / "asked.csv"
    file.write_text(
        "\ufeffref,staff_no,provider,starts_on,ends_on,note\r\n"
        'r1,T1,gias:900002,2026-03-17,2026-03-18,"a ""b"", c\nd"\r\n'
        "r2,T1,gias:900004,2026-03-17,2026-03-18, kept \r\n"
        "\r\n"
        "r3,T2,gias:900002,2026-03-17,2026-03-18,Zoë\r\n"
        "r4,T1,gias:900003,2026-03-17,2026-03-18,\r\n",
        "utf-8",
        newline="",
    )
    return file


def rows(output: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(output, newline="")))


def state(url: str) -> dict[str, int]:
    """How many rows every table has."""
    engine = create_engine(url)
    with engine.connect() as connection:
        names = inspect(engine).get_table_names()
        found = {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names}  # noqa: S608 (the database's own names)
    engine.dispose()
    return found


def test_every_column_is_passed_through_in_order_and_the_answer_follows(town: Town, asked: Path) -> None:
    header, *answers = rows(done(town.url, "check", asked))
    assert header == ["ref", "staff_no", "provider", "starts_on", "ends_on", "note", "verdict", "rules", "reasons"]
    assert [row[0] for row in answers] == ["r1", "r2", "r3", "r4"]
    assert [row[5] for row in answers] == ['a "b", c\nd', " kept ", "Zoë", ""]
    assert [row[6:8] for row in answers] == [
        ["real", "succession"],
        ["clear", ""],
        ["undetermined", "no-declaration"],
        ["perceived", "same-group"],
    ]
    assert answers[1][8] == ""
    assert "Hilltop Primary School" in answers[0][8]
    assert "Ridge Academy" in answers[0][8]


def test_rules_are_parted_by_spaces_and_reasons_by_bars(sqlite_fresh: Fresh, tmp_path: Path) -> None:
    town = small_town(sqlite_fresh(), tmp_path)
    said = [f"T2,2025-01-01,{kind},2015,," for kind in ("employment,self,gias:900001", "governance,self,group:9002")]
    done(town.url, "declarations", "import", town.said(*said))
    file = tmp_path / "asked.csv"
    file.write_text(f"{HEADER}\nT2,gias:900002,2026-03-17,2026-03-18\n", "utf-8")
    (answer,) = rows(done(town.url, "check", file))[1:]
    assert answer[4:6] == ["real", "group succession out-of-date"]
    assert [reason[-1] for reason in answer[6].split(" | ")] == [".", ".", "."]


def test_a_line_of_json_has_the_verdict_and_each_finding_with_its_path(town: Town, asked: Path) -> None:
    lines = [json.loads(line) for line in done(town.url, "check", asked, "--format", "jsonl").splitlines()]
    assert [line["verdict"] for line in lines] == ["real", "clear", "undetermined", "perceived"]
    assert list(lines[0]) == ["ref", "staff_no", "provider", "starts_on", "ends_on", "note", "verdict", "findings"]
    assert lines[0]["note"] == 'a "b", c\nd'
    assert lines[1]["findings"] == []
    (finding,) = lines[0]["findings"]
    assert {"rule", "verdict", "reason", "path", "connection"} <= set(finding)
    assert (finding["rule"], finding["verdict"]) == ("succession", "real")
    assert [step["fact"] for step in finding["path"]] == ["connection", "link", "assignment"]
    assert finding["connection"]
    assert lines[2]["findings"][0]["connection"] is None


def test_both_formats_say_the_same(town: Town, asked: Path) -> None:
    told = [json.loads(line) for line in done(town.url, "check", asked, "--format", "jsonl").splitlines()]
    for row, line in zip(rows(done(town.url, "check", asked))[1:], told, strict=True):
        assert row[6] == line["verdict"]
        assert row[7].split() == list(dict.fromkeys(each["rule"] for each in line["findings"]))
        assert row[8] == " | ".join(each["reason"] for each in line["findings"])


def test_another_policy_answers_without_being_adopted(town: Town, asked: Path, tmp_path: Path) -> None:
    milder = tmp_path / "milder.toml"
    text_of = EXAMPLE.read_text("utf-8")
    strict = '[natures.employment]\ncurrent = "real"\nreal_years = '
    milder.write_text(text_of.replace(f"{strict}3", f"{strict}1"), "utf-8")
    assert [row[6] for row in rows(done(town.url, "check", asked, "--policy", milder))[1:3]] == ["perceived", "clear"]
    assert rows(done(town.url, "check", asked))[1][6] == "real"


def test_nothing_is_written(town: Town, asked: Path) -> None:
    before, file = state(town.url), Path(town.url.removeprefix("sqlite:///"))
    size = file.stat().st_size
    for words in ([], ["--format", "jsonl"], ["--policy", EXAMPLE]):
        done(town.url, "check", asked, *words)
    assert state(town.url) == before
    assert file.stat().st_size == size


def test_a_header_alone_is_answered_by_a_header_alone(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "asked.csv"
    file.write_text(f"{HEADER},note\n", "utf-8")
    assert done(town.url, "check", file) == f"{HEADER},note,verdict,rules,reasons\n"
    assert done(town.url, "check", file, "--format", "jsonl") == ""


def test_a_stranger_is_undetermined_and_named_on_standard_error(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "asked.csv"
    file.write_text(f"{HEADER}\n{HIT}\nX9,gias:999999,2026-03-17,2026-03-18\n", "utf-8")
    finished = tracker(town.url, "check", file)
    assert finished.returncode == 0
    assert finished.stderr.splitlines() == ["Row 3: no inspector has the staff number X9; undetermined"]
    stranger = rows(finished.stdout)[2]
    assert stranger[4:6] == ["undetermined", "no-declaration unknown-provider"]
    assert "No inspector has the staff number X9" in stranger[6]
    assert "made no declaration" not in stranger[6]


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "is empty"),
        (b"<html></html>", "web page"),
        (f"{HEADER}\n{HIT}\nT1,gias:900002,17/03/2026,2026-03-18\n".encode(), "Row 3: starts_on"),
        (f"{HEADER}\nT1,gias:900002,2026-03-19,2026-03-18\n".encode(), "Row 2: ends on"),
        (f"{HEADER}\nT1,900002,2026-03-17,2026-03-18\n".encode(), "Row 2: provider"),
        (b"staff_no,provider,starts_on\nT1,gias:1,2026-03-17\n", "lacks the column ends_on"),
        (f"{HEADER}\n{HIT},more\n".encode(), "Row 2: has 5 cells"),
        (f"{HEADER}\n{HIT}\0\n".encode(), "signs that no text has, on line 2"),
        (f"{HEADER},note\n{HIT},{'x' * 1_000_000}\n".encode(), "Row 2: is not CSV"),
    ],
)
def test_a_bad_file_is_refused_in_one_line_before_anything_is_answered(
    town: Town, tmp_path: Path, content: bytes, cause: str
) -> None:
    file = tmp_path / "asked.csv"
    file.write_bytes(content)
    assert cause in refused(town.url, "check", file)


def test_a_bad_policy_is_refused_by_its_name(town: Town, asked: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    for content, cause in ((b"\xff\xfe", "is not UTF-8"), (b"no policy", "bad.toml, line 1: no: has no =")):
        bad.write_bytes(content)
        assert cause in refused(town.url, "check", asked, "--policy", bad)


def test_wrong_use_is_told_apart(town: Town, asked: Path) -> None:
    assert tracker(town.url, "check").returncode == 2
    assert tracker(town.url, "check", "absent.csv").returncode == 2
    assert tracker(town.url, "check", asked, "--format", "xml").returncode == 2
    assert tracker(town.url, "check", asked, "--policy", "absent.toml").returncode == 2


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("many", [1, 3_000])
def test_a_reader_that_goes_away_is_no_fault(town: Town, tmp_path: Path, form: str, many: int) -> None:
    file = tmp_path / "asked.csv"
    file.write_text(f"{HEADER}\n" + f"{HIT}\n" * many, "utf-8")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as nowhere:
        finished = subprocess.run(
            [TRACKER, "check", file, "--format", form],
            env=environment(town.url),
            stdout=nowhere,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    assert (finished.returncode, finished.stderr) == (1, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full on this system")
def test_a_full_disk_is_one_line(town: Town, asked: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        finished = subprocess.run(
            [TRACKER, "check", asked],
            env=environment(town.url),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    assert finished.returncode == 1
    assert finished.stderr.decode() == "Standard output: No space left on device\n"


def test_a_group_that_is_given_for_a_provider_is_named_as_one(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "groups.csv"
    file.write_text(f"{HEADER}\nT1,group:9001,2026-03-17,2026-03-18\nT1,gias:777777,2026-03-17,2026-03-18\n", "utf-8")
    _, group, stranger = rows(done(town.url, "check", file))
    assert group[-3] == "perceived"
    assert group[-2].split() == ["same-group", "unknown-provider"]
    assert "The assignment names a group, Birch Trust (group:9001), and no provider: give the provider" in group[-1]
    assert "The provider gias:777777 is on no imported register." in stranger[-1]
