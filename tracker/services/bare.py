"""Entries by which nothing changes but the history: committed by themselves, past the session, in a third of its time.

No lock is held while anything else is read or made: whoever takes a long list away keeps nobody waiting.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from tracker.domain.export import read_frontier
from tracker.domain.tree import extend
from tracker.queries.driver import Statement, send
from tracker.queries.raw import plain
from tracker.services.history import ENTRY, MOVE, SUBJECT, Bare, entry_row, head_row, indexed, recording

Clock = Callable[[], datetime]
_HEAD = Statement("SELECT size, root, frontier FROM history_head WHERE id = 1")
# All of it, and its commit, in one round trip; nothing, where the head is no longer as it was known.
_AT_ONCE = Statement("""
    WITH moved AS (
        UPDATE history_head SET size = {size}, root = {root}, frontier = {frontier}
        WHERE id = 1 AND size = {was} AND root = {before} RETURNING size
    ), told AS (
        INSERT INTO history_entry (seq, entry, leaf, at, actor, event)
        SELECT size, {entry}, {leaf}, {at}, {actor}, {event} FROM moved RETURNING seq
    ), named AS (
        INSERT INTO history_subject (subject, seq)
        SELECT subject, seq FROM told CROSS JOIN unnest(CAST({subjects} AS text[])) AS given(subject)
    )
    SELECT size FROM moved
""")


class Known(NamedTuple):
    """The head of the history, as it was when it was last seen."""

    size: int
    root: str
    frontier: str


def enter(session: Session, bare: Bare, *, at: datetime) -> None:
    """Leave the entry within the session's transaction."""
    with recording(session, bare.actor, at) as history:
        history.append(bare.event, bare.subjects, bare.data)


def enter_locked(driver: Any, bare: Bare, clock: Clock) -> None:  # noqa: ANN401 (SQLite's own connection)
    """Leave it on SQLite, in a transaction that the caller began as a write, and ends; the time is asked under it."""
    known = known_head(driver, "sqlite")
    row, subjects, head = _rows(known, bare, clock())
    send(driver, "sqlite", ENTRY, {**row, "at": plain(row["at"])})
    for subject in subjects:
        send(driver, "sqlite", SUBJECT, {"subject": subject, "seq": row["seq"]})
    send(driver, "sqlite", MOVE, head)


def known_head(driver: Any, dialect: str = "postgresql") -> Known:  # noqa: ANN401 (a driver's own connection)
    """Return the head as it is."""
    return Known(*send(driver, dialect, _HEAD, {}).fetchone())


def enter_at_once(driver: Any, known: Known, bare: Bare, clock: Clock) -> Known | None:  # noqa: ANN401 (likewise)
    """Leave it on PostgreSQL outside any transaction, and return the head as it is then.

    None where somebody wrote since the head was known; then nothing was written, and the head must be asked for anew.
    So the time, which is asked here, is never before that of the entry before.
    """
    row, subjects, head = _rows(known, bare, clock())
    values = {**row, **head, "subjects": list(subjects), "was": known.size, "before": known.root}
    if send(driver, "postgresql", _AT_ONCE, values).fetchone() is None:
        return None
    return Known(head["size"], head["root"], head["frontier"])


def _rows(known: Known, bare: Bare, at: datetime) -> tuple[dict[str, Any], Iterable[str], dict[str, Any]]:
    """Return the row of an entry that follows a head, what it is found by, and the head's row."""
    row, leaf = entry_row(known.size + 1, at, bare, {})
    frontier = extend(read_frontier(known.size, known.frontier), (leaf,))
    return row, indexed(bare.subjects, bare.actor), head_row(frontier)
