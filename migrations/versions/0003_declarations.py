"""Declarations with their words and connections, and the policy's versions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _wording()
    _declaration()
    _connection()
    _connection_grade()
    _declaration_in_force()
    _connection_key()
    _declaration_draft()
    _policy_version()


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("policy_version")
    op.drop_table("declaration_draft")
    op.drop_table("connection_key")
    op.drop_table("declaration_in_force")
    op.drop_table("connection_grade")
    op.drop_table("connection")
    op.drop_table("declaration")
    op.drop_table("wording")


def _wording() -> None:
    op.create_table(
        "wording",
        sa.Column("id", KEY, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
        sa.UniqueConstraint("digest", name=op.f("uq_wording_digest")),
    )


def _declaration() -> None:
    op.create_table(
        "declaration",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("inspector_id", KEY, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("connections", "nil", "withdrawal", name="declarationkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("supersedes_id", KEY, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("is_imported", sa.Boolean(), nullable=False),
        sa.Column("wording_id", KEY, nullable=True),
        sa.Column("reason_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["inspector_id"], ["inspector.id"], name=op.f("fk_declaration_inspector_id")),
        sa.ForeignKeyConstraint(["reason_id"], ["words.id"], name=op.f("fk_declaration_reason_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["declaration.id"], name=op.f("fk_declaration_supersedes_id")),
        sa.ForeignKeyConstraint(["wording_id"], ["wording.id"], name=op.f("fk_declaration_wording_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
        sa.UniqueConstraint("ref", name=op.f("uq_declaration_ref")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_declaration_supersedes_id")),
    )
    op.create_index("ix_declaration_inspector_id", "declaration", ["inspector_id"], unique=False)
    op.create_index(
        "uq_declaration_first",
        "declaration",
        ["inspector_id"],
        unique=True,
        sqlite_where=sa.text("supersedes_id IS NULL"),
        postgresql_where=sa.text("supersedes_id IS NULL"),
    )


def _connection() -> None:
    op.create_table(
        "connection",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("declaration_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "nature",
            sa.Enum(
                "employment",
                "governance",
                "ownership",
                "consultancy",
                "sought_work",
                "service_use",
                "relationship",
                "dispute",
                "competition",
                "gift",
                "public_position",
                "other",
                name="nature",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "holder",
            sa.Enum(
                "self",
                "partner",
                "child",
                "parent",
                "sibling",
                "household",
                "other_relative",
                "close_friend",
                "business_associate",
                name="holder",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("target_name", sa.Text(), nullable=False),
        sa.Column("began_on", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Text(), nullable=True),
        sa.Column("restates_id", KEY, nullable=True),
        sa.Column("words_id", KEY, nullable=False),
        sa.Column("note_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["declaration_id"], ["declaration.id"], name=op.f("fk_connection_declaration_id")),
        sa.ForeignKeyConstraint(["note_id"], ["words.id"], name=op.f("fk_connection_note_id")),
        sa.ForeignKeyConstraint(["restates_id"], ["connection.id"], name=op.f("fk_connection_restates_id")),
        sa.ForeignKeyConstraint(["words_id"], ["words.id"], name=op.f("fk_connection_words_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection")),
        sa.UniqueConstraint("ref", name=op.f("uq_connection_ref")),
    )
    op.create_index("ix_connection_declaration_id", "connection", ["declaration_id"], unique=False)
    op.create_index("ix_connection_target", "connection", ["target"], unique=False)


def _connection_grade() -> None:
    op.create_table(
        "connection_grade",
        sa.Column("id", KEY, nullable=False),
        sa.Column("connection_id", KEY, nullable=False),
        sa.Column(
            "verdict",
            sa.Enum("clear", "undetermined", "perceived", "real", name="verdict", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("graded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("graded_by", sa.Text(), nullable=False),
        sa.Column("reasons_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["connection_id"], ["connection.id"], name=op.f("fk_connection_grade_connection_id")),
        sa.ForeignKeyConstraint(["reasons_id"], ["words.id"], name=op.f("fk_connection_grade_reasons_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection_grade")),
    )
    op.create_index("ix_connection_grade_connection_id", "connection_grade", ["connection_id"], unique=False)


def _declaration_in_force() -> None:
    op.create_table(
        "declaration_in_force",
        sa.Column("inspector_id", KEY, nullable=False),
        sa.Column("declaration_id", KEY, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declaration.id"], name=op.f("fk_declaration_in_force_declaration_id")
        ),
        sa.ForeignKeyConstraint(["inspector_id"], ["inspector.id"], name=op.f("fk_declaration_in_force_inspector_id")),
        sa.PrimaryKeyConstraint("inspector_id", name=op.f("pk_declaration_in_force")),
        sa.UniqueConstraint("declaration_id", name=op.f("uq_declaration_in_force_declaration_id")),
    )


def _connection_key() -> None:
    op.create_table(
        "connection_key",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("inspector_id", KEY, nullable=False),
        sa.Column("connection_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("key", "inspector_id", "connection_id", name=op.f("pk_connection_key")),
    )
    op.create_index(
        "ix_connection_key_inspector", "connection_key", ["inspector_id", "key", "connection_id"], unique=False
    )


def _declaration_draft() -> None:
    op.create_table(
        "declaration_draft",
        sa.Column("inspector_id", KEY, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["inspector_id"], ["inspector.id"], name=op.f("fk_declaration_draft_inspector_id")),
        sa.PrimaryKeyConstraint("inspector_id", name=op.f("pk_declaration_draft")),
    )


def _policy_version() -> None:
    op.create_table(
        "policy_version",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("toml", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("adopted_by", sa.Text(), nullable=False),
        sa.Column("reason_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["reason_id"], ["words.id"], name=op.f("fk_policy_version_reason_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
        sa.UniqueConstraint("ref", name=op.f("uq_policy_version_ref")),
    )
