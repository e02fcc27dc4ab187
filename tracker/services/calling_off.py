"""Calling inspections off: everybody on their teams is released in the same act, and nobody comes to them again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.access import Actor, Permission
from tracker.domain.errors import OutOfDateError, RefusedError
from tracker.domain.lifecycle import OPEN
from tracker.domain.moving import CALLED_OFF, Days
from tracker.domain.uk_time import in_uk
from tracker.models import Assignment, Inspection
from tracker.queries.parts import in_parts
from tracker.services.assignments import enter_released
from tracker.services.changing import Touched, settle
from tracker.services.checks import around_all
from tracker.services.history import Recording, recording
from tracker.services.moving import about, days_of, fixed, own_visits, planned, refuse_reason
from tracker.services.permit import permit
from tracker.services.telling import tell_of_change


@dataclass(frozen=True, slots=True)
class CallOff:
    """Call an inspection off, for a reason; `was` are the days that whoever calls it off knew of, if any."""

    reference: str
    reason: str
    was: Days | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """An inspection that is called off, and how many were released; not new where it was called off before."""

    inspection: Inspection
    released: int
    is_new: bool = True


def call_off(session: Session, actor: Actor, command: CallOff, *, at: datetime) -> Ended:
    """Call an inspection off and release its whole team; the same asked twice is done once.

    One that has ended took place. Where somebody moved it meanwhile, OutOfDateError says so and nothing changes.
    Whoever is on its team may not call it off (NotPermittedError): nobody decides on oneself.
    """
    permit(actor, Permission.PLAN_INSPECTIONS)
    with recording(session, actor, at) as history:
        row = planned(session, command.reference)
        permit(actor, Permission.PLAN_INSPECTIONS, about(row, own_visits(session, actor)))
        if not is_to_be_called_off(row, command, at=at):
            return Ended(row, 0, is_new=False)
        released, touched = call_off_all(history, [(row, command.reason.strip())])
        settle(history, touched)
        return Ended(row, released)


def is_to_be_called_off(row: Inspection, command: CallOff, *, at: datetime) -> bool:
    """Whether a command would call an inspection off, which may be so already; refuses what `call_off` refuses."""
    if row.called_off_at is not None:
        return False
    if sentence := fixed(row, in_uk(at).date()):
        raise RefusedError(sentence)
    if command.was not in (None, days_of(row)):
        message = f"{row.reference} was moved by somebody else meanwhile. Nothing of yours was saved."
        raise OutOfDateError(message)
    refuse_reason(command.reason.strip(), "Say why it is called off")
    return True


def call_off_all(
    history: Recording, which: Sequence[tuple[Inspection, str]], *, by_file: bool = False
) -> tuple[int, Touched]:
    """Call inspections off within an act, each for its reason; return how many were released from all of them.

    And whom that can touch, to be settled when all is changed: those of later inspections around their providers. The
    reasons stay with the inspections: whoever is released is told only that it was called off.
    """
    session, kept = history.session, history.keep_many([reason for _, reason in which])
    teams = _teams(session, [row.id for row, _ in which])
    for (row, _), reason in zip(which, kept, strict=True):
        row.called_off_at = history.at
        days = {"starts_on": row.starts_on.isoformat(), "ends_on": row.ends_on.isoformat()}
        history.append(
            "inspection:called-off",
            (f"inspection:{row.reference}", f"provider:{row.provider}"),
            {**days, **({"by_file": True} if by_file else {})},
            {"reason": reason},
        )
    released = [each for row, _ in which for each in teams.get(row.id, ())]
    enter_released(history, released, CALLED_OFF, "called off")
    session.flush()
    touched = around_all(session, ((row.provider, row.ends_on) for row, _ in which))
    tell_of_change(history, [each.id for each in released])
    return len(released), Touched(by_teams=frozenset(touched))


def _teams(session: Session, inspections: Sequence[int]) -> dict[int, list[Assignment]]:
    """Return the open assignments of these inspections."""
    found: dict[int, list[Assignment]] = {}
    query = (
        select(Assignment)
        .where(Assignment.state.in_(OPEN))
        .options(joinedload(Assignment.inspection), joinedload(Assignment.inspector))
        .order_by(Assignment.id)
    )
    for some in in_parts(inspections):
        for each in session.scalars(query.where(Assignment.inspection_id.in_(some))):
            found.setdefault(each.inspection_id, []).append(each)
    return found
