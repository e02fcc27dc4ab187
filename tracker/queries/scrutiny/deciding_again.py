"""Decisions by somebody who had decided before for the same inspector and the same provider."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tracker.domain.uk_time import midnight
from tracker.models import Assignment, Decision, FindingRow, Inspection, Inspector
from tracker.queries.decisions import names_of


@dataclass(frozen=True, slots=True)
class Again:
    """A decision, who made it on which rule’s finding, and on which assignments that person had decided before.

    `earlier` are the references of inspections, each with that of its assignment, of the same inspector and provider.
    """

    decided_by: str
    decided_at: datetime
    outcome: str
    inspector: str
    reference: str
    assignment: str
    rule: str
    earlier: tuple[tuple[str, str], ...]


def again(session: Session, first: date, last: date) -> list[Again]:
    """Return the decisions of a period, about another assignment of a pair that the same person had decided on."""
    before, there, visit = aliased(Decision), aliased(Assignment), aliased(Inspection)
    query = (
        select(
            Decision, Inspector.name, Inspection.reference, Assignment.ref, FindingRow.rule, visit.reference, there.ref
        )
        .join(Assignment, Assignment.id == Decision.assignment_id)
        .join(FindingRow, FindingRow.id == Decision.finding_id)
        .join(Assignment.inspection)
        .join(Assignment.inspector)
        .join(before, (before.decided_by == Decision.decided_by) & (before.id < Decision.id))
        .join(there, (there.id == before.assignment_id) & (there.inspector_id == Assignment.inspector_id))
        .join(visit, (visit.id == there.inspection_id) & (visit.provider == Inspection.provider))
        .where(Decision.decided_at >= midnight(first), Decision.decided_at < midnight(last + timedelta(days=1)))
        .where(there.id != Assignment.id)
        .order_by(Decision.id.desc())
    )
    rows = session.execute(query).all()
    names = names_of(session, {row[0].decided_by for row in rows})
    found: dict[int, tuple[Decision, tuple[str, str, str, str], dict[tuple[str, str], None]]] = {}
    for decision, name, reference, ref, rule, *earlier in rows:
        each = found.setdefault(decision.id, (decision, (name, reference, ref, rule), {}))
        each[2][earlier[0], earlier[1]] = None
    return [
        Again(names[each.decided_by], each.decided_at, each.outcome, *what, tuple(sorted(earlier)))
        for each, what, earlier in found.values()
    ]
