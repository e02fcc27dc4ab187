"""`tracker db upgrade`, on a database that an older tracker left."""

from pathlib import Path

import pytest
from sqlalchemy import delete, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import sessionmaker

from tests.support.command import done, tracker
from tests.support.databases import Fresh
from tests.support.everything import everything
from tests.support.world import employed_at, staged
from tracker.database import make_engine, writing
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import State
from tracker.models import Assignment, ConnectionKey, ConnectionPlace


def test_keys_of_an_older_kind_are_worked_out_afresh_and_what_they_hid_is_found(sqlite_fresh: Fresh) -> None:
    url = sqlite_fresh()
    engine = make_engine(url)
    sessions = sessionmaker(engine)
    with writing(sessions) as session:
        stage = staged(session)
        inspector = stage.inspector()
        stage.declares(inspector, employed_at("gias:900001", "2015", "2025-07"))
        # As if by an older rule, the connection reached nothing.
        session.execute(delete(ConnectionKey))
        session.execute(delete(ConnectionPlace))
        assignment = stage.proposes(stage.inspection(), inspector)
        assert stage.confirms(assignment).confirmed

    said = done(url, "db", "upgrade")

    assert "INS-1, T100: clear before, real now; questioned." in said
    with sessions() as session:
        row = session.query(Assignment).one()
        assert (row.verdict, row.state) == (Verdict.REAL, State.QUESTIONED)
    engine.dispose()
    assert done(url, "db", "upgrade") == "The database is up to date.\n"


def test_an_account_with_just_what_is_granted_does_everything_and_changes_nothing_that_was_said(
    postgres_fresh: Fresh,
) -> None:
    url = postgres_fresh()
    owner = make_engine(url)
    name = f"web-{owner.url.database}"
    granted = done(url, "db", "grants", name)
    with owner.begin() as connection:
        connection.exec_driver_sql(f'CREATE ROLE "{name}" LOGIN')
        for each in granted.splitlines():
            connection.exec_driver_sql(each)
    served = make_engine(owner.url.set(username=name).render_as_string(hide_password=False))
    with writing(sessionmaker(served)) as session:
        everything(session)
    for act in ("UPDATE decision SET outcome = 'allow'", "DELETE FROM history_entry", "DROP TABLE words"):
        with served.connect() as connection, pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            connection.exec_driver_sql(act)
    served.dispose()
    with owner.begin() as connection:
        connection.exec_driver_sql(f'DROP OWNED BY "{name}"')
        connection.exec_driver_sql(f'DROP ROLE "{name}"')
    owner.dispose()


def test_an_address_of_another_kind_of_database_is_refused_with_the_cure() -> None:
    for address in ("mysql://foo", "postgres://a@b/c", "postgresql://a@b/c"):
        ran = tracker(address, "db", "upgrade")
        assert ran.returncode != 0
        assert "write sqlite:///FILE, or postgresql+psycopg://USER:PASSWORD@HOST/NAME" in ran.stderr
        assert "Traceback" not in ran.stderr


def test_a_new_database_file_and_its_log_are_for_the_account_that_made_them(tmp_path: Path) -> None:
    path = tmp_path / "deeper" / "new.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE something (word TEXT)"))
        modes = {each.name: oct(each.stat().st_mode & 0o777) for each in path.parent.iterdir()}
    engine.dispose()
    assert modes == dict.fromkeys(("new.sqlite", "new.sqlite-shm", "new.sqlite-wal"), "0o600")
