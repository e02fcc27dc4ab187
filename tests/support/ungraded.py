"""How many connections waited for a grade, counted one after another."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.facts import Nature
from tracker.models import ConnectionGrade, ConnectionRow, Declaration, DeclarationKind, Inspector


def ungraded(session: Session, end: datetime, gone: set[str]) -> int:
    """Return how many waited before an instant, but for those of whoever was gone.

    An entry names no connection as its declaration does; so these are counted over the rows.
    """
    in_force = {}
    declared = session.scalars(select(Declaration).where(Declaration.recorded_at < end).order_by(Declaration.id))
    for each in sorted(declared, key=lambda row: (row.made_at, row.id)):
        in_force[each.inspector_id] = each
    here = {each.id for each in session.scalars(select(Inspector)) if each.staff_no not in gone}
    serving = (each for each in in_force.values() if each.inspector_id in here)
    numbers = {each.id for each in serving if each.kind is not DeclarationKind.WITHDRAWAL}
    graded = set(session.scalars(select(ConnectionGrade.connection_id).where(ConnectionGrade.graded_at < end)))
    odd = session.scalars(select(ConnectionRow).where(ConnectionRow.nature == Nature.OTHER))
    return sum(each.declaration_id in numbers and (each.restates_id or each.id) not in graded for each in odd)
