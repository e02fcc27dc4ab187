"""Who confirmed and released assignments, why, and what questioned them, as the history tells it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from tracker.domain.entry import parse_entry
from tracker.models import HistoryEntry, HistorySubject, HistoryWords, Words

CONFIRMED, QUESTIONED, RELEASED = "assignment:confirmed", "assignment:questioned", "assignment:released"


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of an assignment: confirmed, questioned or released; when, by whom, and the words of its reason.

    `seq` is the number of the entry that tells it.

    `cause` is what had it checked again, of one that was questioned: nobody does that.
    """

    seq: int
    event: str
    at: datetime
    actor: str
    reason: Words | None
    cause: str = ""

    @property
    def is_release(self) -> bool:
        """Whether it released the inspector."""
        return self.event == RELEASED

    @property
    def is_question(self) -> bool:
        """Whether it questioned a confirmed assignment."""
        return self.event == QUESTIONED


def turns(session: Session, refs: Collection[str], by: datetime | None = None) -> dict[str, list[Turn]]:
    """Return when these assignments were confirmed, questioned and released, by their references, the oldest first.

    What happened by an instant, if one is given.
    """
    subjects = [f"assignment:{ref}" for ref in refs]
    query = (
        select(HistorySubject.subject, HistoryEntry, Words)
        .join(HistoryEntry, HistoryEntry.seq == HistorySubject.seq)
        .outerjoin(HistoryWords, and_(HistoryWords.seq == HistoryEntry.seq, HistoryWords.name == "reason"))
        .outerjoin(Words, Words.id == HistoryWords.words_id)
        .where(HistorySubject.subject.in_(subjects), HistoryEntry.event.in_((CONFIRMED, QUESTIONED, RELEASED)))
        .order_by(HistoryEntry.seq)
    )
    if by is not None:
        query = query.where(HistoryEntry.at <= by)
    found: dict[str, list[Turn]] = {}
    for subject, entry, words in session.execute(query):
        cause = str(parse_entry(entry.entry.encode()).data.get("cause", "")) if entry.event == QUESTIONED else ""
        turn = Turn(entry.seq, entry.event, entry.at, entry.actor, words, cause)
        found.setdefault(subject.partition(":")[2], []).append(turn)
    return found
