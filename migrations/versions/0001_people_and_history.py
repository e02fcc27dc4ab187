"""People who sign in, inspectors, and the tamper-evident history."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _inspector()
    _account()
    _role_grant()
    _words()
    _history_entry()
    _history_subject()
    _history_head()
    _history_words()
    op.execute(
        "INSERT INTO history_head (id, size, root, frontier) VALUES (1, 0, "
        "'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '[]')"
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("history_words")
    op.drop_table("history_head")
    op.drop_table("history_subject")
    op.drop_table("history_entry")
    op.drop_table("words")
    op.drop_table("role_grant")
    op.drop_table("account")
    op.drop_table("inspector")


def _inspector() -> None:
    op.create_table(
        "inspector",
        sa.Column("id", KEY, nullable=False),
        sa.Column("staff_no", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("engagement", sa.Text(), nullable=False),
        sa.Column("remits", sa.Text(), nullable=False),
        sa.Column("home_postcode", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspector")),
        sa.UniqueConstraint("staff_no", name=op.f("uq_inspector_staff_no")),
    )


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("failed_attempts", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("inspector_id", KEY, nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["inspector_id"], ["inspector.id"], name=op.f("fk_account_inspector_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("inspector_id", name=op.f("uq_account_inspector_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_account_ref")),
    )


def _role_grant() -> None:
    op.create_table(
        "role_grant",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "inspector",
                "scheduler",
                "decision_maker",
                "auditor",
                "administrator",
                name="role",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_role_grant_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index("ix_role_grant_account_id", "role_grant", ["account_id"], unique=False)
    op.create_index(
        "uq_role_grant_held",
        "role_grant",
        ["account_id", "role"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )


def _words() -> None:
    op.create_table(
        "words",
        sa.Column("id", KEY, nullable=False),
        sa.Column("salt", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_words")),
    )


def _history_entry() -> None:
    op.create_table(
        "history_entry",
        sa.Column("seq", KEY, autoincrement=False, nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("leaf", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_history_entry")),
    )


def _history_subject() -> None:
    op.create_table(
        "history_subject",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("seq", KEY, nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["history_entry.seq"], name=op.f("fk_history_subject_seq")),
        sa.PrimaryKeyConstraint("subject", "seq", name=op.f("pk_history_subject")),
    )


def _history_head() -> None:
    op.create_table(
        "history_head",
        sa.Column("id", KEY, nullable=False),
        sa.Column("size", KEY, nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("frontier", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_head")),
    )


def _history_words() -> None:
    op.create_table(
        "history_words",
        sa.Column("seq", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("words_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["history_entry.seq"], name=op.f("fk_history_words_seq")),
        sa.ForeignKeyConstraint(["words_id"], ["words.id"], name=op.f("fk_history_words_words_id")),
        sa.PrimaryKeyConstraint("seq", "name", name=op.f("pk_history_words")),
        sa.UniqueConstraint("words_id", name=op.f("uq_history_words_words_id")),
    )
