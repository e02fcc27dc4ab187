"""Reading a file of declarations that were made elsewhere: one connection a row, every row with all its faults."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tracker.domain.errors import BadRowError, RefusedError
from tracker.domain.statement import Claim, Misread, Statement, faults_of, stated, target_of
from tracker.importers.sheets import Row, read, sheet
from tracker.importers.tables import instant, misread

COLUMNS = ("staff_no", "declared_at", "nature", "holder", "target", "began_on", "ended_on", "note")
SAID = ("nature", "holder", "target", "began_on", "ended_on", "note")
ABOUT = ("target", "began_on", "ended_on", "note")
NIL = "nil"


@dataclass(frozen=True, slots=True)
class Declared:
    """The declarations of a file, and the rows that cannot be taken."""

    claims: list[Claim]
    misread: list[Misread]


@dataclass(slots=True)
class _Said:
    """What the rows of one staff number and one instant say: whether one says nil, and the statements of the others."""

    is_nil: bool
    rows: list[int] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)


def declarations(path: Path) -> Declared:
    """Read one connection a row into declarations: the rows of one staff number and one instant.

    What is no such file raises BadFileError.
    """
    said: dict[tuple[str, datetime], _Said] = {}
    wrong: list[Misread] = []
    for row in sheet(read(path), path.name, COLUMNS)[1]:
        if isinstance(row, BadRowError):
            wrong.append(Misread(row.row, (row.says,)))
        elif (bad := _keep(said, row)) is not None:
            wrong.append(bad)
    claims = [
        Claim(tuple(each.rows), staff_no, declared_at, tuple(each.statements))
        for (staff_no, declared_at), each in said.items()
        if each.rows
    ]
    return Declared(claims, wrong)


def _keep(said: dict[tuple[str, datetime], _Said], row: Row) -> Misread | None:
    """Keep what a row says with the others of its declaration; or return what is wrong with it."""
    staff_no, is_nil = row.cells["staff_no"].strip(), row.cells["nature"].strip() == NIL
    declared_at = _declared_at(row)
    faults = [*_unread(row, declared_at)]
    its = _Said(is_nil)
    if staff_no and declared_at is not None:
        there = said.setdefault((staff_no, declared_at), its)
        if there is not its and (is_nil or there.is_nil):
            faults.append("a declaration that says nil stands alone: mend this row or the one before")
        its = there
    statement = None if is_nil else _statement(row)
    faults += _faulty_nil(row) if is_nil else _faulty(row) if statement is None else ()
    if faults:
        return Misread(row.number, tuple(faults), staff_no, declared_at, "" if is_nil else _target(row))
    its.rows.append(row.number)
    its.statements += [statement] if statement is not None else []
    return None


def _declared_at(row: Row) -> datetime | None:
    try:
        return instant(row.cells["declared_at"].strip())
    except (ValueError, OverflowError):
        return None


def _unread(row: Row, declared_at: datetime | None) -> Iterator[str]:
    """Yield what is wrong with whose and when."""
    if not row.cells["staff_no"].strip():
        yield "staff_no is empty"
    if not row.cells["declared_at"].strip():
        yield "declared_at is empty"
    elif declared_at is None:
        yield misread(row, "declared_at")


def _faulty_nil(row: Row) -> Iterator[str]:
    given = [name for name in ABOUT if row.cells[name].strip()]
    if given:
        yield f"it says nil, and gives {', '.join(given)}: leave that empty, or write the nature of the connection"


def _statement(row: Row) -> Statement | None:
    try:
        return stated(**{name: row.cells[name] for name in SAID})
    except RefusedError:
        return None


def _faulty(row: Row) -> Iterator[str]:
    for name, cure in faults_of(**{name: row.cells[name] for name in SAID}):
        yield f"{name}: {cure}"


def _target(row: Row) -> str:
    try:
        return target_of(row.cells["target"])
    except RefusedError:
        return ""
