"""Legal holds: what must be kept whatever the retention schedule says, and the end of that."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("legal_hold", "legal_hold_end")


def upgrade() -> None:
    """Make the tables, which nothing may overwrite."""
    op.create_table(
        "legal_hold",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("inspector_id", KEY, nullable=True),
        sa.Column("inspection_id", KEY, nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column("reason_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_legal_hold_inspection_id")),
        sa.ForeignKeyConstraint(["inspector_id"], ["inspector.id"], name=op.f("fk_legal_hold_inspector_id")),
        sa.ForeignKeyConstraint(["reason_id"], ["words.id"], name=op.f("fk_legal_hold_reason_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
        sa.UniqueConstraint("ref", name=op.f("uq_legal_hold_ref")),
    )
    op.create_table(
        "legal_hold_end",
        sa.Column("hold_id", KEY, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("reason_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["hold_id"], ["legal_hold.id"], name=op.f("fk_legal_hold_end_hold_id")),
        sa.ForeignKeyConstraint(["reason_id"], ["words.id"], name=op.f("fk_legal_hold_end_reason_id")),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_legal_hold_end")),
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
