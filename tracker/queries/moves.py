"""When inspections were planned for which days, as the history tells it: on the row stand only the days of now."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, literal, select
from sqlalchemy.orm import Session

from tracker.domain.entry import parse_entry
from tracker.domain.lifecycle import OPEN
from tracker.models import Assignment, HistoryEntry, HistorySubject, HistoryWords, Inspection, Words
from tracker.queries.parts import in_parts

PLANNED, MOVED = "inspection:planned", "inspection:moved"
CALLED_OFF = "inspection:called-off"
# These tell how an inspection stands.
TOLD = (PLANNED, MOVED, CALLED_OFF)


@dataclass(frozen=True, slots=True)
class Planned:
    """The days for which an inspection was planned at a moment, and since when it was called off then, if it was."""

    starts_on: date
    ends_on: date
    called_off_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an inspection: its days then, by whom and when, and the words of its reason, if it has one.

    `was` are the days before it was moved; of one that was called off there are none. `seq` is its entry's number.
    """

    seq: int
    event: str
    at: datetime
    actor: str
    planned: Planned
    was: Planned | None
    reason: Words | None


def days_at(session: Session, inspections: Collection[Inspection], at: datetime) -> dict[str, Planned]:
    """Return the days of these inspections as they were planned at an instant, by reference.

    One that was not planned yet, or of which no entry tells, has the days of now.
    """
    now = {each.reference: Planned(each.starts_on, each.ends_on, each.called_off_at) for each in inspections}
    return now | told_at(session, list(now), at)


def told_at(session: Session, references: Collection[str], at: datetime) -> dict[str, Planned]:
    """Return the days of these inspections as the entries up to an instant tell them, for those of which any does."""
    return {reference: days for reference, _, days in _each_told(session, references, at)}


def known_to_inspectors(session: Session, assignments: Collection[Assignment]) -> dict[int, Planned]:
    """Return the days of each one's inspection as far as its inspector may know them, by the assignment's number.

    Whoever was released knows them as they were then: a later move, or that it was called off later, is of no concern
    to him or her, and the schedule is secret. Who was released because it was called off knows of that.
    """
    released = {each.inspection.reference: list[tuple[datetime, Planned]]() for each in assignments if _is_over(each)}
    for reference, since, days in _each_told(session, released):
        released[reference].append((since, days))
    return {each.id: _known(each, released.get(each.inspection.reference, ())) for each in assignments}


def _is_over(assignment: Assignment) -> bool:
    return assignment.state not in OPEN


def _known(assignment: Assignment, told: Sequence[tuple[datetime, Planned]]) -> Planned:
    row, until = assignment.inspection, assignment.changed_at
    now = Planned(row.starts_on, row.ends_on, row.called_off_at)
    if not _is_over(assignment):
        return now
    then = [days for since, days in told if since <= until]
    return then[-1] if then else replace(now, called_off_at=until if now.called_off_at == until else None)


def _each_told(
    session: Session, references: Collection[str], by: datetime | None = None
) -> Iterator[tuple[str, datetime, Planned]]:
    """Yield how each entry (by an instant, if given) tells that one of these stands, since when; the first first."""
    for some in in_parts(sorted(references)):
        query = _told(some, TOLD)
        for subject, text in session.execute(query if by is None else query.where(HistoryEntry.at <= by)):
            entry = parse_entry(text.encode())
            off_at = entry.at if entry.event == CALLED_OFF else None
            yield subject.partition(":")[2], entry.at, replace(_planned(entry.data), called_off_at=off_at)


def is_told(session: Session, reference: str) -> bool:
    """Whether any entry, of whatever time, tells for which days an inspection is planned."""
    return session.execute(_told([reference], TOLD).limit(1)).first() is not None


def moved_since(session: Session, references: Collection[str], size: int) -> set[str]:
    """Return which of these inspections were moved since the history had so many entries."""
    found = set[str]()
    for some in in_parts(sorted(references)):
        rows = session.execute(_told(some, (MOVED,)).where(HistoryEntry.seq > size))
        found.update(subject.partition(":")[2] for subject, _ in rows)
    return found


def was_moved() -> ColumnElement[bool]:
    """Return the condition that an inspection was moved, for a query of inspections: the history alone tells it."""
    return exists().where(
        HistorySubject.subject == literal("inspection:") + Inspection.reference,
        HistorySubject.seq == HistoryEntry.seq,
        HistoryEntry.event == MOVED,
    )


def moved_from(session: Session, references: Collection[str]) -> dict[str, Planned]:
    """Return the days from which each of these inspections was moved last, for those that were."""
    found: dict[str, Planned] = {}
    for some in in_parts(sorted(references)):
        for subject, text in session.execute(_told(some, (MOVED,))):
            found[subject.partition(":")[2]] = _planned(parse_entry(text.encode()).data, "was_")
    return found


def called_off(session: Session, references: Collection[str]) -> set[str]:
    """Return which of these inspections are called off."""
    query = select(Inspection.reference).where(Inspection.called_off_at.is_not(None))
    parts = in_parts(references)
    return {each for some in parts for each in session.scalars(query.where(Inspection.reference.in_(some)))}


def changes(session: Session, reference: str, by: datetime | None = None) -> list[Change]:
    """Return what was changed of an inspection since it was planned, the earliest first; by an instant, if given."""
    query = (
        _told([reference], (MOVED, CALLED_OFF))
        .add_columns(Words)
        .outerjoin(HistoryWords, and_(HistoryWords.seq == HistoryEntry.seq, HistoryWords.name == "reason"))
        .outerjoin(Words, Words.id == HistoryWords.words_id)
    )
    rows = session.execute(query if by is None else query.where(HistoryEntry.at <= by)).all()
    return [_change(entry, words) for _, entry, words in rows]


def last_moves(session: Session, references: Collection[str]) -> dict[str, Change]:
    """Return how each of these inspections was moved last, by reference, without the reason; none for those never."""
    found = dict[str, Change]()
    for some in in_parts(sorted(references)):
        for subject, entry in session.execute(_told(some, (MOVED,))):
            found[subject.partition(":")[2]] = _change(entry, None)
    return found


def _told(references: Collection[str], events: Collection[str]) -> Select[str, str]:
    return (
        select(HistorySubject.subject, HistoryEntry.entry)
        .join(HistoryEntry, HistoryEntry.seq == HistorySubject.seq)
        .where(HistorySubject.subject.in_([f"inspection:{each}" for each in references]))
        .where(HistoryEntry.event.in_(events))
        .order_by(HistoryEntry.seq)
    )


def _change(raw: str, words: Words | None) -> Change:
    entry = parse_entry(raw.encode())
    was = _planned(entry.data, "was_") if entry.event == MOVED else None
    return Change(entry.seq, entry.event, entry.at, entry.actor, _planned(entry.data), was, words)


def _planned(data: Any, before: str = "") -> Planned:  # noqa: ANN401 (an entry's data)
    first, last = (date.fromisoformat(data[f"{before}{name}"]) for name in ("starts_on", "ends_on"))
    return Planned(first, last)
