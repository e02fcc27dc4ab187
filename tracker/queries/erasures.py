"""Whether just those words were erased of which entries say so."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.tree import Broken
from tracker.models import HistoryWords, Words
from tracker.queries.raw import plain, raw
from tracker.queries.told import Said

ERASED = "words:erased"
# Words by the entry that commits to them and their name there.
Named = tuple[int, str]


class Erasures:
    """Follows which words entries say were erased; `told` is when, as text."""

    events = (ERASED,)

    def __init__(self) -> None:
        self.told: dict[Named, str | None] = {}

    def follow(self, said: Said) -> None:
        """Go on to what stands after an entry."""
        self.told |= {(int(seq), str(name)): plain(said.at) for seq, name in said.data["erased"]}


def erased(session: Session, told: Mapping[Named, str | None]) -> Broken | None:
    """Return the first words that went and no entry says so, or that an entry says went and are there; or None."""
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
