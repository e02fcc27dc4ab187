"""What the entries tell of inspectors: that each was added, and the last that tells what the staff list says."""

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from tracker.models import HistoryEntry, HistorySubject, Inspector
from tracker.queries.leavings import TOLD as LEAVING
from tracker.queries.told import READ, Said

# What the staff list says personally is kept as this, beside each entry that tells of the rest.
PARTICULARS = "particulars"
TELLING = ("inspector:added", "inspector:changed", "inspector:restated")


class Staff:
    """Follows which inspectors were added, and who leaves: the entry of each that says so, by staff number."""

    events = ("inspector:added", *LEAVING)

    def __init__(self) -> None:
        self.added: dict[str, Said] = {}
        self.leaving: dict[str, Said] = {}

    def follow(self, said: Said) -> None:
        """Go on to what stands after an entry."""
        told = self.leaving if said.event in LEAVING else self.added
        told[said.subject("inspector")] = said


def latest(session: Session) -> dict[str, Said]:
    """Return by staff number the last entry that tells what the staff list says of an inspector who is there."""
    last = (
        select(func.max(HistoryEntry.seq))
        .join(HistorySubject, HistorySubject.seq == HistoryEntry.seq)
        .join(Inspector, HistorySubject.subject == literal("inspector:") + Inspector.staff_no)
        .where(HistoryEntry.event.in_(TELLING))
        .group_by(HistorySubject.subject)
    )
    entries = map(READ, session.scalars(select(HistoryEntry.entry).where(HistoryEntry.seq.in_(last))))
    return {each.subject("inspector"): each for each in entries}
