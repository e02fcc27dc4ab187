"""An act within a write: what was changed before it stays, and each act begins from the head that the last one left."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tests.support.databases import Fresh
from tests.support.statements import counted
from tests.support.world import NOW, SYSTEM, staged
from tracker.database import make_engine, reading, writing
from tracker.models import HistoryHead, Inspector
from tracker.queries.verification import verify
from tracker.services.history import recording


def test_what_was_changed_before_an_act_is_not_forgotten_as_it_begins(fresh: Fresh) -> None:
    engine = make_engine(fresh())
    sessions = sessionmaker(engine)
    with writing(sessions) as session:
        staged(session).inspector()
    with writing(sessions) as session:
        session.scalars(select(Inspector)).one().name = "Ines Changed"
        with recording(session, SYSTEM, NOW) as history:
            history.append("person:signed-in", ["person:P1"], {})
    with reading(sessions) as session:
        assert session.scalars(select(Inspector.name)).one() == "Ines Changed"
    engine.dispose()


def test_several_acts_of_one_write_and_one_after_a_failure_follow_one_another(fresh: Fresh) -> None:
    engine = make_engine(fresh())
    sessions = sessionmaker(engine)
    with writing(sessions) as session:
        for _ in range(2):
            with recording(session, SYSTEM, NOW) as history:
                history.append("person:signed-in", ["person:P1"], {})
        with pytest.raises(ValueError, match="as it were"):
            _fails(session)
        with recording(session, SYSTEM, NOW) as history:
            history.append("person:signed-out", ["person:P1"], {})
    with writing(sessions) as session:
        session.rollback()
        # The lock went with the transaction: another act asks for it, and for the head, again.
        with counted(engine) as sent, recording(session, SYSTEM, NOW) as history:
            history.append("person:signed-in", ["person:P1"], {})
        assert any("history_head" in each and "RETURNING" in each for each in sent)
    with reading(sessions) as session:
        assert session.scalars(select(HistoryHead.size)).one() == 4
        assert verify(session).size == 4
    engine.dispose()


def _fails(session: Session) -> None:
    with recording(session, SYSTEM, NOW) as history:
        history.append("person:signed-in", ["person:P1"], {})
        message = "as it were"
        raise ValueError(message)


def test_a_write_of_one_act_asks_for_the_head_once(fresh: Fresh) -> None:
    engine = make_engine(fresh())
    sessions = sessionmaker(engine)
    with counted(engine) as sent, writing(sessions) as session, recording(session, SYSTEM, NOW) as history:
        history.append("person:signed-in", ["person:P1"], {})
    assert sum("RETURNING size" in each for each in sent) == 1
    engine.dispose()
