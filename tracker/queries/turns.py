"""Who confirmed and who released assignments, when, and why they were released, as the history tells it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from tracker.models import HistoryEntry, HistorySubject, HistoryWords, Words

CONFIRMED, RELEASED = "assignment:confirmed", "assignment:released"


@dataclass(frozen=True, slots=True)
class Turn:
    """One confirmation or release of an assignment: by whom, when, and the words of its reason, if it has one."""

    event: str
    at: datetime
    actor: str
    reason: Words | None

    @property
    def is_release(self) -> bool:
        """Whether it released the inspector."""
        return self.event == RELEASED


def turns(session: Session, refs: Collection[str], by: datetime | None = None) -> dict[str, list[Turn]]:
    """Return the confirmations and releases of these assignments by their references, the oldest first.

    Those that were made by an instant, if one is given.
    """
    subjects = [f"assignment:{ref}" for ref in refs]
    query = (
        select(HistorySubject.subject, HistoryEntry.event, HistoryEntry.at, HistoryEntry.actor, Words)
        .join(HistoryEntry, HistoryEntry.seq == HistorySubject.seq)
        .outerjoin(HistoryWords, and_(HistoryWords.seq == HistoryEntry.seq, HistoryWords.name == "reason"))
        .outerjoin(Words, Words.id == HistoryWords.words_id)
        .where(HistorySubject.subject.in_(subjects), HistoryEntry.event.in_((CONFIRMED, RELEASED)))
        .order_by(HistoryEntry.seq)
    )
    if by is not None:
        query = query.where(HistoryEntry.at <= by)
    found: dict[str, list[Turn]] = {}
    for subject, event, at, actor, words in session.execute(query):
        found.setdefault(subject.partition(":")[2], []).append(Turn(event, at, actor, words))
    return found
