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
from tracker.queries.parts import in_parts
from tracker.services import assignments
from tracker.services.assignments import Propose, enter_planned
from tracker.services.calling_off import call_off_all
from tracker.services.changing import Touched, settle
from tracker.services.history import Recording, recording
from tracker.services.moving import move_all
from tracker.services.permit import permit
from tracker.services.place_previews import preview_places
from tracker.services.plan_previews import FIELDS, Preview, command_of, known_by, preview_inspections

Progress = Callable[[int], None]


def import_inspections(
    session: Session,
    actor: Actor,
    rows: Sequence[PlannedRow],
    problems: Sequence[BadRowError] = (),
    *,
    at: datetime,
    seen: str | None = None,
) -> Preview:
    """Plan the inspections of a file and say what became of each row; any bad row refuses the file (BadRowsError).

    One that is planned just so is left; one on other days is moved, or called off where the file says why; one that is
    planned otherwise is a bad row. `seen` is the digest of the preview that whoever imports was shown: OutOfDateError
    where that would be another now.
    """
    permit(actor, Permission.PLAN_INSPECTIONS)
    with recording(session, actor, at) as history:
        found = preview_inspections(session, actor, rows, problems, at=at)
        found.refuse_wrong()
        found.refuse_another(seen)
        _change(history, found, rows)
        numbers = {each.row for each in found.of(Fate.NEW)}
        _plan(history, [row for row in rows if row.row in numbers])
        return found


def _plan(history: Recording, new: Sequence[PlannedRow]) -> None:
    """Plan the inspections of a file that are new."""
    session = history.session
    groups = _type_groups(session, [row.provider for row in new])
    remits = {row.reference: remit_of(row.provider, groups.get(row.provider, "")) for row in new}
    for some in in_parts(new):
        values = [
            {
                "reference": row.reference,
                **{name: getattr(row, name) for name in FIELDS},
                "remit": remits[row.reference],
                "added_at": history.at,
            }
            for row in some
        ]
        session.execute(insert(Inspection), values)
    for row in new:
        enter_planned(history, command_of(row), remits[row.reference])


def _change(history: Recording, found: Preview, rows: Sequence[PlannedRow]) -> None:
    """Move and call off what a file says of inspections that are known."""
    fates = {each.row: each.fate for each in found.changes}
    some = [row for row in rows if row.row in fates]
    known = known_by(history.session, some)
    off = [(known[row.reference], row.called_off) for row in some if fates[row.row] is Fate.OFF]
    moved = [(known[row.reference], (row.starts_on, row.ends_on)) for row in some if fates[row.row] is Fate.MOVED]
    touched = Touched()
    # Whoever is released is not checked for new days.
    if off:
        touched |= call_off_all(history, off, by_file=True)[1]
    if moved:
        touched |= move_all(history, moved, {row.reference: row.moved_because for row in some}, by_file=True)
    settle(history, touched)


def _type_groups(session: Session, refs: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    query = select(ProviderRow.ref, ProviderRow.type_group)
    for some in in_parts(refs):
        found.update((ref, group) for ref, group in session.execute(query.where(ProviderRow.ref.in_(some))))
    return found


def import_places(
    session: Session,
    actor: Actor,
    rows: Sequence[PlaceRow],
    problems: Sequence[BadRowError] = (),
    *,
    rules: AllocationRules,
    at: datetime,
    seen: str | None = None,
    progress: Progress = lambda _: None,
) -> Preview:
    """Propose and check everybody of a file, and say what became of each row; any bad row refuses the file.

    Who is proposed just so already is left. `rules` are those of allocating, by which the candidates are listed; `seen`
    is as in `import_inspections`.
    """
    permit(actor, Permission.ASSIGN)
    with recording(session, actor, at):
        found = preview_places(session, actor, rows, problems, rules=rules, at=at)
        found.refuse_wrong()
        found.refuse_another(seen)
        numbers = {each.row for each in found.of(Fate.NEW)}
        for number, row in enumerate((row for row in rows if row.row in numbers), start=1):
            assignments.propose(session, actor, Propose(row.inspection, row.staff_no, row.role), rules=rules, at=at)
            progress(number)
        return found
