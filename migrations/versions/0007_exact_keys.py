"""Keys that are exact, places of connections, and a name for the registers' state; what is searched is in memory now.

All these tables are worked out of others, and `tracker db upgrade` fills them afresh.
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REBUILT = ("area", "area_of", "provider_key")


def upgrade() -> None:
    """Empty what is worked out afresh, and make the table of places and that of the registers' state."""
    for table in REBUILT:
        op.execute(sa.table(table).delete())
    state = op.create_table(
        "register_state",
        sa.Column("id", KEY, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_state")),
    )
    op.drop_table("search_entry")
    op.drop_table("connection_key")
    _connection_key("connection", sa.Text(), ["inspector_id"])
    op.bulk_insert(state, [{"id": 1, "token": secrets.token_hex(16), "names": secrets.token_hex(16)}])
    op.create_table(
        "connection_place",
        sa.Column("inspector_id", KEY, nullable=False, autoincrement=False),
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("easting", sa.Integer(), nullable=True),
        sa.Column("northing", sa.Integer(), nullable=True),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("inspector_id", "connection", name=op.f("pk_connection_place")),
    )
    op.create_index(
        "ix_connection_place_near",
        "connection_place",
        ["inspector_id", "register", "easting", "northing", "authority", "connection"],
        unique=False,
    )


def downgrade() -> None:
    """Drop them; the keys of the older kind are worked out by the older tracker's own upgrade."""
    for table in REBUILT:
        op.execute(sa.table(table).delete())
    op.drop_table("connection_place")
    op.drop_table("register_state")
    op.create_table(
        "search_entry",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_search_entry")),
    )
    op.drop_table("connection_key")
    _connection_key("connection_id", KEY, ["inspector_id", "key", "connection_id"])


def _connection_key(connection: str, kind: sa.types.TypeEngine[object], index: list[str]) -> None:
    op.create_table(
        "connection_key",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("inspector_id", KEY, nullable=False),
        sa.Column(connection, kind, nullable=False),
        sa.PrimaryKeyConstraint("key", "inspector_id", connection, name=op.f("pk_connection_key")),
    )
    op.create_index("ix_connection_key_inspector", "connection_key", index, unique=False)
