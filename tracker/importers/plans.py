"""Reading an inspectorate's own CSV files of inspections, and of who is to go where."""

from datetime import date
from pathlib import Path

from tracker.domain.planning import PlaceRow, PlannedRow
from tracker.importers.tables import Row, day, table

INSPECTIONS = ("reference", "provider", "framework", "starts_on", "ends_on", "team_size")
PLACES = ("inspection", "staff_no", "role")
LARGEST = 3


def inspections(path: Path) -> list[PlannedRow]:
    """Read `reference,provider,framework,starts_on,ends_on,team_size`; a bad row raises BadFileError that names it."""
    _, rows = table(path, INSPECTIONS)
    return [_inspection(row) for row in rows]


def _inspection(row: Row) -> PlannedRow:
    cells = {name: row.cells[name].strip() for name in INSPECTIONS}
    for name in INSPECTIONS:
        if not cells[name]:
            raise row.bad(f"{name} is empty")
        if not cells[name].isprintable():
            raise row.bad(f"{name} holds signs that cannot be shown")
    starts_on, ends_on = (_day(row, name) for name in ("starts_on", "ends_on"))
    size = cells["team_size"]
    if not (size.isascii() and size.isdigit() and len(size) <= LARGEST):
        raise row.bad(f"team_size is “{size[:40]}”: write how many are to go, as a number")
    names = cells["reference"], cells["provider"], cells["framework"]
    return PlannedRow(row.number, *names, starts_on, ends_on, int(size))


def _day(row: Row, name: str) -> date:
    text = row.cells[name].strip()
    try:
        return day(text)
    except (ValueError, OverflowError):
        raise row.bad(f"{name} is “{text[:40]}”: write it as 2026-03-02") from None


def places(path: Path) -> list[PlaceRow]:
    """Read `inspection,staff_no,role`; a bad row raises BadFileError that names it."""
    _, rows = table(path, PLACES)
    return [_place(row) for row in rows]


def _place(row: Row) -> PlaceRow:
    cells = [row.cells[name].strip() for name in PLACES]
    for name, value in zip(PLACES, cells, strict=True):
        if not value:
            raise row.bad(f"{name} is empty")
    return PlaceRow(row.number, *cells)
