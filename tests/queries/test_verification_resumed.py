"""A check of the history that was ended goes on from where it came, and finds what is bad after that place."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from tests.support.tampering import undone, unguarded
from tracker.database import reading
from tracker.domain.tree import EMPTY, Broken, Frontier, Head, extend, root
from tracker.models import HistoryEntry
from tracker.queries import history, soundness, verification


@pytest.fixture(autouse=True, params=["many at once", "one by one"])
def _small(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (verification, soundness):
        monkeypatch.setattr(module, "BATCH", 7)
        monkeypatch.setattr(module, "KEPT_EACH", 10)
    if request.param == "one by one":
        monkeypatch.setattr(verification, "is_sound", lambda *_given, **_named: False)


class EndedError(BaseException):
    """The process ended."""


def ended_at(told: Engine, size: int) -> Frontier:
    """Return what was kept by a check that was ended when it had judged so many entries."""
    kept = [EMPTY]

    def progress(done: int) -> None:
        if done >= size:
            raise EndedError

    with reading(sessionmaker(told)) as session, pytest.raises(EndedError):
        verification.verify(session, progress=progress, keep=kept.append)
    return kept[-1]


def test_a_check_goes_on_from_where_it_was_ended_and_answers_the_same(told: Engine) -> None:
    with reading(sessionmaker(told)) as session:
        whole = verification.verify(session)
    start = ended_at(told, 25)
    assert 10 <= start.size < whole.size
    seen: list[int] = []
    with reading(sessionmaker(told)) as session:
        assert verification.verify(session, progress=seen.append, start=start) == whole
    assert min(seen) > start.size


def test_what_is_bad_after_that_place_is_found_by_its_number(told: Engine) -> None:
    start = ended_at(told, 25)
    with unguarded(told) as session, undone(session):
        _spoil(session, start.size + 3)
        with pytest.raises(Broken) as broken:
            verification.verify(session, start=start)
        assert broken.value.seq == start.size + 3


def test_what_is_bad_before_that_place_is_found_though_it_was_judged_already(told: Engine) -> None:
    start = ended_at(told, 25)
    with unguarded(told) as session, undone(session):
        _spoil(session, 5)
        with pytest.raises(Broken) as broken:
            verification.verify(session, start=start)
        assert f"the first {start.size} entries do not give the earlier root" in broken.value.why


def test_a_history_that_was_cut_meanwhile_is_no_whole_one(told: Engine) -> None:
    with reading(sessionmaker(told)) as session:
        whole = verification.verify(session)
        beyond = Frontier(2 * whole.size, tuple(bytes(32) for _ in range((2 * whole.size).bit_count())))
        with pytest.raises(Broken):
            verification.verify(session, start=beyond)


def _spoil(session: Session, seq: int) -> None:
    row = session.get_one(HistoryEntry, seq)
    row.entry = row.entry.replace("v", "w", 1)
    session.flush()


def test_a_check_that_goes_on_still_compares_with_an_earlier_head(told: Engine) -> None:
    start = ended_at(told, 25)
    with reading(sessionmaker(told)) as session:
        whole = verification.verify(session)
        leaves = list(history.leaves(session, whole.size))
        for size in (5, start.size, start.size + 5, whole.size):
            right = Head(size, root(extend(EMPTY, leaves[:size])))
            assert verification.verify(session, right, start=start) == whole
            with pytest.raises(Broken, match="earlier root"):
                verification.verify(session, Head(size, bytes(32)), start=start)
