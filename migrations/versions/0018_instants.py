"""When each act was: what happened between two instants is found without reading all that ever happened."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index; a million entries take a second or two, while nobody writes."""
    op.create_index("ix_history_entry_at", "history_entry", ["at"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_history_entry_at", table_name="history_entry")
