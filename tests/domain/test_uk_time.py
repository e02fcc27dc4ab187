"""Clock time in the United Kingdom: an hour ahead of UTC between the last Sundays of March and October."""

from datetime import UTC, datetime

import pytest

from tracker.domain.uk_time import in_uk


@pytest.mark.parametrize(
    ("utc", "uk"),
    [
        ("2026-03-29T00:59:59", "2026-03-29T00:59:59+00:00"),
        ("2026-03-29T01:00:00", "2026-03-29T02:00:00+01:00"),
        ("2026-10-25T00:59:59", "2026-10-25T01:59:59+01:00"),
        ("2026-10-25T01:00:00", "2026-10-25T01:00:00+00:00"),
        ("2027-06-30T23:30:00", "2027-07-01T00:30:00+01:00"),
    ],
)
def test_the_clocks_change_on_the_last_sundays(utc: str, uk: str) -> None:
    assert in_uk(datetime.fromisoformat(utc).replace(tzinfo=UTC)).isoformat() == uk
