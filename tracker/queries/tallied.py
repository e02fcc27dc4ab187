"""Whether what is kept with each inspection follows from its assignments, and its remit is one that there is."""

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import HELD, IN_THE_TEAM, State
from tracker.domain.remits import REMITS
from tracker.domain.tree import Broken
from tracker.models import Assignment, Inspection


def tallied_otherwise(session: Session) -> Broken | None:
    """Return the first inspection whose counts are not those of its assignments, or whose remit is none; or None."""
    for query, says in (
        (_miscounted(), "counts its places otherwise than its assignments stand"),
        (_without_remit(), "has a remit that there is not"),
    ):
        reference = session.scalar(query.limit(1))
        if reference is not None:
            return Broken(None, None, f"inspection {reference} {says}")
    return None


def _counted() -> dict[str, ColumnElement[bool]]:
    """Return what each column counts of an inspection's assignments, as the database's triggers do."""
    is_free = Assignment.in_the_way == Verdict.CLEAR
    proposed, questioned = Assignment.state == State.PROPOSED, Assignment.state == State.QUESTIONED
    return {
        "held": and_(Assignment.state.in_(HELD), Assignment.role.in_(IN_THE_TEAM)),
        "questioned": questioned,
        "unsettled": and_(questioned, ~is_free),
        "confirmable": and_(proposed, is_free),
        "stopped": and_(proposed, ~is_free),
    }


def _miscounted() -> Select[str]:
    counted = _counted()
    sums = [func.sum(case((what, 1), else_=0)).label(name) for name, what in counted.items()]
    right = select(Assignment.inspection_id, *sums).group_by(Assignment.inspection_id).subquery()
    differs = [getattr(Inspection, name) != func.coalesce(right.c[name], 0) for name in counted]
    return (
        select(Inspection.reference)
        .outerjoin(right, right.c.inspection_id == Inspection.id)
        .where(or_(*differs))
        .order_by(Inspection.id)
    )


def _without_remit() -> Select[str]:
    return select(Inspection.reference).where(Inspection.remit.not_in(["", *REMITS])).order_by(Inspection.id)
