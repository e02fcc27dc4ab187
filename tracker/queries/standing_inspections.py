"""What follows from all the entries together of inspections: on which days each is planned, and what was called off."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.json import Decoder
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.tree import Broken
from tracker.models import HistoryEntry, Inspection
from tracker.queries.moves import CALLED_OFF, TOLD
from tracker.queries.raw import differing, raw, texts

BATCH = 500


class _Told(Struct):
    """What of an entry about an inspection tells how it stands."""

    at: datetime
    data: dict[str, Any]
    event: str
    subjects: list[str]


_READ = Decoder(_Told).decode


def planned(session: Session) -> Broken | None:
    """Return the first inspection that stands otherwise than the entries leave it: its days, or called off."""
    told = _planned(session)
    names = ("reference", "starts_on", "ends_on", "called_off_at")
    columns = raw(session, {name: getattr(Inspection, name) for name in names})
    query = select(*columns).order_by(Inspection.id).execution_options(yield_per=BATCH)
    with session.execute(query) as rows:
        for each in map(texts, rows.mappings()):
            # Of one of which no entry tells, that is said already.
            seq, expected = told.get(each["reference"] or "", (0, {}))
            if wrong := differing(expected, each):
                said = f"the record of inspection {each['reference']} says something else in its column {wrong[0]}"
                return Broken(seq, None, said)
    return None


def _planned(session: Session) -> dict[str, tuple[int, dict[str, Any]]]:
    """Return by the reference of each inspection what the entries about it leave, and the number of the last one."""
    left: dict[str, tuple[int, dict[str, Any]]] = {}
    query = select(HistoryEntry.seq, HistoryEntry.entry).where(HistoryEntry.event.in_(TOLD)).order_by(HistoryEntry.seq)
    with session.execute(query.execution_options(yield_per=BATCH)) as entries:
        for seq, entry in entries:
            said = _READ(entry)
            reference = next(each.partition(":")[2] for each in said.subjects if each.startswith("inspection:"))
            off_at = said.at if said.event == CALLED_OFF else None
            days = {name: said.data[name] for name in ("starts_on", "ends_on")}
            left[reference] = seq, {**days, "called_off_at": off_at}
    return left
