"""What follows from all the entries together of inspectors: where each may go, by which policy, and until when."""

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from tracker.domain.entry import parse_entry
from tracker.domain.tree import Broken
from tracker.models import HistoryEntry, HistorySubject, Inspector
from tracker.queries import leavings
from tracker.queries.raw import plain, raw, texts

_TELLING = ("inspector:added", "inspector:changed")


def inspectors(session: Session) -> Broken | None:
    """Return the first inspector of whom the staff list says otherwise than the last entry that told of it.

    Entries of earlier versions do not tell it; whom only those tell of is passed over. But whoever leaves is told of by
    an entry in every version: nobody was given a day of leaving before there was one.
    """
    latest = (
        select(func.max(HistoryEntry.seq))
        .join(HistorySubject, HistorySubject.seq == HistoryEntry.seq)
        .join(Inspector, HistorySubject.subject == literal("inspector:") + Inspector.staff_no)
        .where(HistoryEntry.event.in_(_TELLING))
        .group_by(HistorySubject.subject)
    )
    told = {}
    for text in session.scalars(select(HistoryEntry.entry).where(HistoryEntry.seq.in_(latest))):
        entry = parse_entry(text.encode())
        told[entry.subjects[0].partition(":")[2]] = entry
    named = {"title": Inspector.title, "engagement": Inspector.engagement, "remits": Inspector.remits}
    leaving = leavings.told(session)
    columns = raw(session, {"staff_no": Inspector.staff_no, "left_on": Inspector.left_on, **named})
    for row in map(texts, session.execute(select(*columns).order_by(Inspector.id)).mappings()):
        left = leaving.get(row["staff_no"] or "")
        if row["left_on"] != plain(leavings.day_of(left)):
            said = (
                f"entry {left.seq:,} leaves {_day(plain(leavings.day_of(left)))}" if left else "no entry tells of any"
            )
            return Broken(None, None, f"inspector {row['staff_no']} has {_day(row['left_on'])}, and {said}")
        known = told.get(row["staff_no"] or "")
        if known is None:
            continue
        for name in named:
            if row[name] != known.data.get(name, row[name]):
                said = f"the {name} {row[name]!a}, and entry {known.seq:,} says {known.data[name]!a}"
                return Broken(None, None, f"inspector {row['staff_no']} has {said}")
    return None


def _day(text: str | None) -> str:
    return "no day of leaving" if text is None else f"the day of leaving {text!a}"
