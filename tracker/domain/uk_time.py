"""Clock time in the United Kingdom, by the rule of the Summer Time Act, so that no zone files are needed."""

from datetime import UTC, date, datetime, timedelta, timezone

_WINTER = timezone(timedelta(0), "GMT")
_SUMMER = timezone(timedelta(hours=1), "BST")
_MARCH, _OCTOBER = 3, 10
_SUNDAY = 6


def in_uk(instant: datetime) -> datetime:
    """Return an aware instant on a clock in the United Kingdom: an hour ahead of UTC in summer."""
    utc = instant.astimezone(UTC)
    summer = _change(utc.year, _MARCH) <= utc < _change(utc.year, _OCTOBER)
    return utc.astimezone(_SUMMER if summer else _WINTER)


def midnight(day: date) -> datetime:
    """Return the instant, in UTC, at which a day begins on a clock in the United Kingdom."""
    # The clocks never change at midnight, so that what holds an hour into the day held at its beginning.
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC)
    ahead = in_uk(begins).utcoffset() or timedelta(0)
    return begins - ahead


def _change(year: int, month: int) -> datetime:
    # The clocks change at 01:00 UTC on the month's last Sunday; March and October have 31 days.
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() - _SUNDAY) % 7)
