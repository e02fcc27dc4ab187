"""Keys that are exact: areas named by their content, places of connections, and no keys of what stands alone.

All these tables are worked out of others, and `tracker db upgrade` fills them afresh.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REBUILT = ("area", "area_of", "provider_key", "connection_key")


def upgrade() -> None:
    """Make the areas anew with a digest each, and the table of places."""
    for table in REBUILT:
        op.execute(sa.table(table).delete())
    op.drop_table("area")
    op.create_table(
        "area",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("world", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_area")),
    )
    op.create_table(
        "connection_place",
        sa.Column("inspector_id", KEY, nullable=False, autoincrement=False),
        sa.Column("connection_id", KEY, nullable=False, autoincrement=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("easting", sa.Integer(), nullable=True),
        sa.Column("northing", sa.Integer(), nullable=True),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("inspector_id", "connection_id", name=op.f("pk_connection_place")),
    )


def downgrade() -> None:
    """Make the areas as they were."""
    for table in REBUILT:
        op.execute(sa.table(table).delete())
    op.drop_table("connection_place")
    op.drop_table("area")
    op.create_table(
        "area",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("world", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_area")),
    )
