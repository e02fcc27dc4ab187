"""Providers, groups and authorities as their registers have them, and the token of their present state."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.facts import Status
from tracker.models.base import Base, Key, by_value


class ProviderRow(Base):
    """A provider: a school, a setting, a college, or a local authority (`la:201`). Never deleted.

    `row_digest` is of the publisher's row, so that a re-import writes only what changed; `gone_at` is when an extract
    first lacked it. `easting` and `northing` are metres on the British National Grid.
    """

    __tablename__ = "provider"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    register: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="")
    type_group: Mapped[str] = mapped_column(default="")
    phase: Mapped[str] = mapped_column(default="")
    status: Mapped[Status] = mapped_column(by_value(Status))
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    authority: Mapped[str | None]
    authority_name: Mapped[str] = mapped_column(default="")
    town: Mapped[str] = mapped_column(default="")
    # As the register names it; empty where it names none.
    region: Mapped[str] = mapped_column(default="", server_default=text("''"))
    postcode: Mapped[str] = mapped_column(default="")
    easting: Mapped[int | None]
    northing: Mapped[int | None]
    other_numbers: Mapped[str] = mapped_column(default="")
    row_digest: Mapped[str]
    gone_at: Mapped[datetime | None]


class LinkRow(Base):
    """A link between two providers as the register has it; either may be on no imported register."""

    __tablename__ = "provider_link"
    __table_args__ = (UniqueConstraint("of_ref", "to_ref", "kind"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    register: Mapped[str] = mapped_column(index=True)
    of_ref: Mapped[str]
    to_ref: Mapped[str] = mapped_column(index=True)
    to_name: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    established_on: Mapped[date | None]
    row_digest: Mapped[str]
    gone_at: Mapped[datetime | None]


class GroupRow(Base):
    """A trust, federation, sponsor or owner. `twin_name` is set where it may be one body with another."""

    __tablename__ = "provider_group"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    register: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    kind: Mapped[str]
    status: Mapped[Status] = mapped_column(by_value(Status))
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    town: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    other_numbers: Mapped[str] = mapped_column(default="")
    row_digest: Mapped[str]
    gone_at: Mapped[datetime | None]


class MembershipRow(Base):
    """A provider's membership of a group; `left_on` is set when a later extract no longer lists it."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("provider_ref", "group_ref", "joined_on", "period"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    register: Mapped[str] = mapped_column(index=True)
    provider_ref: Mapped[str] = mapped_column(index=True)
    group_ref: Mapped[str] = mapped_column(index=True)
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]
    # A member that left and came back with the same joining date begins a second period.
    period: Mapped[int] = mapped_column(default=1)
    row_digest: Mapped[str]


class FormerName(Base):
    """A name that a provider bore, as an earlier extract or another row of a register says."""

    __tablename__ = "former_name"
    __table_args__ = (UniqueConstraint("ref", "name"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ref: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    source: Mapped[str]


class NameUntil(Base):
    """What a provider or a group was called until an import, `source`, gave it another name. Never changed.

    Of one on no register until then, for which an inspection was planned all the same, that is its reference.
    """

    __tablename__ = "name_until"
    append_only = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ref: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    # The import's reference: the name was borne until its instant.
    source: Mapped[str] = mapped_column(index=True)


class RegisterImport(Base):
    """One import of one file: who, when, from what, and what it changed. Never changed."""

    __tablename__ = "register_import"
    append_only = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    file_name: Mapped[str]
    file_digest: Mapped[str]
    extract_on: Mapped[date | None]
    imported_at: Mapped[datetime]
    imported_by: Mapped[str]
    rows: Mapped[int]
    added: Mapped[int]
    changed: Mapped[int]
    gone: Mapped[int]
    rejected: Mapped[int]
    # JSON: notes, the rejected rows with their reasons, and the verdicts that changed.
    details: Mapped[str]


class RegisterState(Base):
    """One row that names the state of all registers by random tokens, renewed by every act that changes one.

    `token` is of all that a check rests on, `names` of what the search finds, in which a reviewer's links are not.
    """

    __tablename__ = "register_state"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    token: Mapped[str]
    names: Mapped[str]


class Area(Base):
    """What one check may need to know of one place, as JSON. Rebuildable from the registers."""

    __tablename__ = "area"

    key: Mapped[str] = mapped_column(primary_key=True)
    world: Mapped[str]


class AreaOf(Base):
    """The area of a provider, a group or an organisation; what stands alone has none. Rebuildable."""

    __tablename__ = "area_of"

    ref: Mapped[str] = mapped_column(primary_key=True)
    area: Mapped[str] = mapped_column(index=True)


class ProviderKey(Base):
    """A key of a provider beside its own reference: a body of groups that it is or was in. Rebuildable."""

    __tablename__ = "provider_key"
    __table_args__ = (Index("ix_provider_key_key_provider", "key", "provider"),)

    provider: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
