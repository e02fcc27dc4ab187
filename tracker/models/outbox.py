"""Notices to be sent by e-mail, each with what became of it, and which of them a person wants."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.domain.notices import Kind
from tracker.models.base import Base, Key, by_value
from tracker.models.people import Account


class OutboxMessage(Base):
    """One notice to one person. It says nothing of a provider or a person: its text is made of its kind alone.

    `about` is the path that it leads to; `once` a key that no second one may bear; `claimed_at` is set before it is
    handed to the server and taken away when the server has answered: where it stands and nothing is sent, it is in
    doubt. `ended_at` is when it was dropped or given up, and `why` says why, or what failed last.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_waiting", "not_before"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[Kind] = mapped_column(by_value(Kind))
    about: Mapped[str]
    once: Mapped[str] = mapped_column(unique=True)
    queued_at: Mapped[datetime]
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(default="")

    account: Mapped[Account] = relationship(lazy="raise")


class NoticeChoice(Base):
    """Whether a person wants notices of a kind; without a row, they are wanted."""

    __tablename__ = "notice_choice"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    kind: Mapped[Kind] = mapped_column(by_value(Kind), primary_key=True)
    is_wanted: Mapped[bool]
