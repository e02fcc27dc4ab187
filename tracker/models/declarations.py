"""What inspectors said: declarations, their connections, and reviewers' grades. Insert only."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.domain.facts import Holder, Nature, Verdict
from tracker.models.base import Base, Key, by_value
from tracker.models.history import Words
from tracker.models.people import Inspector


class DeclarationKind(StrEnum):
    """What a declaration states."""

    CONNECTIONS = "connections"
    NIL = "nil"
    WITHDRAWAL = "withdrawal"


class Wording(Base):
    """The exact words that were asked and certified; each text once."""

    __tablename__ = "wording"
    append_only = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    words: Mapped[str]


class Declaration(Base):
    """A complete statement of an inspector's connections, which replaces the one that it supersedes.

    `made_at` is when the inspector made it (an imported one bears its claimed date), `recorded_at` when we learned it.
    """

    __tablename__ = "declaration"
    __table_args__ = (
        Index(
            "uq_declaration_first",
            "inspector_id",
            unique=True,
            sqlite_where=text("supersedes_id IS NULL"),
            postgresql_where=text("supersedes_id IS NULL"),
        ),
    )
    append_only = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    inspector_id: Mapped[int] = mapped_column(ForeignKey("inspector.id"), index=True)
    kind: Mapped[DeclarationKind] = mapped_column(by_value(DeclarationKind))
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("declaration.id"), unique=True)
    made_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    is_imported: Mapped[bool]
    wording_id: Mapped[int | None] = mapped_column(ForeignKey("wording.id"))
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))

    inspector: Mapped[Inspector] = relationship(lazy="raise")
    connections: Mapped[list["ConnectionRow"]] = relationship(lazy="raise", order_by="ConnectionRow.position")
    reason: Mapped[Words | None] = relationship(lazy="raise")
    wording: Mapped[Wording | None] = relationship(lazy="raise")


class ConnectionRow(Base):
    """One declared connection. Partial dates are kept as given. `restates_id` is the first time it was declared so."""

    __tablename__ = "connection"
    append_only = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("declaration.id"), index=True)
    position: Mapped[int]
    nature: Mapped[Nature] = mapped_column(by_value(Nature))
    holder: Mapped[Holder] = mapped_column(by_value(Holder))
    target: Mapped[str] = mapped_column(index=True)
    target_name: Mapped[str]
    began_on: Mapped[str]
    ended_on: Mapped[str | None]
    restates_id: Mapped[int | None] = mapped_column(ForeignKey("connection.id"))
    # The salted words of the connection itself, and of its note; the history commits to both.
    words_id: Mapped[int] = mapped_column(ForeignKey("words.id"))
    note_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))

    note: Mapped[Words | None] = relationship(lazy="raise", foreign_keys=[note_id])


class ConnectionGrade(Base):
    """A reviewer's grade of a connection of nature `other`: the latest counts, for the first statement of it."""

    __tablename__ = "connection_grade"
    append_only = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    connection_id: Mapped[int] = mapped_column(ForeignKey("connection.id"), index=True)
    verdict: Mapped[Verdict] = mapped_column(by_value(Verdict))
    graded_at: Mapped[datetime]
    graded_by: Mapped[str]
    reasons_id: Mapped[int] = mapped_column(ForeignKey("words.id"))


class OrganisationLinkRow(Base):
    """A reviewer's word on whether an organisation on no register belongs with a provider or a group; latest counts.

    `organisation` is its folded reference, `org:` and the name that inspectors gave.
    """

    __tablename__ = "organisation_link"
    append_only = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation: Mapped[str] = mapped_column(index=True)
    target: Mapped[str]
    is_linked: Mapped[bool]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    reasons_id: Mapped[int] = mapped_column(ForeignKey("words.id"))


class InForce(Base):
    """Which declaration of an inspector is in force: the latest made. Rebuildable; no row where there is none."""

    __tablename__ = "declaration_in_force"

    inspector_id: Mapped[int] = mapped_column(ForeignKey("inspector.id"), primary_key=True)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("declaration.id"), unique=True)
    ref: Mapped[str]
    made_on: Mapped[date]


class ConnectionKey(Base):
    """A key of a connection in force, by its reference: it can reach only what holds that key, or is near.

    Rebuildable. A reference is never used twice, as a number may be whose act failed.
    """

    __tablename__ = "connection_key"
    __table_args__ = (Index("ix_connection_key_inspector", "inspector_id"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    inspector_id: Mapped[int] = mapped_column(Key, primary_key=True)
    connection: Mapped[str] = mapped_column(primary_key=True)


class ConnectionPlace(Base):
    """Where the target of a connection in force is, for connections whose neighbours matter. Rebuildable.

    Both `easting` and `northing` are empty where either is missing.
    """

    __tablename__ = "connection_place"
    __table_args__ = (
        Index(
            "ix_connection_place_near",
            *("inspector_id", "register", "easting", "northing", "authority", "connection"),
        ),
    )

    inspector_id: Mapped[int] = mapped_column(Key, primary_key=True)
    connection: Mapped[str] = mapped_column(primary_key=True)
    register: Mapped[str]
    easting: Mapped[int | None]
    northing: Mapped[int | None]
    authority: Mapped[str | None]


class Draft(Base):
    """What an inspector has entered and not yet filed, as JSON; not part of the history."""

    __tablename__ = "declaration_draft"

    inspector_id: Mapped[int] = mapped_column(ForeignKey("inspector.id"), primary_key=True)
    content: Mapped[str]
    saved_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
