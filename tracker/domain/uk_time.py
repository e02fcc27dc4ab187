"""Clock time in the United Kingdom, by the rule of the Summer Time Act, so that no zone files are needed."""

from datetime import UTC, date, datetime, time, timedelta, timezone

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
    return instant_of(day, time.min)


def instant_of(day: date, at: time) -> datetime:
    """Return the instant of such a clock's reading; of the hour that comes twice in autumn, the later one."""
    local = datetime.combine(day, at, UTC)
    summer = local - timedelta(hours=1)
    return local if in_uk(local).utcoffset() == timedelta(0) else summer


def _change(year: int, month: int) -> datetime:
    # The clocks change at 01:00 UTC on the month's last Sunday; March and October have 31 days.
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() - _SUNDAY) % 7)
