"""Providers, links, groups and memberships, and the keys that find them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _provider()
    _provider_link()
    _provider_group()
    _membership()
    _former_name()
    _search_entry()
    _register_import()
    _area()
    _area_of()
    _provider_key()


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("provider_key")
    op.drop_table("area_of")
    op.drop_table("area")
    op.drop_table("register_import")
    op.drop_table("search_entry")
    op.drop_table("former_name")
    op.drop_table("membership")
    op.drop_table("provider_group")
    op.drop_table("provider_link")
    op.drop_table("provider")


def _provider() -> None:
    op.create_table(
        "provider",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("type_group", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "open, but proposed to close",
                "proposed to open",
                "closed",
                name="status",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.Column("authority_name", sa.Text(), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("easting", sa.Integer(), nullable=True),
        sa.Column("northing", sa.Integer(), nullable=True),
        sa.Column("other_numbers", sa.Text(), nullable=False),
        sa.Column("row_digest", sa.Text(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
        sa.UniqueConstraint("ref", name=op.f("uq_provider_ref")),
    )
    op.create_index("ix_provider_register", "provider", ["register"], unique=False)


def _provider_link() -> None:
    op.create_table(
        "provider_link",
        sa.Column("id", KEY, nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("of_ref", sa.Text(), nullable=False),
        sa.Column("to_ref", sa.Text(), nullable=False),
        sa.Column("to_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("established_on", sa.Date(), nullable=True),
        sa.Column("row_digest", sa.Text(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_link")),
        sa.UniqueConstraint("of_ref", "to_ref", "kind", name=op.f("uq_provider_link_of_ref_to_ref_kind")),
    )
    op.create_index("ix_provider_link_register", "provider_link", ["register"], unique=False)
    op.create_index("ix_provider_link_to_ref", "provider_link", ["to_ref"], unique=False)


def _provider_group() -> None:
    op.create_table(
        "provider_group",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "open, but proposed to close",
                "proposed to open",
                "closed",
                name="status",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("other_numbers", sa.Text(), nullable=False),
        sa.Column("row_digest", sa.Text(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_group")),
        sa.UniqueConstraint("ref", name=op.f("uq_provider_group_ref")),
    )
    op.create_index("ix_provider_group_register", "provider_group", ["register"], unique=False)


def _membership() -> None:
    op.create_table(
        "membership",
        sa.Column("id", KEY, nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("provider_ref", sa.Text(), nullable=False),
        sa.Column("group_ref", sa.Text(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("row_digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "provider_ref",
            "group_ref",
            "joined_on",
            "period",
            name=op.f("uq_membership_provider_ref_group_ref_joined_on_period"),
        ),
    )
    op.create_index("ix_membership_group_ref", "membership", ["group_ref"], unique=False)
    op.create_index("ix_membership_provider_ref", "membership", ["provider_ref"], unique=False)
    op.create_index("ix_membership_register", "membership", ["register"], unique=False)


def _former_name() -> None:
    op.create_table(
        "former_name",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_name")),
        sa.UniqueConstraint("ref", "name", name=op.f("uq_former_name_ref_name")),
    )
    op.create_index("ix_former_name_ref", "former_name", ["ref"], unique=False)


def _search_entry() -> None:
    op.create_table(
        "search_entry",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_search_entry")),
    )


def _register_import() -> None:
    op.create_table(
        "register_import",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_digest", sa.Text(), nullable=False),
        sa.Column("extract_on", sa.Date(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_import")),
        sa.UniqueConstraint("ref", name=op.f("uq_register_import_ref")),
    )


def _area() -> None:
    op.create_table(
        "area",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("world", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_area")),
    )


def _area_of() -> None:
    op.create_table(
        "area_of",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_area_of")),
    )
    op.create_index("ix_area_of_area", "area_of", ["area"], unique=False)


def _provider_key() -> None:
    op.create_table(
        "provider_key",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "key", name=op.f("pk_provider_key")),
    )
    op.create_index("ix_provider_key_key_provider", "provider_key", ["key", "provider"], unique=False)
