"""When an inspection was called off; the board's index knows of it, for the board leaves such out."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

COUNTED = ("held", "questioned", "unsettled", "confirmable", "stopped")
BEFORE = ("starts_on", "reference", "ends_on", "remit", "team_size", *COUNTED, "provider")
AFTER = (*BEFORE, "called_off_at")
TOLD = """
FROM history_subject JOIN history_entry ON history_entry.seq = history_subject.seq
WHERE history_subject.subject = 'inspection:' || inspection.reference AND history_entry.event = 'inspection:called-off'
"""
REFILL = f"UPDATE inspection SET called_off_at = (SELECT min(history_entry.at) {TOLD}) WHERE EXISTS (SELECT 1 {TOLD})"  # noqa: S608 (our own words)


def upgrade() -> None:
    """Add the column, and fill it from the history: nothing was called off before, but where this was undone."""
    op.add_column("inspection", sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(REFILL)
    op.drop_index("ix_inspection_board", table_name="inspection")
    op.create_index("ix_inspection_board", "inspection", list(AFTER), unique=False)


def downgrade() -> None:
    """Drop it; that inspections were called off stays in the history."""
    op.drop_index("ix_inspection_board", table_name="inspection")
    op.create_index("ix_inspection_board", "inspection", list(BEFORE), unique=False)
    op.drop_column("inspection", "called_off_at")
