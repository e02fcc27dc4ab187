"""What follows from all the entries together of inspectors: who they are, where each may go, and until when."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.people import PERSONAL
from tracker.domain.tree import Broken
from tracker.models import Inspector
from tracker.queries.raw import plain, raw, texts
from tracker.queries.told import Said, kept
from tracker.queries.told_inspectors import PARTICULARS, Staff, latest

Row = Mapping[str, str | None]
_PLAIN = ("title", "engagement", "remits")
_COLUMNS = ("staff_no", "added_at", "left_on", *_PLAIN, *PERSONAL)


def inspectors(session: Session, staff: Staff) -> Broken | None:
    """Return the first inspector who is not there, or of whom the row says otherwise than the last entry on it.

    Entries of earlier versions do not tell it all; what they do not tell is passed over. But whoever leaves is told of
    by an entry in every version: nobody was given a day of leaving before there was one.
    """
    query = select(*raw(session, {name: getattr(Inspector, name) for name in _COLUMNS})).order_by(Inspector.id)
    rows = [texts(row) for row in session.execute(query).mappings()]
    there = {row["staff_no"] for row in rows}
    for staff_no, entry in staff.added.items():
        if staff_no not in there:
            said = f"inspector {staff_no} is not there, and entry {entry.seq:,} added one"
            return Broken(None, None, said)
    told = latest(session) if rows else {}
    words = kept(session, {each.seq: PARTICULARS for each in told.values() if PARTICULARS in each.private})
    for row in rows:
        staff_no = row["staff_no"] or ""
        of_stay = _stay(row, staff.added.get(staff_no), staff.leaving.get(staff_no))
        for said in (*of_stay, *_listed(row, told.get(staff_no), words)):
            return Broken(None, None, f"inspector {staff_no} {said}")
    return None


def _stay(row: Row, added: Said | None, leaving: Said | None) -> Iterator[str]:
    """Yield what is amiss with when an inspector came, and leaves."""
    if added is not None and row["added_at"] != plain(added.at):
        yield f"was added at {row['added_at']}, and entry {added.seq:,} says at {plain(added.at)}"
    left_on = plain(leaving.data.get("left_on")) if leaving else None
    if row["left_on"] != left_on:
        said = f"entry {leaving.seq:,} leaves {_day(left_on)}" if leaving else "no entry tells of any"
        yield f"has {_day(row['left_on'])}, and {said}"


def _day(text: str | None) -> str:
    return "no day of leaving" if text is None else f"the day of leaving {text!a}"


def _listed(row: Row, told: Said | None, words: Mapping[int, str | None]) -> Iterator[str]:
    """Yield what is amiss with what the staff list says."""
    if told is None:
        return
    for name in _PLAIN:
        if row[name] != told.data.get(name, row[name]):
            yield f"has the {name} {row[name]!a}, and entry {told.seq:,} says {told.data[name]!a}"
    particulars = words.get(told.seq)
    personal: dict[str, Any] = {} if particulars is None else json.loads(particulars)
    for name, value in personal.items():
        # What stands there is nobody's business who reads a log.
        if row.get(name) != plain(value):
            yield f"has another {name} than was kept with entry {told.seq:,}"
