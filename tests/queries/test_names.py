"""Names beyond ASCII are found however they are typed, on either database."""

import pytest
from sqlalchemy.orm import Session

from tests.support.world import TODAY, staged
from tracker.queries import audit, inspections


@pytest.mark.parametrize(
    ("name", "typed"),
    [("Órla Éamonn", "Órla"), ("Órla Éamonn", "órla éam"), ("Órla Éamonn", "ÓRLA"), ("Jan Strauß", "strauß")],
)
def test_an_inspector_is_found_by_a_name_in_any_case(session: Session, name: str, typed: str) -> None:
    staged(session).inspector(name=name)
    assert [hit.ref for hit in audit.search(session, typed)] == ["T100"]
    assert [each.staff_no for each in inspections.inspectors(session, typed, TODAY, limit=5)] == ["T100"]
