"""Two acts made to overlap, with the head's lock and without it."""

import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from tests.support.world import Stage
from tracker.database import begin_write
from tracker.domain.errors import RefusedError
from tracker.queries import facts
from tracker.services import assignments, history, judging

# With the lock one of the two always waits in vain. Without it both come, on a busy machine one of them late.
MEET_SECONDS, WITHOUT_LOCK = 0.03, 0.25


@dataclass
class Arena:
    """A database, the stage that made what is in it, and what became of the acts that overlapped."""

    engine: Engine
    stage: Stage
    # What whoever came second was told, and which errors of the database came up where nobody was told anything.
    told: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def act(self, work: Callable[[Session], object]) -> None:
        """Do one act in a transaction of its own; an act that the database refuses is one that did not happen."""
        with sessionmaker(self.engine)() as session:
            try:
                begin_write(session)
                work(session)
                session.commit()
            except (DBAPIError, StaleDataError) as error:
                session.rollback()
                self.broken.append(type(error).__name__)
            except RefusedError as error:
                session.rollback()
                self.told.append(str(error))


def at_once(*acts: Callable[[], object]) -> None:
    """Let these happen at once, and wait for all of them."""
    threads = [threading.Thread(target=act) for act in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
        assert not each.is_alive()


def let_meet(monkeypatch: pytest.MonkeyPatch, seconds: float = MEET_SECONDS) -> None:
    """Make the two acts meet after each has read its facts and before either has written its verdict, if they can."""
    barrier = threading.Barrier(2)

    def facts_for_then_meet(*args: object) -> object:
        found = facts.facts_for(*args)  # type: ignore[arg-type]
        try:
            barrier.wait(seconds)
        except threading.BrokenBarrierError:
            barrier.reset()
        return found

    monkeypatch.setattr(judging, "facts_for", facts_for_then_meet)
    monkeypatch.setattr(assignments, "facts_for", facts_for_then_meet)


def guard_off(arena: Arena, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the guard away from an arena whose engine is at rest."""
    let_meet(monkeypatch, WITHOUT_LOCK)
    # The guard off: no lock, no numbered entries to collide on, the driver's own notion of a transaction, and no
    # savepoint, which on SQLite would hold the act to what it first read.
    monkeypatch.setattr(history, "lock_head", lambda _session: (0, "[]"))
    monkeypatch.setattr(history.Recording, "close", lambda self: self.session.flush())
    monkeypatch.setattr(Session, "begin_nested", lambda _session: nullcontext())
    arena.engine = create_engine(database_url)
    if arena.engine.dialect.name == "postgresql":
        # The counts that are kept with an inspection are a row that both would wait for, and so half a lock.
        with arena.engine.begin() as connection:
            connection.execute(text("ALTER TABLE assignment DISABLE TRIGGER USER"))
