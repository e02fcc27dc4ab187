"""Entries by which nothing else changes: one after another, whoever else writes meanwhile, and all of them or none."""

import gc
import os
import threading
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import sessionmaker

from tests.support.databases import Fresh
from tests.support.statements import counted
from tests.support.world import NOW, SYSTEM
from tracker import database
from tracker.database import leave, make_engine, reading, writing
from tracker.models import HistoryEntry, HistoryHead
from tracker.queries.history import timeline
from tracker.queries.verification import verify
from tracker.services import bare
from tracker.services.bare import enter
from tracker.services.history import Bare, lock_head

BARE = Bare(SYSTEM, "person:signed-in", ("person:P1",))


def test_bare_entries_and_others_follow_one_another_and_the_history_is_whole(fresh: Fresh) -> None:
    engine = make_engine(fresh())
    sessions = sessionmaker(engine)
    for _ in range(3):
        leave(sessions, BARE, lambda: NOW)
        with writing(sessions) as session:
            enter(session, BARE, at=NOW)
    with reading(sessions) as session:
        assert verify(session).size == 6
        assert timeline(session, "person:P1").total == timeline(session, SYSTEM.ref).total == 6
    engine.dispose()


def test_a_bare_entry_takes_no_more_than_one_round_trip_where_nobody_else_wrote(postgres_fresh: Fresh) -> None:
    engine = make_engine(postgres_fresh())
    sessions = sessionmaker(engine)
    leave(sessions, BARE, lambda: NOW)
    with counted(engine) as sent:
        leave(sessions, BARE, lambda: NOW)
    assert len(sent) == 1
    engine.dispose()


def test_many_who_leave_bare_entries_and_act_at_once_lose_none_and_their_instants_rise(fresh: Fresh) -> None:
    engine = make_engine(fresh())
    sessions = sessionmaker(engine)
    amiss: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for _ in range(20):
                if number % 2:
                    leave(sessions, BARE, lambda: datetime.now(UTC))
                else:
                    with writing(sessions) as session:
                        enter(session, BARE, at=datetime.now(UTC))
        except BaseException as error:  # noqa: BLE001 (a thread's own error is nobody's else)
            amiss.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert amiss == []
    with reading(sessions) as session:
        assert verify(session).size == 120
        instants = session.scalars(select(HistoryEntry.at).order_by(HistoryEntry.seq)).all()
    assert list(instants) == sorted(instants)
    engine.dispose()


def test_a_bare_entry_waits_for_an_act_and_asks_the_time_after_it(fresh: Fresh) -> None:
    engine = make_engine(fresh())
    sessions = sessionmaker(engine)
    leave(sessions, BARE, lambda: datetime.now(UTC))
    late = threading.Thread(target=leave, args=(sessions, BARE, lambda: datetime.now(UTC)))
    with writing(sessions) as session:
        lock_head(session)
        late.start()
        late.join(0.3)
        assert late.is_alive()
        enter(session, BARE, at=datetime.now(UTC))
    late.join(30)
    with reading(sessions) as session:
        instants = session.scalars(select(HistoryEntry.at).order_by(HistoryEntry.seq)).all()
    assert len(instants) == 3
    assert list(instants) == sorted(instants)
    engine.dispose()


def test_what_the_history_has_no_form_for_leaves_nothing_and_the_next_entry_is_as_ever(fresh: Fresh) -> None:
    engine = make_engine(fresh())
    sessions = sessionmaker(engine)
    with pytest.raises(ValueError, match="event"):
        leave(sessions, Bare(SYSTEM, "nonsense", ("person:P1",)), lambda: NOW)
    with pytest.raises(TypeError):
        leave(sessions, Bare(SYSTEM, "list:exported", ("history:lists",), {"share": 0.5}), lambda: NOW)
    leave(sessions, BARE, lambda: NOW)
    with reading(sessions) as session:
        assert verify(session).size == 1
    engine.dispose()


def test_a_head_that_is_another_of_the_same_size_is_not_gone_on_from(postgres_fresh: Fresh) -> None:
    """A backup that is restored under a running server may have the size that the server remembers."""
    engine, backup = make_engine(postgres_fresh()), make_engine(postgres_fresh())
    sessions = sessionmaker(engine)
    leave(sessions, BARE, lambda: NOW)
    leave(sessionmaker(backup), Bare(SYSTEM, "person:signed-out", ("person:P1",)), lambda: NOW)
    _restore(backup, engine)
    leave(sessions, BARE, lambda: NOW)
    with reading(sessions) as session:
        assert verify(session).size == 2
        assert [each.event for each in timeline(session, "person:P1").lines] == [
            "person:signed-in",
            "person:signed-out",
        ]
    for each in (engine, backup):
        each.dispose()


def _end_all_connections_but_one(engine: Engine) -> None:
    with engine.begin() as one:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        one.execute(text(f"{others} AND pid <> pg_backend_pid()"))


def test_a_bare_entry_goes_by_another_connection_where_the_server_ended_the_one_that_idled(
    postgres_fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = make_engine(postgres_fresh())
    sessions = sessionmaker(engine)
    leave(sessions, BARE, lambda: NOW)
    _end_all_connections_but_one(engine)
    monkeypatch.setattr(bare, "IDLE_SECONDS", 0)
    leave(sessions, BARE, lambda: NOW)
    with reading(sessions) as session:
        assert verify(session).size == 2
    engine.dispose()


def test_an_entry_whose_connection_ends_under_it_fails_and_the_next_is_left(postgres_fresh: Fresh) -> None:
    engine = make_engine(postgres_fresh())
    sessions = sessionmaker(engine)
    leave(sessions, BARE, lambda: NOW)
    _end_all_connections_but_one(engine)
    with pytest.raises(OperationalError, match="terminat"):
        leave(sessions, BARE, lambda: NOW)
    leave(sessions, BARE, lambda: NOW)
    with reading(sessions) as session:
        assert verify(session).size == 2
    engine.dispose()


def test_an_entry_is_the_same_letter_by_letter_whatever_the_databases_clients_are_told_to_write_in(
    postgres_fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    engine = make_engine(postgres_fresh())
    sessions = sessionmaker(engine)
    leave(sessions, Bare(SYSTEM, "list:exported", ("history:lists",), {"filters": ["region Zoë"]}), lambda: NOW)
    with reading(sessions) as session:
        assert verify(session).size == 1
        assert "region Zoë" in session.scalars(select(HistoryEntry.entry)).one()
    engine.dispose()


def test_nobody_who_leaves_an_entry_waits_behind_somebody_who_waits(fresh: Fresh) -> None:
    engine = make_engine(fresh())
    sessions = sessionmaker(engine)
    leave(sessions, BARE, lambda: NOW)
    asked = threading.Event()

    def hold() -> datetime:
        asked.set()
        time.sleep(0.5)
        return NOW

    first = threading.Thread(target=leave, args=(sessions, BARE, hold))
    first.start()
    asked.wait(30)
    line = database._line(engine)
    assert not line.leave(BARE, lambda: NOW)
    leave(sessions, BARE, lambda: NOW)
    first.join(30)
    with reading(sessions) as session:
        assert verify(session).size == 3
    engine.dispose()


def test_an_entry_left_after_the_engine_was_disposed_of_leaves_no_connection_behind(fresh: Fresh) -> None:
    engine = make_engine(fresh())
    sessions = sessionmaker(engine)
    leave(sessions, BARE, lambda: NOW)
    engine.dispose()
    leave(sessions, BARE, lambda: NOW)
    engine.pool.dispose()
    # Warnings of what was left open are errors here.
    del engine, sessions
    gc.collect()


def test_a_line_that_is_forgotten_with_its_connection_ends_it_first(fresh: Fresh) -> None:
    engine = make_engine(fresh())
    connection = engine.raw_connection()
    connection.detach()
    # Of what is forgotten at once Python ends the oldest first, and the connection would say that it was left open.
    line = bare.Line(engine.dialect.name, [connection.dbapi_connection].pop)
    assert line.leave(BARE, lambda: NOW)
    knot: list[object] = [line]
    knot.append(knot)
    del connection, line, knot
    gc.collect()
    engine.dispose()


def test_a_process_that_was_forked_uses_no_connection_of_the_one_before(fresh: Fresh) -> None:
    engine = make_engine(fresh())
    sessions = sessionmaker(engine)
    leave(sessions, BARE, lambda: NOW)
    child = os.fork()
    if child == 0:
        leave(sessions, BARE, lambda: NOW)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    leave(sessions, BARE, lambda: NOW)
    with reading(sessions) as session:
        assert verify(session).size == 3
    engine.dispose()


def _restore(backup: Engine, engine: Engine) -> None:
    """Put the history of one database, which has the same entries by number, in place of the other's."""
    with backup.connect() as there, engine.begin() as here:
        here.execute(text("SET LOCAL session_replication_role = replica"))
        for table in (HistoryEntry.__table__, HistoryHead.__table__):
            here.execute(update(table).values(dict(there.execute(select(table)).mappings().one())))
