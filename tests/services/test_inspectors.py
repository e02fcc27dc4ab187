"""The staff list, imported again and again."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.world import SYSTEM, staged
from tracker.domain.entry import parse_entry
from tracker.domain.people import InspectorDetails
from tracker.models import HistoryEntry
from tracker.services import inspectors

INES = InspectorDetails("T100", "Ines Pector", "t100@example.org", "HMI", "staff", "schools", "")


def test_the_history_tells_what_of_an_inspector_changed_but_not_to_what(session: Session) -> None:
    stage = staged(session)
    inspectors.import_many(session, SYSTEM, [INES], at=stage.tick())
    moved = replace(INES, name="Ines Inspector", home_postcode="ZZ1 1ZZ")
    done = inspectors.import_many(session, SYSTEM, [moved], at=stage.tick())
    assert (done.added, done.changed, done.unchanged) == (0, 1, 0)
    last = session.scalars(select(HistoryEntry).order_by(HistoryEntry.seq.desc()).limit(1)).one()
    assert parse_entry(last.entry.encode()).data == {"fields": ["name", "home_postcode"]}
    assert "ZZ1" not in last.entry
