"""Opening the inspectorate's own CSV files: what is no such file is refused and told why; every row has its number."""

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


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file, as its values in order and by their column's name; `number` counts the header as 1."""

    number: int
    values: list[str]
    cells: dict[str, str]

    def bad(self, sentence: str) -> BadRowError:
        """Return the error that names this row."""
        return BadRowError(self.number, sentence)


def table(path: Path, needed: Sequence[str]) -> tuple[list[str], Iterator[Row]]:
    """Return the header and the rows of a CSV file; both raise BadFileError for what is no such file, and say why."""
    header, rows = sheet(read(path), path.name, needed)
    return header, _good(rows)


def _good(rows: Iterator[Row | BadRowError]) -> Iterator[Row]:
    for row in rows:
        if isinstance(row, BadRowError):
            raise row
        yield row


def sheet(
    data: bytes, name: str, needed: Sequence[str], further: Sequence[str] = ()
) -> tuple[list[str], Iterator[Row | BadRowError]]:
    """Return the header and the rows of a CSV file's bytes, of a wrong row its error; what is no such file raises.

    `further` are columns that may be there: they are known in any case and spacing, for nobody would notice that one
    was not; of a needed column the lack is told.
    """
    text = _text(data, name)
    csv.field_size_limit(LONGEST_FIELD)
    # Only a line end ends a line: str.splitlines would also cut at a separator that stands within a note.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines = _lines(reader)
    _, first = next(lines, (1, []))
    known = {folded(name): name for name in further}
    header = [known.get(folded(name), name.strip()) for name in first]
    _refuse_header(header, needed)
    return header, _rows(lines, header)


def folded(name: str) -> str:
    """Return a column's name without its case, spaces and signs: `Called Off` and `called_off` are `calledoff`."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def _rows(lines: Iterator[tuple[int, list[str]]], header: list[str]) -> Iterator[Row | BadRowError]:
    try:
        for number, values in lines:
            row = Row(number, values, dict(zip(header, values, strict=False)))
            if len(values) == len(header):
                yield row
            else:
                yield row.bad(f"has {len(values)} cells where the header has {len(header)}")
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


def _refuse_header(header: Sequence[str], needed: Sequence[str]) -> None:
    missing = [name for name in needed if name not in header]
    if missing:
        message = f"The file lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}"
        raise BadFileError(message)
    doubled = sorted({name for name in header if name and header.count(name) > 1})
    if doubled:
        message = f"The column {', '.join(doubled)} stands twice in the header: keep one"
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
    if b"\0" in data:
        message = f"{name} holds NUL bytes on line {data[: data.index(0)].count(10) + 1}: it is no CSV file"
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
