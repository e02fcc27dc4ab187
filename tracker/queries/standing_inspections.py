"""What follows from all the entries together of inspections: their days, their remits, and what was called off."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.tree import Broken
from tracker.models import Inspection
from tracker.queries.moves import CALLED_OFF, TOLD
from tracker.queries.raw import differing, raw, texts
from tracker.queries.told import Said

BATCH = 500
CLASSIFIED = "inspection:classified"


@dataclass
class Planned:
    """What the entries leave of an inspection, by the names of its columns, and the last entry that said so."""

    seq: int = 0
    days: dict[str, Any] = field(default_factory=dict)
    # None where entries of earlier versions do not tell it.
    remit: str | None = None
    classified: int = 0


class Inspections:
    """Follows on which days inspections are planned, and under which remit; `told` is what is left, by reference."""

    events = (*TOLD, CLASSIFIED)

    def __init__(self) -> None:
        self.told: dict[str, Planned] = {}

    def follow(self, said: Said) -> None:
        """Go on to what stands after an entry."""
        if said.event == CLASSIFIED:
            for reference in (each.partition(":")[2] for each in said.subjects):
                known = self.told.setdefault(reference, Planned())
                known.remit, known.classified = said.data["remit"], said.seq
            return
        known = self.told.setdefault(said.subject("inspection"), Planned())
        days = {name: said.data[name] for name in ("starts_on", "ends_on")}
        known.seq, known.days = said.seq, {**days, "called_off_at": said.at if said.event == CALLED_OFF else None}
        if "remit" in said.data:
            known.remit, known.classified = said.data["remit"], said.seq


def planned(session: Session, told: Mapping[str, Planned]) -> Broken | None:
    """Return the first inspection that stands otherwise than the entries leave it: its days, remit, or called off."""
    names = ("reference", "starts_on", "ends_on", "called_off_at", "remit")
    columns = raw(session, {name: getattr(Inspection, name) for name in names})
    query = select(*columns).order_by(Inspection.id).execution_options(yield_per=BATCH)
    with session.execute(query) as rows:
        for each in map(texts, rows.mappings()):
            # Of one of which no entry tells, that is said already.
            known = told.get(each["reference"] or "", Planned())
            remit = {} if known.remit is None else {"remit": known.remit}
            for seq, expected in ((known.seq, known.days), (known.classified, remit)):
                if wrong := differing(expected, each):
                    said = f"the record of inspection {each['reference']} says something else in its column {wrong[0]}"
                    return Broken(seq, None, said)
    return None
