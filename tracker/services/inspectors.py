"""Inspectors: who they are, as the inspectorate's staff list says."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission
from tracker.domain.errors import BadFileError, BadRowError, BadRowsError
from tracker.domain.leaving import fault_in_list
from tracker.domain.people import PERSONAL, InspectorDetails
from tracker.domain.uk_time import in_uk
from tracker.models import Inspector
from tracker.queries.leavings import taken_back
from tracker.queries.parts import in_parts
from tracker.queries.told_inspectors import PARTICULARS
from tracker.services.checks import Changed, recheck_inspectors
from tracker.services.history import Recording, recording
from tracker.services.leads import keep_open
from tracker.services.leavings import Leaving, foreseen, record_all
from tracker.services.permit import permit

_FIELDS = ("name", "email", "title", "engagement", "remits", "home_postcode", "employer")


@dataclass(frozen=True, slots=True)
class InspectorsImported:
    """How many inspectors an import added, changed and left as they were, and the open assignments judged otherwise.

    `leaving` are those of whom the list says another day of leaving than was known; `staying` those who are to stay
    though the list names the very day that was taken back: a list that nobody has corrected yet releases nobody anew.
    """

    added: int
    changed: int
    unchanged: int
    rechecked: list[Changed] = field(default_factory=list)
    leaving: list[Leaving] = field(default_factory=list)
    staying: list[InspectorDetails] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Difference:
    """What of a staff list is new, what is otherwise than known (with the fields that are), and who leaves when."""

    known: dict[str, Inspector]
    added: list[InspectorDetails]
    changed: list[tuple[InspectorDetails, list[str]]]
    leaving: list[tuple[str, date]]
    staying: list[InspectorDetails]
    unchanged: int


def import_many(
    session: Session, actor: Actor, people: Sequence[InspectorDetails], *, at: datetime
) -> InspectorsImported:
    """Add the inspectors that are new and change those that differ; nobody is removed. All or nothing.

    Whose engagement changes comes under another policy, and his or her open assignments are checked again. A list that
    says nothing of employers leaves them as they are. Who stands on no list has not left by that: only a day of leaving
    says so, which releases as recording it does; where there is none, whatever is known stays.
    """
    permit(actor, Permission.IMPORT_PEOPLE)
    _refuse_doubles(people)
    with recording(session, actor, at) as history:
        # What differs is told before it is written: writing brings the loaded rows up to date, too.
        found = _difference(session, people, in_uk(at).date())
        known, added, changed = found.known, found.added, found.changed
        if added:
            session.execute(insert(Inspector), [{**_row(each), "added_at": at} for each in added])
        for each, _ in changed:
            session.execute(update(Inspector).where(Inspector.staff_no == each.staff_no).values(**_row(each)))
        _enter(history, added, changed)
        moved = [known[each.staff_no].id for each, fields in changed if "engagement" in fields]
        rechecked = recheck_inspectors(session, actor, moved, cause="engagement", at=at) if moved else []
        keep_open(history, [known[each.staff_no].id for each, fields in changed if {"employer", "name"} & set(fields)])
        left = record_all(history, _leavers(session, found.leaving), by_file=True)
        return InspectorsImported(len(added), len(changed), found.unchanged, rechecked, left, found.staying)


def preview(session: Session, actor: Actor, people: Sequence[InspectorDetails], today: date) -> InspectorsImported:
    """Return what importing a staff list would do, but for what the checks would make of it. Writes nothing."""
    permit(actor, Permission.IMPORT_PEOPLE)
    _refuse_doubles(people)
    found = _difference(session, people, today)
    known = {each.staff_no: Inspector(**_row(each)) for each in found.added} | found.known
    left = foreseen(session, [(known[staff_no], day) for staff_no, day in found.leaving], today)
    numbers = len(found.added), len(found.changed), found.unchanged
    return InspectorsImported(*numbers, leaving=left, staying=found.staying)


def _difference(session: Session, people: Sequence[InspectorDetails], today: date) -> _Difference:
    known = {each.staff_no: each for each in session.scalars(select(Inspector))}
    people = [_with_employer(each, known.get(each.staff_no)) for each in people]
    added = [each for each in people if each.staff_no not in known]
    changed = [
        (each, fields)
        for each in people
        if each.staff_no in known and (fields := _differing(known[each.staff_no], each))
    ]
    leaving, staying = _leaving(session, people, known, today)
    otherwise = {each.staff_no for each, _ in changed} | {staff_no for staff_no, _ in leaving if staff_no in known}
    return _Difference(known, added, changed, leaving, staying, len(people) - len(added) - len(otherwise))


def _leaving(
    session: Session, people: Sequence[InspectorDetails], known: Mapping[str, Inspector], today: date
) -> tuple[list[tuple[str, date]], list[InspectorDetails]]:
    """Return who leaves on which other day than is known, and who stays though the list has the day taken back."""
    days = {staff_no: row.left_on for staff_no, row in known.items()}
    told = [(each, each.left_on) for each in people if each.left_on and each.left_on != days.get(each.staff_no)]
    wrong = [
        BadRowError(each.row, f"{each.staff_no}: left_on: {fault}")
        for each, day in told
        if (fault := fault_in_list(day, today))
    ]
    if wrong:
        raise BadRowsError(tuple(wrong))
    over = taken_back(session) if told else {}
    staying = [each for each, day in told if over.get(each.staff_no) == day]
    return [(each.staff_no, day) for each, day in told if over.get(each.staff_no) != day], staying


def _leavers(session: Session, leaving: Sequence[tuple[str, date]]) -> list[tuple[Inspector, date]]:
    rows = {
        each.staff_no: each
        for some in in_parts([staff_no for staff_no, _ in leaving])
        for each in session.scalars(select(Inspector).where(Inspector.staff_no.in_(some)))
    }
    return [(rows[staff_no], day) for staff_no, day in leaving]


def _row(details: InspectorDetails) -> dict[str, Any]:
    """Return the columns that the list alone decides; the day of leaving is recorded by an act of its own."""
    columns = asdict(details)
    del columns["left_on"], columns["row"]
    return columns


def _enter(
    history: Recording, added: Sequence[InspectorDetails], changed: Sequence[tuple[InspectorDetails, list[str]]]
) -> None:
    kept = history.keep_many([personal(each) for each in (*added, *(each for each, _ in changed))])
    for each, words in zip(added, kept, strict=False):
        history.append("inspector:added", (f"inspector:{each.staff_no}",), _told(each), {PARTICULARS: words})
    for (each, fields), words in zip(changed, kept[len(added) :], strict=True):
        told = {"fields": fields, **_told(each)}
        history.append("inspector:changed", (f"inspector:{each.staff_no}",), told, {PARTICULARS: words})


def _told(details: InspectorDetails) -> dict[str, str]:
    """Return what an entry tells of what decides where somebody may go, and by which policy."""
    return {"title": details.title, "engagement": details.engagement, "remits": details.remits}


def personal(listed: InspectorDetails | Inspector) -> dict[str, Any]:
    """Return what an entry commits to of what the staff list says personally."""
    return {name: getattr(listed, name) for name in PERSONAL}


def _with_employer(details: InspectorDetails, row: Inspector | None) -> InspectorDetails:
    return details if details.employer is not None else replace(details, employer=row.employer if row else "")


def _differing(row: Inspector, details: InspectorDetails) -> list[str]:
    """Return the fields that differ; a place that became known, or moved, is the postcode's."""
    found = [field for field in _FIELDS if getattr(row, field) != getattr(details, field)]
    moved = (row.easting, row.northing) != (details.easting, details.northing)
    return [*found, *(["home_postcode"] if moved and "home_postcode" not in found else [])]


def _refuse_doubles(people: Sequence[InspectorDetails]) -> None:
    seen: set[str] = set()
    for each in people:
        if each.staff_no in seen:
            message = f"The staff number {each.staff_no} stands twice in the file: remove one of its rows"
            raise BadFileError(message)
        seen.add(each.staff_no)
