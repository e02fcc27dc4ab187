"""Local authorities that only establishments name are told from those that a file of authorities lists."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Until now every authority was drawn from the establishments."""
    op.execute("UPDATE provider SET register = 'gias-authorities' WHERE register = 'authorities'")


def downgrade() -> None:
    """Let them be one register again."""
    op.execute("UPDATE provider SET register = 'authorities' WHERE register = 'gias-authorities'")
