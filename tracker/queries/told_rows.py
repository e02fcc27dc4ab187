"""What the entries tell of the rows that checks rest on, and whether those stand as the last entries left them."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.row_digest import Part, form_of
from tracker.domain.tree import Broken
from tracker.models import HistoryEntry, HistorySubject
from tracker.queries.register_rows import FORMS, in_words, parts, state_of
from tracker.queries.told import READ, Said

IMPORTED, RESTATED = "register:imported", "register:restated"
# Where an entry tells of parts, and of what an import changed.
STATE, DETAILS = "state", "details"
UPGRADE = "upgrade"
MEND = (
    "something other than an import changed them. Put them back from a copy of the database; or, if they are right as "
    "they are, say so in the history with “tracker register restate”"
)


class Told(NamedTuple):
    """What the last entry on a part tells of it, and that entry's number."""

    seq: int
    state: str


class Rows:
    """Follows what entries tell of each part, and which imports they do not tell whole."""

    events = (IMPORTED, RESTATED)

    def __init__(self) -> None:
        self.told: dict[Part, Told] = {}
        # The imports of whose details no entry tells, in their order.
        self.imports: dict[str, None] = {}
        # Whether an earlier version imported, which told of no part, and nobody restated what it had left.
        self.is_behind = False

    def follow(self, said: Said) -> None:
        """Go on to what stands after an entry."""
        ref, state = said.subject("import"), said.data.get(STATE)
        if said.event == IMPORTED:
            self.is_behind = self.is_behind or state is None
            if DETAILS not in said.data:
                self.imports[ref] = None
        elif DETAILS in said.data:
            self.imports.pop(ref, None)
        elif said.data["cause"] == UPGRADE:
            self.is_behind = False
        self.told.update((_part(name), Told(said.seq, each)) for name, each in (state or {}).items())

    def ours(self, part: Part) -> Told | None:
        """Return what is told last of a part; None where nothing is, or in a form of another version."""
        told = self.told.get(part)
        return told if told is not None and _is_ours(part, told.state) else None

    def untold(self, there: Collection[Part]) -> list[Part]:
        """Return those of the parts that are there of which no entry tells, or in another form."""
        return [part for part in there if self.ours(part) is None]


def _part(name: str) -> Part:
    table, _, register = name.partition("/")
    return Part(table, register)


def _is_ours(part: Part, state: str) -> bool:
    return part.table in FORMS and form_of(state) == FORMS[part.table].number


def otherwise(session: Session, rows: Rows) -> Iterator[tuple[Part, Told | None]]:
    """Yield the parts that stand otherwise than the entries leave them; with None those that none can have left.

    Of what an earlier version imported, no entry tells until it is restated: only until then such a part is none of
    them.
    """
    there = parts(session)
    for part in sorted({*there, *rows.told}):
        told = rows.ours(part)
        if told is not None and state_of(session, part) != told.state:
            yield part, told
        elif rows.told and part not in rows.told and not rows.is_behind:
            yield part, None


def rows_otherwise(session: Session, rows: Rows) -> Broken | None:
    """Return the first part of the registers that stands otherwise than the entries leave it, or None."""
    for part, told in otherwise(session, rows):
        if told is None:
            number = parts(session)[part]
            return Broken(None, None, f"no entry speaks of {in_words(part)}, and the database holds {number:,}: {MEND}")
        said = f"{in_words(part)} (table {part.table}) do not stand as it left them: {MEND}"
        return Broken(told.seq, None, said)
    return None


def changed_since(session: Session, some: Collection[Part]) -> tuple[Part, Told] | None:
    """Return the first of these parts that stands otherwise than the last entry that tells of it left it, or None."""
    for part, told in latest(session, some).items():
        if state_of(session, part) != told.state:
            return part, told
    return None


def latest(session: Session, some: Collection[Part]) -> dict[Part, Told]:
    """Return what the last entry that tells of each of these parts tells, where any does in our form."""
    subjects = {part.subject: part for part in sorted(some)}
    last = session.execute(
        select(HistorySubject.subject, func.max(HistorySubject.seq))
        .where(HistorySubject.subject.in_(subjects))
        .group_by(HistorySubject.subject)
    ).all()
    numbers = {seq for _, seq in last}
    entries = session.execute(select(HistoryEntry.seq, HistoryEntry.entry).where(HistoryEntry.seq.in_(numbers)))
    states = {seq: READ(text).data[STATE] for seq, text in entries}
    told = {subjects[subject]: Told(seq, states[seq][str(subjects[subject])]) for subject, seq in last}
    return {part: each for part, each in told.items() if _is_ours(part, each.state)}
