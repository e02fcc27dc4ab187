"""Partial dates are read for the days that they can mean, and months are counted over every end of a month."""

from datetime import date, timedelta

import pytest

from tracker.domain.dates import PartialDate, Span, months_after


@pytest.mark.parametrize(
    ("text", "first", "last", "words"),
    [
        ("1900", date(1900, 1, 1), date(1900, 12, 31), "1900"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "February 2024"),
        ("2023-12", date(2023, 12, 1), date(2023, 12, 31), "December 2023"),
        ("2019-07-31", date(2019, 7, 31), date(2019, 7, 31), "31 July 2019"),
    ],
)
def test_a_partial_date_stands_for_every_day_that_it_can_mean(text: str, first: date, last: date, words: str) -> None:
    read = PartialDate.parse(text)
    assert (read.first, read.last, read.in_words()) == (first, last, words)


@pytest.mark.parametrize("text", ["", "19", "2019-7", "2019-07-31 ", "31/07/2019", "x" * 100])
def test_what_is_no_date_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="write a year"):
        PartialDate.parse(text)


@pytest.mark.parametrize("text", ["1899", "1899-12-31", "0000", "2019-00", "2019-13", "2019-02-29", "2019-07-32"])
def test_a_day_that_is_in_no_calendar_or_long_ago_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="is not a day in the calendar, or is before 1900"):
        PartialDate.parse(text)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 2, 29), 12, date(2025, 3, 1)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 1, 31), 1, date(2025, 3, 1)),
        (date(2025, 8, 31), 1, date(2025, 10, 1)),
        (date(2025, 11, 30), 1, date(2025, 12, 30)),
        (date(2025, 12, 31), 2, date(2026, 3, 1)),
        (date(9999, 1, 1), 11, date(9999, 12, 1)),
        (date(9999, 1, 1), 12, date.max),
    ],
)
def test_a_day_that_a_later_month_has_not_becomes_the_first_of_the_next(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then


def test_spans_meet_just_where_they_share_a_day_and_without_a_bound_they_go_on() -> None:
    days = [None, *(date(2026, 3, 3) + timedelta(days=number) for number in range(3))]
    spans = [Span(first, last) for first in days for last in days if not (first and last and first > last)]
    for one in spans:
        for other in spans:
            shared = {day for day in days[1:] if holds(one, day) and holds(other, day)}
            assert one.meets(other) == bool(shared)


def holds(span: Span, day: date) -> bool:
    return (span.first is None or span.first <= day) and (span.last is None or day <= span.last)
