"""Inspectors' words for single inspections: given or not, when, and in which words."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.entry import parse_entry
from tracker.domain.uk_time import in_uk
from tracker.models import Assignment, HistoryEntry, HistorySubject, InspectorConfirmation, Wording

VOUCHED = "assignment:vouched"


@dataclass(frozen=True, slots=True)
class Vouched:
    """An inspector's word for an assignment, and the exact words that were certified.

    `starts_on` is the inspection's first day as it was planned when the word was given; None where no entry tells it.
    """

    confirmed_at: datetime
    wording: str
    starts_on: date | None

    @property
    def is_late(self) -> bool:
        """Whether it was given when the inspection had begun; moving the inspection later on makes no word late."""
        return self.starts_on is not None and in_uk(self.confirmed_at).date() >= self.starts_on


def given(session: Session, assignments: Collection[int]) -> dict[int, Vouched]:
    """Return the inspectors' words for those of these assignments that have one, by the assignment's number."""
    rows = session.execute(
        select(Assignment.id, Assignment.ref, InspectorConfirmation.confirmed_at, Wording.words)
        .join(InspectorConfirmation, InspectorConfirmation.assignment_id == Assignment.id)
        .join(Wording, Wording.id == InspectorConfirmation.wording_id)
        .where(Assignment.id.in_(sorted(assignments)))
    ).all()
    began = _first_days(session, [row.ref for row in rows]) if rows else {}
    return {row.id: Vouched(row.confirmed_at, row.words, began.get(row.ref)) for row in rows}


def _first_days(session: Session, refs: Collection[str]) -> dict[str, date]:
    """Return the first day for which each one's inspection was planned when its inspector gave the word for it."""
    query = (
        select(HistorySubject.subject, HistoryEntry.entry)
        .join(HistoryEntry, HistoryEntry.seq == HistorySubject.seq)
        .where(HistorySubject.subject.in_([f"assignment:{each}" for each in refs]), HistoryEntry.event == VOUCHED)
    )
    return {
        subject.partition(":")[2]: date.fromisoformat(parse_entry(text.encode()).data["starts_on"])
        for subject, text in session.execute(query)
    }
