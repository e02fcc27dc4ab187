"""What providers and groups were called until imports gave them other names, which nothing may overwrite."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "name_until"
# Former names tell most of it: an import kept each that it replaced, once, but for what only differs in case. A file
# of authorities lists more names of each, which tell nothing of when they were borne.
BEFORE = """
INSERT INTO name_until (ref, name, source)
SELECT former_name.ref, former_name.name, former_name.source
FROM former_name JOIN register_import ON register_import.ref = former_name.source
WHERE register_import.kind <> 'authorities' ORDER BY former_name.id
"""


def upgrade() -> None:
    """Make the table, and fill it with what the former names tell."""
    op.create_table(
        TABLE,
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_until")),
    )
    op.create_index("ix_name_until_ref", TABLE, ["ref"], unique=False)
    op.create_index("ix_name_until_source", TABLE, ["source"], unique=False)
    op.execute(BEFORE)
    _append_only(TABLE)


def downgrade() -> None:
    """Drop the table, and its triggers with it: what the former names do not tell is lost."""
    op.drop_table(TABLE)


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
