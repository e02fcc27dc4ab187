"""Counting the statements that a page sends to its database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

from tracker.queries import driver


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Give the statements that are sent while the block runs."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    driver.WATCHERS.append(sent.append)
    try:
        yield sent
    finally:
        driver.WATCHERS.remove(sent.append)
        event.remove(engine, "before_cursor_execute", note)
