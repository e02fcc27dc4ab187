"""What a period's figures say of who had left is what was known at its end, whatever was recorded since."""

from datetime import date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy.orm import Session

from tests.support.world import DECIDER, SYSTEM, TODAY, Stage, employed_at, staged
from tracker.domain.errors import TrackerError
from tracker.models import Inspector
from tracker.queries import leavings, organisations, reviews
from tracker.queries.annual.asking import Asked, Period
from tracker.queries.annual.declared import declarations
from tracker.queries.annual.declared import reviews as judged
from tracker.queries.compliance.asking import Asked as AskedToday
from tracker.queries.compliance.declared import never, unreviewed
from tracker.queries.policies import all_in_force
from tracker.services.leavings import RecordLeaving, WithdrawLeaving, record, withdraw


@pytest.fixture
def stage(session: Session) -> Stage:
    stage = staged(session)
    for number in range(4):
        person = stage.inspector(f"T{number}", f"Inspector {number}")
        if number % 2:
            stage.declares(person)
    return stage


def figures(session: Session, last: date) -> dict[str, tuple[int, int]]:
    period = Period(last - timedelta(days=9), last)
    return {each.title: each.number for each in declarations(Asked(session, period), {}).lines}


def leaves(stage: Stage, staff_no: str, day: date) -> None:
    record(stage.session, SYSTEM, RecordLeaving(staff_no, day), at=stage.tick())


def test_whoever_left_by_the_last_day_counts_in_no_figure_and_the_day_after_it_still_does(stage: Stage) -> None:
    leaves(stage, "T0", TODAY)
    leaves(stage, "T1", TODAY + timedelta(days=1))
    told = figures(stage.session, TODAY)
    assert [told[each][0] for each in ("Inspectors", "With a declaration in date", "Never declared")] == [3, 2, 1]
    assert never(AskedToday(stage.session, TODAY, all_in_force(stage.session, TODAY))).count(stage.session) == 1


def test_a_leaving_that_is_recorded_later_moves_no_figure_of_a_period_that_had_ended(stage: Stage) -> None:
    before = figures(stage.session, TODAY)
    stage.now += timedelta(days=5)
    leaves(stage, "T0", TODAY - timedelta(days=30))
    assert figures(stage.session, TODAY) == before
    assert figures(stage.session, TODAY + timedelta(days=5))["Inspectors"][0] == 3


ODD = employed_at("org:Choir", "2020", nature="other", note="Sings there.")


def test_what_waits_for_a_grade_of_whoever_left_is_on_no_list_and_in_no_figure(stage: Stage) -> None:
    session = stage.session
    for staff_no in ("T0", "T1"):
        stage.declares(stage.people[staff_no], ODD)
    stage.now += timedelta(days=5)
    before, today = TODAY, stage.now.date()
    leaves(stage, "T0", today)
    (review,) = reviews.awaiting(session, DECIDER, today, start=0, size=9)
    assert (review.inspector.staff_no, reviews.count_awaiting(session, DECIDER, today)) == ("T1", 1)
    (choir,) = organisations.before(session, DECIDER, today)
    assert [each.inspector for each in choir.declared] == ["Inspector 1"]
    assert unreviewed(AskedToday(session, today, all_in_force(session, today))).count(session) == 1
    ends = (before, 2, 0), (today, 1, 5)
    for last, number, days in ends:
        lines = judged(Asked(session, Period(last, last)), {}).lines[1:]
        assert [each.number[0] for each in lines] == [number, days]
    leaves(stage, "T1", today)
    assert organisations.before(session, DECIDER, today) == []
    assert judged(Asked(session, Period(today, today)), {}).lines[2].number[0] == 0


def known(stage: Stage, at: datetime) -> list[date | None]:
    """Return each inspector's day of leaving, as it was known at an instant."""
    last = [leavings.changes(stage.session, staff_no, at)[-1:] for staff_no in stage.people]
    return [each[0].left_on if each else None for each in last]


@pytest.mark.parametrize("seed", range(3))
def test_a_random_life_of_leaving_and_staying_is_told_of_each_day_as_it_was_told_on_it(stage: Stage, seed: int) -> None:
    random = Random(seed)
    then: list[tuple[datetime, dict[str, tuple[int, int]], list[date | None]]] = []
    for _ in range(12):
        who, day = f"T{random.randrange(4)}", stage.now.date() + timedelta(days=random.randrange(-20, 20))
        try:
            if random.random() < 0.7:
                leaves(stage, who, day)
            else:
                withdraw(stage.session, SYSTEM, WithdrawLeaving(who), at=stage.tick())
        except TrackerError:
            pass
        stands = [stage.session.get_one(Inspector, each.id).left_on for each in stage.people.values()]
        then.append((stage.now, figures(stage.session, stage.now.date()), stands))
        stage.now += timedelta(days=random.randint(1, 9))
    assert len({tuple(stands) for *_, stands in then}) > 3
    for at, told, stands in then:
        assert (figures(stage.session, at.date()), known(stage, at)) == (told, stands)
