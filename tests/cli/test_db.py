"""`tracker db upgrade`, on a database that an older tracker left."""

from sqlalchemy import delete
from sqlalchemy.orm import sessionmaker

from tests.support.command import done
from tests.support.databases import Fresh
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
