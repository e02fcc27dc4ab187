"""Whoever works on a plan shows that the work is theirs: one who was taken for dead changes nothing any more."""

from datetime import timedelta
from time import monotonic, sleep

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from tests.support.planning import FIRST, PERIOD, RULES, SECOND
from tests.support.world import NOW, staged
from tracker.cli import planning_work
from tracker.database import make_engine, writing
from tracker.domain.errors import RefusedError
from tracker.domain.plan_states import PlanState
from tracker.models import HistoryEntry
from tracker.services import plans
from tracker.services.plans import AskPlan, Beat

LATE = NOW + timedelta(seconds=70)
BEAT = Beat("Weighing who goes where", 1, 2)


@pytest.fixture
def begun(session: Session) -> tuple[str, str]:
    """A plan, and the worker who has begun to make it."""
    staged(session)
    return _begun(session)


def _begun(session: Session) -> tuple[str, str]:
    plan = plans.ask(session, FIRST, AskPlan(*PERIOD, RULES), at=NOW + timedelta(hours=1), beat=NOW)
    worker = plans.begin(session, plan.ref, beat=NOW)
    assert worker is not None
    assert plans.begin(session, plan.ref, beat=NOW) is None
    return plan.ref, worker


def test_an_old_worker_neither_ends_nor_beats_for_the_new_one(session: Session, begun: tuple[str, str]) -> None:
    ref, old = begun
    plans.again(session, SECOND, ref, at=NOW + timedelta(hours=2), beat=LATE)
    assert not plans.tell(session, ref, BEAT, worker=old, beat=LATE)
    plans.given_up(session, ref, worker=old, beat=LATE)
    assert plans.one(session, ref).state is PlanState.WAITING, "it still waits for the new one"
    new = plans.begin(session, ref, beat=LATE)
    assert new not in (None, old)
    assert not plans.tell(session, ref, BEAT, worker=old, beat=LATE)
    plans.given_up(session, ref, worker=old, beat=LATE)
    plans.fail(session, ref, "No.", worker=old, beat=LATE)
    plans.finish(session, ref, "{}", worker=old, history_size=0, beat=LATE)
    assert plans.one(session, ref).state is PlanState.WORKING
    assert plans.tell(session, ref, BEAT, worker=new or "", beat=LATE)
    plans.finish(session, ref, "{}", worker=new or "", history_size=0, beat=LATE)
    assert plans.one(session, ref).state is PlanState.READY


def test_who_stopped_the_work_and_who_began_it_again_is_told(session: Session, begun: tuple[str, str]) -> None:
    ref, _ = begun
    plans.cancel(session, SECOND, ref, at=NOW + timedelta(hours=2), beat=LATE)
    plans.again(session, FIRST, ref, at=NOW + timedelta(hours=3), beat=LATE)
    rows = session.query(HistoryEntry).filter(HistoryEntry.event.in_(("plan:cancelled", "plan:restarted")))
    assert [(each.event, each.actor) for each in rows.order_by(HistoryEntry.seq)] == [
        ("plan:cancelled", SECOND.ref),
        ("plan:restarted", FIRST.ref),
    ]
    with pytest.raises(RefusedError):
        plans.again(session, FIRST, ref, at=NOW + timedelta(hours=4), beat=LATE)
    assert rows.count() == 2


def test_a_heart_that_finds_the_database_busy_beats_again(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine(database_url)
    sessions = sessionmaker(engine, expire_on_commit=False)
    with writing(sessions) as session:
        staged(session)
        ref, worker = _begun(session)
    busy = ["once", "twice"]
    tell = plans.tell

    def tell_if_not_busy(*args: object, **named: object) -> bool:
        if busy:
            raise OperationalError("UPDATE", {}, Exception(f"database is locked {busy.pop()}"))
        return tell(*args, **named)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(plans, "tell", tell_if_not_busy)
    monkeypatch.setattr(planning_work, "SECONDS", 0.01)
    with planning_work.alive(sessions, ref, worker) as heart:
        heart.tell(BEAT.says, BEAT.done, BEAT.of)
        assert _until_beaten(sessions, ref)
        assert not heart.is_over()
    engine.dispose()


def _until_beaten(sessions: sessionmaker[Session], ref: str) -> bool:
    end = monotonic() + 30
    while monotonic() < end:
        with sessions() as session:
            if plans.one(session, ref).says == BEAT.says:
                return True
        sleep(0.01)
    return False
