"""Long answers read side by side: the same rows by whatever connection they come, and of one state of the database."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, QueuePool, create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from tests.bench.remembering import append
from tests.support.databases import Fresh
from tracker.database import make_engine, reading, writing
from tracker.queries.driver import Statement
from tracker.queries.streams import streams

SEQS = Statement("SELECT seq, {instant at} FROM history_entry WHERE seq > {after} ORDER BY seq")
NAMES = Statement("SELECT seq, subject FROM history_subject WHERE seq > {after} ORDER BY seq, subject")


@pytest.fixture
def engine(fresh: Fresh) -> Iterator[Engine]:
    engine = make_engine(fresh())
    with writing(sessionmaker(engine)) as session:
        append(session, 0, 1000)
    yield engine
    engine.dispose()


def _all(session: Session, size: int = 100, after: int = 10) -> list[list[int]]:
    with streams(session, (SEQS, NAMES), size, after=after) as found:
        return [[row[0] for rows in each for row in rows] for each in found]


def test_all_rows_come_in_their_order_whatever_size_the_lots_have(engine: Engine) -> None:
    with reading(sessionmaker(engine)) as session:
        for size in (1, 7, 100, 5000):
            seqs, names = _all(session, size)
            assert seqs == list(range(11, 1001))
            assert sorted(set(names)) == seqs
            assert len(names) == 1980


def test_what_was_committed_since_the_session_began_does_not_come(engine: Engine) -> None:
    with reading(sessionmaker(engine)) as session:
        assert len(_all(session)[0]) == 990
        with writing(sessionmaker(engine)) as other:
            append(other, 0, 50)
        assert len(_all(session)[0]) == 990
    with reading(sessionmaker(engine)) as session:
        assert len(_all(session)[0]) == 1040


def test_what_the_session_itself_wrote_and_did_not_commit_comes_too(engine: Engine) -> None:
    with writing(sessionmaker(engine)) as session:
        append(session, 0, 50)
        assert len(_all(session)[0]) == 1040


def test_whoever_stops_reading_halfway_leaves_no_connection_behind(engine: Engine) -> None:
    with reading(sessionmaker(engine)) as session:
        for _ in range(30):
            with streams(session, (SEQS, NAMES), 10, after=0) as (seqs, _names):
                assert len(next(seqs)) == 10
        # The session's own, and no other.
        assert isinstance(engine.pool, QueuePool)
        assert engine.pool.checkedout() == 1


def test_what_the_server_refuses_is_the_drivers_error(engine: Engine) -> None:
    wrong = Statement("SELECT nothing_like_it FROM history_entry")
    with (
        reading(sessionmaker(engine)) as session,
        streams(session, (wrong,), 10) as (rows,),
        pytest.raises(Exception, match="nothing_like_it"),
    ):
        next(rows)


def test_all_rows_come_by_the_sessions_own_connection_where_there_is_no_other(postgres_fresh: Fresh) -> None:
    url = postgres_fresh()
    alone = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=0.05)
    with writing(sessionmaker(alone)) as session:
        append(session, 0, 1000)
    with reading(sessionmaker(alone)) as session:
        assert len(_all(session)[0]) == 990
    alone.dispose()


def test_all_rows_come_by_the_sessions_own_connection_where_the_server_gives_no_other(postgres_fresh: Fresh) -> None:
    engine = make_engine(postgres_fresh())
    with writing(sessionmaker(engine)) as session:
        append(session, 0, 1000)
    with engine.begin() as connection:
        connection.execute(text("DROP ROLE IF EXISTS limited"))
        connection.execute(text("CREATE ROLE limited LOGIN CONNECTION LIMIT 2"))
        connection.execute(text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO limited"))
    limited = make_engine(engine.url.set(username="limited").render_as_string(hide_password=False))
    with reading(sessionmaker(limited)) as session:
        assert len(_all(session)[0]) == 990
    limited.dispose()
    with engine.begin() as connection:
        connection.execute(text("DROP OWNED BY limited"))
        connection.execute(text("DROP ROLE limited"))
    engine.dispose()
