"""Whether what is kept as in the way of each assignment follows from its latest check and the decisions on it."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.domain.errors import TrackerError
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import Ruled, Ruling, in_the_way
from tracker.domain.tree import Broken
from tracker.models import Assignment, Decision, FindingRow, PolicyVersion
from tracker.queries.policies import parsed
from tracker.queries.raw import plain, raw

Needs = Mapping[Verdict, int]


def weighed_otherwise(session: Session) -> Broken | None:
    """Return the first assignment of which something else is kept as in the way, or None."""
    for _, ref, kept, _ in otherwise(session):
        return Broken(None, None, f"assignment {ref} has {kept} in its way, which no check and decision leave")
    return None


def otherwise(session: Session) -> Iterator[tuple[int, str, str | None, Verdict]]:
    """Yield the assignments of which something else is kept as in the way, with what is right.

    How many decision-makers a finding needs may have changed with the policy: what any adopted one gives is right, and
    what the latest gives is to be kept.
    """
    needs = _needs(session)
    ruled = _ruled(session)
    for number, ref, kept, findings in _assignments(session):
        right = [in_the_way(findings, ruled.get(number, ()), each) for each in needs]
        if kept not in right:
            yield number, ref, kept, right[-1]


def _needs(session: Session) -> list[Needs]:
    found: list[Needs] = []
    for toml in session.scalars(select(PolicyVersion.toml).order_by(PolicyVersion.effective_on, PolicyVersion.id)):
        try:
            needs = parsed(toml).decisions
        except TrackerError:
            continue
        if needs not in found:
            found.append(needs)
    return found or [{}]


def _ruled(session: Session) -> dict[int, list[Ruled]]:
    found: dict[int, list[Ruled]] = {}
    query = select(Decision.assignment_id, Decision.fingerprint, Decision.outcome, Decision.decided_by)
    for row in session.execute(query.order_by(Decision.id)):
        found.setdefault(row.assignment_id, []).append(Ruled(row.fingerprint, Ruling(row.outcome), row.decided_by))
    return found


def _assignments(session: Session) -> Iterator[tuple[int, str, str | None, list[tuple[str, Verdict]]]]:
    """Yield the assignments of which something was found or is said to be in the way, with what was found."""
    columns = raw(session, {"kept": Assignment.in_the_way})
    query = (
        select(Assignment.id, Assignment.ref, *columns, FindingRow.fingerprint, FindingRow.verdict)
        .outerjoin(FindingRow, FindingRow.check_id == Assignment.check_id)
        .where(or_(FindingRow.id.is_not(None), Assignment.in_the_way != Verdict.CLEAR))
        .order_by(Assignment.id)
        .execution_options(yield_per=1_000)
    )
    with session.execute(query) as rows:
        for (number, ref, kept), some in groupby(rows, key=_whose):
            yield number, ref, kept, [(row.fingerprint, row.verdict) for row in some if row.fingerprint is not None]


def _whose(row: Any) -> tuple[int, str, str | None]:  # noqa: ANN401 (a row of the query above)
    return row.id, row.ref, plain(row.kept)
