"""Reading an inspectorate's own CSV files of inspections, and of who is to go where."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from tracker.domain.errors import BadRowError
from tracker.domain.planning import PlaceRow, PlannedRow
from tracker.importers.sheets import Row, sheet
from tracker.importers.tables import day

INSPECTIONS = ("reference", "provider", "framework", "starts_on", "ends_on", "team_size")
PLACES = ("inspection", "staff_no", "role")
LARGEST = 3
# A spreadsheet runs what begins so; no reference, staff number or role does.
FORMULA = ("=", "+", "-", "@")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Lines(Generic[Made]):
    """The rows of a file, and the errors of those that cannot be read."""

    rows: list[Made]
    problems: list[BadRowError]


def inspections(data: bytes, name: str) -> Lines[PlannedRow]:
    """Read `reference,provider,framework,starts_on,ends_on,team_size`; what is no such file raises BadFileError."""
    return _lines(data, name, INSPECTIONS, _inspection)


def places(data: bytes, name: str) -> Lines[PlaceRow]:
    """Read `inspection,staff_no,role`; what is no such file raises BadFileError."""
    return _lines(data, name, PLACES, _place)


def _lines(data: bytes, name: str, columns: Sequence[str], make: Callable[[Row], Made]) -> Lines[Made]:
    _, rows = sheet(data, name, columns)
    found: Lines[Made] = Lines([], [])
    for row in rows:
        try:
            if isinstance(row, BadRowError):
                raise row
            found.rows.append(make(row))
        except BadRowError as error:
            found.problems.append(error)
    return found


def _cells(row: Row, columns: Sequence[str]) -> dict[str, str]:
    cells = {name: row.cells[name].strip() for name in columns}
    for name, value in cells.items():
        if not value:
            raise row.bad(f"{name} is empty")
        if not value.isprintable():
            raise row.bad(f"{name} holds signs that cannot be shown")
        if value.startswith(FORMULA):
            raise row.bad(f"{name} begins with “{value[0]}”, as a formula does: write it without")
    return cells


def _inspection(row: Row) -> PlannedRow:
    cells = _cells(row, INSPECTIONS)
    starts_on, ends_on = (_day(row, cells, name) for name in ("starts_on", "ends_on"))
    size = cells["team_size"]
    if not (size.isascii() and size.isdigit() and len(size) <= LARGEST):
        raise row.bad(f"team_size is “{size[:40]}”: write how many are to go, as a number")
    names = cells["reference"], cells["provider"], cells["framework"]
    return PlannedRow(row.number, *names, starts_on, ends_on, int(size))


def _day(row: Row, cells: dict[str, str], name: str) -> date:
    try:
        return day(cells[name])
    except (ValueError, OverflowError):
        raise row.bad(f"{name} is “{cells[name][:40]}”: write it as 2026-03-02") from None


def _place(row: Row) -> PlaceRow:
    return PlaceRow(row.number, *_cells(row, PLACES).values())
