"""What the annual report is asked of: a period, the one before, and how a thing is counted in both at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.domain.dates import months_after
from tracker.domain.people import ENGAGEMENTS
from tracker.domain.uk_time import midnight
from tracker.queries import policies
from tracker.queries.policies import PoliciesInForce

DAY = timedelta(days=1)
YEAR = 12
Both = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Period:
    """A period by its days, both included; its instants are those of a clock in the United Kingdom.

    Of one that runs still, `last` is the last day of which anything is known, and `ends` the day on which it will end.
    """

    first: date
    last: date
    ends: date | None = None

    def known_on(self, day: date) -> "Period":
        """Return what of it is known on a day: a period that has not ended is cut there."""
        return self if self.last <= day else Period(self.first, day, self.last)

    @property
    def start(self) -> datetime:
        """The instant at which it begins."""
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """The instant before which it ends: whatever was recorded later was not known in it."""
        return midnight(self.last + DAY)

    @property
    def before(self) -> "Period":
        """The period of the same length just before; of a whole year, the year before, whichever is longer.

        Of a year that runs still, as much of the year before.
        """
        if self.ends is not None and months_after(self.first, YEAR) == self.ends + DAY:
            return Period(months_after(self.first, -YEAR), min(months_after(self.last, -YEAR), self.first - DAY))
        if months_after(self.first, YEAR) == self.last + DAY:
            return Period(months_after(self.first, -YEAR), self.first - DAY)
        return Period(self.first - (self.last - self.first) - DAY, self.first - DAY)

    def holds(self, at: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
        """Whether an instant is in it."""
        return and_(at >= self.start, at < self.end)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the report is asked of: the database, and the period."""

    session: Session
    period: Period

    @property
    def both(self) -> tuple[Period, Period]:
        """The period, and the one before it."""
        return self.period, self.period.before

    def counted(
        self,
        at: InstrumentedAttribute[datetime],
        wanted: Mapping[str, ColumnElement[bool] | None],
        narrow: Callable[[Select[Any]], Select[Any]] = lambda query: query,
    ) -> dict[str, Both]:
        """Return how many rows of each kind have their instant in the period, and in the one before: one statement."""
        columns = [
            func.sum(case((each.holds(at) if condition is None else and_(each.holds(at), condition), 1), else_=0))
            for condition in wanted.values()
            for each in self.both
        ]
        query = narrow(select(*columns)).where(at >= self.period.before.start, at < self.period.end)
        row = [number or 0 for number in self.session.execute(query).one()]
        return {name: (row[2 * place], row[2 * place + 1]) for place, name in enumerate(wanted)}

    def at_each_end(self, count: Callable[[Period], int]) -> Both:
        """Return what was so at the end of the period, and at the end of the one before."""
        return count(self.period), count(self.period.before)

    def months(self, period: Period) -> int:
        """For how many months any declaration served at the least, by the policies in force on a period's last day."""
        return served_at_least(policies.all_in_force(self.session, period.last))


def served_at_least(book: PoliciesInForce) -> int:
    """For how many months any declaration serves at the least by policies; 0 where there are none."""
    return min(book.of(each)[1].valid_months for each in ENGAGEMENTS) if book.rows else 0


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of the report: what it is called, what it counts, how many now and in the period before.

    `of` says out of how many, where it is a part of something; `figure` is the key of today's list of the same.
    """

    title: str
    means: str
    number: Both
    of: Both | None = None
    figure: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the report: a heading and its figures."""

    heading: str
    lines: tuple[Line, ...]


def times(told: Mapping[str, Both], *events: str) -> Both:
    """Return how many entries of some events there were, by what the history tells of the two periods."""
    found = [told.get(each, (0, 0)) for each in events]
    return sum(now for now, _ in found), sum(before for _, before in found)
