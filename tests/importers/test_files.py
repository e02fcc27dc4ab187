"""Files of every bad kind are refused with a sentence that names the fault; a good one is read whatever its shape."""

import codecs
import io
import zipfile
from itertools import product

import pytest

from tests.support.extracts import GIAS, LINK, SCHOOLS, csv_bytes, read, zipped
from tracker.domain.errors import BadFileError
from tracker.domain.register import Kind
from tracker.importers import files, rows
from tracker.importers.files import ZIP, day_in
from tracker.importers.registers import read_register

GOOD = csv_bytes(Kind.GIAS, *SCHOOLS)


def refusal(content: bytes, kind: Kind = Kind.GIAS, name: str = "extract.csv") -> str:
    with pytest.raises(BadFileError) as caught:
        read(kind, content, name)
    assert caught.value.field == "file"
    return str(caught.value)


def names(content: bytes) -> list[str]:
    return [str(each.name) for each in read(Kind.GIAS, content).snapshot.records]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty; download it again."),
        (b" \r\n\r\n ", "The file is empty; download it again."),
        (b"\xef\xbb\xbf", "The file is empty; download it again."),
        (b"\r\n<!DOCTYPE html><html><body>Sorry</body></html>", "This is a web page, not a CSV file"),
        (b"\xef\xbb\xbf<html>", "This is a web page, not a CSV file"),
        (b"%PDF-1.7 ...", "This is an Excel or PDF document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is an Excel or PDF document"),
        ("URN,Name\r\n1,A".encode("utf-16"), "The file is in UTF-16: save it as CSV in UTF-8."),
        (b"PK\x03\x04 but no archive", "The .zip file is damaged or cut off"),
        (GOOD.split(b"\r\n")[0], "The file has a header and no rows; download it again."),
        (b"one,two,three,four,five\r\n1,2,3,4,5\r\n", "Its header begins with “one”, “two”, “three”, “four”."),
    ],
)
def test_what_is_no_register_is_refused_with_its_cause(content: bytes, sentence: str) -> None:
    assert sentence in refusal(content)


def test_a_nul_byte_is_refused_by_its_line() -> None:
    assert refusal(GOOD.replace(b"Vale", b"V\0le")).startswith("Line 4 holds a NUL byte")


def test_bytes_of_no_encoding_are_refused_by_their_line() -> None:
    assert refusal(GOOD.replace(b"Lone Oak", b"L\xe9ne \x81ak")).startswith("Line 5 holds bytes that are neither")
    mixed = GOOD.replace(b"Ridge", "Rídge".encode()).replace(b"Vale", b"V\xffle")
    assert refusal(codecs.BOM_UTF8 + mixed).startswith("Line 4 holds bytes")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_the_encoding_is_decided_by_every_byte(encoding: str) -> None:
    rows = [
        *SCHOOLS,
        {"URN": "900009", "EstablishmentName": "Ysgol Tŷ’r Éfail" if encoding != "cp1252" else "École d’Été"},
    ]
    assert names(csv_bytes(Kind.GIAS, *rows, encoding=encoding))[-1] == rows[-1]["EstablishmentName"]


def test_an_encoding_is_decided_across_the_pieces_in_which_a_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "CHUNK", 7)
    rows = [{"EstablishmentName": f"{'x' * n}Éé"} for n in range(9)]
    content = csv_bytes(Kind.GIAS, *({**row, "URN": str(900001 + n)} for n, row in enumerate(rows)), encoding="utf-8")
    assert names(content) == [row["EstablishmentName"] for row in rows]


def test_a_file_that_is_cut_off_is_refused_wherever_it_stops() -> None:
    assert refusal(GOOD[:-40]) == "The file stops in the middle of line 5; download it again."
    quoted = csv_bytes(Kind.GIAS_LINKS, {}, {"URN": "900005", "LinkName": 'The "Old" School'})
    cut = quoted[: quoted.index(b'""Old') + 5]
    assert refusal(cut, Kind.GIAS_LINKS) == "The file stops in the middle of line 3; download it again."


def test_a_whole_file_may_end_without_a_line_end() -> None:
    assert len(names(GOOD.rstrip(b"\r\n"))) == 4


def test_every_length_of_a_good_file_is_read_or_refused_and_never_breaks() -> None:
    for length in range(0, len(GOOD), 3):
        try:
            read(Kind.GIAS, GOOD[:length])
        except BadFileError:
            continue


def test_rows_of_another_width_and_of_wild_quotes_are_rejected_by_their_line() -> None:
    lines = GOOD.split(b"\r\n")
    lines[2:2] = [b"900010,990,short", b'900011,"a"b,c', b"", lines[1] + b",and,more"]
    snapshot = read(Kind.GIAS, b"\r\n".join(lines)).snapshot
    assert len(snapshot.records) == 4
    assert [(each.line, each.identifier, each.reason) for each in snapshot.rejected] == [
        (3, "900010", "has 3 columns where the header has 16"),
        (4, "", "has quotation marks that do not match"),
        (6, "900001", "has 18 columns where the header has 16"),
    ]


def test_a_line_is_counted_as_it_stands_in_the_file_also_after_a_name_of_two_lines() -> None:
    rows = ({"EstablishmentName": "Two\r\nlines"}, {"URN": "90000x"})
    snapshot = read(Kind.GIAS, csv_bytes(Kind.GIAS, *rows)).snapshot
    assert [each.line for each in snapshot.rejected] == [4]
    assert snapshot.records[0].name == "Two lines"  # type: ignore[union-attr]


def test_a_field_without_end_is_refused_by_its_line() -> None:
    assert "A field on line 3 is longer than 100,000 characters" in refusal(
        b"\r\n".join([*GOOD.split(b"\r\n")[:2], b'900002,"' + b"x" * 200_000])
    )


def test_columns_may_stand_in_any_order_among_others() -> None:
    order = [*reversed(GIAS), "Something new"]
    text = ",".join(order) + "\r\n" + ",".join({**GIAS, "Something new": "x"}[name] for name in order)
    assert names(text.encode()) == ["Hilltop Primary School"]


def test_a_missing_required_column_is_named() -> None:
    content = GOOD.replace(b"EstablishmentStatus (name)", b"Status")
    assert refusal(content) == "The file lacks the required column “EstablishmentStatus (name)”."


def test_a_missing_optional_column_is_noted() -> None:
    extract = read(Kind.GIAS, GOOD.replace(b"UKPRN", b"Ukprn2").replace(b"Easting", b"East"))
    assert extract.snapshot.notes == ("The file has no column “UKPRN”, “Easting”; that part stays empty.",)


def test_a_required_column_that_stands_twice_is_refused() -> None:
    content = GOOD.replace(b",OpenDate,", b",CloseDate,")
    assert refusal(content) == "The file has the column “CloseDate” more than once."


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("other", list(Kind))
def test_a_file_of_another_kind_is_recognised(kind: Kind, other: Kind) -> None:
    content = csv_bytes(other, {})
    if kind is other:
        assert len(read(kind, content).snapshot.records) == 1
    else:
        assert refusal(content, kind) == (
            f"This looks like {other.description} ({other}), not {kind.description} ({kind})."
        )


def test_a_zip_of_one_file_is_read_whatever_its_name() -> None:
    extract = read(Kind.GIAS, zipped(edubasealldata20231116_csv=GOOD), "download")
    assert len(extract.snapshot.records) == 4
    assert str(extract.extract_on) == "2023-11-16"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (zipped(), "The .zip file holds 0 files"),
        (zipped(a_csv=GOOD, b_csv=GOOD), "The .zip file holds 2 files; give one that holds a single .csv."),
        (zipped(a_zip=zipped(a_csv=GOOD)), "The .zip file holds another archive"),
        (zipped(a_csv=zipped(a_csv=GOOD)), "The .zip file holds another archive"),
        (zipped(a_csv=b"<html>"), "This is a web page"),
        (zipped(a_csv=GOOD)[:-60], "The .zip file is damaged or cut off"),
        (zipped(a_csv=b"URN," + b"0" * 20_000_000), "would unpack to 20,000,004 bytes, which no register has"),
    ],
    ids=["none", "two", "zip", "hidden zip", "web page", "cut off", "bomb"],
)
def test_a_zip_that_holds_no_single_csv_is_refused(content: bytes, sentence: str) -> None:
    assert sentence in refusal(content)


def test_a_damaged_zip_is_refused_and_an_office_document_is_named() -> None:
    content = bytearray(zipped(a_csv=GOOD))
    content[80] ^= 0xFF
    assert "damaged" in refusal(bytes(content))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", "<x/>")
    assert "This is an Office document" in refusal(target.getvalue())


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_with_any_byte_changed_is_read_or_refused_in_words(method: int) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr("a.csv", GOOD)
    content, refused = target.getvalue(), 0
    for place, byte in product(range(len(ZIP[0]), len(content)), (0x00, 0x7F, 0xFF)):
        try:
            read(Kind.GIAS, content[:place] + bytes([byte]) + content[place + 1 :])
        except BadFileError:
            refused += 1
    assert refused > len(content)


def test_a_file_of_more_rows_than_any_register_has_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST_ROWS", len(SCHOOLS))
    assert len(read(Kind.GIAS, GOOD).snapshot.records) == len(SCHOOLS)
    assert "more than 4 rows, which no register has" in refusal(zipped(a_csv=GOOD + GOOD.splitlines(keepends=True)[1]))


def test_a_locked_zip_is_refused() -> None:
    content = bytearray(zipped(a_csv=GOOD))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "locked with a password" in refusal(bytes(content))


def test_the_day_of_an_extract_is_in_its_name_or_nowhere() -> None:
    assert str(day_in("links_edubasealldata20230918.zip")) == "2023-09-18"
    assert str(day_in("download.zip", "alllinksdata20220718.csv")) == "2022-07-18"
    assert day_in("data20231399.csv") is None
    assert day_in("120231116.csv") is None


def test_how_far_it_is_read_is_told() -> None:
    told: list[tuple[int, int]] = []
    read_register(Kind.GIAS, io.BytesIO(GOOD), "x.csv", lambda done, total: told.append((done, total)))
    assert told[-1] == (len(GOOD), len(GOOD))


def test_a_source_is_left_open_for_who_gave_it() -> None:
    source = io.BytesIO(csv_bytes(Kind.GIAS_LINKS, LINK))
    first = read_register(Kind.GIAS_LINKS, source, "x.csv")
    again = read_register(Kind.GIAS_LINKS, source, "x.csv")
    assert (again.file_digest, list(again.snapshot.fresh)) == (first.file_digest, list(first.snapshot.fresh))
