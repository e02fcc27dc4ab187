"""An inspection that is moved or called off behind the history's back is found, whichever way it is looked for."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import sessionmaker

from tests.support.tampering import found, undone, unguarded
from tracker.database import reading
from tracker.queries import verification
from tracker.queries.soundness import is_sound

SAYS = "is not as it was written: the record of inspection {} says something else in its column {}"
# INS-1 was moved, INS-2 stands as it was planned, and INS-4 was called off.
CHANGES = {
    "one is moved": ("starts_on = '2026-03-16' WHERE reference = 'INS-2'", "planned", "INS-2", "starts_on"),
    "one lasts longer": ("ends_on = '2026-03-19' WHERE reference = 'INS-2'", "planned", "INS-2", "ends_on"),
    "one is moved back to the days before": (
        "starts_on = '2026-03-17', ends_on = '2026-03-18' WHERE reference = 'INS-1'",
        "moved",
        "INS-1",
        "starts_on",
    ),
    "one is called off": ("called_off_at = added_at WHERE reference = 'INS-2'", "planned", "INS-2", "called_off_at"),
    "one is planned again": ("called_off_at = NULL", "called-off", "INS-4", "called_off_at"),
    "one is called off at another time": (
        "called_off_at = added_at WHERE reference = 'INS-4'",
        "called-off",
        "INS-4",
        "called_off_at",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_it_is_found_and_the_last_entry_of_it_is_named(told: Engine, change: str) -> None:
    values, event, reference, column = CHANGES[change]
    with unguarded(told) as session:
        assert found(session) is None
        with undone(session):
            session.execute(text(f"UPDATE inspection SET {values}"))  # noqa: S608 (our own words)
            said = found(session) or ""
        assert f"(inspection:{event})" in said
        assert SAYS.format(reference, column) in said
        assert found(session) is None


def test_another_moment_of_a_release_is_found_for_it_decides_what_the_inspector_is_told(told: Engine) -> None:
    """Whoever was released may know the days of then, and not those to which the inspection was moved later."""
    where = "WHERE id = (SELECT max(id) FROM assignment WHERE state = 'released')"
    with unguarded(told) as session:
        ref = session.scalar(text(f"SELECT ref FROM assignment {where}"))  # noqa: S608 (our own words)
        with undone(session):
            session.execute(text(f"UPDATE assignment SET changed_at = '2026-12-01 09:00:00.000000' {where}"))  # noqa: S608 (as above)
            said = found(session) or ""
        assert f"assignment {ref} is said to have changed at 2026-12-01 09:00:00.000000" in said
        assert "(assignment:released)" in said
        assert found(session) is None


def test_both_ways_of_judging_know_the_entries_of_a_move_and_of_calling_off(
    told: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reading(sessionmaker(told)) as session:
        at_once = verification.verify(session)
        monkeypatch.setattr(verification, "is_sound", lambda *_given, **_more: False)
        assert verification.verify(session) == at_once
        assert is_sound(session, at_once, None, lambda _done: None, start=verification.EMPTY, keep=None)


def test_a_check_that_goes_on_finds_what_was_moved_before_where_it_was_ended(told: Engine) -> None:
    with unguarded(told) as session:
        start = verification.read_frontier(*session.execute(text("SELECT size, frontier FROM history_head")).one())
        with undone(session):
            session.execute(text("UPDATE inspection SET ends_on = '2026-03-19' WHERE reference = 'INS-2'"))
            with pytest.raises(verification.Broken, match="record of inspection INS-2"):
                verification.verify(session, start=start)
