"""The story's calendar: working days, office hours, and the weeks in which no school is inspected."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

SATURDAY = 5
FIRST_HOUR, HOURS = 8, 9


def working_day(day: date) -> date:
    """Return the day itself, or the Monday after it where it falls on a weekend."""
    return day if day.weekday() < SATURDAY else day + timedelta(days=7 - day.weekday())


def working_days_after(day: date, number: int) -> date:
    """Return the working day that many working days later."""
    for _ in range(number):
        day = working_day(day + timedelta(days=1))
    return day


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def in_office_hours(rng: Random, day: date) -> datetime:
    """Return an instant between eight in the morning and five in the afternoon, UTC."""
    opens = datetime.combine(day, time(FIRST_HOUR), UTC)
    return opens + timedelta(seconds=rng.randrange(HOURS * 3600))


def is_holiday(day: date) -> bool:
    """Tell whether schools are closed: the summer holidays, Christmas, and the week that Easter often falls in."""
    return (
        (7, 20) <= (day.month, day.day) <= (8, 31)
        or (day.month, day.day) >= (12, 19)
        or ((day.month, day.day) <= (1, 4) or (4, 1) <= (day.month, day.day) <= (4, 12))
    )
