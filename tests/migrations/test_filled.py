"""Every migration since the first landing goes up and down on a database in which everything has happened."""

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.orm import sessionmaker

from tests.support.databases import Fresh
from tests.support.everything import everything
from tracker.database import WRITES, _alembic, make_engine, migrate, writing
from tracker.queries.weighed import weighed_otherwise
from tracker.services.weighing import weigh_all

FIRST = "0009"


def test_a_filled_database_goes_down_and_up_again(fresh: Fresh) -> None:
    engine = make_engine(fresh(everything))
    settings = _alembic()
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        settings.attributes["connection"] = connection
        command.downgrade(settings, FIRST)
    with engine.connect() as connection:
        before = connection.scalar(text("SELECT count(*) FROM declaration"))
    for revision in reversed([each.revision for each in ScriptDirectory.from_config(settings).walk_revisions()]):
        if revision > FIRST:
            migrate(engine, revision)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM declaration")) == before
        assert connection.scalar(text("SELECT count(*) FROM inspector WHERE employer = ''")) > 0
    with writing(sessionmaker(engine)) as session:
        # What is in the way of assignments that are released or over, nothing checks again: the upgrade weighs it.
        assert weigh_all(session) > 0
        assert weighed_otherwise(session) is None
    engine.dispose()
