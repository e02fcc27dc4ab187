"""What leads rest on beside the registers, which are open since when, and what inspectors answered."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.domain.leads import Answer, Kind
from tracker.models.base import Base, Key, by_value
from tracker.models.history import Words
from tracker.models.people import Inspector


class GovernorRow(Base):
    """Somebody whom a provider's published list names. `folded` is first and last name, as they are compared."""

    __tablename__ = "governor"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    provider: Mapped[str]
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(index=True)
    role: Mapped[str]


class LeadOpen(Base):
    """That a lead is open, and since when. Rebuildable, but for the day."""

    __tablename__ = "lead_open"

    inspector_id: Mapped[int] = mapped_column(ForeignKey("inspector.id"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(by_value(Kind))
    arisen_at: Mapped[datetime]

    inspector: Mapped[Inspector] = relationship(lazy="raise")


class LeadAnswer(Base):
    """An inspector's answer to a lead, with the exact words that were asked. Insert only; the latest counts."""

    __tablename__ = "lead_answer"
    append_only = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    inspector_id: Mapped[int] = mapped_column(ForeignKey("inspector.id"), index=True)
    fingerprint: Mapped[str]
    kind: Mapped[Kind] = mapped_column(by_value(Kind))
    answer: Mapped[Answer] = mapped_column(by_value(Answer))
    answered_at: Mapped[datetime]
    question_id: Mapped[int] = mapped_column(ForeignKey("words.id"))

    question: Mapped[Words] = relationship(lazy="raise")
