"""The tamper-evident history: entries, the head whose lock is the write lock, and the words that entries commit to."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, Key


class HistoryEntry(Base):
    """One act. `entry` is the canonical text that the tree hashes; the other columns repeat it for queries."""

    __tablename__ = "history_entry"
    append_only = True

    seq: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    entry: Mapped[str]
    leaf: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str]
    event: Mapped[str]


class HistorySubject(Base):
    """Which entries speak of what: the index behind every timeline."""

    __tablename__ = "history_subject"
    append_only = True

    subject: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(ForeignKey("history_entry.seq"), primary_key=True)


class HistoryHead(Base):
    """The head of the history: one row. Locking it is how a write begins."""

    __tablename__ = "history_head"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    size: Mapped[int] = mapped_column(Key)
    root: Mapped[str]
    # The hashes of the perfect subtrees, left to right, as JSON.
    frontier: Mapped[str]


class Words(Base):
    """Personal words, or a statement of a connection, with the salt of their commitment. May be erased, not changed.

    `value` is canonical JSON text. Erasing sets `salt` and `value` to NULL and leaves the commitment.
    """

    __tablename__ = "words"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    salt: Mapped[str | None]
    value: Mapped[str | None]
    commitment: Mapped[str]
    erased_at: Mapped[datetime | None]


class HistoryWords(Base):
    """Which words an entry commits to, and under which name."""

    __tablename__ = "history_words"
    append_only = True

    seq: Mapped[int] = mapped_column(ForeignKey("history_entry.seq"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    words_id: Mapped[int] = mapped_column(ForeignKey("words.id"), unique=True)
