"""What the whole policy needs: reviewers' links of organisations, and inspectors' confirmations for an inspection."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("organisation_link", "inspector_confirmation")


def upgrade() -> None:
    """Make the tables, which nothing may overwrite."""
    op.create_table(
        "organisation_link",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("is_linked", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("reasons_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["reasons_id"], ["words.id"], name=op.f("fk_organisation_link_reasons_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_link")),
    )
    op.create_index("ix_organisation_link_organisation", "organisation_link", ["organisation"], unique=False)
    op.create_table(
        "inspector_confirmation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("assignment_id", KEY, nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wording_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_inspector_confirmation_assignment_id")
        ),
        sa.ForeignKeyConstraint(["wording_id"], ["wording.id"], name=op.f("fk_inspector_confirmation_wording_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspector_confirmation")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_inspector_confirmation_assignment_id")),
    )
    for table in TABLES:
        _append_only(table)


def downgrade() -> None:
    """Drop the tables, and their triggers with them."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _append_only(table: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_{act} BEFORE {act.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: what was said is never changed or removed'); END"
            )
        return
    for act in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_{act} BEFORE {act.upper()} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION tracker_refuse()"
        )
    op.execute(
        f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION tracker_refuse()"
    )
