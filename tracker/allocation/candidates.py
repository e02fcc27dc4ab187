"""Who may go to one inspection: inspectors from near to far, each judged as one check judges."""

from collections.abc import Collection, Iterator
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
from tracker.queries.surroundings import worlds_of

# Most inspectors that live near have something to declare near: twice as many as are wanted are looked at together.
TOGETHER = 2
_BY_DISTANCE = Statement("""
    SELECT id, staff_no, engagement, squared FROM (
        SELECT id, staff_no, engagement,
            (easting - CAST({easting} AS double precision)) * (easting - CAST({easting} AS double precision))
            + (northing - CAST({northing} AS double precision)) * (northing - CAST({northing} AS double precision))
            AS squared
        FROM inspector WHERE left_on IS NULL OR CAST(left_on AS text) > {today}
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
    """An inspection that wants inspectors, and the role that they are wanted in; its number where it is planned."""

    provider: str
    starts_on: date
    ends_on: date
    role: str = ""
    inspection: int | None = None


def candidates(
    session: Session,
    wanted: Wanted,
    book: PoliciesInForce,
    today: date,
    *,
    together: int,
    only: Collection[str] | None = None,
) -> Iterator[Candidate]:
    """Yield every inspector who has not left, the nearest first; so many are read and checked together.

    `only` are the staff numbers of whom alone it is asked.
    """
    start, (world,) = 0, worlds_of(session, [wanted.provider])
    provider = world.by_ref.get(wanted.provider)
    place = provider.location if provider else None
    while listed := _nearest(session, place, today, together, start):
        start += len(listed)
        some = listed if only is None else [row for row in listed if row[1] in only]
        where = wanted.provider, wanted.starts_on, wanted.ends_on, wanted.role
        pairs = [Pair(row[0], row[1], *where, inspection=wanted.inspection) for row in some]
        for (_, staff_no, engagement, squared), facts in zip(some, facts_for(session, pairs), strict=True):
            outcome = check(facts, book.of(engagement)[1])
            yield Candidate(staff_no, None if squared is None else sqrt(squared), outcome)
        if len(listed) < together:
            break


def _nearest(session: Session, place: tuple[int, int] | None, today: date, limit: int, start: int) -> list[Any]:
    easting, northing = place or (None, None)
    where = {"easting": easting, "northing": northing, "today": today.isoformat()}
    return list(_BY_DISTANCE.answer(session, {**where, "limit": limit, "start": start}))


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
