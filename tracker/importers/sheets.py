"""Opening the inspectorate's own CSV files: what is no such file is refused and told why; every row has its number."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.domain.errors import BadFileError, BadRowError
from tracker.importers.files import XLS, ZIP

if TYPE_CHECKING:
    import _csv

LARGEST_BYTES = 200 * 1024 * 1024
LONGEST_FIELD = 100_000
MOST_NAMED = 12
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# In UTF-16 without a mark, every other byte of English text is zero.
WIDE = 3
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "upright bars"}
AS_CSV = "save it from the spreadsheet as “CSV UTF-8 (comma delimited)”, and give that"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file, as its values in order and by their column's name; `number` counts the header as 1.

    A column is named as the documentation writes it, whatever the case, spaces and signs of its heading.
    """

    number: int
    values: list[str]
    cells: dict[str, str]

    def bad(self, sentence: str) -> BadRowError:
        """Return the error that names this row."""
        return BadRowError(self.number, sentence)


def sheet(
    data: bytes, name: str, needed: Sequence[str], further: Sequence[str] = ()
) -> tuple[list[str], Iterator[Row | BadRowError]]:
    """Return the header and the rows of a CSV file's bytes, of a wrong row its error; what is no such file raises.

    `further` are columns that may be there: as those that must be, they are known in any case and spacing.
    """
    text = _text(data, name)
    _refuse_separator(text, name)
    csv.field_size_limit(LONGEST_FIELD)
    # Only a line end ends a line: str.splitlines would also cut at a separator that stands within a note.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines = _lines(reader)
    _, first = next(lines, (1, []))
    header = [heading.strip() for heading in first]
    known = {folded(column): column for column in (*needed, *further)}
    columns = [known.get(folded(heading), heading) for heading in header]
    _refuse_header(header, columns, needed)
    return header, _rows(lines, columns)


def folded(name: str) -> str:
    """Return a column's name without its case, spaces and signs: `Called Off` and `called_off` are `calledoff`."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def _rows(lines: Iterator[tuple[int, list[str]]], columns: list[str]) -> Iterator[Row | BadRowError]:
    try:
        for number, values in lines:
            row = Row(number, values, dict(zip(columns, values, strict=False)))
            if len(values) == len(columns):
                yield row
            else:
                yield row.bad(f"has {len(values)} cells where the header has {len(columns)}")
    except BadRowError as error:
        # What follows cannot be told apart any more.
        yield error


def _lines(reader: "_csv.Reader") -> Iterator[tuple[int, list[str]]]:
    """Yield what is not blank, with the line on which it begins."""
    begins = 1
    try:
        for values in reader:
            if any(value.strip() for value in values):
                yield begins, values
            begins = reader.line_num + 1
    except csv.Error as error:
        raise BadRowError(begins, f"is not CSV ({error})") from None


def _refuse_separator(text: str, name: str) -> None:
    """Refuse what is separated by other signs than commas, which would look like a file of one column."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    for sign, word in SEPARATORS.items():
        if sign in first and "," not in first:
            raise BadFileError(f"{name} seems to be separated by {word}, not by commas: {AS_CSV}")


def _refuse_header(header: Sequence[str], columns: Sequence[str], needed: Sequence[str]) -> None:
    missing = [name for name in needed if name not in columns]
    if missing:
        message = f"The file lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}"
        there = ", ".join(f"“{heading[:40]}”" for heading in header[:MOST_NAMED] if heading)
        raise BadFileError(f"{message}; its headings read {there}" if there else message)
    doubled = [heading for heading, column in zip(header, columns, strict=True) if column and columns.count(column) > 1]
    if doubled:
        message = f"The column {', '.join(dict.fromkeys(doubled))} stands twice in the header: keep one"
        raise BadFileError(message)


def read(path: Path) -> bytes:
    """Return a file's bytes; BadFileError for one that cannot be read, is empty or is far too large."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= LARGEST_BYTES else b""
    except OSError as error:
        message = f"{path.name} cannot be read: {error.strerror}"
        raise BadFileError(message) from None
    if size > LARGEST_BYTES:
        message = f"{path.name} is larger than {LARGEST_BYTES // 1024 // 1024} MiB: split it"
        raise BadFileError(message)
    return data


def _text(data: bytes, name: str) -> str:
    if not data.strip():
        message = f"{name} is empty"
        raise BadFileError(message)
    if data.startswith((*ZIP, XLS)):
        message = f"{name} is an Excel workbook or a .zip, not a CSV file: save it as CSV, and give that"
        raise BadFileError(message)
    if data.startswith(UTF_16) or data.count(0) * WIDE > len(data):
        raise BadFileError(f"{name} is in UTF-16, which spreadsheets call “Unicode text”: {AS_CSV}")
    if b"\0" in data:
        message = f"{name} holds signs that no text has, on line {data[: data.index(0)].count(10) + 1}: {AS_CSV}"
        raise BadFileError(message)
    if data.lstrip()[:1] == b"<":
        message = f"{name} is a web page, not a CSV file: download it again"
        raise BadFileError(message)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError as error:
            message = f"{name} has a byte on line {data[: error.start].count(10) + 1} that is no text"
            raise BadFileError(message) from None
