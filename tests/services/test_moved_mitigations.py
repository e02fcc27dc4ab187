"""A mitigation that was to be done before the inspection, and the inspection is moved to begin before it is due."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.services.test_mitigations import Scene, scene, told
from tests.support.world import DECIDER, SCHEDULER, SYSTEM, days_apart
from tracker.domain.mitigating import Progress, moved_up_to
from tracker.domain.moving import Days
from tracker.domain.notices import Kind
from tracker.models import OutboxMessage
from tracker.queries import chasing, mitigations, policies, verification
from tracker.queries.annual import Period, report
from tracker.queries.compliance import assigned as compliance
from tracker.queries.compliance.asking import Asked
from tracker.queries.mitigations import Which
from tracker.services import moving, notices, people
from tracker.services.moved_mitigations import LeftTooLate, left_too_late
from tracker.services.moving import Move

__all__ = ["scene"]

TODAY, DUE = date(2026, 3, 2), date(2026, 3, 12)
EARLIER = (date(2026, 3, 9), date(2026, 3, 10))
BEFORE_EARLIER = date(2026, 3, 8)


def moved(scene: Scene, days: Days) -> None:
    command = Move("INS-1", *days, "The school asked.")
    moving.move(scene.stage.session, SCHEDULER, command, at=scene.stage.tick())


def foreseen(scene: Scene, days: Days) -> list[LeftTooLate]:
    number = scene.assignment.inspection_id
    return left_too_late(scene.stage.session, {number: days}, TODAY)[number]


def which(scene: Scene, some: Which, today: date = TODAY) -> list[date]:
    found = mitigations.waiting(scene.stage.session, DECIDER, today, which=some, start=0, size=5)
    assert found.numbers[some] == len(found.found)
    return [each.due_on for each in found.found]


def test_it_must_be_done_before_the_new_first_day_and_is_on_the_list_until_it_is(
    session: Session, scene: Scene
) -> None:
    scene.decides(scene.wants(due_on=DUE), scene.wants("Dan", due_on=date(2026, 3, 5)))
    (late,) = foreseen(scene, EARLIER)
    assert late.says == (
        "the mitigation “Another reads the report”, which Sue Person sees to by 12 March 2026, was to be done before "
        "the inspection begins: it would have to be done by 8 March 2026"
    )
    moved(scene, EARLIER)
    assert [(each.due_on, each.is_before) for each in scene.asked()] == [
        (date(2026, 3, 5), True),
        (BEFORE_EARLIER, True),
    ]
    assert which(scene, Which.MOVED_UP) == [BEFORE_EARLIER]
    assert which(scene, Which.ALL) == [date(2026, 3, 5), BEFORE_EARLIER]
    assert told(session, Kind.MITIGATION) == ["Sue Person", "Dan Person", "Sue Person"]
    scene.says(scene.actor("Sue"), number=1)
    assert which(scene, Which.MOVED_UP) == []
    verification.verify(session)


def test_it_is_overdue_and_its_owner_reminded_by_the_new_day(session: Session, scene: Scene) -> None:
    scene.decides(scene.wants(due_on=DUE))
    moved(scene, EARLIER)
    late = BEFORE_EARLIER + timedelta(days=1)
    assert which(scene, Which.OVERDUE, BEFORE_EARLIER) == []
    assert which(scene, Which.OVERDUE, late) == [BEFORE_EARLIER]
    assert scene.asked()[0].progress(late) is Progress.OVERDUE
    assert mitigations.to_do(session, scene.actor("Sue"), late) == (1, 1)
    (chased,) = chasing.chased(session, late)
    assert (chased.step, chased.is_over) == (0, True)
    assert not list(chasing.chased(session, BEFORE_EARLIER - timedelta(days=1)))


def test_its_owner_and_decision_makers_find_it_among_others_by_the_day_that_counts(
    session: Session, scene: Scene
) -> None:
    later = scene.stage.inspection("INS-2", **days_apart(1))
    other = replace(scene, assignment=scene.stage.proposes(later, scene.stage.people["T100"]))
    other.decides(scene.wants(what="Other.", due_on=EARLIER[0]))
    scene.decides(scene.wants(due_on=DUE))
    moved(scene, EARLIER)
    days = [BEFORE_EARLIER, EARLIER[0]]
    for start, day in enumerate(days):
        mine = mitigations.of_owner(session, scene.actor("Sue"), start=start, size=1)
        all_that_waits = mitigations.waiting(session, DECIDER, TODAY, start=start, size=1)
        assert [each.due_on for each in (*mine.found, *all_that_waits.found)] == [day, day]


def test_what_was_so_at_an_instant_is_told_by_the_moves_up_to_it(session: Session, scene: Scene) -> None:
    scene.decides(scene.wants(due_on=DUE))
    asked_at = scene.stage.now
    moved(scene, EARLIER)
    moved_at = scene.stage.now
    moved(scene, (date(2026, 3, 10), date(2026, 3, 11)))
    days = [each.due_on for at in (asked_at, moved_at) for each in mitigations.stood_at(session, scene.asked(), at)]
    assert days == [DUE, BEFORE_EARLIER]


def test_moved_later_again_its_own_day_stands(scene: Scene) -> None:
    scene.decides(scene.wants(due_on=DUE))
    moved(scene, EARLIER)
    assert foreseen(scene, (date(2026, 3, 10), date(2026, 3, 10))) == []
    moved(scene, (date(2026, 3, 25), date(2026, 3, 26)))
    assert [each.due_on for each in scene.asked()] == [DUE]
    assert which(scene, Which.MOVED_UP) == []


def test_what_was_to_be_done_after_the_inspection_began_stays_as_it_was_asked_for(scene: Scene) -> None:
    scene.decides(scene.wants(due_on=date(2026, 3, 20)))
    assert foreseen(scene, EARLIER) == []
    moved(scene, EARLIER)
    assert [each.due_on for each in scene.asked()] == [date(2026, 3, 20)]
    assert which(scene, Which.MOVED_UP) == []


def test_what_is_decided_on_the_new_days_is_as_it_was_asked_for(scene: Scene) -> None:
    moved(scene, EARLIER)
    scene.decides(scene.wants(due_on=DUE))
    assert [each.due_on for each in scene.asked()] == [DUE]
    assert foreseen(scene, (TODAY, TODAY)) == []


def test_where_no_day_is_left_the_preview_says_so_and_it_is_overdue_at_once(scene: Scene) -> None:
    scene.decides(scene.wants(due_on=DUE))
    (late,) = foreseen(scene, (TODAY, TODAY))
    assert late.says.endswith("before the inspection begins, and no day would be left for that")
    moved(scene, (TODAY, TODAY))
    assert which(scene, Which.OVERDUE) == [TODAY - timedelta(days=1)]


def test_whoever_has_no_account_any_more_is_told_nothing_and_stands_on_the_decision_makers_list(
    session: Session, scene: Scene
) -> None:
    scene.decides(scene.wants(due_on=DUE))
    people.close(session, SYSTEM, "sue@example.org", at=scene.stage.tick())
    before = len(session.scalars(select(OutboxMessage)).all())
    moved(scene, EARLIER)
    sent = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()[before:]
    assert Kind.MITIGATION not in {each.kind for each in sent}
    assert which(scene, Which.OWNER_GONE) == [BEFORE_EARLIER]
    notices.put_due(session, at=scene.stage.tick())


@pytest.mark.parametrize(
    ("due", "was", "now", "by"),
    [(8, 9, 8, 7), (8, 9, 3, 2), (8, 9, 9, None), (8, 9, 20, None), (8, 8, 3, None), (8, 20, 9, None)],
)
def test_the_day_is_the_one_before_the_inspection_begins(due: int, was: int, now: int, by: int | None) -> None:
    days = [date(2026, 6, day) for day in (due, was, now)]
    assert moved_up_to(*days) == (date(2026, 6, by) if by else None)


def test_an_auditor_counts_it_as_overdue_from_the_same_day_on(session: Session, scene: Scene) -> None:
    scene.decides(scene.wants(due_on=DUE))
    moved(scene, EARLIER)
    for today, number in ((BEFORE_EARLIER, 0), (BEFORE_EARLIER + timedelta(days=1), 1)):
        found = compliance.mitigations(Asked(session, today, policies.all_in_force(session, today)))
        assert found.count(session) == number
        assert [each.detail for each in found.page(session, 0, 5)] == ["Was due on 8 March 2026"] * number


def test_the_annual_report_counts_it_by_the_day_that_counted_when_it_was_done_or_the_period_ended(
    session: Session, scene: Scene
) -> None:
    scene.decides(*(scene.wants(name, what, due_on=DUE) for name in ("Sue", "Dan") for what in ("One.", "Two.")))
    scene.says(scene.actor("Sue"), number=0)
    scene.stage.now += timedelta(days=2)
    moved(scene, EARLIER)
    # In the order of the days that count: what was done before the move keeps its own, and stands last.
    scene.says(scene.actor("Sue"), number=0)
    scene.stage.now += timedelta(days=5)
    scene.says(scene.actor("Dan"), number=1)
    day = scene.stage.now.date()

    def told(last: date) -> list[int]:
        """Return what was due in the period, shown to be done, done in time, and overdue at its end."""
        (part,) = (each for each in report(session, Period(TODAY, last)).parts if each.heading == "Mitigations")
        return [each.number[0] for each in part.lines[1:]]

    assert day == BEFORE_EARLIER + timedelta(days=1)
    assert told(TODAY + timedelta(days=1)) == [0, 0, 0, 0]
    assert told(BEFORE_EARLIER) == [3, 1, 1, 0]
    assert told(day) == [3, 2, 1, 1]
    assert told(DUE) == [4, 3, 2, 1]
