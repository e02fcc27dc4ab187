"""What it means for an assignment that its inspector leaves on a day, and which days are rather a slip of the pen."""

from datetime import date

import pytest

from tracker.domain.leaving import Means, fault_in_list, fault_of, means

TODAY = date(2026, 3, 2)
LEFT_ON = date(2026, 3, 17)


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        (date(2026, 3, 10), date(2026, 3, 16), None),
        (date(2026, 3, 10), date(2026, 3, 17), Means.TO_REPLACE),
        (date(2026, 3, 16), date(2026, 3, 20), Means.TO_REPLACE),
        (date(2026, 3, 17), date(2026, 3, 17), Means.RELEASED),
        (date(2027, 3, 17), date(2027, 3, 18), Means.RELEASED),
    ],
)
def test_whoever_leaves_loses_what_begins_on_that_day_and_is_replaced_where_it_began_before(
    first: date, last: date, says: Means | None
) -> None:
    assert means(LEFT_ON, (first, last), TODAY) is says


def test_an_inspection_that_is_over_stays_as_it_was_and_one_under_way_does_not() -> None:
    left_on = date(2026, 2, 20)
    assert means(left_on, (date(2026, 2, 24), date(2026, 3, 1)), TODAY) is Means.OVER
    assert means(left_on, (date(2026, 2, 24), date(2026, 3, 2)), TODAY) is Means.RELEASED
    assert means(left_on, (date(2026, 2, 10), date(2026, 2, 19)), TODAY) is None


@pytest.mark.parametrize(
    ("left_on", "says"),
    [
        (date(2025, 3, 1), "It is more than 12 months ago: check the year; if it is right, let a staff list say it"),
        (date(2025, 3, 2), ""),
        (TODAY, ""),
        (date(2031, 3, 2), ""),
        (date(2031, 3, 3), "It is more than 5 years ahead: check the year; if it is right, say it once it is nearer"),
    ],
)
def test_a_day_of_leaving_may_be_past_or_to_come_and_not_far_from_today(left_on: date, says: str) -> None:
    assert fault_of(left_on, TODAY) == says


@pytest.mark.parametrize(
    ("left_on", "says"),
    [
        (date(2006, 3, 1), "It is more than 20 years ago: check the year; if it is right, remove the row"),
        (date(2006, 3, 2), ""),
        (date(2031, 3, 2), ""),
        (date(2031, 3, 3), "It is more than 5 years ahead: check the year; if it is right, say it once it is nearer"),
    ],
)
def test_a_staff_list_may_name_people_who_left_long_ago_and_not_decades_ago(left_on: date, says: str) -> None:
    assert fault_in_list(left_on, TODAY) == says
