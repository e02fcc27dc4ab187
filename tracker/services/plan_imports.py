"""Importing inspections, and who is to go where: a file as a whole or not at all."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission
from tracker.domain.allocation_rules import AllocationRules
from tracker.domain.errors import BadRowError
from tracker.domain.planning import Fate, PlaceRow, PlannedRow
from tracker.domain.remits import remit_of
from tracker.models import Inspection, ProviderRow
from tracker.services import assignments
from tracker.services.assignments import Propose, enter_planned
from tracker.services.history import recording
from tracker.services.permit import permit
from tracker.services.place_previews import preview_places
from tracker.services.plan_previews import FIELDS, LIST, Preview, command_of, preview_inspections

Progress = Callable[[int], None]


def import_inspections(
    session: Session, actor: Actor, rows: Sequence[PlannedRow], problems: Sequence[BadRowError] = (), *, at: datetime
) -> Preview:
    """Plan the inspections of a file and say what became of each row; any bad row refuses the file (BadRowsError).

    One that is planned just so is left; one planned otherwise is a bad row.
    """
    permit(actor, Permission.PLAN_INSPECTIONS)
    with recording(session, actor, at) as history:
        found = preview_inspections(session, actor, rows, problems)
        found.refuse_wrong()
        numbers = {each.row for each in found.of(Fate.NEW)}
        new = [row for row in rows if row.row in numbers]
        groups = _type_groups(session, sorted({row.provider for row in new}))
        for start in range(0, len(new), LIST):
            some = new[start : start + LIST]
            values = [
                {
                    "reference": row.reference,
                    **{name: getattr(row, name) for name in FIELDS},
                    "remit": remit_of(row.provider, groups.get(row.provider, "")),
                    "added_at": at,
                }
                for row in some
            ]
            session.execute(insert(Inspection), values)
        for row in new:
            enter_planned(history, command_of(row))
        return found


def _type_groups(session: Session, refs: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(refs), LIST):
        query = select(ProviderRow.ref, ProviderRow.type_group).where(ProviderRow.ref.in_(refs[start : start + LIST]))
        found.update((ref, group) for ref, group in session.execute(query))
    return found


def import_places(
    session: Session,
    actor: Actor,
    rows: Sequence[PlaceRow],
    problems: Sequence[BadRowError] = (),
    *,
    rules: AllocationRules,
    at: datetime,
    progress: Progress = lambda _: None,
) -> Preview:
    """Propose and check everybody of a file, and say what became of each row; any bad row refuses the file.

    Who is proposed just so already is left. `rules` are those of allocating, by which the candidates are listed.
    """
    permit(actor, Permission.ASSIGN)
    with recording(session, actor, at):
        found = preview_places(session, actor, rows, problems, rules=rules, today=at.date())
        found.refuse_wrong()
        numbers = {each.row for each in found.of(Fate.NEW)}
        for number, row in enumerate((row for row in rows if row.row in numbers), start=1):
            assignments.propose(session, actor, Propose(row.inspection, row.staff_no, row.role), at=at)
            progress(number)
        return found
