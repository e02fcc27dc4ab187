"""Entries by which nothing changes but the history: committed by themselves, past the session, in a third of its time.

No lock is held while anything else is read or made: whoever takes a long list away keeps nobody waiting.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from json import dumps
from os import getpid
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple
from weakref import finalize

from sqlalchemy.orm import Session

from tracker.domain.export import append, read_frontier
from tracker.domain.tree import Frontier
from tracker.queries.driver import Prepared, Statement, send
from tracker.queries.raw import plain
from tracker.services.history import ENTRY, SUBJECT, Bare, entry_row, head_row, indexed, recording

Clock = Callable[[], datetime]
# How often an entry is sent to PostgreSQL as though nobody else wrote.
TRIES = 3
# For so long a connection is taken to stand without being asked.
IDLE_SECONDS = 2
_HEAD = Statement("SELECT size, root, frontier FROM history_head WHERE id = 1")
# Nothing, where the head is no longer as it was known.
_MOVE = Statement("""
    UPDATE history_head SET size = {size}, root = {root}, frontier = {frontier}
    WHERE id = 1 AND size = {was} AND root = {before}
""")
# All of it, and its commit, in one round trip.
_AT_ONCE = Prepared(
    "bare_entry",
    """
    WITH moved AS (
        UPDATE history_head SET size = {size}, root = {root}, frontier = {frontier}
        WHERE id = 1 AND size = {was} AND root = {before} RETURNING size
    ), told AS (
        INSERT INTO history_entry (seq, entry, leaf, at, actor, event)
        SELECT size, {entry}, {leaf}, CAST({at} AS timestamptz), {actor}, {event} FROM moved RETURNING seq
    ), named AS (
        INSERT INTO history_subject (subject, seq)
        SELECT subject, seq FROM told CROSS JOIN json_array_elements_text(CAST({subjects} AS json)) AS given(subject)
    )
    SELECT size FROM moved
    """,
)


class Known(NamedTuple):
    """The head of the history, as it was when it was last seen: what is needed to go on, and the root in hex."""

    frontier: Frontier
    root: str


def enter(session: Session, bare: Bare, *, at: datetime) -> None:
    """Leave the entry within the session's transaction."""
    with recording(session, bare.actor, at) as history:
        history.append(bare.event, bare.subjects, bare.data)


class Line:
    """One connection of a database's for bare entries alone.

    Nothing is taken from a pool and given back, which would take a tenth of the time, PostgreSQL keeps the statement
    ready, and SQLite its pages.
    """

    def __init__(self, dialect: str, connect: Callable[[], Any]) -> None:
        self._enter = _enter_locked if dialect == "sqlite" else _enter_at_once
        self._dialect, self._connect = dialect, connect
        self._lock = Lock()
        self._driver: Any = None
        self._end: Callable[[], object] = _nothing
        self._known: Known | None = None
        self._used_at, self._process = 0.0, 0

    def leave(self, bare: Bare, clock: Clock) -> bool:
        """Leave an entry and commit it; False, and nothing is left, where it is another's turn, or never got in.

        Nobody waits behind somebody who waits. Whatever fails, the connection is given up, in whatever state it is.
        """
        if not self._lock.acquire(blocking=False):
            return False
        try:
            self._known = self._enter(self._standing(), self._known, bare, clock)
            self._used_at = monotonic()
        except BaseException:
            self._drop()
            raise
        finally:
            self._lock.release()
        return self._known is not None

    def close(self) -> None:
        """Give the connection up; the next entry makes another."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        self._driver = self._known = None
        self._end()

    def _standing(self) -> Any:  # noqa: ANN401 (a driver's own connection)
        """Return the connection, or another where it does not stand any more, or is that of the process before."""
        if self._driver is not None and not self._stands():
            with suppress(Exception):
                self._drop()
        if self._driver is None:
            self._driver, self._process = self._connect(), getpid()
            # Whoever forgets an engine without disposing of it, or disposes of it at this moment, leaves none behind.
            self._end = finalize(self, _close, self._driver, self._process)
            if self._dialect == "postgresql":
                self._driver.autocommit = True
                _AT_ONCE.prepare(self._driver)
        return self._driver

    def _stands(self) -> bool:
        if self._process != getpid():
            return False
        if self._dialect == "postgresql" and monotonic() - self._used_at > IDLE_SECONDS:
            try:
                self._driver.execute("SELECT 1")
            except Exception:  # noqa: BLE001 (however it is gone)
                return False
        return True


def _nothing() -> None:
    """End no connection."""


def _close(driver: Any, process: int) -> None:  # noqa: ANN401 (likewise)
    """Close a connection of this process; that of the process before is not ours to end."""
    if process == getpid():
        driver.close()


def _enter_locked(driver: Any, known: Known | None, bare: Bare, clock: Clock) -> Known | None:  # noqa: ANN401
    """Leave it on SQLite, in a transaction that begins as a write; the time is asked under its lock."""
    driver.execute("BEGIN IMMEDIATE")
    at = clock()
    after = known and _told(driver, known, bare, at)
    if after is None:
        after = _told(driver, _head(driver, "sqlite"), bare, at)
    driver.execute("COMMIT")
    return after


def _told(driver: Any, known: Known, bare: Bare, at: datetime) -> Known | None:  # noqa: ANN401 (likewise)
    """Write the entry's rows where the head is as it was known, and return the head as it is then; None, where not."""
    row, values, after = _rows(known, bare, at)
    if not send(driver, "sqlite", _MOVE, values).rowcount:
        return None
    send(driver, "sqlite", ENTRY, {**row, "at": plain(at)})
    for subject in indexed(bare.subjects, bare.actor):
        send(driver, "sqlite", SUBJECT, {"subject": subject, "seq": row["seq"]})
    return after


def _enter_at_once(driver: Any, known: Known | None, bare: Bare, clock: Clock) -> Known | None:  # noqa: ANN401
    """Leave it on PostgreSQL outside any transaction, and return the head as it is then; None where it never got in.

    Where somebody wrote since the head was known, nothing is written, and the head asked for anew. So the time, which
    is asked after that, is never before that of the entry before.
    """
    for _ in range(TRIES):
        known = known or _head(driver, "postgresql")
        row, values, after = _rows(known, bare, clock())
        subjects = dumps(list(indexed(bare.subjects, bare.actor)))
        if _AT_ONCE.row(driver, {**row, **values, "at": row["at"].isoformat(), "subjects": subjects}):
            return after
        known = None
    return None


def _head(driver: Any, dialect: str) -> Known:  # noqa: ANN401 (a driver's own connection)
    size, root, frontier = send(driver, dialect, _HEAD, {}).fetchone()
    return Known(read_frontier(size, frontier), root)


def _rows(known: Known, bare: Bare, at: datetime) -> tuple[dict[str, Any], dict[str, Any], Known]:
    """Return the row of an entry that follows a head, the head's row with what it was before, and the head then."""
    row, leaf = entry_row(known.frontier.size + 1, at, bare, {})
    after = append(known.frontier, leaf)
    head = head_row(after)
    return row, {**head, "was": known.frontier.size, "before": known.root}, Known(after, head["root"])
