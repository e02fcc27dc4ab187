"""Moving inspections to other days: whoever is on their teams is checked again for the new ones, in the same act."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission, Subject, permits
from tracker.domain.errors import NotFoundError, OutOfDateError, RefusedError
from tracker.domain.lifecycle import OPEN
from tracker.domain.moving import LONGEST_REASON, OWN_TEAM, Days, faults_of_move, is_no_reason, why_fixed
from tracker.domain.uk_time import in_uk
from tracker.models import Assignment, Inspection
from tracker.queries.parts import in_parts
from tracker.services.changing import Touched, settle
from tracker.services.checks import Changed, around_all
from tracker.services.history import Recording, recording
from tracker.services.moved_mitigations import tell_of_too_late
from tracker.services.permit import permit
from tracker.services.telling import tell_of_change


@dataclass(frozen=True, slots=True)
class Move:
    """Move an inspection to these days, for a reason; `was` are the days that whoever moves it knew of, if any."""

    reference: str
    starts_on: date
    ends_on: date
    reason: str
    was: Days | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """An inspection on its new days, and what the checks made of it; not new where it was planned so already."""

    inspection: Inspection
    changed: list[Changed]
    is_new: bool = True


def move(session: Session, actor: Actor, command: Move, *, at: datetime) -> Moved:
    """Give an inspection other days, and check its open assignments again; the same asked twice moves it once.

    Where somebody moved it meanwhile, OutOfDateError says so and nothing changes. A bad day raises RefusedError that
    names the field. Whoever is on its team may not move it (NotPermittedError): nobody decides on oneself.
    """
    permit(actor, Permission.PLAN_INSPECTIONS)
    reason, days = command.reason.strip(), (command.starts_on, command.ends_on)
    with recording(session, actor, at) as history:
        row = planned(session, command.reference)
        permit(actor, Permission.PLAN_INSPECTIONS, about(row, own_visits(session, actor)))
        if not is_to_be_moved(row, command, at=at):
            return Moved(row, [], is_new=False)
        return Moved(row, settle(history, move_all(history, [(row, days)], {row.reference: reason})))


def is_to_be_moved(row: Inspection, command: Move, *, at: datetime) -> bool:
    """Whether a command would move an inspection, which may be planned so already. What `move` refuses, this refuses.

    So that whoever only asks what would happen is told just what the act would say.
    """
    was, days, today = days_of(row), (command.starts_on, command.ends_on), in_uk(at).date()
    if sentence := fixed(row, today):
        raise RefusedError(sentence)
    if days == was:
        return False
    if command.was not in (None, was):
        message = f"{row.reference} was moved by somebody else meanwhile. Nothing of yours was saved."
        raise OutOfDateError(message)
    for field, sentence in faults_of_move(was, days, today):
        raise RefusedError(sentence, field=field)
    refuse_reason(command.reason.strip(), "Say why the days change")
    return True


def refuse_reason(reason: str, needed: str) -> None:
    """Raise RefusedError where a reason is missing or too long, or says as little as a tick does."""
    if not reason:
        raise RefusedError(needed, field="reason")
    if is_no_reason(reason):
        raise RefusedError(f"“{reason[:40]}” is no reason: {needed[:1].lower()}{needed[1:]}", field="reason")
    if len(reason) > LONGEST_REASON:
        raise RefusedError(f"Use at most {LONGEST_REASON} characters", field="reason")


def fixed(row: Inspection, today: date) -> str:
    """Return why an inspection can be moved or called off no more, as a sentence; an empty text where it can."""
    off_on = None if row.called_off_at is None else in_uk(row.called_off_at).date()
    return why_fixed(days_of(row), today, off_on)


def own_visits(session: Session, actor: Actor) -> set[int]:
    """Return the numbers of the inspections that the actor is on the team of, in whatever role."""
    if actor.inspector_id is None:
        return set()
    query = select(Assignment.inspection_id)
    return {*session.scalars(query.where(Assignment.inspector_id == actor.inspector_id, Assignment.state.in_(OPEN)))}


def about(row: Inspection, own: Collection[int]) -> Subject:
    """Return what a change of an inspection is about: the actor, where it is among the own ones."""
    return Subject(is_own=row.id in own)


def stops(session: Session, actor: Actor, row: Inspection, today: date) -> str:
    """Return why a scheduler cannot move an inspection or call it off, as a sentence; an empty text for who can."""
    return fixed(row, today) or stops_oneself(actor, row, own_visits(session, actor))


def stops_oneself(actor: Actor, row: Inspection, own: Collection[int]) -> str:
    """Return that another scheduler must change an inspection, where it is among the actor's own."""
    return "" if permits(actor, Permission.PLAN_INSPECTIONS, about(row, own)) else OWN_TEAM


def planned(session: Session, reference: str) -> Inspection:
    """Return an inspection by its reference; NotFoundError where there is none."""
    row = session.scalars(select(Inspection).where(Inspection.reference == reference)).one_or_none()
    if row is None:
        message = f"There is no inspection {reference}."
        raise NotFoundError(message)
    return row


def days_of(row: Inspection) -> Days:
    """Return the days on which an inspection is planned now."""
    return row.starts_on, row.ends_on


def move_all(
    history: Recording,
    moves: Sequence[tuple[Inspection, Days]],
    reasons: Mapping[str, str],
    *,
    by_file: bool = False,
) -> Touched:
    """Give inspections their new days within an act; return whom that can touch, to be settled when all is changed.

    That is everybody on their teams, and those of later inspections around their providers. `reasons` say by reference
    why.
    """
    session, since = history.session, list[tuple[str, date]]()
    # While the days of now are still there to compare with.
    tell_of_too_late(history, {row.id: days for row, days in moves})
    kept = history.keep_many([reasons[row.reference] for row, _ in moves])
    for (row, (starts_on, ends_on)), reason in zip(moves, kept, strict=True):
        was = days_of(row)
        row.starts_on, row.ends_on = starts_on, ends_on
        told = {"starts_on": starts_on, "ends_on": ends_on, "was_starts_on": was[0], "was_ends_on": was[1]}
        history.append(
            "inspection:moved",
            (f"inspection:{row.reference}", f"provider:{row.provider}"),
            {**{name: day.isoformat() for name, day in told.items()}, **({"by_file": True} if by_file else {})},
            {"reason": reason},
        )
        since.append((row.provider, min(was[1], ends_on)))
    session.flush()
    touched = around_all(session, since)
    own = open_of(session, [row.id for row, _ in moves])
    tell_of_change(history, own)
    return Touched(moved=frozenset(own), by_moves=frozenset(touched))


def numbers_open(session: Session, inspections: Sequence[int]) -> Counter[int]:
    """Return how many open assignments each of these inspections has."""
    found = Counter[int]()
    query = select(Assignment.inspection_id, func.count()).where(Assignment.state.in_(OPEN))
    for some in in_parts(inspections):
        these = query.where(Assignment.inspection_id.in_(some)).group_by(Assignment.inspection_id)
        found.update(dict(session.execute(these).all()))
    return found


def open_of(session: Session, inspections: Sequence[int]) -> set[int]:
    """Return the numbers of the open assignments of these inspections."""
    found = set[int]()
    query = select(Assignment.id).where(Assignment.state.in_(OPEN))
    for some in in_parts(inspections):
        found.update(session.scalars(query.where(Assignment.inspection_id.in_(some))))
    return found
