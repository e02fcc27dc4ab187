"""Files made to harm end in a clear message, in bounded time and memory."""

import csv
import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.extracts import GIAS, SCHOOLS, csv_bytes, zipped
from tests.support.limited import Ended, read_in_limits
from tracker.domain.register import Kind

GOOD = csv_bytes(Kind.GIAS, *SCHOOLS)
HEADER, *LINES = GOOD.split(b"\r\n")
MEGABYTE = 1 << 20
# Beyond the bare program: a batch with the texts of its columns; and where there are half a million rows, ten times
# what any register has, the seal and the key of each, with as many records as may wait in memory.
FEW, MANY = 40, 280


def lines(*rows: bytes) -> bytes:
    return b"\r\n".join((HEADER, *rows, b""))


def many(row: Callable[[int], str], number: int) -> bytes:
    return lines(*(row(place).encode() for place in range(number)))


def school(urn: object) -> str:
    target = io.StringIO()
    csv.writer(target).writerow({**GIAS, "URN": str(urn)}.values())
    return target.getvalue().strip()


def bomb(size: int, claimed: int | None = None) -> bytes:
    """A .zip of one file of that size, all of it one long line; it may claim to have another size."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece, crc, packed = b"0" * MEGABYTE, 0, bytearray()
    for _ in range(size // MEGABYTE):
        packed += packer.compress(piece)
        crc = zlib.crc32(piece, crc)
    packed += packer.flush()
    # The sizes stand in a field of their own, for ten gigabytes are more than the usual one can say.
    name, large = b"a.csv", 0xFFFFFFFF
    sizes = struct.pack("<HHQQ", 1, 16, size if claimed is None else claimed, len(packed))
    both = struct.pack("<HHHHIIIHH", 0, 8, 0, 0, crc, large, large, len(name), len(sizes))
    local = b"PK\x03\x04" + struct.pack("<H", 45) + both + name + sizes
    directory = b"PK\x01\x02" + struct.pack("<HH", 45, 45) + both + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name + sizes
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(directory), len(local) + len(packed), 0)
    return local + bytes(packed) + directory + end


@pytest.fixture
def ended(tmp_path: Path) -> Callable[[bytes], Ended]:
    """Reads a file in a process of little memory and time."""

    def read(content: bytes) -> Ended:
        path = tmp_path / "hostile.csv"
        path.write_bytes(content)
        return read_in_limits("gias", path)

    return read


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lambda: b"URN," * 1_000_000 + b"\r\n1\r\n", "Line 1 is longer than 1,048,576 bytes"),
        (lambda: b"URN," * 100_000 + b"\r\n1\r\n", "Line 1 has 100,001 columns, which no register has"),
        (lambda: lines(*LINES[:2], b'900003,"' + b"x" * (100 * MEGABYTE) + b'"'), "Line 4 is longer than"),
        (lambda: lines(*LINES[:2], b'900003,"' + b"x\n" * (50 * MEGABYTE) + b'"'), "A field on line 4 is longer than"),
        (lambda: GOOD + b"\0" * (50 * MEGABYTE), "Line 6 holds a NUL byte"),
        (lambda: bomb(16 * MEGABYTE, 10 * 1024 * MEGABYTE), "would unpack to 10,737,418,240 bytes, which no register"),
        (lambda: bomb(16 * MEGABYTE), "would unpack to 16,777,216 bytes, which no register has"),
        (lambda: bomb(64 * MEGABYTE, 200), "The .zip file is damaged or cut off"),
        (lambda: bomb(64 * MEGABYTE, 9 * MEGABYTE), "Line 1 is longer than 1,048,576 bytes"),
        (lambda: bomb(9 * MEGABYTE), "Line 1 is longer than 1,048,576 bytes"),
        (lambda: zipped(a_csv=zipped(b_csv=zipped(c_csv=GOOD))), "The .zip file holds another archive"),
        (lines, "The file has a header and no rows"),
        (lambda: lines(*[b"," * (len(GIAS) - 1)] * 50_000), "The file has a header and no rows"),
        (lambda: lines(*[b""] * 1_100_000), "The file has more than 1,000,000 blank rows"),
        (
            lambda: GOOD.replace(b"Vale", "Välé".encode()).replace(b"Lone", "Löné".encode("cp1252")),
            "Line 4 is written in UTF-8 and line 5 in Windows-1252: two files were joined",
        ),
        (lambda: many(lambda _: school("=cmd|' /C calc'!A0"), 1_000), "No row of the file can be taken; the first"),
    ],
    ids=[
        *("a million columns", "many columns", "long field", "long field of lines", "NULs", "claims 10 GB"),
        *("bomb", "claims less", "claims little", "small bomb", "zips in zips", "header only"),
        *("empty cells", "blank rows", "mixed encodings", "formulas"),
    ],
)
def test_a_hostile_file_is_refused_with_its_cause_in_little_memory(
    ended: Callable[[bytes], Ended], content: Callable[[], bytes], sentence: str
) -> None:
    found = ended(content())
    assert sentence in found.refusal
    assert found.megabytes < FEW


def test_two_hundred_thousand_rows_of_one_key_are_one_row_and_rejected_ones(ended: Callable[[bytes], Ended]) -> None:
    found = ended(lines(*[LINES[1]] * 199_999))
    assert (found.refusal, found.rows, found.rejected) == ("", 199_999, 199_998)
    assert found.megabytes < MANY


def test_two_hundred_thousand_different_rows_are_read_within_bounds(ended: Callable[[bytes], Ended]) -> None:
    before, after = school("URN").split("URN")
    content = many(lambda place: f"{before}{100_000 + place}{after}", 200_000)
    found = ended(content)
    assert (found.refusal, found.rows, found.rejected) == ("", 200_000, 0)
    assert found.megabytes < MANY


def test_rows_as_wide_as_a_line_can_be_are_rejected_and_never_kept(ended: Callable[[bytes], Ended]) -> None:
    wide = b"9" + b"," * (MEGABYTE - 10)
    found = ended(lines(*LINES[:2], *[wide] * 40, *LINES[2:4]))
    assert (found.refusal, found.rows, found.rejected) == ("", 44, 40)
    assert found.megabytes < FEW
