"""Inspections, assignments, checks and decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _inspection()
    _assignment()
    _conflict_check()
    _finding()
    _decision()


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("decision")
    op.drop_table("finding")
    op.drop_table("conflict_check")
    op.drop_table("assignment")
    op.drop_table("inspection")


def _inspection() -> None:
    op.create_table(
        "inspection",
        sa.Column("id", KEY, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("framework", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("team_size", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
        sa.UniqueConstraint("reference", name=op.f("uq_inspection_reference")),
    )
    op.create_index("ix_inspection_provider", "inspection", ["provider"], unique=False)
    op.create_index("ix_inspection_starts_on", "inspection", ["starts_on"], unique=False)


def _assignment() -> None:
    op.create_table(
        "assignment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("inspection_id", KEY, nullable=False),
        sa.Column("inspector_id", KEY, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("proposed", "confirmed", "questioned", "released", name="state", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum("clear", "undetermined", "perceived", "real", name="verdict", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("check_id", KEY, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_assignment_inspection_id")),
        sa.ForeignKeyConstraint(["inspector_id"], ["inspector.id"], name=op.f("fk_assignment_inspector_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("ref", name=op.f("uq_assignment_ref")),
    )
    op.create_index("ix_assignment_inspection_id", "assignment", ["inspection_id"], unique=False)
    op.create_index("ix_assignment_inspector_id", "assignment", ["inspector_id"], unique=False)
    op.create_index("ix_assignment_state", "assignment", ["state"], unique=False)
    op.create_index(
        "uq_assignment_open",
        "assignment",
        ["inspection_id", "inspector_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'released'"),
        postgresql_where=sa.text("state <> 'released'"),
    )


def _conflict_check() -> None:
    op.create_table(
        "conflict_check",
        sa.Column("id", KEY, nullable=False),
        sa.Column("assignment_id", KEY, nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("policy_id", KEY, nullable=False),
        sa.Column(
            "verdict",
            sa.Enum("clear", "undetermined", "perceived", "real", name="verdict", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("facts_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_conflict_check_assignment_id")),
        sa.ForeignKeyConstraint(["facts_id"], ["words.id"], name=op.f("fk_conflict_check_facts_id")),
        sa.ForeignKeyConstraint(["policy_id"], ["policy_version.id"], name=op.f("fk_conflict_check_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_check")),
    )
    op.create_index("ix_conflict_check_assignment_id", "conflict_check", ["assignment_id"], unique=False)


def _finding() -> None:
    op.create_table(
        "finding",
        sa.Column("id", KEY, nullable=False),
        sa.Column("check_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum("clear", "undetermined", "perceived", "real", name="verdict", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("connection_ref", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["check_id"], ["conflict_check.id"], name=op.f("fk_finding_check_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("check_id", "position", name=op.f("uq_finding_check_id_position")),
    )
    op.create_index("ix_finding_check_id", "finding", ["check_id"], unique=False)
    op.create_index("ix_finding_fingerprint", "finding", ["fingerprint"], unique=False)


def _decision() -> None:
    op.create_table(
        "decision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("assignment_id", KEY, nullable=False),
        sa.Column("finding_id", KEY, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("reasons_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_decision_assignment_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_decision_finding_id")),
        sa.ForeignKeyConstraint(["reasons_id"], ["words.id"], name=op.f("fk_decision_reasons_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("ref", name=op.f("uq_decision_ref")),
    )
    op.create_index("ix_decision_assignment_id", "decision", ["assignment_id"], unique=False)
    op.create_index("ix_decision_fingerprint", "decision", ["fingerprint"], unique=False)
