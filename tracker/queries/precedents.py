"""What was decided before on the very same finding, or on one like it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.access import Actor
from tracker.domain.facts import Circle, Holder, Nature
from tracker.domain.lifecycle import State
from tracker.models import Assignment, ConnectionRow, Decision, FindingRow
from tracker.queries import mitigations
from tracker.queries.mitigations import Asked

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Precedent:
    """A decision that was made before: on the very same finding of the same inspector, or on a like one."""

    decision: Decision
    assignment: Assignment
    is_same: bool
    mitigations: Sequence[Asked]


@dataclass(frozen=True, slots=True)
class Likeness:
    """In what a finding must be like another: what its connection is, and whose; None where it rests on none."""

    nature: Nature | None = None
    circle: Circle | None = None


@dataclass(frozen=True, slots=True)
class Precedents:
    """The latest few of what was decided before, the same first; how many of each, and in what they are like."""

    shown: Sequence[Precedent]
    same: int
    like: int
    likeness: Likeness


def precedents(session: Session, finding: FindingRow, assignment: Assignment, actor: Actor) -> Precedents:
    """Return what was decided before on the very same finding, elsewhere, and on findings that are like it.

    Like is the same rule, with the same verdict, by a connection of the same nature and the same circle of holders.
    What others decided on this very finding of this assignment stands beside it, and is no precedent. Nothing about the
    actor's own findings, and nothing of an open assignment that the actor proposed.
    """
    likeness = _likeness(session, finding)
    is_same = and_(Decision.fingerprint == finding.fingerprint, Assignment.inspector_id == assignment.inspector_id)
    number = func.coalesce(func.sum(case((is_same, 1), else_=0)), 0)
    same, total = session.execute(_decisions(finding, likeness, assignment, actor, number, func.count())).one()
    rank = case((is_same, 0), else_=1)
    rows = session.execute(
        _decisions(finding, likeness, assignment, actor, Decision, Assignment, is_same)
        .options(joinedload(Decision.finding), joinedload(Decision.reasons))
        .options(joinedload(Assignment.inspection))
        .order_by(rank, Decision.id.desc())
        .limit(SHOWN)
    ).all()
    asked = mitigations.of_decisions(session, [row[0].id for row in rows])
    shown = [Precedent(made, where, bool(very), asked[made.id]) for made, where, very in rows]
    return Precedents(shown, same, total - same, likeness)


def _likeness(session: Session, finding: FindingRow) -> Likeness:
    query = select(ConnectionRow.nature, ConnectionRow.holder).where(ConnectionRow.ref == finding.connection_ref)
    row = session.execute(query).one_or_none() if finding.connection_ref else None
    return Likeness(row.nature, row.holder.circle) if row else Likeness()


def _decisions(
    finding: FindingRow,
    likeness: Likeness,
    assignment: Assignment,
    actor: Actor,
    *columns: Any,  # noqa: ANN401 (whatever is asked for)
) -> Select[Any]:
    own = actor.inspector_id if actor.inspector_id is not None else -1
    return (
        select(*columns)
        .select_from(Decision)
        .join(FindingRow, FindingRow.id == Decision.finding_id)
        .join(Assignment, Assignment.id == Decision.assignment_id)
        .outerjoin(ConnectionRow, ConnectionRow.ref == FindingRow.connection_ref)
        .where(or_(Decision.assignment_id != assignment.id, Decision.fingerprint != finding.fingerprint))
        .where(Assignment.inspector_id != own)
        .where(or_(Assignment.proposed_by != actor.ref, Assignment.state == State.RELEASED))
        .where(FindingRow.rule == finding.rule, FindingRow.verdict == finding.verdict, _is_like(likeness))
    )


def _is_like(likeness: Likeness) -> ColumnElement[bool]:
    if likeness.nature is None:
        return ConnectionRow.id.is_(None)
    holders = [each for each in Holder if each.circle is likeness.circle]
    return and_(ConnectionRow.nature == likeness.nature, ConnectionRow.holder.in_(holders))
