"""When inspections were planned for which days, as the history tells it: on the row stand only the days of now."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, literal, select
from sqlalchemy.orm import Session

from tracker.domain.entry import parse_entry
from tracker.models import HistoryEntry, HistorySubject, HistoryWords, Inspection, Words
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

    `was` are the days before it was moved; of one that was called off there are none.
    """

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
    found: dict[str, Planned] = {}
    for some in in_parts(sorted(references)):
        for subject, text in session.execute(_told(some, TOLD).where(HistoryEntry.at <= at)):
            entry = parse_entry(text.encode())
            days = _planned(entry.data)
            off_at = entry.at if entry.event == CALLED_OFF else None
            found[subject.partition(":")[2]] = replace(days, called_off_at=off_at)
    return found


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
    return Change(entry.event, entry.at, entry.actor, _planned(entry.data), was, words)


def _planned(data: Any, before: str = "") -> Planned:  # noqa: ANN401 (an entry's data)
    first, last = (date.fromisoformat(data[f"{before}{name}"]) for name in ("starts_on", "ends_on"))
    return Planned(first, last)
