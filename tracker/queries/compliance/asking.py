"""What a figure of compliance counts: a list, and how each line of it is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.dates import months_after
from tracker.domain.facts import Verdict
from tracker.domain.people import ENGAGEMENTS
from tracker.models import InForce, Inspector
from tracker.queries.leavings import is_here
from tracker.queries.policies import PoliciesInForce


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that a figure counts: what it is called, where its page is, and what to know of it."""

    name: str
    kind: str
    ref: str
    detail: str


def place(name: str, reference: str, ref: str, detail: str) -> Row:
    """Return the line of an assignment: whose, for which inspection."""
    return Row(f"{name} for {reference}", "assignment", ref, detail)


class Listing(Protocol):
    """A list: how long it is, and a page of it."""

    def count(self, session: Session) -> int:
        """Return how many there are."""

    def page(self, session: Session, start: int, size: int) -> list[Row]:
        """Return a page of them."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A list that the database gives: what is asked, and how a line of the answer is told."""

    query: Select[*tuple[Any, ...]]
    told: Callable[..., Row]

    def count(self, session: Session) -> int:
        """Return how many there are; nothing else is read."""
        numbers = self.query.order_by(None).subquery()
        return session.scalar(select(func.count()).select_from(numbers)) or 0

    def page(self, session: Session, start: int, size: int) -> list[Row]:
        """Return a page of them."""
        return [self.told(*row) for row in session.execute(self.query.offset(start).limit(size))]


@dataclass(frozen=True, slots=True)
class Known:
    """A list that was worked out already."""

    rows: Sequence[Row]

    def count(self, session: Session) -> int:  # noqa: ARG002 (as every list has it)
        """Return how many there are."""
        return len(self.rows)

    def page(self, session: Session, start: int, size: int) -> list[Row]:  # noqa: ARG002 (as above)
        """Return a page of them."""
        return list(self.rows[start : start + size])


@dataclass(frozen=True, slots=True)
class Asked:
    """What the figures are asked of: the database, the day, and the policies in force on it."""

    session: Session
    today: date
    book: PoliciesInForce

    @property
    def is_here(self) -> ColumnElement[bool]:
        """Whether an inspector has not left."""
        return is_here(self.today)

    def months(self, engagement: str) -> int:
        """For how many months a declaration serves."""
        return self.book.of(engagement)[1].valid_months

    def needed(self, engagement: str) -> int:
        """How many decision-makers must allow a real conflict."""
        return max(1, self.book.of(engagement)[1].decisions.get(Verdict.REAL, 1))

    def made_before(self, day: date) -> ColumnElement[bool]:
        """Whether the declaration in force has ceased to serve by a day, by the policy of its inspector."""
        ways = [
            (Inspector.engagement == each) & (InForce.made_on < _first_serving(day, self.months(each)))
            for each in ENGAGEMENTS
        ]
        return or_(*ways)


def _first_serving(day: date, months: int) -> date:
    """Return the first day of which a declaration still serves on another day."""
    first = months_after(day, -months) - timedelta(days=3)
    while months_after(first, months) < day:
        first += timedelta(days=1)
    return first
