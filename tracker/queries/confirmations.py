"""Inspectors' words for single inspections: given or not, when, and in which words."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.uk_time import in_uk
from tracker.models import InspectorConfirmation, Wording


@dataclass(frozen=True, slots=True)
class Vouched:
    """An inspector's word for an assignment, and the exact words that were certified."""

    confirmed_at: datetime
    wording: str

    def is_late(self, starts_on: date) -> bool:
        """Whether it was given when the inspection had begun."""
        return in_uk(self.confirmed_at).date() >= starts_on


def given(session: Session, assignments: Collection[int]) -> dict[int, Vouched]:
    """Return the inspectors' words for those of these assignments that have one, by the assignment's number."""
    rows = session.execute(
        select(InspectorConfirmation.assignment_id, InspectorConfirmation.confirmed_at, Wording.words)
        .join(Wording, Wording.id == InspectorConfirmation.wording_id)
        .where(InspectorConfirmation.assignment_id.in_(sorted(assignments)))
    )
    return {row.assignment_id: Vouched(row.confirmed_at, row.words) for row in rows}
