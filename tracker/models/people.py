"""People: inspectors, accounts that sign in, and the roles that they were granted."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.domain.access import Role
from tracker.models.base import Base, Key, by_value


class Inspector(Base):
    """Somebody who inspects. `remits` are separated by `;`.

    `easting` and `northing` are those of the home postcode, in metres on the British National Grid.
    """

    __tablename__ = "inspector"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    staff_no: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str]
    title: Mapped[str]
    engagement: Mapped[str]
    remits: Mapped[str]
    home_postcode: Mapped[str]
    # `scheme:value`, or `org:` and a name; empty where the staff list says nothing.
    employer: Mapped[str] = mapped_column(default="", server_default=text("''"))
    easting: Mapped[int | None]
    northing: Mapped[int | None]
    added_at: Mapped[datetime]
    left_on: Mapped[date | None]


class Account(Base):
    """Somebody who signs in. `session_epoch` rises to end every session that is open."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    failed_attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    session_epoch: Mapped[int] = mapped_column(default=0)
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    inspector_id: Mapped[int | None] = mapped_column(ForeignKey("inspector.id"), unique=True)
    added_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    inspector: Mapped[Inspector | None] = relationship(lazy="raise")
    grants: Mapped[list["RoleGrant"]] = relationship(lazy="raise", order_by="RoleGrant.id", viewonly=True)


class RoleGrant(Base):
    """A role that an account holds, or held until it was revoked."""

    __tablename__ = "role_grant"
    __table_args__ = (
        Index(
            "uq_role_grant_held",
            "account_id",
            "role",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[Role] = mapped_column(by_value(Role))
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class KeptForm(Base):
    """What somebody sent after the session had ended, as JSON, for that person alone."""

    __tablename__ = "kept_form"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    path: Mapped[str]
    fields: Mapped[str]
    kept_at: Mapped[datetime]
