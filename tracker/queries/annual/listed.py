"""The report's lists: rules and how often each was found, real conflicts that were allowed, registers and policies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import Ruling
from tracker.domain.people import ENGAGEMENTS
from tracker.models import Assignment, ConflictCheck, Decision, FindingRow, Inspection, PolicyVersion
from tracker.queries.annual.asking import Asked, Both
from tracker.queries.decisions import names_of
from tracker.queries.moves import days_at
from tracker.queries.policies import all_in_force
from tracker.queries.registers import Age, ages

# The shortest time that instants are told apart by: a period's end is no part of it.
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Found:
    """A rule, and how many assignments a check of the period, and of the one before, found it of."""

    rule: str
    number: Both


def by_rule(asked: Asked) -> Sequence[Found]:
    """Return of how many assignments each rule was found, the rule found most often first."""
    columns = [
        func.count(case((each.holds(ConflictCheck.checked_at), ConflictCheck.assignment_id)).distinct())
        for each in asked.both
    ]
    query = (
        select(FindingRow.rule, *columns)
        .join(ConflictCheck, ConflictCheck.id == FindingRow.check_id)
        .where(ConflictCheck.checked_at >= asked.period.before.start, ConflictCheck.checked_at < asked.period.end)
        .group_by(FindingRow.rule)
    )
    found = [Found(row[0], (row[1], row[2])) for row in asked.session.execute(query)]
    return sorted(found, key=lambda each: (-each.number[0], -each.number[1], each.rule))


@dataclass(frozen=True, slots=True)
class Exemption:
    """A real conflict that was allowed in the period: of which assignment, by all who allowed it so far, when last.

    The first day is the one for which its inspection was planned at the period's end, if it was not called off by then.
    """

    reference: str
    starts_on: date
    assignment: str
    rule: str
    by: tuple[str, ...]
    last_at: datetime
    is_called_off: bool

    @property
    def is_alone(self) -> bool:
        """Whether only one person allowed it so far."""
        return len(self.by) == 1


def exceptions(asked: Asked) -> Sequence[Exemption]:
    """Return the real conflicts that somebody allowed in the period, the latest first; who was to go is not told.

    Whoever allowed the same before the period is named, too: it takes two to make an exception.
    """
    rows = asked.session.execute(_allowed(asked)).all()
    names = names_of(asked.session, {row.decided_by for row in rows})
    planned = days_at(asked.session, {row.Inspection for row in rows}, asked.period.end - MOMENT)
    grouped: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        grouped.setdefault((row.ref, row.fingerprint), []).append(row)
    found = [
        Exemption(
            some[-1].Inspection.reference,
            planned[some[-1].Inspection.reference].starts_on,
            some[-1].ref,
            some[-1].rule,
            tuple(dict.fromkeys(names[each.decided_by] for each in some)),
            some[-1].decided_at,
            planned[some[-1].Inspection.reference].called_off_at is not None,
        )
        for some in grouped.values()
    ]
    return sorted(found, key=lambda each: each.last_at, reverse=True)


def _allowed(asked: Asked) -> Select[Inspection, str, str, str, datetime, str]:
    own = aliased(Decision)
    in_period = exists().where(
        own.assignment_id == Decision.assignment_id,
        own.fingerprint == Decision.fingerprint,
        own.outcome == str(Ruling.ALLOW),
        asked.period.holds(own.decided_at),
    )
    return (
        select(
            Inspection,
            Assignment.ref,
            FindingRow.rule,
            Decision.decided_by,
            Decision.decided_at,
            Decision.fingerprint,
        )
        .select_from(Decision)
        .join(FindingRow, FindingRow.id == Decision.finding_id)
        .join(Assignment, Assignment.id == Decision.assignment_id)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(in_period, Decision.decided_at < asked.period.end)
        .where(Decision.outcome == str(Ruling.ALLOW), FindingRow.verdict == Verdict.REAL)
        .order_by(Decision.decided_at, Decision.id)
    )


def registers(asked: Asked) -> Sequence[Age]:
    """Return how old each register was at the period's end, those whose age is not known first, then the oldest."""
    return ages(asked.session, asked.period.last, asked.period.end)


def policies(asked: Asked) -> Sequence[PolicyVersion]:
    """Return the policies that were adopted in the period, or were adopted before and took effect in it."""
    takes_effect = PolicyVersion.effective_on.between(asked.period.first, asked.period.last)
    query = (
        select(PolicyVersion)
        .where(PolicyVersion.adopted_at < asked.period.end)
        .where(or_(asked.period.holds(PolicyVersion.adopted_at), takes_effect))
        .order_by(PolicyVersion.effective_on, PolicyVersion.id)
    )
    return asked.session.scalars(query).all()


def in_force(asked: Asked) -> Sequence[PolicyVersion]:
    """Return the policies that were in force on the period's last day, one where it covers everybody."""
    book = all_in_force(asked.session, asked.period.last)
    found = [book.row_of(each) for each in ENGAGEMENTS]
    return list(dict.fromkeys(each for each in found if each is not None))
