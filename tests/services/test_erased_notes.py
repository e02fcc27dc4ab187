"""After a note was erased: it is not said anew, no change is told of it, and a grade that was given stands."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.support.world import DECIDER, Stage, employed_at, staged
from tracker.domain.dates import PartialDate
from tracker.domain.declaration import Declared, difference
from tracker.domain.drafting import Writing
from tracker.domain.facts import Connection, Verdict
from tracker.domain.retention import ERASED
from tracker.models import ConnectionRow, Words
from tracker.services import declarations, drafts
from tracker.services.declarations import GradeConnection


@pytest.fixture
def stage(session: Session) -> Stage:
    return staged(session)


def test_a_grade_stands_when_a_connection_is_declared_again_without_its_erased_note(stage: Stage) -> None:
    ines = stage.inspector()
    stage.declares(ines, employed_at("gias:900002", "2020", nature="other", note="Sings there."))
    (row,) = stage.session.scalars(select(ConnectionRow)).all()
    grade = GradeConnection(row.ref, Verdict.PERCEIVED, "A choir.")
    declarations.grade(stage.session, DECIDER, grade, at=stage.tick())
    stage.session.execute(
        update(Words).where(Words.id == row.note_id).values(salt=None, value=None, erased_at=stage.now)
    )
    stage.session.expire_all()
    draft = drafts.begin(stage.session, stage.actor(ines), ines.id, at=stage.tick())
    (line,) = Writing.from_json(draft.content).lines
    assert line.note == ""
    stage.declares(ines, employed_at("gias:900002", "2020", nature="other", note=""))
    assert stage.proposes(stage.inspection(), ines).verdict == Verdict.PERCEIVED


def test_nothing_is_told_where_only_an_erased_note_differs(stage: Stage) -> None:
    ines = stage.inspector()
    stage.declares(ines, employed_at("gias:900002", "2020", note="Words."))
    (row,) = stage.session.scalars(select(ConnectionRow)).all()
    connection = _connection(row)
    told = difference([Declared(connection, ERASED)], [Declared(connection, "")])
    assert told.is_none
    assert not difference([Declared(connection, "One.")], [Declared(connection, "Other.")]).is_none


def _connection(row: ConnectionRow) -> Connection:
    return Connection(row.ref, row.nature, row.holder, row.target, row.target_name, PartialDate.parse(row.began_on))
