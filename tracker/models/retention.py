"""Legal holds: what is kept whatever the retention schedule says. Insert only; the end of a hold is a row too."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.assignments import Inspection
from tracker.models.base import Base, Key
from tracker.models.history import Words
from tracker.models.people import Inspector


class LegalHold(Base):
    """A hold on all that is kept of one inspector, or of one inspection and its inspectors: one of the two is set."""

    __tablename__ = "legal_hold"
    append_only = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    inspector_id: Mapped[int | None] = mapped_column(ForeignKey("inspector.id"))
    inspection_id: Mapped[int | None] = mapped_column(ForeignKey("inspection.id"))
    placed_at: Mapped[datetime]
    placed_by: Mapped[str]
    reason_id: Mapped[int] = mapped_column(ForeignKey("words.id"))

    inspector: Mapped[Inspector | None] = relationship(lazy="raise")
    inspection: Mapped[Inspection | None] = relationship(lazy="raise")
    reason: Mapped[Words] = relationship(lazy="raise")
    end: Mapped["LegalHoldEnd | None"] = relationship(lazy="raise", viewonly=True)


class LegalHoldEnd(Base):
    """That a hold was lifted, by whom and why."""

    __tablename__ = "legal_hold_end"
    append_only = True

    hold_id: Mapped[int] = mapped_column(ForeignKey("legal_hold.id"), primary_key=True)
    ended_at: Mapped[datetime]
    ended_by: Mapped[str]
    reason_id: Mapped[int] = mapped_column(ForeignKey("words.id"))

    reason: Mapped[Words] = relationship(lazy="raise")
