"""What leads rest on and what became of them: employers, governors, answers, and which leads are open since when."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables, of which nothing may overwrite the answers."""
    op.add_column("inspector", sa.Column("employer", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.create_table(
        "governor",
        sa.Column("id", KEY, nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_governor")),
    )
    op.create_index("ix_governor_folded", "governor", ["folded"], unique=False)
    op.create_table(
        "lead_open",
        sa.Column("inspector_id", KEY, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("arisen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["inspector_id"], ["inspector.id"], name=op.f("fk_lead_open_inspector_id")),
        sa.PrimaryKeyConstraint("inspector_id", "fingerprint", name=op.f("pk_lead_open")),
    )
    op.create_table(
        "lead_answer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("inspector_id", KEY, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("question_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["inspector_id"], ["inspector.id"], name=op.f("fk_lead_answer_inspector_id")),
        sa.ForeignKeyConstraint(["question_id"], ["words.id"], name=op.f("fk_lead_answer_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_answer")),
    )
    op.create_index("ix_lead_answer_inspector_id", "lead_answer", ["inspector_id"], unique=False)
    _append_only("lead_answer")


def downgrade() -> None:
    """Drop them."""
    for table in ("lead_answer", "lead_open", "governor"):
        op.drop_table(table)
    op.drop_column("inspector", "employer")


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
