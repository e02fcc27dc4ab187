"""Whether just those words were erased of which entries say so."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.entry import parse_entry
from tracker.domain.tree import Broken
from tracker.models import HistoryEntry, HistoryWords, Words
from tracker.queries.raw import plain, raw

ERASED = "words:erased"


def erased(session: Session) -> Broken | None:
    """Return the first words that went and no entry says so, or that an entry says went and are there; or None."""
    told: dict[tuple[int, str], str | None] = {}
    for entry_text in session.scalars(select(HistoryEntry.entry).where(HistoryEntry.event == ERASED)):
        entry = parse_entry(entry_text.encode())
        told |= {(int(seq), str(name)): plain(entry.at) for seq, name in entry.data["erased"]}
    columns = raw(session, {"erased_at": Words.erased_at})
    gone = {
        (row.seq, row.name): plain(row.erased_at)
        for row in session.execute(
            select(HistoryWords.seq, HistoryWords.name, *columns)
            .join(Words, Words.id == HistoryWords.words_id)
            .where(Words.value.is_(None))
        )
    }
    for seq, name in sorted(gone.keys() - told.keys()):
        return Broken(seq, None, f"its words {name} were erased, and no entry says so")
    for seq, name in sorted(told.keys() - gone.keys()):
        return Broken(seq, None, f"an entry says that its words {name} were erased, and they are there")
    for seq, name in sorted(key for key, at in gone.items() if at != told[key]):
        return Broken(seq, None, f"its words {name} are said to be erased at another time than the entry of it says")
    return None
