"""Tampering with single entries, words and records, by somebody with full rights on the database, drawn at random.

Each answers in words what it did, or None where what was drawn cannot be done; whoever calls it undoes it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.orm import Session

from tests.support.tampering import UNTOLD, borrow, flip
from tracker.domain.export import frontier_text
from tracker.domain.tree import EMPTY, canonical, extend, leaf_hash, root
from tracker.models import Base, HistoryEntry, HistoryHead, HistorySubject, HistoryWords, Words

Body = dict[str, Any]
# Told to a kind: the database, what to draw from, and how many entries the checkpoint outside is of.
Change = Callable[[Session, Random, int], str | None]
TABLES = ("history_entry", "history_subject", "history_words")
HELD = ("declaration", "connection", "conflict_check", "finding", "decision", "assignment", "inspection")
# What a record may not share with another, and what it would have for its own.
OWN = {"id", "ref", "reference", "position", "supersedes_id", "facts_id", "words_id", "reasons_id"}
FAR = 100_000


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of tampering."""

    change: Change
    # Whoever does it leaves nothing that the database alone could show: only a checkpoint outside can.
    is_seamless: bool = False
    # A plain chain, cut off or written anew with its entries, is as whole as before.
    fools_chain: bool = False


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _size(session: Session) -> int:
    return int(session.scalar(select(func.count()).select_from(HistoryEntry)) or 0)


def _row(session: Session, table: Table, random: Random) -> Body:
    """Return the key of one row."""
    rows = session.execute(select(*table.primary_key.columns).order_by(*table.primary_key.columns)).mappings().all()
    return dict(random.choice(rows))


def flipped(*names: str, columns: tuple[str, ...] = ()) -> Change:
    """Change a byte in any column of any row of these tables."""

    def change(session: Session, random: Random, _: int) -> str | None:
        table = _table(random.choice(names))
        column = random.choice(columns or [c.name for c in table.columns if (table.name, c.name) not in UNTOLD])
        return flip(session, table, column, _row(session, table, random), random)

    return change


def borrowed(*names: str) -> Change:
    """Give any column of any row of these tables the value that another row has there."""

    def change(session: Session, random: Random, _: int) -> str | None:
        table = _table(random.choice(names))
        column = random.choice([c.name for c in table.columns if (table.name, c.name) not in UNTOLD])
        return borrow(session, table, column, _row(session, table, random), random)

    return change


def bit(session: Session, random: Random, _: int) -> str | None:
    """Turn one bit of one byte of an entry."""
    here = HistoryEntry.seq == random.randint(1, _size(session))
    raw = bytearray(session.scalars(select(HistoryEntry.entry).where(here)).one().encode())
    place = random.randrange(len(raw))
    raw[place] ^= 1 << random.randrange(7)
    try:
        changed = raw.decode()
    except UnicodeDecodeError:
        return None  # PostgreSQL cannot keep it; SQLite's bytes that are no text have a test of their own.
    if "\x00" in changed:
        return None
    session.execute(update(HistoryEntry).where(here).values(entry=changed))
    return f"byte {place}: {changed}"


def _moved(session: Session, first: int, by: int) -> None:
    """Give all that stands from an entry on another number; by way of numbers below zero, for they are unique."""
    for name in TABLES:
        seq = _table(name).c.seq
        session.execute(update(_table(name)).where(seq >= first).values(seq=-(seq + by)))
        session.execute(update(_table(name)).where(seq < 0).values(seq=-seq))


def _taken(session: Session, first: int, last: int) -> None:
    for name in TABLES:
        session.execute(delete(_table(name)).where(_table(name).c.seq.between(first, last)))


def deleted(session: Session, random: Random, _: int) -> str:
    """Delete an entry in the middle, with all that stands beside it; some close the gap."""
    seq = random.randint(1, _size(session) - 1)
    _taken(session, seq, seq)
    if random.random() < 0.5:
        _moved(session, seq + 1, -1)
    return f"entry {seq}"


def signed_in(seq: int, at: str) -> Body:
    person = {"actor": "person:P1", "event": "person:signed-in", "subjects": ["person:P1"]}
    return {"v": 1, "seq": seq, "at": at, "data": {}, "private": {}, **person}


def entry_columns(body: Body) -> Body:
    """Return the row of an entry as it would have been written."""
    raw = canonical(body)
    beside = {"at": datetime.fromisoformat(body["at"]), "actor": body["actor"], "event": body["event"]}
    return {"seq": body["seq"], "entry": raw.decode(), "leaf": leaf_hash(raw).hex(), **beside}


def inserted(session: Session, random: Random, _: int) -> str:
    """Insert an entry with a proper leaf, in the middle or after the end."""
    seq = random.randint(1, _size(session) + 1)
    _moved(session, seq, 1)
    at = json.loads(session.scalars(select(HistoryEntry.entry).limit(1)).one())["at"]
    session.execute(insert(HistoryEntry), [entry_columns(signed_in(seq, at))])
    session.execute(insert(HistorySubject), [{"seq": seq, "subject": "person:P1"}])
    return f"entry {seq}"


def swapped(session: Session, random: Random, _: int) -> str:
    """Let two entries change places, with all that stands beside them."""
    one, other = random.sample(range(1, _size(session) + 1), 2)
    for name in TABLES:
        seq = _table(name).c.seq
        for old, new in ((one, 0), (other, one), (0, other)):
            session.execute(update(_table(name)).where(seq == old).values(seq=new))
    return f"entries {one} and {other}"


def cut(session: Session, random: Random, _: int) -> str:
    """Cut the end off, and leave the head."""
    size = _size(session)
    last = random.randrange(size)
    _taken(session, last + 1, size)
    return f"after entry {last}"


def cut_with_head(session: Session, random: Random, kept: int) -> str:
    """Cut off the end that the checkpoint knew, and set the head so."""
    last = random.randrange(kept)
    _taken(session, last + 1, _size(session))
    headed(session)
    return f"after entry {last}, with its head"


def headed(session: Session) -> None:
    """Let the head be that of the entries as they stand."""
    leaves = session.scalars(select(HistoryEntry.leaf).order_by(HistoryEntry.seq))
    tree = extend(EMPTY, map(bytes.fromhex, leaves))
    values = {"size": tree.size, "root": root(tree).hex(), "frontier": frontier_text(tree)}
    session.execute(update(HistoryHead).values(values))


def unsaid(session: Session, random: Random, _: int) -> str:
    """Take words away, or let two change places, beyond what erasing does: no entry says so."""
    rows = session.scalars(select(Words.id).where(Words.value.is_not(None)).order_by(Words.id)).all()
    one, other = random.sample(rows, 2)
    erased_at = datetime(2026, 4, 1, tzinfo=UTC)
    way = random.choice(["erased", "half erased", "deleted", "not named", "exchanged"])
    if way == "erased":
        values = {"salt": None, "value": None, "erased_at": erased_at}
        session.execute(update(Words).where(Words.id == one).values(values))
    elif way == "half erased":
        values = random.choice([{"salt": None}, {"value": None}, {"erased_at": erased_at}])
        session.execute(update(Words).where(Words.id == one).values(values))
    elif way == "deleted":
        session.execute(delete(Words).where(Words.id == one))
    elif way == "not named":
        session.execute(delete(HistoryWords).where(HistoryWords.words_id == one))
    else:
        for old, new in ((one, -1), (other, one), (-1, other)):
            session.execute(update(HistoryWords).where(HistoryWords.words_id == old).values(words_id=new))
    return f"words {one}, {way}"


def left(session: Session, random: Random, _: int) -> str:
    """Let an inspector leave on another day, leave who stays, or stay who leaves: no entry says so."""
    table = _table("inspector")
    key = _row(session, table, random)
    here = [table.c[name] == value for name, value in key.items()]
    was = session.scalar(select(table.c.left_on).where(*here))
    day = (was or date(2026, 4, 1)) + timedelta(days=random.randint(1, 900))
    now = None if was and random.random() < 0.5 else day
    session.execute(update(table).where(*here).values(left_on=now))
    return f"inspector {key}: {now}, not {was}"


def gone(session: Session, random: Random, _: int) -> str:
    """Delete a record of which an entry tells."""
    table = _table(random.choice(HELD))
    key = _row(session, table, random)
    session.execute(delete(table).where(*(table.c[name] == value for name, value in key.items())))
    return f"{table.name} {key}"


def slipped_in(session: Session, random: Random, _: int) -> str:
    """Put a record beside another of its kind, of which no entry tells."""
    table = _table(random.choice(HELD))
    key = _row(session, table, random)
    here = (table.c[name] == value for name, value in key.items())
    row = dict(session.execute(select(table).where(*here)).mappings().one())
    for name in OWN & row.keys():
        row[name] = f"{row[name]}X" if name in ("ref", "reference") else FAR
    session.execute(insert(table), [row])
    return f"{table.name} like {key}"


KINDS = {
    "a bit of an entry turned": Kind(bit),
    "a byte of an entry changed": Kind(flipped("history_entry", columns=("entry",))),
    "a column beside an entry changed": Kind(flipped("history_entry", columns=("seq", "leaf", "at", "actor", "event"))),
    "the index of subjects changed": Kind(flipped("history_subject")),
    "the head changed": Kind(flipped("history_head")),
    "an entry deleted": Kind(deleted),
    "an entry inserted": Kind(inserted),
    "two entries swapped": Kind(swapped),
    "the end cut off": Kind(cut, fools_chain=True),
    "the end cut off, with its head": Kind(cut_with_head, fools_chain=True),
    "words changed": Kind(flipped("words", "history_words")),
    "words taken away": Kind(unsaid),
    **{f"a {name} changed": Kind(flipped(name)) for name in HELD},
    "who may go where changed": Kind(flipped("inspector", columns=("title", "engagement", "remits"))),
    "the day on which somebody leaves changed": Kind(left),
    "an account's sign-in changed": Kind(flipped("account", columns=("email", "password_hash"))),
    "a record given the value of another": Kind(borrowed(*HELD)),
    "a record deleted": Kind(gone),
    "a record slipped in": Kind(slipped_in),
}
