"""How it went: what checks found month by month, who decided what, and how old the registers are."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from tracker.domain.dates import months_after
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import Ruling
from tracker.domain.uk_time import midnight
from tracker.models import ConflictCheck, Decision
from tracker.queries.decisions import names_of

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Month:
    """How many checks of a month gave each verdict."""

    first: date
    numbers: dict[Verdict, int]

    @property
    def total(self) -> int:
        """How many checks there were."""
        return sum(self.numbers.values())


def first_month(today: date) -> date:
    """Return the first day of the last twelve months, the one of this day included."""
    return months_after(today.replace(day=1), 1 - MONTHS)


def within(month: date) -> ColumnElement[bool]:
    """Whether a check was made in the month that begins on a day, by the clock in the United Kingdom."""
    made_at = ConflictCheck.checked_at
    return and_(made_at >= midnight(month), made_at < midnight(months_after(month, 1)))


def verdicts_by_month(session: Session, today: date) -> list[Month]:
    """Return the last twelve months, this one included, with the verdicts of the checks made in each."""
    months = [months_after(first_month(today), number) for number in range(MONTHS)]
    columns = [func.sum(case((within(each), 1), else_=0)) for each in months]
    query = (
        select(ConflictCheck.verdict, *columns)
        .where(ConflictCheck.checked_at >= midnight(months[0]))
        .group_by(ConflictCheck.verdict)
    )
    found = {verdict: numbers for verdict, *numbers in session.execute(query)}
    return [
        Month(first, {verdict: found[verdict][place] if verdict in found else 0 for verdict in Verdict})
        for place, first in enumerate(months)
    ]


@dataclass(frozen=True, slots=True)
class Decider:
    """A decision-maker, by reference and name, and how often he or she allowed and upheld."""

    ref: str
    name: str
    allowed: int
    upheld: int


def deciders(session: Session, today: date) -> list[Decider]:
    """Return who decided in the last twelve months, this one included, and what, those who decided most first."""
    query = (
        select(Decision.decided_by, Decision.outcome, func.count())
        .where(Decision.decided_at >= midnight(first_month(today)))
        .group_by(Decision.decided_by, Decision.outcome)
    )
    numbers: dict[str, dict[str, int]] = {}
    for who, outcome, number in session.execute(query):
        numbers.setdefault(who, {})[str(outcome)] = number
    names = names_of(session, list(numbers))
    found = [
        Decider(who, names[who], each.get(str(Ruling.ALLOW), 0), each.get(str(Ruling.UPHOLD), 0))
        for who, each in numbers.items()
    ]
    return sorted(found, key=lambda each: (-each.allowed - each.upheld, each.name))
