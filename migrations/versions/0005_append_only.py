"""Nothing that was said is overwritten: triggers refuse UPDATE, DELETE and TRUNCATE on what is append-only."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# A list of its own, and not the models': a migration must not change when the code does.
APPEND_ONLY = (
    "history_entry",
    "history_subject",
    "history_words",
    "register_import",
    "wording",
    "declaration",
    "connection",
    "connection_grade",
    "policy_version",
    "conflict_check",
    "finding",
    "decision",
)
NEVER_DELETED = ("words", "history_head")
SAID = "append-only: what was said is never changed or removed"
# Words may be erased under a retention rule: salt and value go together, the commitment stays.
ERASES = (
    "NEW.id = OLD.id AND NEW.commitment = OLD.commitment AND NEW.salt IS NULL AND NEW.value IS NULL "
    "AND NEW.erased_at IS NOT NULL"
)
GROWS = "NEW.id = OLD.id AND NEW.size >= OLD.size"


def upgrade() -> None:
    """Make the triggers."""
    (_postgresql if op.get_bind().dialect.name == "postgresql" else _sqlite)()


def downgrade() -> None:
    """Drop the triggers."""
    if op.get_bind().dialect.name == "postgresql":
        for function in ("tracker_refuse", "tracker_only_erase", "tracker_only_grow"):
            op.execute(f"DROP FUNCTION {function} CASCADE")
        return
    for table in (*APPEND_ONLY, *NEVER_DELETED):
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER IF EXISTS {table}_{act}")


def _sqlite() -> None:
    for table in APPEND_ONLY:
        _sqlite_trigger(table, "update")
    for table in (*APPEND_ONLY, *NEVER_DELETED):
        _sqlite_trigger(table, "delete")
    _sqlite_trigger("words", "update", f"WHEN NOT ({ERASES})")
    _sqlite_trigger("history_head", "update", f"WHEN NOT ({GROWS})")


def _sqlite_trigger(table: str, act: str, when: str = "") -> None:
    op.execute(
        f"CREATE TRIGGER {table}_{act} BEFORE {act.upper()} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is {SAID}'); END"
    )


def _postgresql() -> None:
    raising = f"RAISE EXCEPTION '%', TG_TABLE_NAME || ' is {SAID}'; RETURN NULL;"
    _function("tracker_refuse", raising)
    _function("tracker_only_erase", f"IF {ERASES} THEN RETURN NEW; END IF; {raising}")
    _function("tracker_only_grow", f"IF {GROWS} THEN RETURN NEW; END IF; {raising}")
    for table in APPEND_ONLY:
        _row_trigger(table, "update", "tracker_refuse")
    for table in (*APPEND_ONLY, *NEVER_DELETED):
        _row_trigger(table, "delete", "tracker_refuse")
        op.execute(
            f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION tracker_refuse()"
        )
    _row_trigger("words", "update", "tracker_only_erase")
    _row_trigger("history_head", "update", "tracker_only_grow")


def _function(name: str, body: str) -> None:
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")


def _row_trigger(table: str, act: str, function: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_{act} BEFORE {act.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
    )
