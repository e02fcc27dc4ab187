"""The search's index moves from a table into each process's memory; a token says whether it is still right."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table of the token, with its one row, and drop the entries, which were worked out of other tables."""
    state = op.create_table(
        "search_state",
        sa.Column("id", KEY, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_state")),
    )
    op.bulk_insert(state, [{"id": 1, "token": secrets.token_hex(16)}])
    op.drop_table("search_entry")


def downgrade() -> None:
    """Make the table of the entries again, which `tracker db upgrade` of that version fills, and drop the token."""
    op.create_table(
        "search_entry",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_search_entry")),
    )
    op.drop_table("search_state")
