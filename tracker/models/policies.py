"""The policy's versions, as adopted. Insert only."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, Key


class PolicyVersion(Base):
    """A policy as adopted: its whole TOML text. In force from `effective_on` until a later one is."""

    __tablename__ = "policy_version"
    append_only = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    version: Mapped[str]
    toml: Mapped[str]
    digest: Mapped[str]
    effective_on: Mapped[date]
    adopted_at: Mapped[datetime]
    adopted_by: Mapped[str]
    reason_id: Mapped[int] = mapped_column(ForeignKey("words.id"))
