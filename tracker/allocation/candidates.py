"""Who may go to one inspection: inspectors from near to far, each judged as one check judges."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.check import check
from tracker.domain.facts import Verdict
from tracker.domain.findings import Outcome
from tracker.queries.driver import Statement
from tracker.queries.facts import facts_for
from tracker.queries.pairs import Pair
from tracker.queries.policies import PoliciesInForce

# Most inspectors that live near have something to declare near: twice as many as are wanted are looked at together.
TOGETHER = 2
_BY_DISTANCE = Statement("""
    SELECT * FROM (
        SELECT inspector.id, inspector.staff_no, inspector.engagement,
            1.0 * (inspector.easting - own.easting) * (inspector.easting - own.easting)
            + 1.0 * (inspector.northing - own.northing) * (inspector.northing - own.northing) AS squared
        FROM inspector LEFT JOIN provider AS own ON own.ref = {provider} AND own.easting <> 0 AND own.northing <> 0
        WHERE inspector.left_on IS NULL OR CAST(inspector.left_on AS text) > {today}
    ) AS listed
    ORDER BY squared IS NULL, squared, id
    LIMIT {limit} OFFSET {start}
""")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An inspector for an inspection: how far away, in metres (None where nobody can tell), and the check's answer."""

    staff_no: str
    metres: float | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Wanted:
    """An inspection that wants inspectors."""

    provider: str
    starts_on: date
    ends_on: date


def candidates(
    session: Session, wanted: Wanted, book: PoliciesInForce, today: date, *, together: int
) -> Iterator[Candidate]:
    """Yield every inspector who has not left, the nearest first; so many are read and checked together."""
    start = 0
    while some := _nearest(session, wanted, today, together, start):
        start += len(some)
        pairs = [Pair(row[0], row[1], wanted.provider, wanted.starts_on, wanted.ends_on) for row in some]
        for (_, staff_no, engagement, squared), facts in zip(some, facts_for(session, pairs), strict=True):
            outcome = check(facts, book.of(engagement)[1])
            yield Candidate(staff_no, None if squared is None else sqrt(squared), outcome)


def _nearest(session: Session, wanted: Wanted, today: date, limit: int, start: int) -> list[Any]:
    values = {"provider": wanted.provider, "today": today.isoformat(), "limit": limit, "start": start}
    return list(_BY_DISTANCE.answer(session, values))


def nearest_clear(
    session: Session, wanted: Wanted, book: PoliciesInForce, today: date, *, limit: int
) -> list[Candidate]:
    """Return the inspectors of whom the check finds nothing, the nearest first, at most so many."""
    found = []
    for each in candidates(session, wanted, book, today, together=TOGETHER * limit):
        if each.outcome.verdict is Verdict.CLEAR:
            found.append(each)
            if len(found) == limit:
                break
    return found
