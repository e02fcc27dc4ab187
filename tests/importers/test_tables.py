"""The inspectorate's own tables: what is read from them, and what is refused with its row and cause."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tracker.domain.errors import BadFileError
from tracker.importers import claims, tables

ASKED = "staff_no,provider,starts_on,ends_on"
STAFF = "staff_no,name,email,title,engagement,remits,home_postcode"
GOOD = "T1,gias:100000,2026-03-02,2026-03-03"

Read = Callable[[Path], object]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


def because(read: Read, file: Path, content: str | bytes) -> str:
    """The sentence with which this content is refused."""
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadFileError) as refusal:
        read(file)
    return str(refusal.value)


@pytest.mark.parametrize("read", [tables.questions, claims.declarations, tables.inspectors])
@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "file.csv is empty"),
        (b"\xef\xbb\xbf", "lacks the columns"),
        (b"  \r\n\r\n", "is empty"),
        (b"\n<!DOCTYPE html><html>", "web page"),
        (b"staff_no,name\nT\x001,Rea\n", "signs that no text has, on line 2: save it from the spreadsheet"),
        ("staff_no\nT1\n".encode("utf-16"), "is in UTF-16, which spreadsheets call “Unicode text”: save it from"),
        (b"staff_no,x\nT1,\x81\n", "byte on line 2 that is no text"),
        ("staff_no\nT1\n".encode("utf-16-le"), "is in UTF-16"),
        (b"name\nT1\n", "lacks the columns staff_no"),
        (b"Name, Number\nRea,T1\n", "; its headings read “Name”, “Number”"),
        (b"staff_no;name\nT1;Rea\n", "file.csv seems to be separated by semicolons, not by commas: save it"),
        (b"staff_no\tname\nT1\tRea\n", "seems to be separated by tabs"),
    ],
)
def test_what_is_no_table_is_refused_by_its_cause(file: Path, read: Read, content: bytes, cause: str) -> None:
    assert cause in because(read, file, content)


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ("T1,gias:100000,2026-03-02", "Row 3: has 3 cells where the header has 4"),
        (f"{GOOD},more", "Row 3: has 5 cells where the header has 4"),
        ("T1,gias:100000,2026-02-30,2026-03-03", "Row 3: starts_on is “2026-02-30”: there is no such day"),
        ("T1,gias:100000,02/03/2026,2026-03-03", "Row 3: starts_on is “02/03/2026”: write it as 2026-03-02"),
        ("T1,gias:100000,2026-02-30,2026-03-03", "Row 3: starts_on is “2026-02-30”"),
        ("T1,gias:100000,1026-02-01,2026-03-03", "Row 3: starts_on is “1026-02-01”"),
        ("T1,gias:100000,2026-03-02,", "Row 3: ends_on is empty"),
        ("T1,gias:100000,2026-03-02,2026-03-01", "Row 3: ends on 2026-03-01, before it starts on 2026-03-02"),
        ("T1,100000,2026-03-02,2026-03-02", "Row 3: provider is “100000”"),
        (",gias:100000,2026-03-02,2026-03-02", "Row 3: staff_no is empty"),
        (f"{'x' * 1_000_000},gias:100000,2026-03-02,2026-03-02", "Row 3: is not CSV (field larger"),
        ('"T1,gias:100000,2026-03-02,2026-03-02', "Row 3: is not CSV"),
    ],
)
def test_an_assignment_that_cannot_be_checked_is_named_by_its_row(file: Path, row: str, cause: str) -> None:
    assert because(tables.questions, file, f"{ASKED}\n{GOOD}\n{row}\n").startswith(cause)


def test_a_row_is_counted_by_the_line_on_which_it_begins(file: Path) -> None:
    content = f'{ASKED},note\n{GOOD},"one\ntwo"\n\n{GOOD}\n'
    assert because(tables.questions, file, content).startswith("Row 5: has 4 cells")


def test_a_separator_within_a_cell_ends_no_row(file: Path) -> None:
    cell = "a\u2028b\x0bc\u0085d"
    file.write_text(f"{ASKED},note\n{GOOD},{cell}\n", "utf-8")
    assert [each.values[-1] for each in tables.questions(file).questions] == [cell]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_and_a_byte_order_mark_are_understood(file: Path, end: str) -> None:
    file.write_bytes(f"\ufeff{ASKED}{end}{GOOD}{end}".encode())
    (only,) = tables.questions(file).questions
    assert (only.staff_no, only.provider, str(only.ends_on)) == ("T1", "gias:100000", "2026-03-03")


def test_a_windows_file_keeps_its_letters(file: Path) -> None:
    file.write_bytes(f"{ASKED},who\n{GOOD},Zoë’s\n".encode("cp1252"))
    assert tables.questions(file).questions[0].values[-1] == "Zoë’s"


def test_columns_come_in_any_order_and_the_answers_names_are_taken(file: Path) -> None:
    file.write_text("note,ends_on,provider,staff_no,starts_on\nn,2026-03-03,gias:1,T1,2026-03-02\n", "utf-8")
    sheet = tables.questions(file)
    assert sheet.header == ["note", "ends_on", "provider", "staff_no", "starts_on"]
    assert sheet.questions[0].values == ["n", "2026-03-03", "gias:1", "T1", "2026-03-02"]
    for name in ("verdict", "rules", "reasons", "findings"):
        assert f"The column {name} is for the answer" in because(tables.questions, file, f"{ASKED},{name}\n{GOOD},x\n")
    assert "note stands twice" in because(tables.questions, file, f"{ASKED},note,note\n{GOOD},x,y\n")


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ("T1,,t@example.org,HMI,staff,schools,", "Row 2: name is empty"),
        ("T1,Ann,nowhere,HMI,staff,schools,", "Row 2: email is “nowhere”, which is no e-mail address"),
        ("T1,Ann,t@example.org,King,staff,schools,", "Row 2: title is “King”"),
        ("T1,Ann,t@example.org,HMI,volunteer,schools,", "Row 2: engagement is “volunteer”"),
        (
            "T1,Ann,t@example.org,HMI,staff,schools;ships,",
            "Row 2: remits has “ships”: give one of schools, independent, further education, early years, social care",
        ),
        (
            "T1,,nowhere,King,volunteer,ships,",
            "Row 2: name is empty; email is “nowhere”, which is no e-mail address; title is “King”",
        ),
    ],
)
def test_an_inspector_who_is_not_whole_is_named_by_the_row(file: Path, row: str, cause: str) -> None:
    assert because(tables.inspectors, file, f"{STAFF}\n{row}\n").startswith(cause)


def test_every_fault_of_an_inspector_is_named_at_once(file: Path) -> None:
    said = because(tables.inspectors, file, f"{STAFF}\nT1,Ann,t@example.org,King,volunteer,ships,\n")
    assert "title is “King”: give one of HMI, OI, RI, EYRI, SCRI; " in said
    assert "engagement is “volunteer”: give one of staff, contracted; " in said
    assert "remits has “ships”: give one of schools" in said


def test_an_inspector_is_read_without_spaces_to_spare(file: Path) -> None:
    file.write_text(f"{STAFF}\n T1 ,Ann Other,Ann@Example.org,HMI,contracted, schools ; ;fe ,AB1 2CD\n", "utf-8")
    (ann,) = tables.inspectors(file)
    assert (ann.staff_no, ann.email, ann.remits, ann.home_postcode) == (
        "T1",
        "ann@example.org",
        "schools;further education",
        "AB1 2CD",
    )


def test_a_staff_number_that_the_history_could_not_name_is_refused_by_its_row(file: Path) -> None:
    content = f'{STAFF}\n"T1\n00",Ines Pector,ines@example.org,HMI,staff,,\n'
    assert because(tables.inspectors, file, content) == "Row 2: staff_no holds signs that cannot be shown"


def test_a_heading_is_known_whatever_its_case_and_its_spaces(file: Path) -> None:
    file.write_text("Staff No,PROVIDER,Starts on,ends_on,Ward\nT1,gias:100000,2026-03-02,2026-03-03,West\n", "utf-8")
    sheet = tables.questions(file)
    assert sheet.header == ["Staff No", "PROVIDER", "Starts on", "ends_on", "Ward"]
    assert [(each.staff_no, each.values[-1]) for each in sheet.questions] == [("T1", "West")]
    assert "column Staff No, staff_no stands twice" in because(
        tables.questions, file, "Staff No,staff_no,provider,starts_on,ends_on\n"
    )


@pytest.mark.parametrize(
    ("read", "content"),
    [
        (tables.inspectors, f"{STAFF}\n,Rea,r@x.org,HMI,staff,,\nT2,,x,HMI,staff,,\nT3\n"),
        (tables.questions, f"{ASKED}\n,gias:1,2026-03-02,2026-03-03\nT1,1,2026-03-02,2026-03-03\nT1\n"),
        (tables.governors, "provider,name\n100000,Rea\ngias:100000,\nx\n"),
    ],
)
def test_every_bad_row_is_named_not_only_the_first(file: Path, read: Read, content: str) -> None:
    said = because(read, file, content)
    assert [row for row in ("Row 2: ", "Row 3: ", "Row 4: has 1 cells") if row not in said] == []
