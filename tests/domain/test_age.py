"""How old something is, in words."""

from datetime import date

import pytest

from tracker.domain.dates import age_in_words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 3, 2), "of today"),
        (date(2026, 3, 3), "of a day to come"),
        (date(2026, 3, 1), "1 day old"),
        (date(2026, 1, 3), "58 days old"),
        (date(2026, 1, 2), "2 months old"),
        (date(2025, 12, 1), "3 months old"),
        (date(2024, 3, 3), "23 months old"),
        (date(2024, 3, 2), "2 years old"),
        (date(2018, 3, 31), "7 years old"),
    ],
)
def test_an_age_is_said_in_whole_days_months_or_years(day: date, words: str) -> None:
    assert age_in_words(day, date(2026, 3, 2)) == words
