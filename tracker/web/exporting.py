"""Lists as files: what stands on a page, all of it, as CSV or as a workbook; each taking is an entry of the history.

Every list goes out by this one way: the same permission, the same filters and the same rows as its page. A cell can be
no formula: in CSV what a spreadsheet would read as one begins with an apostrophe, in a workbook a cell is a number, a
day or a text. Days and instants are written as ISO 8601 has them, so that they sort and lose nothing; an instant is on
a clock in the United Kingdom, and tells how far that is from UTC.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from tempfile import TemporaryFile
from textwrap import shorten
from typing import IO, Any

from flask import Blueprint, Response, abort, request, stream_with_context
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from tracker.database import db, reading
from tracker.domain.access import Permission
from tracker.domain.errors import RefusedError
from tracker.domain.uk_time import in_uk
from tracker.services.exports import ExportList, export_list
from tracker.web.access import requires, writes_within
from tracker.web.auth import actor
from tracker.web.clock import now, today

Cells = Sequence[object]
Rows = Callable[[Session], Iterator[Cells]]
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Excel takes a file without it for one of the machine's own old encoding.
MARK = "\ufeff"
SOME = 200
BYTES = 64 * 1024
# How many rows a sheet of a workbook holds, and how many characters a cell does: the format's own bounds.
SHEET, CELL = 1_048_576, 32_767
SHEET_NAME = 26
# The filters whose values may be anybody's words: that there was one is told, and not what it was.
WORDS = frozenset({"q"})
CSV = "text/csv; charset=utf-8"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Exported:
    """A list: what it is called in the history and in the file's name, its columns, and what its address asks for.

    `rows` reads the address and returns what yields every row out of a session; `filters` tells by what they are
    narrowed (see `narrowed`): what was applied, since an address may hold nonsense, or anybody's words.
    Columns that depend on a setting are given as what returns them. `of` returns what the address narrows it to,
    for the file's name.
    """

    name: str
    permission: Permission
    columns: Sequence[str] | Callable[[], Sequence[str]]
    rows: Callable[[], Rows]
    filters: Callable[[], Sequence[str]] = tuple
    of: Callable[[], str] = lambda: ""


def add(blueprint: Blueprint, rule: str, endpoint: str, exported: Exported) -> None:
    """Let a list be taken away by a form that is sent to this address, with the list's own filters."""

    def export() -> Answer:
        kind = request.values.get("as", "")
        if kind not in WRITERS:
            abort(404)
        mimetype, write = WRITERS[kind]
        # A workbook is whole before it is entered: what it cannot hold is refused, and nothing was taken away.
        columns = exported.columns() if callable(exported.columns) else exported.columns
        pieces = write(exported.name, columns, _all(exported.rows()))
        _record(exported, kind)
        parts = exported.name.replace(" ", "-"), _plainly(exported.of()), today().isoformat()
        name = f"{'-'.join(filter(None, parts))}.{kind}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(stream_with_context(pieces), content_type=mimetype, headers=headers)

    view = requires(exported.permission)(writes_within(export))
    blueprint.add_url_rule(rule, endpoint, view, methods=["POST"])


def narrowed(applied: Mapping[str, str | None]) -> Sequence[str]:
    """Return by what a list is narrowed, as the history tells it, from the filters that were applied to it."""
    return ["words" if name in WORDS else f"{name} {value}" for name, value in applied.items() if value]


def _record(exported: Exported, kind: str) -> None:
    db.leave(export_list(actor(), ExportList(exported.name, kind, exported.filters(), exported.permission)), now)


def _all(rows: Rows) -> Iterator[Cells]:
    """Yield every row, out of one state of the database."""
    with reading(db.sessions) as session:
        yield from rows(session)


def _plainly(text: str) -> str:
    """Return a text with nothing but what may stand in any file's name."""
    return "-".join(re.findall(r"[A-Za-z0-9-]+", text))


def _text(value: object) -> str:
    """Return a cell as a file says it, in one line."""
    if isinstance(value, datetime):
        return in_uk(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    # What a file cannot hold, or a reader would take for another cell, becomes a space.
    words = "" if value is None else str(value)
    return "".join(each if each.isprintable() or each == "\t" else " " for each in words)


def defused(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _as_csv(_name: str, columns: Sequence[str], rows: Iterable[Cells]) -> Iterator[bytes]:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    text.write(MARK)
    writer.writerow(columns)
    for number, row in enumerate(rows, start=1):
        writer.writerow([defused(_text(each)) for each in row])
        if number % SOME == 0:
            yield _taken(text)
    yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    found = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return found


def _as_workbook(name: str, columns: Sequence[str], rows: Iterable[Cells]) -> Iterator[bytes]:
    """Return the pieces of a workbook; raise RefusedError where a cell holds more than a workbook can."""
    # Whoever takes no workbook need not wait for its writer.
    from xlsxwriter import Workbook  # noqa: PLC0415 (see above)

    # The longest that a sheet may be called is 31 characters, and those that go on from it bear a number.
    name = shorten(f"{name[:1].upper()}{name[1:]}", SHEET_NAME, placeholder="")
    with ExitStack() as open_files:
        file = open_files.enter_context(TemporaryFile())
        book = Workbook(file, {"constant_memory": True, "in_memory": False})
        try:
            _fill(book, name, columns, rows)
        finally:
            book.close()
        file.seek(0)
        open_files.pop_all()
        return _pieces(file)


def _fill(book: Any, name: str, columns: Sequence[str], rows: Iterable[Cells]) -> None:  # noqa: ANN401 (has no types)
    """Write the rows, as many on each sheet as it holds, under the columns."""
    room, day = SHEET - 1, book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = _begun(book, name, columns)
    for number, row in enumerate(rows):
        if number and number % room == 0:
            sheet = _begun(book, f"{name} {number // room + 1}", columns)
        for place, cell in enumerate(row):
            at = number % room + 1, place
            # So that a column can be added up and sorted: a moment stays words, for a workbook knows no time zone.
            if isinstance(cell, int) and not isinstance(cell, bool):
                sheet.write_number(*at, cell)
            elif isinstance(cell, date) and not isinstance(cell, datetime):
                sheet.write_datetime(*at, cell, day)
            else:
                text = _text(cell)
                _refuse_long(text, columns[place], number)
                sheet.write_string(*at, text)


def _begun(book: Any, name: str, columns: Sequence[str]) -> Any:  # noqa: ANN401 (as above)
    sheet = book.add_worksheet(name)
    for place, each in enumerate(columns):
        sheet.write_string(0, place, each)
    return sheet


def _refuse_long(cell: str, column: str, number: int) -> None:
    # A workbook counts what needs two units of its encoding as two.
    if len(cell) * 2 > CELL and len(cell.encode("utf-16-le")) > CELL * 2:
        raise RefusedError(
            f"“{column}” of line {number + 1:,} of this list is longer than a cell of a workbook can be "
            f"({CELL:,} characters), and would be cut: take it as CSV, which holds it whole"
        )


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while some := file.read(BYTES):
            yield some


WRITERS = {"csv": (CSV, _as_csv), "xlsx": (WORKBOOK, _as_workbook)}
