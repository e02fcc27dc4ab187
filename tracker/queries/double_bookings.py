"""Who would be in two places at once: a move can bring that about, for it releases nobody."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Date, ScalarSelect, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.lifecycle import HELD, OPEN
from tracker.models import Assignment, Inspection

_BREAK = "\n"


def elsewhere() -> ScalarSelect[str | None]:
    """Return a column for a query of assignments with their inspections, which takes the day `today`.

    It holds the other inspections that the inspector is on, or is proposed for, on one of the days of this one; none
    counts for which somebody was proposed and which is over. `references` reads it.
    """
    also, there = aliased(Assignment), aliased(Inspection)
    lasts = there.ends_on >= bindparam("today", type_=Date)
    return (
        select(func.aggregate_strings(there.reference, _BREAK))
        .select_from(also)
        .join(there, there.id == also.inspection_id)
        .where(also.inspector_id == Assignment.inspector_id, also.inspection_id != Assignment.inspection_id)
        .where(also.state.in_(OPEN), or_(also.state.in_(HELD), lasts))
        .where(there.starts_on <= Inspection.ends_on, there.ends_on >= Inspection.starts_on)
        .correlate(Assignment, Inspection)
        .scalar_subquery()
    )


def references(told: str | None) -> tuple[str, ...]:
    """Return the references in the column of `elsewhere`, each once."""
    return tuple(sorted(set(told.split(_BREAK)))) if told else ()


def of_inspection(session: Session, inspection_id: int, today: date) -> dict[int, tuple[str, ...]]:
    """Return where else those of an inspection's open assignments are who are elsewhere then, by their numbers."""
    return _of(session, Assignment.inspection_id == inspection_id, today)


def of_assignments(session: Session, numbers: Collection[int], today: date) -> dict[int, tuple[str, ...]]:
    """Return where else those of these open assignments are who are elsewhere then, by their numbers."""
    return _of(session, Assignment.id.in_(sorted(numbers)), today)


def _of(session: Session, which: ColumnElement[bool], today: date) -> dict[int, tuple[str, ...]]:
    query = (
        select(Assignment.id, elsewhere())
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(which, Assignment.state.in_(OPEN))
    )
    found = session.execute(query, {"today": today})
    return {number: references(told) for number, told in found if told}
