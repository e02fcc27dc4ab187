"""The lists behind what is told over time: the checks of a month, somebody's decisions, and what waits for one."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from tracker.domain.dates import in_words
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import Ruling
from tracker.domain.rule_words import rule_in_words
from tracker.domain.uk_time import in_uk, midnight
from tracker.models import Assignment, ConflictCheck, Decision, FindingRow, Inspection, Inspector
from tracker.queries.compliance import ageing
from tracker.queries.compliance.ageing import Wait
from tracker.queries.compliance.asking import Asked, Asking, Known, Listing, Row, place
from tracker.queries.compliance.over_time import first_month, within
from tracker.queries.parts import in_parts


def checks(month: date, verdict: Verdict) -> Listing:
    """Return the checks of a month that gave a verdict, the latest first."""
    query = (
        select(Inspector.name, Inspection.reference, Assignment.ref, ConflictCheck.checked_at)
        .select_from(ConflictCheck)
        .join(Assignment, Assignment.id == ConflictCheck.assignment_id)
        .join(Assignment.inspection)
        .join(Assignment.inspector)
        .where(within(month), ConflictCheck.verdict == verdict)
        .order_by(ConflictCheck.checked_at.desc(), ConflictCheck.id.desc())
    )
    return Asking(query, _checked)


def _checked(name: str, reference: str, ref: str, at: datetime) -> Row:
    return place(name, reference, ref, f"Checked on {in_words(in_uk(at).date())}")


def decided_by(who: str, outcome: Ruling, today: date) -> Listing:
    """Return the decisions that somebody made in the last twelve months with an outcome, the latest first."""
    return _decisions(today, Decision.decided_by == who, Decision.outcome == str(outcome))


def decided_after(wait: Wait, today: date) -> Listing:
    """Return the decisions of the last twelve months that were made so long after what they are about was found."""
    return _decisions(today, ageing.decided(wait))


def _decisions(today: date, *where: ColumnElement[bool]) -> Listing:
    columns = Inspector.name, Inspection.reference, Assignment.ref, Decision.outcome, Decision.decided_at
    query = (
        _of_decisions(select(*columns, FindingRow.verdict, FindingRow.rule))
        .where(Decision.decided_at >= midnight(first_month(today)), *where)
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
    )
    return Asking(query, _decided)


def _of_decisions(query: Select[*tuple[object, ...]]) -> Select[*tuple[object, ...]]:
    return (
        query.select_from(Decision)
        .join(FindingRow, FindingRow.id == Decision.finding_id)
        .join(Assignment, Assignment.id == Decision.assignment_id)
        .join(Assignment.inspection)
        .join(Assignment.inspector)
    )


def _decided(  # noqa: PLR0917 (the columns of a row)
    name: str, reference: str, ref: str, outcome: str, at: datetime, verdict: Verdict, rule: str
) -> Row:
    ruled = "Allowed" if outcome == str(Ruling.ALLOW) else "Upheld"
    detail = f"{ruled} on {in_words(in_uk(at).date())}: {verdict}, {rule_in_words(rule).lower()}"
    return place(name, reference, ref, detail)


def waiting(asked: Asked, wait: Wait, at: datetime) -> Listing:
    """Return the assignments that have waited so long for a decision, whichever has waited longest first."""
    found = {each.assignment: each.since for each in ageing.waiting(asked) if each.wait(at) is wait}
    rows = _named(asked.session, list(found))
    return Known([place(*rows[number], f"Waits since {in_words(in_uk(at).date())}") for number, at in found.items()])


def _named(session: Session, numbers: list[int]) -> dict[int, tuple[str, str, str]]:
    query = (
        select(Assignment.id, Inspector.name, Inspection.reference, Assignment.ref)
        .join(Assignment.inspection)
        .join(Assignment.inspector)
    )
    parts = in_parts(numbers)
    rows = (row for some in parts for row in session.execute(query.where(Assignment.id.in_(some))))
    return {number: (name, reference, ref) for number, name, reference, ref in rows}


def by_wait(asked: Asked, at: datetime) -> dict[Wait, tuple[int, int]]:
    """Return by how long it took how many decisions of the last twelve months, and how many assignments wait now."""
    columns = [func.count().filter(ageing.decided(each)) for each in Wait]
    query = select(*columns).where(Decision.decided_at >= midnight(first_month(asked.today)))
    made = asked.session.execute(query).one()
    open_now = [each.wait(at) for each in ageing.waiting(asked)]
    return {each: (made[place], open_now.count(each)) for place, each in enumerate(Wait)}
