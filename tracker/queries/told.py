"""What the entries say, read in one pass for all who follow some of them: each pass reads the whole history."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct
from msgspec.json import Decoder
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.entry import first_of
from tracker.models import HistoryEntry, HistoryWords, Words
from tracker.queries.parts import in_parts
from tracker.queries.raw import plain, raw

BATCH = 500


class Said(Struct, gc=False):
    """An entry, of which it was judged already that it stands as it was written."""

    actor: str
    at: datetime
    data: dict[str, Any]
    event: str
    private: dict[str, str]
    seq: int
    subjects: list[str]

    def subject(self, kind: str) -> str:
        """Return the reference of the first subject of this kind; an empty text where there is none."""
        return first_of(self.subjects, kind)


READ = Decoder(Said).decode


class Follower(Protocol):
    """Who follows the entries of some events, in their order."""

    @property
    def events(self) -> Collection[str]:
        """The events whose entries are followed."""

    def follow(self, said: Said) -> None:
        """Go on to what stands after an entry."""


def follow(session: Session, followers: Sequence[Follower]) -> None:
    """Let all follow the history, in one pass over it."""
    told: dict[str, list[Follower]] = {}
    for each in followers:
        for event in each.events:
            told.setdefault(event, []).append(each)
    query = select(HistoryEntry.entry).where(HistoryEntry.event.in_(told)).order_by(HistoryEntry.seq)
    with session.scalars(query.execution_options(yield_per=BATCH)) as entries:
        for text in entries:
            said = READ(text)
            for each in told[said.event]:
                each.follow(said)


def kept(session: Session, named: Mapping[int, str]) -> dict[int, str | None]:
    """Return the words that entries keep under a name, as canonical text, by the entry's number; None if erased."""
    found: dict[int, str | None] = {}
    columns = raw(session, {"value": Words.value})
    query = select(HistoryWords.seq, HistoryWords.name, *columns).join(Words, Words.id == HistoryWords.words_id)
    for seqs in in_parts(named):
        for seq, name, value in session.execute(query.where(HistoryWords.seq.in_(seqs))):
            if named[seq] == name:
                found[seq] = plain(value)
    return found
