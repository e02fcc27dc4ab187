"""The day on which an inspector leaves: recording it, which releases whom it concerns, and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission, Subject
from tracker.domain.errors import NotFoundError, OutOfDateError, RefusedError
from tracker.domain.leaving import LEAVES, LONGEST_REMARK, Means, fault_of
from tracker.domain.uk_time import in_uk
from tracker.models import Assignment, Inspector
from tracker.queries.leavings import touched
from tracker.queries.staff import by_staff_no
from tracker.services.assignments import let_go
from tracker.services.history import Private, Recording, recording
from tracker.services.permit import permit
from tracker.services.telling import tell_of_leaving

# Whoever records it did not look first at what stands.
ANY: Final = "any"
Known = date | None | Literal["any"]


@dataclass(frozen=True, slots=True)
class RecordLeaving:
    """Record that an inspector leaves on a day, which is no day of work any more, with a remark if there is one.

    `was` is the day that whoever records it knew of, None for no day, and ANY for whoever did not look.
    """

    staff_no: str
    left_on: date
    remark: str = ""
    was: Known = ANY


@dataclass(frozen=True, slots=True)
class WithdrawLeaving:
    """Take back that an inspector leaves, or let somebody who left come back."""

    staff_no: str
    remark: str = ""
    was: Known = ANY


@dataclass(frozen=True, slots=True)
class Leaving:
    """On which day an inspector leaves now, and did before, and what he or she is released from; not new if it was so.

    `to_replace` are the assignments that stay, though the inspector leaves before their inspections end.
    """

    inspector: Inspector
    left_on: date | None
    was: date | None
    released: tuple[Assignment, ...] = ()
    to_replace: tuple[Assignment, ...] = ()
    is_new: bool = True


def record(session: Session, actor: Actor, command: RecordLeaving, *, at: datetime) -> Leaving:
    """Record on which day an inspector leaves, and release him or her from what begins then or later.

    The same asked twice is done once. Where somebody recorded another day meanwhile, OutOfDateError says so and nothing
    changes. A bad day raises RefusedError that names the field. Nobody records the own leaving.
    """
    with recording(session, actor, at) as history:
        inspector = _inspector(session, actor, command.staff_no)
        if command.left_on == inspector.left_on:
            return Leaving(inspector, command.left_on, command.left_on, is_new=False)
        _refuse_stale(inspector, command.was)
        if fault := fault_of(command.left_on, in_uk(at).date()):
            raise RefusedError(fault, field="left_on")
        return record_all(history, [(inspector, command.left_on)], _remark(history, command.remark))[0]


def record_all(
    history: Recording,
    whom: Sequence[tuple[Inspector, date]],
    remark: Private | None = None,
    *,
    by_file: bool = False,
) -> list[Leaving]:
    """Record within an act on which days inspectors leave, and check again whomever their releases can touch."""
    done = foreseen(history.session, whom, in_uk(history.at).date())
    for each in done:
        _recorded(history, each, remark, by_file=by_file)
    let_go(history, [each for left in done for each in left.released], LEAVES, "leaving")
    tell_of_leaving(history, [left.inspector.id for left in done])
    return done


def _recorded(history: Recording, left: Leaving, remark: Private | None, *, by_file: bool) -> None:
    left.inspector.left_on = left.left_on
    days = {"left_on": left.left_on, "was_left_on": left.was}
    history.append(
        "leaving:recorded",
        (f"inspector:{left.inspector.staff_no}",),
        {**{name: day.isoformat() for name, day in days.items() if day}, **({"by_file": True} if by_file else {})},
        {"remark": remark} if remark else {},
    )


def foreseen(session: Session, whom: Sequence[tuple[Inspector, date]], today: date) -> list[Leaving]:
    """Return from what inspectors would be released who leave on these days, and where to be replaced. Writes nothing.

    Whoever is not known yet is released from nothing.
    """
    # Who is only to be added has no number yet, and no place.
    numbers = {each.id or 0: day for each, day in whom}
    found = touched(session, numbers, today)
    done = []
    for inspector, left_on in whom:
        released, stays = (
            tuple(each for each, means in found[inspector.id or 0] if means is wanted)
            for wanted in (Means.RELEASED, Means.TO_REPLACE)
        )
        was = inspector.left_on
        done.append(Leaving(inspector, left_on, was, released, stays, is_new=left_on != was))
    return done


def withdraw(session: Session, actor: Actor, command: WithdrawLeaving, *, at: datetime) -> Leaving:
    """Take back that an inspector leaves: whoever was released for it stays so, and may be proposed again."""
    with recording(session, actor, at) as history:
        inspector = _inspector(session, actor, command.staff_no)
        was = inspector.left_on
        if was is None:
            return Leaving(inspector, None, None, is_new=False)
        _refuse_stale(inspector, command.was)
        remark = _remark(history, command.remark)
        inspector.left_on = None
        told = {"was_left_on": was.isoformat()}
        kept = {"remark": remark} if remark else {}
        history.append("leaving:withdrawn", (f"inspector:{inspector.staff_no}",), told, kept)
        tell_of_leaving(history, [inspector.id])
        return Leaving(inspector, None, was)


def _inspector(session: Session, actor: Actor, staff_no: str) -> Inspector:
    permit(actor, Permission.RECORD_LEAVING)
    found = by_staff_no(session, staff_no)
    if found is None:
        message = f"There is no inspector with staff number {staff_no.strip()}."
        raise NotFoundError(message)
    permit(actor, Permission.RECORD_LEAVING, Subject(inspector_id=found.id))
    return found


def _refuse_stale(inspector: Inspector, was: Known) -> None:
    if was not in (ANY, inspector.left_on):
        message = f"Somebody else changed meanwhile when {inspector.name} leaves. Nothing of yours was saved."
        raise OutOfDateError(message)


def _remark(history: Recording, text: str) -> Private | None:
    if len(text.strip()) > LONGEST_REMARK:
        raise RefusedError(f"Use at most {LONGEST_REMARK} characters", field="remark")
    return history.keep(text.strip()) if text.strip() else None
