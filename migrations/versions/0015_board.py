"""How each inspection stands, counted by the database itself as its assignments change, so that a board need not count.

Whoever makes the table of assignments anew must make its triggers anew, too.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# The columns, and what is counted in each of the assignments of an inspection.
COUNTED = {
    "held": "state IN ('confirmed', 'questioned') AND role IN ('lead', 'team')",
    "questioned": "state = 'questioned'",
    "unsettled": "state = 'questioned' AND in_the_way <> 'clear'",
    "confirmable": "state = 'proposed' AND in_the_way = 'clear'",
    "stopped": "state = 'proposed' AND in_the_way <> 'clear'",
}
COLUMNS = ", ".join(COUNTED)
SUMS = ", ".join(f"coalesce(sum(CASE WHEN {what} THEN 1 ELSE 0 END), 0)" for what in COUNTED.values())
OF_ONE = f"SELECT {SUMS} FROM assignment WHERE inspection_id = {{of}}"  # noqa: S608 (our own names)
COUNT = f"UPDATE inspection SET ({COLUMNS}) = ({OF_ONE}) WHERE id = {{of}}"  # noqa: S608 (our own names)
# The act, its name within a trigger's name, and the row of which it is.
ACTS = {
    "insert": ("INSERT", "NEW"),
    "change": ("UPDATE OF state, in_the_way, role", "NEW"),
    "delete": ("DELETE", "OLD"),
}
INDEX = ("starts_on", "reference", "ends_on", "remit", "team_size", *COUNTED, "provider")


def upgrade() -> None:
    """Add the columns, count once, and let triggers count from then on."""
    for name in COUNTED:
        op.add_column("inspection", sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.execute(COUNT.format(of="inspection.id"))
    op.create_index("ix_inspection_board", "inspection", list(INDEX), unique=False)
    is_postgres = op.get_bind().dialect.name == "postgresql"
    for name, (act, row) in ACTS.items():
        trigger, counting = f"assignment_{name}_counts", COUNT.format(of=f"{row}.inspection_id")
        if is_postgres:
            op.execute(
                f"CREATE FUNCTION tracker_{trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN {counting}; RETURN NULL; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {trigger} AFTER {act} ON assignment FOR EACH ROW EXECUTE FUNCTION tracker_{trigger}()"
            )
        else:
            op.execute(f"CREATE TRIGGER {trigger} AFTER {act} ON assignment BEGIN {counting}; END")


def downgrade() -> None:
    """Drop the triggers and the columns."""
    is_postgres = op.get_bind().dialect.name == "postgresql"
    for name in ACTS:
        trigger = f"assignment_{name}_counts"
        op.execute(f"DROP TRIGGER {trigger}{' ON assignment' if is_postgres else ''}")
        if is_postgres:
            op.execute(f"DROP FUNCTION tracker_{trigger}()")
    op.drop_index("ix_inspection_board", table_name="inspection")
    for name in reversed(COUNTED):
        op.drop_column("inspection", name)
