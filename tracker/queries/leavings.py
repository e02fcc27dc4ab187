"""When inspectors leave, as the history tells it: on the row stands only the day of now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, cast, literal, null, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.entry import Entry, parse_entry
from tracker.domain.leaving import Means, means
from tracker.domain.lifecycle import HELD, OPEN
from tracker.models import Assignment, HistoryEntry, HistorySubject, HistoryWords, Inspection, Inspector, Words
from tracker.queries.parts import in_parts

RECORDED, WITHDRAWN = "leaving:recorded", "leaving:withdrawn"
# These tell whether somebody leaves, and when.
TOLD = (RECORDED, WITHDRAWN)


def is_here(day: date) -> ColumnElement[bool]:
    """Whether an inspector has not left by a day, by what is known now: the day of leaving is no day of work."""
    return or_(Inspector.left_on.is_(None), Inspector.left_on > day)


@dataclass(frozen=True, slots=True)
class Change:
    """That a day of leaving was recorded, or taken back where it is None: by whom and when, and the remark, if any.

    `was` is the day that stood before, and `seq` the number of its entry.
    """

    seq: int
    at: datetime
    actor: str
    left_on: date | None
    was: date | None
    remark: Words | None


def told(session: Session, *which: ColumnElement[bool]) -> dict[str, Entry]:
    """Return by staff number the last of the entries on leaving; of those to which all conditions apply."""
    query = select(HistoryEntry.entry).where(HistoryEntry.event.in_(TOLD), *which).order_by(HistoryEntry.seq)
    entries = (parse_entry(text.encode()) for text in session.scalars(query))
    return {each.subjects[0].partition(":")[2]: each for each in entries}


def day_of(entry: Entry | None) -> date | None:
    """Return the day of leaving that an entry leaves; None where it takes one back, or where there is no entry."""
    text = entry.data.get("left_on") if entry else None
    return date.fromisoformat(text) if text else None


def gone(entries: Mapping[str, Entry], day: date) -> set[str]:
    """Return who had left by a day, that day included, as these entries tell it."""
    days = {staff_no: day_of(entry) for staff_no, entry in entries.items()}
    return {staff_no for staff_no, left_on in days.items() if left_on is not None and left_on <= day}


def changes(session: Session, staff_no: str, by: datetime | None = None) -> list[Change]:
    """Return what was recorded of an inspector's leaving, the earliest first; by an instant, if given."""
    query = (
        select(HistoryEntry.entry, Words)
        .join(HistorySubject, HistorySubject.seq == HistoryEntry.seq)
        .outerjoin(HistoryWords, and_(HistoryWords.seq == HistoryEntry.seq, HistoryWords.name == "remark"))
        .outerjoin(Words, Words.id == HistoryWords.words_id)
        .where(HistorySubject.subject == f"inspector:{staff_no}", HistoryEntry.event.in_(TOLD))
        .order_by(HistoryEntry.seq)
    )
    rows = session.execute(query if by is None else query.where(HistoryEntry.at <= by)).all()
    return [_change(parse_entry(text.encode()), words) for text, words in rows]


def _change(entry: Entry, words: Words | None) -> Change:
    was = entry.data.get("was_left_on")
    return Change(entry.seq, entry.at, entry.actor, day_of(entry), date.fromisoformat(was) if was else None, words)


def taken_back(session: Session) -> dict[str, date]:
    """Return by staff number on which day it was taken back last that somebody leaves, and nothing recorded since."""
    last = ((staff_no, entry) for staff_no, entry in told(session).items() if entry.event == WITHDRAWN)
    return {staff_no: date.fromisoformat(str(entry.data["was_left_on"])) for staff_no, entry in last}


Touched = list[tuple[Assignment, Means]]


def touched(session: Session, left_on: Mapping[int, date], today: date) -> dict[int, Touched]:
    """Return the open assignments for which it means something that inspectors leave on a day; the soonest first.

    The days, and the answers, are by the inspector's number. A proposal for an inspection that is over came to nothing,
    whoever leaves.
    """
    found: dict[int, Touched] = {number: [] for number in left_on}
    query = (
        select(Assignment)
        .join(Assignment.inspection)
        .where(Assignment.state.in_(OPEN), Inspection.ends_on >= min(left_on.values(), default=today))
        .options(joinedload(Assignment.inspection), joinedload(Assignment.inspector))
        .order_by(Inspection.starts_on, Assignment.id)
    )
    for some in in_parts(left_on):
        for each in session.scalars(query.where(Assignment.inspector_id.in_(some))):
            days = each.inspection.starts_on, each.inspection.ends_on
            said = means(left_on[each.inspector_id], days, today)
            if said is not None and (said is not Means.OVER or each.state in HELD):
                found[each.inspector_id].append((each, said))
    return found


def remarks(up_to: datetime) -> Any:  # noqa: ANN401 (a query of words)
    """Return the remarks on leavings that were recorded before an instant, and whom they are about."""
    return (
        select(
            HistoryWords.words_id, Inspector.id.label("inspector_id"), cast(null(), BigInteger).label("inspection_id")
        )
        .join(HistoryEntry, HistoryEntry.seq == HistoryWords.seq)
        .join(HistorySubject, HistorySubject.seq == HistoryEntry.seq)
        .join(Inspector, HistorySubject.subject == literal("inspector:") + Inspector.staff_no)
        .where(HistoryEntry.event.in_(TOLD), HistoryWords.name == "remark", HistoryEntry.at < up_to)
    )
