"""Writing the history: every act locks the head first, and leaves its entries in the same transaction."""

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tracker.domain.access import Actor
from tracker.domain.entry import entry_bytes
from tracker.domain.export import frontier_text, read_frontier
from tracker.domain.retention import ERASED
from tracker.domain.tree import Frontier, canonical, commit, extend, leaf_hash, root
from tracker.models import Words
from tracker.queries.driver import Statement, send_all
from tracker.queries.raw import plain

SALT_BYTES = 32
# As the driver takes them: each act sends all of these, and to compile them would take longer than to run them.
_LOCK = Statement("UPDATE history_head SET size = size WHERE id = 1 RETURNING size, frontier")
ENTRY = Statement("""
    INSERT INTO history_entry (seq, entry, leaf, at, actor, event)
    VALUES ({seq}, {entry}, {leaf}, {at}, {actor}, {event})
""")
SUBJECT = Statement("INSERT INTO history_subject (subject, seq) VALUES ({subject}, {seq})")
_WORDS = Statement("INSERT INTO history_words (seq, name, words_id) VALUES ({seq}, {name}, {words_id})")
MOVE = Statement("UPDATE history_head SET size = {size}, root = {root}, frontier = {frontier} WHERE id = 1")
_SHORT = "23456789BCDFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Private:
    """Words that an entry commits to and does not contain; `id` is where they are kept."""

    id: int
    commitment: str


@dataclass(frozen=True, slots=True)
class Bare:
    """An entry by which nothing changes but the history: who opened something, took it away, or checked it.

    It needs no transaction with anything else, so `database.leave` commits it by itself, in a third of the time.
    """

    actor: Actor
    event: str
    subjects: Sequence[str]
    data: Mapping[str, Any] = field(default_factory=dict)


class TakenBackError(Exception):
    """A part of an act is not wanted after all."""


@dataclass
class Recording:
    """The entries that one act leaves. Made by `recording`, which holds the head's lock while it is open."""

    session: Session
    actor: Actor
    at: datetime
    frontier: Frontier
    # What the act has found out already, for whoever would ask again and again in it.
    memo: dict[str, Any] = field(default_factory=dict)
    _entries: list[dict[str, Any]] = field(default_factory=list)
    _subjects: list[dict[str, Any]] = field(default_factory=list)
    _words: list[dict[str, Any]] = field(default_factory=list)
    _leaves: list[bytes] = field(default_factory=list)

    def keep(self, value: object) -> Private:
        """Keep personal words, or a statement, apart from the history, salted, and return the commitment to them."""
        salt = secrets.token_bytes(SALT_BYTES)
        commitment = commit(salt, value)
        words = Words(salt=salt.hex(), value=canonical(value).decode(), commitment=commitment)
        self.session.add(words)
        self.session.flush()
        return Private(words.id, commitment)

    def keep_many(self, values: Sequence[object]) -> list[Private]:
        """Keep many words in one statement; the answers stand in the order of the values."""
        salts = [secrets.token_bytes(SALT_BYTES) for _ in values]
        rows = [
            {"salt": salt.hex(), "value": canonical(value).decode(), "commitment": commit(salt, value)}
            for salt, value in zip(salts, values, strict=True)
        ]
        if not rows:
            return []
        # Told apart by their commitments, no two of which are the same: to have them in order, SQLite takes one by one.
        ids = dict(self.session.execute(insert(Words).returning(Words.commitment, Words.id), rows).all())
        return [Private(ids[row["commitment"]], row["commitment"]) for row in rows]

    @contextmanager
    def on_trial(self) -> Iterator[None]:
        """Let a part of the act be taken back: where TakenBackError is raised in it, it leaves no row and no entry."""
        kept: tuple[list[Any], ...] = (self._entries, self._subjects, self._words, self._leaves)
        sizes, memo = [len(each) for each in kept], dict(self.memo)
        try:
            with self.session.begin_nested():
                yield
        except TakenBackError:
            self.memo = memo
            for rows, size in zip(kept, sizes, strict=True):
                del rows[size:]

    def append(
        self,
        event: str,
        subjects: Sequence[str],
        data: Mapping[str, Any],
        private: Mapping[str, Private] | None = None,
    ) -> int:
        """Add an entry and return its number; it is written when the act ends."""
        seq = self.frontier.size + len(self._leaves) + 1
        words = dict(private or {})
        commitments = {name: each.commitment for name, each in words.items()}
        entry, leaf = entry_row(seq, self.at, Bare(self.actor, event, subjects, data), commitments)
        self._leaves.append(leaf)
        self._entries.append(entry)
        self._subjects.extend({"subject": subject, "seq": seq} for subject in indexed(subjects, self.actor))
        self._words.extend({"seq": seq, "name": name, "words_id": each.id} for name, each in words.items())
        return seq

    def close(self) -> None:
        """Write the entries and move the head."""
        if not self._leaves:
            return
        self.session.flush()
        connection = self.session.connection()
        dialect = connection.dialect.name
        if dialect == "sqlite":
            self._entries = [{**each, "at": plain(self.at)} for each in self._entries]
        self.frontier = extend(self.frontier, self._leaves)
        wanted = (
            *((ENTRY, self._entries), (SUBJECT, self._subjects), (_WORDS, self._words)),
            (MOVE, [head_row(self.frontier)]),
        )
        send_all(connection, [(statement, rows) for statement, rows in wanted if rows])


def entry_row(seq: int, at: datetime, bare: Bare, commitments: Mapping[str, str]) -> tuple[dict[str, Any], bytes]:
    """Return an entry's row, and its leaf."""
    raw = entry_bytes(
        seq,
        at,
        actor=bare.actor.ref,
        event=bare.event,
        subjects=bare.subjects,
        data=bare.data,
        private=commitments,
    )
    leaf = leaf_hash(raw)
    row = {
        "seq": seq,
        "entry": raw.decode(),
        "leaf": leaf.hex(),
        "at": at,
        "actor": bare.actor.ref,
        "event": bare.event,
    }
    return row, leaf


def indexed(subjects: Sequence[str], actor: Actor) -> Iterable[str]:
    """Return under what an entry is found."""
    return dict.fromkeys((*subjects, actor.ref))


def head_row(frontier: Frontier) -> dict[str, Any]:
    """Return the head's row."""
    return {"size": frontier.size, "root": root(frontier).hex(), "frontier": frontier_text(frontier)}


_OPEN, _HELD = "tracker.recording", "tracker.held"


@contextmanager
def recording(session: Session, actor: Actor, at: datetime) -> Iterator[Recording]:
    """Lock the head of the history for one act, and write the act's entries at its end.

    What was loaded before the lock is forgotten, so that the act sees what the last writer committed. An act within
    an act joins the one that is open. An act that fails leaves nothing, also where its caller goes on and commits.
    """
    joined: Recording | None = session.info.get(_OPEN)
    if joined is not None:
        yield joined
        return
    size, text = _held_head(session) or lock_head(session)
    # What was changed before the act is the act's, too: to forget what was loaded must not forget that.
    session.flush()
    session.expire_all()
    history = Recording(session, actor, at, read_frontier(size, text))
    session.info[_OPEN] = history
    try:
        with session.begin_nested():
            yield history
            history.close()
    finally:
        del session.info[_OPEN]


def lock_head(session: Session) -> tuple[int, str]:
    """Wait until nobody else writes; the row's lock is held to the end of the transaction, on both databases.

    Return the size that the head says, and its frontier as text.
    """
    session.flush()
    connection = session.connection()
    size, frontier = connection.exec_driver_sql(_LOCK.written_for(connection.dialect.name)).one()
    return size, frontier


def hold_head(session: Session) -> None:
    """Wait until nobody else writes, as a write begins: its first act need not ask again for what nobody can change."""
    head = lock_head(session)
    session.info[_HELD] = session.get_transaction(), head


def _held_head(session: Session) -> tuple[int, str] | None:
    """Return the head as this very transaction locked it as it began; None after its first act, or where it did not."""
    transaction, head = session.info.pop(_HELD, (None, None))
    return head if transaction is not None and transaction is session.get_transaction() else None


def new_ref(prefix: str) -> str:
    """Return a short public reference that tells nothing of how many there are, such as `DEC-7K3M-9Q2X`."""
    letters = "".join(secrets.choice(_SHORT) for _ in range(8))
    return f"{prefix}-{letters[:4]}-{letters[4:]}"


def words_of(words: Words | None) -> str:
    """Return kept words as text; an empty text where there are none, a plain note where they were erased."""
    if words is None:
        return ""
    if words.value is None:
        return ERASED
    value = json.loads(words.value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def words_again(words: Words | None) -> str:
    """Return kept words as they may be said anew: what was erased under the retention rule is not."""
    return "" if words is None or words.value is None else words_of(words)
