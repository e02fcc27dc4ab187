"""Inspectors: who they are, as the inspectorate's staff list says."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission
from tracker.domain.errors import BadFileError
from tracker.domain.people import InspectorDetails
from tracker.models import Inspector
from tracker.services.checks import Changed, recheck_inspectors
from tracker.services.history import recording
from tracker.services.leads import keep_open
from tracker.services.permit import permit

_FIELDS = ("name", "email", "title", "engagement", "remits", "home_postcode", "employer")


@dataclass(frozen=True, slots=True)
class InspectorsImported:
    """How many inspectors an import added, changed and left as they were, and the open assignments judged otherwise."""

    added: int
    changed: int
    unchanged: int
    rechecked: list[Changed] = field(default_factory=list)


def import_many(
    session: Session, actor: Actor, people: Sequence[InspectorDetails], *, at: datetime
) -> InspectorsImported:
    """Add the inspectors that are new and change those that differ; nobody is removed. All or nothing.

    Whose engagement changes comes under another policy, and his or her open assignments are checked again. A list that
    says nothing of employers leaves them as they are.
    """
    permit(actor, Permission.IMPORT_PEOPLE)
    _refuse_doubles(people)
    with recording(session, actor, at) as history:
        known = {each.staff_no: each for each in session.scalars(select(Inspector))}
        people = [_with_employer(each, known.get(each.staff_no)) for each in people]
        added = [each for each in people if each.staff_no not in known]
        # What differs is told before it is written: writing brings the loaded rows up to date, too.
        changed = [
            (each, fields)
            for each in people
            if each.staff_no in known and (fields := _differing(known[each.staff_no], each))
        ]
        if added:
            session.execute(insert(Inspector), [{**asdict(each), "added_at": at} for each in added])
        for each, _ in changed:
            session.execute(update(Inspector).where(Inspector.staff_no == each.staff_no).values(**asdict(each)))
        for each in added:
            history.append("inspector:added", (f"inspector:{each.staff_no}",), _told(each))
        for each, fields in changed:
            history.append("inspector:changed", (f"inspector:{each.staff_no}",), {"fields": fields, **_told(each)})
        moved = [known[each.staff_no].id for each, fields in changed if "engagement" in fields]
        rechecked = recheck_inspectors(session, actor, moved, cause="engagement", at=at) if moved else []
        keep_open(history, [known[each.staff_no].id for each, fields in changed if {"employer", "name"} & set(fields)])
        return InspectorsImported(len(added), len(changed), len(people) - len(added) - len(changed), rechecked)


def _told(details: InspectorDetails) -> dict[str, str]:
    """Return what an entry tells of what decides where somebody may go, and by which policy."""
    return {"title": details.title, "engagement": details.engagement, "remits": details.remits}


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
