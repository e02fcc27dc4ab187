"""Reading an inspectorate's own CSV files of inspections, and of who is to go where."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from tracker.domain.errors import BadFileError, BadRowError
from tracker.domain.lifecycle import ROLES
from tracker.domain.moving import LONGEST_REASON, is_no_reason
from tracker.domain.planning import PlaceRow, PlannedRow, faults
from tracker.importers.sheets import Row, folded, sheet
from tracker.importers.tables import cure_of, day

INSPECTIONS = ("reference", "provider", "framework", "starts_on", "ends_on", "team_size")
# Columns that a file may have: why an inspection is called off, empty where it takes place; and why it is moved to
# other days, empty where it is not.
CALLED_OFF = "called_off"
MOVED_BECAUSE = "moved_because"
# What a column of another name that is meant so has in it.
RESEMBLES = ("calloff", "calledoff", "cancel")
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


def inspections(data: bytes, name: str, frameworks: Sequence[str] = ()) -> Lines[PlannedRow]:
    """Read `reference,provider,framework,starts_on,ends_on,team_size`; what is no such file raises BadFileError.

    A further column `called_off` says of some why they are called off (a tick in it, or a yes or no, is no reason), and
    `moved_because` why their days change.
    `frameworks` are those that there are; where none is given, any is taken.
    """
    return _lines(data, name, INSPECTIONS, lambda row: _inspection(row, frameworks), (CALLED_OFF, MOVED_BECAUSE))


def places(data: bytes, name: str) -> Lines[PlaceRow]:
    """Read `inspection,staff_no,role`; what is no such file raises BadFileError.

    A row with a bad cell is a row all the same, with its faults: so that whoever judges it names all the others too.
    """
    return _lines(data, name, PLACES, _place)


def _lines(
    data: bytes, name: str, columns: Sequence[str], make: Callable[[Row], Made], further: Sequence[str] = ()
) -> Lines[Made]:
    header, rows = sheet(data, name, columns, further)
    if further:
        _refuse_resembling(header)
    found: Lines[Made] = Lines([], [])
    for row in rows:
        try:
            if isinstance(row, BadRowError):
                raise row
            found.rows.append(make(row))
        except BadRowError as error:
            found.problems.append(error)
    return found


def _refuse_resembling(header: Sequence[str]) -> None:
    """Refuse a column that seems to say what is called off: left unread, its inspections would be planned on."""
    for name in header:
        if folded(name) != folded(CALLED_OFF) and any(part in folded(name) for part in RESEMBLES):
            message = f"The column {name[:40]} is not known: name it {CALLED_OFF}, with why in it, or remove it"
            raise BadFileError(message)


def _cells(row: Row, columns: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the cells of a row, and what is wrong with each that is bad in itself."""
    cells = {name: row.cells[name].strip() for name in columns}
    return cells, {name: wrong for name, value in cells.items() if (wrong := _wrong(name, value))}


def _wrong(name: str, value: str) -> str:
    if not value:
        return f"{name} is empty"
    if not value.isprintable():
        return f"{name} holds signs that cannot be shown"
    if value.startswith(FORMULA):
        return f"{name} begins with “{value[0]}”, as a formula does: write it without"
    return ""


def _inspection(row: Row, frameworks: Sequence[str]) -> PlannedRow:
    cells, wrong = _cells(row, INSPECTIONS)
    starts_on, ends_on = (_day(cells, name, wrong) for name in ("starts_on", "ends_on"))
    size = cells["team_size"]
    if not (size.isascii() and size.isdigit() and len(size) <= LARGEST):
        wrong.setdefault("team_size", f"team_size is “{size[:40]}”: write how many are to go, as a number")
    framework = cells["framework"]
    if frameworks and framework not in frameworks:
        wrong.setdefault("framework", f"framework is “{framework[:40]}”: give one of {', '.join(frameworks)}")
    off, because = _reason(row, wrong, CALLED_OFF), _reason(row, wrong, MOVED_BECAUSE)
    names = cells["reference"], cells["provider"], framework
    if starts_on is None or ends_on is None or wrong:
        days = (starts_on, ends_on) if starts_on and ends_on else None
        others = faults(*names, days, None if "team_size" in wrong else int(size))
        every = [*wrong.values(), *(f"{field}: {cure}" for field, cure in others if field not in wrong)]
        raise row.bad("; ".join(every))
    return PlannedRow(row.number, *names, starts_on, ends_on, int(size), off, because)


def _reason(row: Row, wrong: dict[str, str], name: str) -> str:
    """Return why an inspection is called off or moved, as the row says; an empty text where it does not."""
    text = row.cells.get(name, "").strip()
    if text and (fault := _wrong(name, text)):
        wrong[name] = fault
    elif text and is_no_reason(text):
        wrong[name] = f"{name} is “{text[:40]}”, which is no reason: write why, or leave it empty"
    elif len(text) > LONGEST_REASON:
        wrong[name] = f"{name} is longer than {LONGEST_REASON} characters: say it in fewer words"
    return text


def _day(cells: dict[str, str], name: str, wrong: dict[str, str]) -> date | None:
    try:
        return day(cells[name])
    except (ValueError, OverflowError):
        wrong.setdefault(name, f"{name} is “{cells[name][:40]}”: {cure_of(cells[name])}")
        return None


def _place(row: Row) -> PlaceRow:
    cells, wrong = _cells(row, PLACES)
    # What is bad in itself is looked up nowhere and shown nowhere.
    cells |= dict.fromkeys(wrong, "")
    if cells["role"] not in ROLES:
        wrong.setdefault("role", f"“{cells['role'][:40]}” is no role: give one of {', '.join(ROLES)}")
    return PlaceRow(row.number, cells["inspection"], cells["staff_no"], cells["role"], tuple(wrong.values()))
