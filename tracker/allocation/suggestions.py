"""Who may go to an inspection that is planned, best first: the lightest verdict, then the lightest load, then near."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.allocation.candidates import Candidate, Wanted, candidates
from tracker.domain.errors import NotFoundError
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import OPEN
from tracker.models import Assignment, Inspection, Inspector
from tracker.queries import policies

# So many are read and checked together; a list of all is short enough for one.
TOGETHER = 500


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An inspector who may go: the check's answer, the name, and how many inspections there are in that week."""

    candidate: Candidate
    name: str
    load: int


def suggestions(session: Session, reference: str, today: date, *, limit: int) -> list[Suggestion]:
    """Return who may go to an inspection, best first, at most so many; NotFoundError where none is planned.

    Nobody with a real conflict, nobody who is on the team already, nobody who is elsewhere on one of its days.
    """
    inspection = session.scalars(select(Inspection).where(Inspection.reference == reference)).one_or_none()
    if inspection is None:
        message = f"There is no inspection {reference}."
        raise NotFoundError(message)
    busy = _busy(session, inspection)
    loads = _loads(session, inspection)
    wanted = Wanted(inspection.provider, inspection.starts_on, inspection.ends_on)
    book = policies.all_in_force(session, today)
    found = [
        each
        for each in candidates(session, wanted, book, today, together=TOGETHER)
        if each.staff_no not in busy and each.outcome.verdict is not Verdict.REAL
    ]
    found.sort(key=lambda each: (each.outcome.verdict.weight, loads.get(each.staff_no, 0), _far(each), each.staff_no))
    names = _names(session, [each.staff_no for each in found[:limit]])
    return [Suggestion(each, names[each.staff_no], loads.get(each.staff_no, 0)) for each in found[:limit]]


def _far(each: Candidate) -> float:
    return float("inf") if each.metres is None else each.metres


def _busy(session: Session, inspection: Inspection) -> set[str]:
    """Return who is on the team, or on another one on a day of this inspection."""
    rows = session.scalars(
        select(Inspector.staff_no)
        .join(Assignment, Assignment.inspector_id == Inspector.id)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(Assignment.state.in_(OPEN))
        .where(Inspection.starts_on <= inspection.ends_on, Inspection.ends_on >= inspection.starts_on)
    )
    return set(rows)


def _loads(session: Session, inspection: Inspection) -> dict[str, int]:
    """Return how many inspections each inspector has in the week of an inspection, from its Monday to its Sunday."""
    monday = inspection.starts_on - timedelta(days=inspection.starts_on.weekday())
    rows = session.execute(
        select(Inspector.staff_no, func.count())
        .join(Assignment, Assignment.inspector_id == Inspector.id)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(Assignment.state.in_(OPEN))
        .where(Inspection.starts_on <= monday + timedelta(days=6), Inspection.ends_on >= monday)
        .group_by(Inspector.staff_no)
    )
    return dict(rows.all())


def _names(session: Session, staff: Collection[str]) -> dict[str, str]:
    rows = session.execute(select(Inspector.staff_no, Inspector.name).where(Inspector.staff_no.in_(staff)))
    return dict(rows.all())
