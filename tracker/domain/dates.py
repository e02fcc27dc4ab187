"""Days, partial dates and spans, counted as the policy counts them."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
MONTHS_IN_A_YEAR = 12
EARLIEST_YEAR = 1900


def months_after(day: date, months: int) -> date:
    """Return the same calendar day that many months on; a day that does not exist there is the next first of a month.

    So 29 February and twelve months is 1 March (policy, section 2).
    """
    year, month0 = divmod(day.year * MONTHS_IN_A_YEAR + day.month - 1 + months, MONTHS_IN_A_YEAR)
    if year > date.max.year:
        return date.max
    if day.day <= calendar.monthrange(year, month0 + 1)[1]:
        return date(year, month0 + 1, day.day)
    return months_after(date(year, month0 + 1, 1), 1)


def years_after(day: date, years: int) -> date:
    """Return the same calendar day that many years on; 29 February becomes 1 March in a common year."""
    return months_after(day, MONTHS_IN_A_YEAR * years)


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date as somebody gave it: a year, a month, or a day; `first` and `last` are the days it can mean."""

    text: str
    first: date
    last: date

    @staticmethod
    def parse(text: str) -> "PartialDate":
        """Read `2019`, `2019-07` or `2019-07-31`; raise ValueError with a plain sentence for anything else."""
        return _parse(text)

    def in_words(self) -> str:
        """Return the date as a sentence says it: `2019`, `July 2019` or `31 July 2019`."""
        match self.text.count("-"):
            case 0:
                return self.text
            case 1:
                return f"{calendar.month_name[self.first.month]} {self.first.year}"
            case _:
                return in_words(self.first)


@lru_cache(maxsize=50_000)
def _parse(text: str) -> PartialDate:
    found = _PARTIAL.fullmatch(text)
    if not found:
        message = f"“{text[:40]}” is not a date: write a year (2019), a month (2019-07) or a day (2019-07-31)"
        raise ValueError(message)
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None  # noqa: S101 (the pattern always has a year)
    try:
        first, last = _days(year, month, day)
    except (ValueError, calendar.IllegalMonthError):
        first = last = date.min
    if first.year < EARLIEST_YEAR:
        message = f"“{text}” is not a day in the calendar, or is before {EARLIEST_YEAR}"
        raise ValueError(message)
    return PartialDate(text, first, last)


def _days(year: int, month: int | None, day: int | None) -> tuple[date, date]:
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is None:
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    return date(year, month, day), date(year, month, day)


@lru_cache(maxsize=50_000)
def in_words(day: date) -> str:
    """Return a day as a sentence says it, such as `3 March 2026`."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def age_in_words(day: date, today: date) -> str:
    """Return how old something of this day is: in days, after two whole months in months, after two years in years."""
    if day >= today:
        return "of today" if day == today else "of a day to come"
    months = (today.year - day.year) * MONTHS_IN_A_YEAR + today.month - day.month - (today.day < day.day)
    units = (("year", months // MONTHS_IN_A_YEAR), ("month", months))
    unit, number = next(((unit, number) for unit, number in units if number > 1), ("day", (today - day).days))
    return f"{number} {unit}{'' if number == 1 else 's'} old"


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both included; None means that there is no bound on that side."""

    first: date | None
    last: date | None

    def meets(self, other: "Span") -> bool:
        """Tell whether the two spans share a day."""
        return self.overlap(other) is not None

    def overlap(self, other: "Span") -> "Span | None":
        """Return the days that both spans hold, or None where they share none."""
        firsts = [day for day in (self.first, other.first) if day is not None]
        lasts = [day for day in (self.last, other.last) if day is not None]
        shared = Span(max(firsts) if firsts else None, min(lasts) if lasts else None)
        if shared.first is not None and shared.last is not None and shared.first > shared.last:
            return None
        return shared
