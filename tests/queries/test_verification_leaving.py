"""A day of leaving that is changed behind the history's back is found, whichever way."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests.support.tampering import found, undone, unguarded
from tests.support.world import staged
from tracker.queries import verification

# T300 leaves on 10 March, as the last of three entries tells; of T100 none tells a day.
CHANGES = {
    "who leaves stays": ("NULL WHERE staff_no = 'T300'", "inspector T300 has no day of leaving, and entry "),
    "who leaves does so on another day": (
        "'2026-03-11' WHERE staff_no = 'T300'",
        "inspector T300 has the day of leaving '2026-03-11', and entry ",
    ),
    "who leaves does so on the day before": (
        "'2026-03-20' WHERE staff_no = 'T300'",
        "inspector T300 has the day of leaving '2026-03-20', and entry ",
    ),
    "who stays leaves": (
        "'2026-03-11' WHERE staff_no = 'T100'",
        "inspector T100 has the day of leaving '2026-03-11', and no entry tells of any",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_it_is_found_and_whoever_it_is_about_is_named(told: Engine, change: str) -> None:
    values, says = CHANGES[change]
    with unguarded(told) as session:
        assert found(session) is None
        with undone(session):
            session.execute(text(f"UPDATE inspector SET left_on = {values}"))  # noqa: S608 (our own words)
            assert says in (found(session) or "")
        assert found(session) is None


def test_inspectors_of_whom_no_entry_tells_a_day_of_leaving_are_whole_as_they_are(session: Session) -> None:
    staged(session).inspector("T1", "Rea Clear")
    verification.verify(session)
