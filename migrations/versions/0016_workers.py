"""Who works on a plan, so that one who was taken for dead cannot meddle with whoever came after."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; a plan that is being made meanwhile is silent soon, and can be begun again."""
    op.add_column("allocation_plan", sa.Column("worker", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("allocation_plan", "worker")
