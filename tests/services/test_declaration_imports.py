"""Declarations from elsewhere, imported again."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from tests.support.world import SYSTEM, employed_at, staged
from tracker.domain.statement import Claim
from tracker.services.declaration_imports import import_many


def test_a_file_with_an_organisation_is_known_when_it_comes_again_however_its_name_is_written(session: Session) -> None:
    stage = staged(session)
    stage.inspector()
    made_at = datetime(2026, 1, 5, tzinfo=UTC)
    first = Claim((2,), "T100", made_at, (employed_at("org:Birch Lane Nursery Ltd"),))
    again = Claim((2,), "T100", made_at, (employed_at("org:BIRCH LANE NURSERY LTD"),))
    assert import_many(session, SYSTEM, [first], at=stage.tick()).declarations == 1
    for each in (first, again):
        done = import_many(session, SYSTEM, [each], at=stage.tick())
        assert (done.declarations, done.already) == (0, 1)
