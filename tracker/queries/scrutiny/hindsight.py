"""Hindsight: assignments that were clear when they were confirmed, and would not be by what is known now."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.check import check
from tracker.domain.facts import Verdict
from tracker.domain.findings import Finding
from tracker.domain.lifecycle import HELD
from tracker.domain.uk_time import midnight
from tracker.models import Assignment, ConflictCheck, Inspection
from tracker.queries.facts import facts_for
from tracker.queries.pairs import Pair
from tracker.queries.policies import PoliciesInForce
from tracker.queries.scrutiny.ever_stated import former, stated_last

BATCH = 2_000
# These say how the declaration stands now, and nothing of then.
OF_NOW = ("no-declaration", "out-of-date", "not-confirmed")


@dataclass(frozen=True, slots=True)
class Missed:
    """An assignment that was clear by the last check before its inspection began, and what is found of it now.

    `found` is empty where nothing can be told: no declaration is in force, and nothing was stated since that check.
    `former` are the connections among what was found that no declaration in force states any more.
    """

    assignment: Assignment
    found: tuple[Finding, ...]
    former: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hindsight:
    """The assignments that would not be clear now, and those of which that cannot be told; the latest first."""

    missed: list[Missed]
    untold: list[Missed]


def hindsight(session: Session, book: PoliciesInForce, first: date, last: date) -> Hindsight:
    """Return the held assignments of inspections that began in a period, clear then and not now.

    Judged by the rules of a check, by all that is known now, under the policies in force now: also by what the
    inspector once stated and states no more, since to take it back does not make it unknown.
    """
    rows = _held(session, first, last)
    before = _checks_before(session, rows)
    clear = [each for each in rows if each.id in before and before[each.id][1] is Verdict.CLEAR]
    inspectors = {each.inspector_id for each in clear}
    once = former(session, inspectors)
    standing, stated_at = stated_last(session, inspectors)
    told = Hindsight([], [])
    for start in range(0, len(clear), BATCH):
        some = clear[start : start + BATCH]
        for each, facts in zip(some, facts_for(session, [_pair(row) for row in some]), strict=True):
            policy = book.of(each.inspector.engagement)[1]
            findings = check(once.added_to(facts, each.inspector_id), policy).findings
            found = tuple(finding for finding in findings if finding.rule not in OF_NOW)
            if found:
                in_force = {connection.ref for connection in facts.connections}
                refs = frozenset(finding.connection for finding in found if finding.connection)
                told.missed.append(Missed(each, found, refs - in_force))
            elif each.inspector_id not in standing and stated_at[each.inspector_id] <= before[each.id][0]:
                told.untold.append(Missed(each, ()))
    return told


def _pair(row: Assignment) -> Pair:
    visit = row.inspection
    return Pair(row.inspector_id, row.inspector.staff_no, visit.provider, visit.starts_on, visit.ends_on, row.role)


def _held(session: Session, first: date, last: date) -> list[Assignment]:
    query = (
        select(Assignment)
        .join(Assignment.inspection)
        .where(Assignment.state.in_(HELD), Inspection.starts_on.between(first, last))
        .options(joinedload(Assignment.inspection), joinedload(Assignment.inspector))
        .order_by(Inspection.starts_on.desc(), Assignment.id.desc())
    )
    return list(session.scalars(query))


def _checks_before(session: Session, rows: list[Assignment]) -> dict[int, tuple[datetime, Verdict]]:
    """Return when the last check before the inspection's first day was made of each assignment, and what it said.

    Of whoever was assigned on that day or later, it is the first check. Days are those of the United Kingdom.
    """
    begins = {each.id: midnight(each.inspection.starts_on) for each in rows}
    said: dict[int, tuple[datetime, Verdict]] = {}
    numbers = sorted(begins)
    for start in range(0, len(numbers), BATCH):
        query = (
            select(ConflictCheck.assignment_id, ConflictCheck.checked_at, ConflictCheck.verdict)
            .where(ConflictCheck.assignment_id.in_(numbers[start : start + BATCH]))
            .order_by(ConflictCheck.id)
        )
        for number, at, verdict in session.execute(query):
            if at < begins[number] or number not in said:
                said[number] = at, verdict
    return said
