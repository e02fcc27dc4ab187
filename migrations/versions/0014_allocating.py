"""What allocating needs: remits, regions, what is in the way, mitigations, questions, objections, and plans."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEPT = (
    "mitigation",
    "mitigation_done",
    "inspector_question",
    "inspector_answer",
    "objection",
    "objection_answer",
)
# The remit of a planned inspection by its provider, as it is worked out for those planned from now on.
REMIT = """
    UPDATE inspection SET remit = CASE
        WHEN provider LIKE 'ofsted-ey:%' THEN 'early years'
        WHEN provider LIKE 'ofsted-sc:%' OR provider LIKE 'la:%' THEN 'social care'
        WHEN provider LIKE 'ukprn:%' THEN 'further education'
        WHEN provider LIKE 'gias:%' THEN coalesce((
            SELECT CASE lower(trim(provider.type_group))
                WHEN 'independent schools' THEN 'independent'
                WHEN 'colleges' THEN 'further education'
                WHEN 'universities' THEN 'further education'
                ELSE 'schools' END
            FROM provider WHERE provider.ref = inspection.provider), 'schools')
        ELSE '' END
"""


def upgrade() -> None:
    """Add the columns and make the tables; the next check of all open assignments weighs what is in the way."""
    op.add_column("provider", sa.Column("region", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("inspection", sa.Column("remit", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.execute(REMIT)
    op.create_index("ix_inspection_remit_starts_on", "inspection", ["remit", "starts_on"], unique=False)
    kind = sa.Enum("clear", "undetermined", "perceived", "real", name="verdict", native_enum=False, length=40)
    op.add_column("assignment", sa.Column("in_the_way", kind, nullable=False, server_default=sa.text("'clear'")))
    # Whatever was found may be in the way, until it is weighed with the decisions.
    op.execute("UPDATE assignment SET in_the_way = verdict")
    _decisions()
    _objections()
    _plans()
    for table in KEPT:
        _append_only(table)


def downgrade() -> None:
    """Drop them."""
    for table in ("allocation_plan", *reversed(KEPT)):
        op.drop_table(table)
    op.drop_column("assignment", "in_the_way")
    op.drop_index("ix_inspection_remit_starts_on", table_name="inspection")
    op.drop_column("inspection", "remit")
    op.drop_column("provider", "region")


def _decisions() -> None:
    op.create_table(
        "mitigation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("owner_id", KEY, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("what_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_mitigation_decision_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_mitigation_owner_id")),
        sa.ForeignKeyConstraint(["what_id"], ["words.id"], name=op.f("fk_mitigation_what_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mitigation")),
        sa.UniqueConstraint("ref", name=op.f("uq_mitigation_ref")),
    )
    op.create_index("ix_mitigation_decision_id", "mitigation", ["decision_id"], unique=False)
    op.create_index("ix_mitigation_owner_id", "mitigation", ["owner_id"], unique=False)
    op.create_table(
        "mitigation_done",
        sa.Column("id", KEY, nullable=False),
        sa.Column("mitigation_id", KEY, nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.Column("evidence_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["mitigation_id"], ["mitigation.id"], name=op.f("fk_mitigation_done_mitigation_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["words.id"], name=op.f("fk_mitigation_done_evidence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mitigation_done")),
        sa.UniqueConstraint("mitigation_id", name=op.f("uq_mitigation_done_mitigation_id")),
    )
    op.create_table(
        "inspector_question",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("assignment_id", KEY, nullable=False),
        sa.Column("finding_id", KEY, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("words_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_inspector_question_assignment_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_inspector_question_finding_id")),
        sa.ForeignKeyConstraint(["words_id"], ["words.id"], name=op.f("fk_inspector_question_words_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspector_question")),
        sa.UniqueConstraint("ref", name=op.f("uq_inspector_question_ref")),
    )
    op.create_index("ix_inspector_question_assignment_id", "inspector_question", ["assignment_id"], unique=False)
    op.create_table(
        "inspector_answer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("question_id", KEY, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["inspector_question.id"], name=op.f("fk_inspector_answer_question_id")
        ),
        sa.ForeignKeyConstraint(["words_id"], ["words.id"], name=op.f("fk_inspector_answer_words_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspector_answer")),
        sa.UniqueConstraint("question_id", name=op.f("uq_inspector_answer_question_id")),
    )


def _objections() -> None:
    op.create_table(
        "objection",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("assignment_id", KEY, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("words_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_objection_assignment_id")),
        sa.ForeignKeyConstraint(["words_id"], ["words.id"], name=op.f("fk_objection_words_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("ref", name=op.f("uq_objection_ref")),
    )
    op.create_index("ix_objection_assignment_id", "objection", ["assignment_id"], unique=False)
    op.create_table(
        "objection_answer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("objection_id", KEY, nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("words_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["objection_id"], ["objection.id"], name=op.f("fk_objection_answer_objection_id")),
        sa.ForeignKeyConstraint(["words_id"], ["words.id"], name=op.f("fk_objection_answer_words_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection_answer")),
        sa.UniqueConstraint("objection_id", name=op.f("uq_objection_answer_objection_id")),
    )


def _plans() -> None:
    state = sa.Enum(
        *("waiting", "working", "ready", "cancelled", "failed", "applying", "applied"),
        name="planstate",
        native_enum=False,
        length=40,
    )
    op.create_table(
        "allocation_plan",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("pins", sa.Text(), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("history_size", sa.Integer(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("applied_by", sa.Text(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_plan")),
        sa.UniqueConstraint("ref", name=op.f("uq_allocation_plan_ref")),
    )


def _append_only(table: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_{act} BEFORE {act.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: what was said is never changed or removed'); END"
            )
        return
    for act in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_{act} BEFORE {act.upper()} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION tracker_refuse()"
        )
    op.execute(
        f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION tracker_refuse()"
    )
