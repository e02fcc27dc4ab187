"""Declarations from elsewhere as a file has them: what is read, and all that is wrong with each row."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.importers import claims
from tracker.importers.claims import Declared

SAID = "staff_no,declared_at,nature,holder,target,began_on,ended_on,note"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


def read(file: Path, *rows: str) -> Declared:
    """Read a file of these rows."""
    file.write_text("\n".join((SAID, *rows, "")), "utf-8")
    return claims.declarations(file)


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ("T1,2026-01-01,friendship,self,gias:1,2019,,", "nature: “friendship” is no nature"),
        ("T1,2026-01-01,employment,cousin,gias:1,2019,,", "holder: “cousin” is no holder"),
        ("T1,2026-01-01,employment,self,Hilltop,2019,,", "target: “Hilltop” does not name"),
        ("T1,2026-01-01,employment,self,gias:1,,,", "began_on: "),
        ("T1,2026-01-01,employment,self,gias:1,2019-13,,", "began_on: "),
        ("T1,2026-01-01,employment,self,gias:1,2019-07,2019-06,", "ended_on: It ended (June 2019) before"),
        (f"T1,2026-01-01,employment,self,gias:1,2019,,{'n' * 2001}", "note: The note is 2,001 characters"),
        ("T1,yesterday,nil,,,,,", "declared_at is “yesterday”"),
        ("T1,0001-01-01T00:00:00+14:00,nil,,,,,", "declared_at is “0001-01-01T00:00:00+14:00”"),
        ("T1,9999-12-31T23:00:00-14:00,nil,,,,,", "declared_at is “9999-12-31T23:00:00-14:00”"),
        ("T1,,nil,,,,,", "declared_at is empty"),
        (",2026-01-01,nil,,,,,", "staff_no is empty"),
        ("T1,2026-01-01,nil,self,gias:1,,,", "it says nil, and gives target: leave that empty"),
        ("T1,2026-01-01,nil,,,,,Sings there", "it says nil, and gives note: leave that empty"),
    ],
)
def test_a_connection_that_says_nothing_plain_is_named_by_its_row(file: Path, row: str, cause: str) -> None:
    (wrong,) = read(file, row).misread
    assert wrong.row == 2
    (fault,) = wrong.faults
    assert fault.startswith(cause)


@pytest.mark.parametrize("kinds", [("nil", "employment"), ("employment", "nil"), ("nil", "nil")])
def test_a_nil_declaration_stands_alone(file: Path, kinds: tuple[str, str]) -> None:
    said = {"nil": ",,,,", "employment": "self,gias:1,2019,,"}
    (wrong,) = read(file, *(f"T1,2026-01-01,{kind},{said[kind]}" for kind in kinds)).misread
    assert wrong.row == 3
    assert wrong.faults[0].startswith("a declaration that says nil stands alone")


def test_the_rows_of_one_person_and_instant_are_one_declaration(file: Path) -> None:
    found = read(
        file,
        "T1,2026-01-01,employment,self,gias:1,2019,2020-02,at school",
        "T2,2026-01-01T09:30:00+01:00,nil,,,,,",
        "T1,2026-01-01T00:00:00+00:00,gift,partner,group:2,2025-05-05,,",
    )
    one, other = found.claims
    assert found.misread == []
    assert (one.rows, one.staff_no, one.declared_at) == ((2, 4), "T1", datetime(2026, 1, 1, tzinfo=UTC))
    assert [(each.nature, each.holder, each.target, each.note) for each in one.statements] == [
        ("employment", "self", "gias:1", "at school"),
        ("gift", "partner", "group:2", ""),
    ]
    assert (other.statements, other.declared_at) == ((), datetime(2026, 1, 1, 8, 30, tzinfo=UTC))


def test_every_fault_of_every_row_is_named_and_the_others_are_read(file: Path) -> None:
    found = read(
        file,
        ",yesterday,friendship,cousin,Hilltop,,2019-13,",
        "T1,2026-01-01,employment,self,gias:1,2019,,",
        "T1,2026-01-01,nil,,gias:1,2019,,",
        "T2,2026-01-01",
    )
    assert [each.staff_no for each in found.claims] == ["T1"]
    assert [each.row for each in found.misread] == [2, 4, 5]
    begins = ("staff_no is", "declared_at is “yesterday”", "nature:", "holder:", "target:", "began_on:", "ended_on:")
    for fault, begin in zip(found.misread[0].faults, begins, strict=True):
        assert fault.startswith(begin)
    assert found.misread[1].faults[0].startswith("a declaration that says nil stands alone")
    assert found.misread[1].faults[1].startswith("it says nil, and gives target, began_on: leave that empty")
    assert found.misread[2].faults == ("has 2 cells where the header has 8",)
