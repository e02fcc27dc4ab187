"""Reading the inspectorate's own CSV files: inspectors, lists of governors, and assignments to check."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TypeVar

from tracker.domain.dates import EARLIEST_YEAR
from tracker.domain.errors import BadFileError, BadRowError, BadRowsError, RefusedError
from tracker.domain.leads import GovernorDetails
from tracker.domain.people import ENGAGEMENTS, TITLES, InspectorDetails
from tracker.domain.remits import REMITS, remits_in
from tracker.domain.schemes import fault_of
from tracker.domain.statement import LONGEST_NAME, organisation
from tracker.domain.world import ORGANISATION
from tracker.importers.postcodes import locate
from tracker.importers.sheets import Row, read, sheet

ANSWERS = ("verdict", "rules", "reasons", "findings")
STAFF_COLUMNS = ("staff_no", "name", "email", "title", "engagement", "remits", "home_postcode")
EMPLOYER = "employer"
LEFT_ON = "left_on"
GOVERNOR_COLUMNS = ("provider", "name")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_REF = re.compile(r"[a-z][a-z-]*:\S+")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Question:
    """One row to check: who, where, when; `values` are the whole row, to be passed through."""

    row: int
    values: list[str]
    staff_no: str
    provider: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file of rows to check, with the header that they are passed through under."""

    header: list[str]
    questions: list[Question]


def inspectors(path: Path) -> list[InspectorDetails]:
    """Read `staff_no,name,email,title,engagement,remits,home_postcode`, and where they are there `employer`, `left_on`.

    An empty `left_on` says nothing: it takes no day back. Bad rows raise BadRowsError that names each.
    """
    _, rows = sheet(read(path), path.name, STAFF_COLUMNS)
    return _all(rows, _inspector)


def _all(rows: Iterable[Row | BadRowError], make: Callable[[Row], Made]) -> list[Made]:
    """Return what each row is read as; raise BadRowsError for all that cannot be read."""
    found, problems = list[Made](), list[BadRowError]()
    for row in rows:
        try:
            if isinstance(row, BadRowError):
                raise row
            found.append(make(row))
        except BadRowError as error:
            problems.append(error)
    if problems:
        raise BadRowsError(tuple(problems))
    return found


def _inspector(row: Row) -> InspectorDetails:
    cells = {name: row.cells[name].strip() for name in STAFF_COLUMNS}
    remits = remits_in(cells["remits"])
    wrong = [f"{name} is empty" for name in ("staff_no", "name") if not cells[name]]
    if not cells["staff_no"].isprintable():
        wrong.append("staff_no holds signs that cannot be shown")
    if not _EMAIL.fullmatch(cells["email"]):
        wrong.append(f"email is “{cells['email'][:60]}”, which is no e-mail address")
    for name, value, known in (
        ("title", cells["title"], TITLES),
        ("engagement", cells["engagement"], ENGAGEMENTS),
        *(("remits", each, REMITS) for each in remits),
    ):
        if value not in known:
            of = "has" if name == "remits" else "is"
            wrong.append(f"{name} {of} “{value[:40]}”: give one of {', '.join(known)}")
    employer = None
    try:
        employer = _employer(row)
    except RefusedError as error:
        wrong.append(f"{EMPLOYER}: {error}")
    left_on = None
    try:
        left_on = day(text) if (text := row.cells.get(LEFT_ON, "").strip()) else None
    except (ValueError, OverflowError):
        wrong.append(misread(row, LEFT_ON))
    if wrong:
        raise row.bad("; ".join(wrong))
    easting, northing = locate(cells["home_postcode"]) or (None, None)
    cells |= {"email": cells["email"].casefold(), "remits": ";".join(remits)}
    return InspectorDetails(
        **cells, employer=employer, easting=easting, northing=northing, left_on=left_on, row=row.number
    )


def _employer(row: Row) -> str | None:
    """Return an employer as it is written, or as an organisation of that name; None where no column says it."""
    if EMPLOYER not in row.cells:
        return None
    text = row.cells[EMPLOYER].strip()
    if not text:
        return text
    if not _REF.fullmatch(text):
        return organisation(text)
    if not text.startswith(ORGANISATION) and (fault := fault_of(text)):
        raise RefusedError(fault)
    return text


def governors(path: Path) -> list[GovernorDetails]:
    """Read `provider,name` and, where it is there, `role`; bad rows raise BadRowsError that names each."""
    _, rows = sheet(read(path), path.name, GOVERNOR_COLUMNS)
    found = _all(rows, _governor)
    if not found:
        message = f"{path.name} has a header and names nobody: it would take the place of the last list"
        raise BadFileError(message)
    return found


def _governor(row: Row) -> GovernorDetails:
    provider, name = (row.cells[column].strip() for column in GOVERNOR_COLUMNS)
    role = row.cells.get("role", "").strip()
    if not _REF.fullmatch(provider):
        raise row.bad(f"provider is “{provider[:60]}”: write scheme:number, as in gias:100000")
    if fault := fault_of(provider):
        raise row.bad(f"provider: {fault}")
    for column, words in (("name", name), ("role", role)):
        if len(words) > LONGEST_NAME or not words.isprintable():
            raise row.bad(f"{column} is too long, or holds signs that cannot be shown")
    if not name:
        raise row.bad("name is empty")
    return GovernorDetails(provider, name, role)


def questions(path: Path) -> Sheet:
    """Read `staff_no,provider,starts_on,ends_on` and any other columns; bad rows raise BadRowsError that names each."""
    header, rows = sheet(read(path), path.name, ("staff_no", "provider", "starts_on", "ends_on"))
    taken = [name for name in ANSWERS if name in header]
    if taken:
        message = f"The column {', '.join(taken)} is for the answer: rename or remove it"
        raise BadFileError(message)
    return Sheet(header, _all(rows, _question))


def _question(row: Row) -> Question:
    starts_on, ends_on = _read(row, "starts_on", day), _read(row, "ends_on", day)
    if ends_on < starts_on:
        raise row.bad(f"ends on {ends_on}, before it starts on {starts_on}")
    provider = _filled(row, "provider")
    if not _REF.fullmatch(provider):
        raise row.bad(f"provider is “{provider[:60]}”: write scheme:number, as in gias:100000")
    return Question(row.number, row.values, _filled(row, "staff_no"), provider, starts_on, ends_on)


def _filled(row: Row, name: str) -> str:
    value = row.cells[name].strip()
    if not value:
        raise row.bad(f"{name} is empty")
    return value


def _read(row: Row, name: str, read: Callable[[str], Made]) -> Made:
    try:
        return read(_filled(row, name))
    except (ValueError, OverflowError):
        raise row.bad(misread(row, name)) from None


def misread(row: Row, name: str) -> str:
    """Return what is wrong with a cell that holds no day."""
    return f"{name} is “{row.cells[name][:40]}”: {cure_of(row.cells[name])}"


def cure_of(text: str) -> str:
    """Return what to write in place of what is no day."""
    is_spelt_so = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text.strip())
    return "there is no such day" if is_spelt_so else "write it as 2026-03-02"


def day(text: str) -> date:
    """Read a day as `2026-03-02`; raise ValueError for anything else or a year before 1900."""
    value = date.fromisoformat(text)
    if value.year < EARLIEST_YEAR:
        raise ValueError(text)
    return value


def instant(text: str) -> datetime:
    """Read a day or an instant in ISO form; without a zone it is UTC. As `day`, it raises for a year before 1900."""
    value = datetime.fromisoformat(text) if len(text) > len("2026-03-02") else datetime.combine(day(text), time())
    if value.year < EARLIEST_YEAR:
        raise ValueError(text)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
