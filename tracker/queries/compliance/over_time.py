"""How it went: what checks found month by month, who decided what, and how old the registers are."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from tracker.domain.dates import months_after
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import Ruling
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


def verdicts_by_month(session: Session, today: date) -> list[Month]:
    """Return the last twelve months, this one included, with the verdicts of the checks made in each."""
    first = months_after(today.replace(day=1), 1 - MONTHS)
    since = datetime(first.year, first.month, 1, tzinfo=UTC)
    year, month = extract("year", ConflictCheck.checked_at), extract("month", ConflictCheck.checked_at)
    query = (
        select(year, month, ConflictCheck.verdict, func.count())
        .where(ConflictCheck.checked_at >= since)
        .group_by(year, month, ConflictCheck.verdict)
    )
    found: dict[date, dict[Verdict, int]] = {}
    for in_year, in_month, verdict, number in session.execute(query):
        found.setdefault(date(int(in_year), int(in_month), 1), {})[verdict] = number
    months = [months_after(first, number) for number in range(MONTHS)]
    return [Month(each, {verdict: found.get(each, {}).get(verdict, 0) for verdict in Verdict}) for each in months]


@dataclass(frozen=True, slots=True)
class Decider:
    """A decision-maker, and how often he or she allowed and upheld."""

    name: str
    allowed: int
    upheld: int


def deciders(session: Session) -> list[Decider]:
    """Return who decided, and what, those who decided most first."""
    query = select(Decision.decided_by, Decision.outcome, func.count()).group_by(Decision.decided_by, Decision.outcome)
    numbers: dict[str, dict[str, int]] = {}
    for who, outcome, number in session.execute(query):
        numbers.setdefault(who, {})[outcome] = number
    names = names_of(session, list(numbers))
    found = [
        Decider(names[who], each.get(str(Ruling.ALLOW), 0), each.get(str(Ruling.UPHOLD), 0))
        for who, each in numbers.items()
    ]
    return sorted(found, key=lambda each: (-each.allowed - each.upheld, each.name))
