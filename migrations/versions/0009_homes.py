"""Where inspectors live, as far as their postcode tells: candidates are looked for from near to far."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the place, which the next import of the staff list fills."""
    op.add_column("inspector", sa.Column("easting", sa.Integer(), nullable=True))
    op.add_column("inspector", sa.Column("northing", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("inspector", "northing")
    op.drop_column("inspector", "easting")
