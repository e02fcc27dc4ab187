"""Every migration since the first landing goes up and down on a database in which everything has happened."""

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.orm import sessionmaker

from tests.support.databases import Fresh
from tests.support.everything import everything
from tracker.database import WRITES, _alembic, make_engine, migrate, reading, writing
from tracker.queries import verification
from tracker.queries.weighed import weighed_otherwise
from tracker.services.weighing import weigh_all

FIRST = "0009"
# Those before dropped whole tables when they went down, with words that no entry holds; since then nothing is lost,
# but for a name that was borne before, and that no former name tells.
LOSSLESS = "0014"


def goes_down(engine: Engine, revision: str) -> None:
    settings = _alembic()
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        settings.attributes["connection"] = connection
        command.downgrade(settings, revision)


def test_a_filled_database_goes_down_and_up_again(fresh: Fresh) -> None:
    engine = make_engine(fresh(everything))
    goes_down(engine, FIRST)
    with engine.connect() as connection:
        before = connection.scalar(text("SELECT count(*) FROM declaration"))
    for revision in reversed([each.revision for each in ScriptDirectory.from_config(_alembic()).walk_revisions()]):
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


def test_what_went_down_and_up_again_is_as_the_history_tells_it_down_to_what_was_called_off(fresh: Fresh) -> None:
    engine = make_engine(fresh(everything))
    called_off = text("SELECT reference, called_off_at FROM inspection WHERE called_off_at IS NOT NULL")
    names = text("SELECT ref, name, source FROM name_until ORDER BY id")
    with reading(sessionmaker(engine)) as session:
        size, before = verification.verify(session).size, session.execute(called_off).all()
        borne = session.execute(names).all()
    assert before
    assert borne
    goes_down(engine, LOSSLESS)
    migrate(engine)
    with reading(sessionmaker(engine)) as session:
        assert verification.verify(session).size == size
        assert session.execute(called_off).all() == before
        assert session.execute(names).all() == borne
    engine.dispose()
