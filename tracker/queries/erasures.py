"""Whether just those words were erased of which entries say so."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.entry import parse_entry
from tracker.domain.tree import Broken
from tracker.models import HistoryEntry, HistoryWords, Words

ERASED = "words:erased"


def erased(session: Session) -> Broken | None:
    """Return the first words that went and no entry says so, or that an entry says went and are there; or None."""
    told: set[tuple[int, str]] = set()
    for raw in session.scalars(select(HistoryEntry.entry).where(HistoryEntry.event == ERASED)):
        told |= {(int(seq), str(name)) for seq, name in parse_entry(raw.encode()).data["erased"]}
    gone = {
        (row.seq, row.name)
        for row in session.execute(
            select(HistoryWords.seq, HistoryWords.name)
            .join(Words, Words.id == HistoryWords.words_id)
            .where(Words.value.is_(None))
        )
    }
    for seq, name in sorted(gone - told):
        return Broken(seq, None, f"its words {name} were erased, and no entry says so")
    for seq, name in sorted(told - gone):
        return Broken(seq, None, f"an entry says that its words {name} were erased, and they are there")
    return None
