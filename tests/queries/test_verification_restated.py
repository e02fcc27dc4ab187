"""What is stated again, with notes that were erased meanwhile or not, leaves the history whole."""

from datetime import UTC, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from config import EXAMPLE_RETENTION
from tests.support.tampering import found, undone, unguard
from tests.support.world import SYSTEM, employed_at, staged
from tracker.domain.retention import Field, parse
from tracker.models import ConnectionRow, Words
from tracker.services.retention import erase

SCHOOL = "gias:900002"


def test_a_connection_stated_again_is_whole_whatever_was_erased_of_its_notes(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    noted, plain = employed_at(SCHOOL, note="With my sister."), employed_at(SCHOOL)
    renamed = employed_at("org:Makers UK"), employed_at("org:Makers  UK")
    for statements, erases in (
        ([noted, renamed[0]], False),
        ([noted, renamed[1]], True),
        ([plain, renamed[1]], False),
        ([noted], True),
        ([plain, noted], False),
        ([noted, plain], True),
        ([noted, plain], False),
    ):
        stage.declares(ines, *statements)
        if erases:
            _erase_notes(session)
        assert found(session) is None
    stage.declares(ines)
    stage.declares(ines, noted)
    assert found(session) is None
    assert session.scalar(select(func.count()).where(Words.erased_at.is_not(None))) > 3


def test_a_connection_stated_again_that_says_otherwise_is_found(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    for _ in range(3):
        stage.declares(ines, employed_at(SCHOOL, note="With my sister."), employed_at("gias:900003"))
    first, second, *_, last = session.scalars(select(ConnectionRow.id).order_by(ConnectionRow.id)).all()
    assert found(session) is None
    unguard(session.connection())
    here = ConnectionRow.id == last
    for wrong in (None, first, last):
        with undone(session):
            session.execute(update(ConnectionRow).where(here).values(restates_id=wrong))
            assert "says wrongly where it was stated first" in (found(session) or "")
    assert session.scalar(select(ConnectionRow.restates_id).where(here)) == second


def _erase_notes(session: Session) -> None:
    """Erase all notes that are there, as the schedule does when their time has come."""
    schedule = parse(EXAMPLE_RETENTION.read_text("utf-8"))
    notes = session.scalars(select(ConnectionRow.note_id).where(ConnectionRow.note_id.is_not(None))).all()
    erase(session, SYSTEM, schedule, Field.NOTE, [each for each in notes if each], at=datetime(2050, 1, 1, tzinfo=UTC))
