"""Importing inspections, and who is to go where: a file as a whole or not at all."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission
from tracker.domain.errors import BadFileError, TrackerError
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import OPEN
from tracker.domain.planning import PlaceRow, PlannedRow
from tracker.models import Assignment, FindingRow, Inspection, Inspector
from tracker.services import assignments
from tracker.services.assignments import AddInspection, Propose
from tracker.services.history import recording
from tracker.services.permit import permit

Progress = Callable[[int], None]
LIST = 1_000
_SAME = ("provider", "framework", "starts_on", "ends_on", "team_size")


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of one row of places: the verdict of its check, and its rules."""

    row: PlaceRow
    verdict: Verdict
    rules: tuple[str, ...]


@dataclass(slots=True)
class PlansImported:
    """How many rows were new, and how many said what is known already."""

    added: int = 0
    unchanged: int = 0
    placed: list[Placed] = field(default_factory=list)


def import_inspections(
    session: Session, actor: Actor, rows: Sequence[PlannedRow], *, at: datetime, progress: Progress = lambda _: None
) -> PlansImported:
    """Plan the inspections of a file; one that is planned just so is left, one planned otherwise refuses the file."""
    permit(actor, Permission.PLAN_INSPECTIONS)
    done = PlansImported()
    with recording(session, actor, at):
        known = {each.reference: each for each in session.scalars(select(Inspection))}
        for number, row in enumerate(rows, start=1):
            there = known.get(row.reference)
            if there is None:
                with _row(row.row):
                    values = {name: getattr(row, name) for name in _SAME}
                    command = AddInspection(reference=row.reference, **values)
                    known[row.reference] = assignments.add_inspection(session, actor, command, at=at)
                done.added += 1
            elif differing := [name for name in _SAME if getattr(there, name) != getattr(row, name)]:
                raise BadFileError(
                    f"Row {row.row}: {row.reference} is planned already, with another {', '.join(differing)}"
                )
            else:
                done.unchanged += 1
            progress(number)
    return done


def import_places(
    session: Session, actor: Actor, rows: Sequence[PlaceRow], *, at: datetime, progress: Progress = lambda _: None
) -> PlansImported:
    """Propose and check everybody of a file; who is proposed just so already is left."""
    done, made = PlansImported(), list[tuple[PlaceRow, Assignment]]()
    with recording(session, actor, at):
        known = _open(session)
        for number, row in enumerate(rows, start=1):
            if known.get((row.inspection, row.staff_no)) == row.role:
                done.unchanged += 1
            else:
                with _row(row.row):
                    command = Propose(row.inspection, row.staff_no, row.role)
                    made.append((row, assignments.propose(session, actor, command, at=at)))
                known[row.inspection, row.staff_no] = row.role
                done.added += 1
            progress(number)
        rules = _rules(session, [each.check_id for _, each in made if each.check_id is not None])
    done.placed = [Placed(row, each.verdict, tuple(rules.get(each.check_id or 0, ()))) for row, each in made]
    return done


@contextmanager
def _row(number: int) -> Iterator[None]:
    """Name the row of whatever is refused."""
    try:
        yield
    except TrackerError as error:
        raise BadFileError(f"Row {number}: {error}") from error


def _open(session: Session) -> dict[tuple[str, str], str]:
    """Return the role of everybody in an open place, by inspection and staff number."""
    rows = session.execute(
        select(Inspection.reference, Inspector.staff_no, Assignment.role)
        .join(Assignment, Assignment.inspection_id == Inspection.id)
        .join(Inspector, Inspector.id == Assignment.inspector_id)
        .where(Assignment.state.in_(OPEN))
    )
    return {(reference, staff_no): role for reference, staff_no, role in rows}


def _rules(session: Session, checks: Sequence[int]) -> dict[int, list[str]]:
    """Return the rules of what these checks found, each once, the heaviest first."""
    found: dict[int, list[str]] = {}
    for start in range(0, len(checks), LIST):
        query = select(FindingRow.check_id, FindingRow.rule).where(
            FindingRow.check_id.in_(checks[start : start + LIST])
        )
        for check, rule in session.execute(query.order_by(FindingRow.check_id, FindingRow.position)):
            if rule not in found.setdefault(check, []):
                found[check].append(rule)
    return found
