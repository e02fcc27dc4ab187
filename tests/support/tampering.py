"""Changing what may not be changed, as somebody with the database in hand could; every change is rolled back."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from sqlalchemy import Boolean, Connection, Engine, LargeBinary, Table, Text, bindparam, cast, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.domain.tree import Broken, Head
from tracker.queries import verification

RECORDS = (
    "declaration",
    "connection",
    "connection_grade",
    "policy_version",
    "conflict_check",
    "finding",
    "decision",
    "mitigation",
    "mitigation_done",
    "inspector_question",
    "inspector_answer",
    "inspection",
    "assignment",
    "register_import",
    "name_until",
    "organisation_link",
    "inspector_confirmation",
    "lead_answer",
    "legal_hold",
    "legal_hold_end",
    "objection",
    "objection_answer",
)
# What no entry tells of: the rows' own numbers, a connection's short name, which rows an import rejected, and how often
# an assignment was changed, which is shown nowhere and decides nothing.
UNTOLD = {(name, "id") for name in RECORDS if name != "legal_hold_end"}
UNTOLD |= {("connection", "ref"), ("register_import", "details")}
# Of a lead, the entry names the kind and commits to the question; the fingerprint is only how it is found again.
UNTOLD |= {("lead_answer", "fingerprint")}
UNTOLD |= {("assignment", "version")}


@contextmanager
def unguarded(engine: Engine) -> Iterator[Session]:
    """Give a session to a database without triggers or foreign keys; what it does is undone at the end."""
    with engine.connect() as connection:
        transaction = connection.begin()
        unguard(connection)
        with Session(connection) as session:
            yield session
        transaction.rollback()


def unguard(connection: Connection) -> None:
    """Take the triggers and foreign keys away, up to the end of the transaction, which must be rolled back."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        connection.execute(text(f"DROP TRIGGER {name}"))


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """Undo what is done within."""
    point = session.begin_nested()
    try:
        yield
    finally:
        point.rollback()


def found(session: Session, against: Head | None = None) -> str | None:
    """Return in what words the verification finds something amiss; None where it finds nothing."""
    try:
        verification.verify(session, against)
    except Broken as broken:
        return verification.describe(session, broken)
    return None


def flip(session: Session, table: Table, column: str, key: dict[str, Any], random: Random) -> str | None:
    """Change one byte of one column of one row, and say how; None where nothing stands there."""
    here = table.update().where(*(table.c[name] == value for name, value in key.items()))
    chosen = table.c[column]
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    if on_sqlite:
        query = select(func.typeof(chosen), cast(chosen, LargeBinary))
        kind, old = session.execute(query.where(*(table.c[n] == v for n, v in key.items()))).one()
    else:
        old = session.scalar(select(chosen).where(*(table.c[n] == v for n, v in key.items())))
        kind = "text" if isinstance(old, str) else "other"
    if old is None or old in ("", b""):
        return None
    if kind != "text":
        session.execute(here.values({column: _other(session, chosen, old)}))
        return f"{table.name}.{column} of {key}: not {old}"
    new = bytearray(old if isinstance(old, bytes) else old.encode())
    place = random.randrange(len(new))
    new[place] = random.choice([each for each in b'0aAZTz{}" :,-\\\n' if each != new[place]])
    value = cast(bindparam("new", bytes(new), LargeBinary), Text) if on_sqlite else bytes(new).decode()
    session.execute(here.values({column: value}))
    return f"{table.name}.{column} of {key}, byte {place}: {bytes(new)!r}"


def borrow(session: Session, table: Table, column: str, key: dict[str, Any], random: Random) -> str | None:
    """Give one row the value that another has in a column, and say how; None where all have the same."""
    here = [table.c[name] == value for name, value in key.items()]
    own = session.scalar(select(table.c[column]).where(*here))
    others = {each for each in session.scalars(select(table.c[column])) if each != own}
    if not others:
        return None
    value = random.choice(sorted(others, key=str))
    try:
        session.execute(table.update().where(*here).values({column: value}))
    except IntegrityError:
        return None  # The database itself lets no two rows have the same there.
    return f"{table.name}.{column} of {key}: {value}, not {own}"


def _other(session: Session, column: Any, old: Any) -> Any:
    """Return a number with one bit changed, the other position of a switch, or a day or an instant beside it."""
    if isinstance(column.type, Boolean):
        return not int(old)
    if session.get_bind().dialect.name == "sqlite" or isinstance(old, int):
        return int(old) ^ 1024
    return column + text(f"interval '1 {'day' if column.name.endswith('_on') else 'microsecond'}'")
