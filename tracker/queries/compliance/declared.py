"""Lists of inspectors by how their declarations stand, of declarations that came late, and of what nobody reviewed."""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, extract, func, select
from sqlalchemy.orm import aliased

from tracker.domain.dates import in_words, months_after
from tracker.domain.facts import Nature
from tracker.domain.people import ENGAGEMENTS
from tracker.models import ConnectionGrade, ConnectionRow, Declaration, DeclarationKind, InForce, Inspector
from tracker.queries.compliance.asking import Asked, Asking, Known, Listing, Row

SOON = timedelta(days=30)


def _inspectors(asked: Asked, *where: ColumnElement[bool]) -> Listing:
    query = (
        select(Inspector.name, Inspector.staff_no, InForce.made_on)
        .outerjoin(InForce, InForce.inspector_id == Inspector.id)
        .where(asked.is_here, *where)
        .order_by(InForce.made_on, Inspector.name, Inspector.staff_no)
    )
    return Asking(query, _inspector)


def _inspector(name: str, staff_no: str, made_on: date | None) -> Row:
    said = "No declaration in force" if made_on is None else f"Declared on {in_words(made_on)}"
    return Row(name, "inspector", staff_no, said)


def in_date(asked: Asked) -> Listing:
    """Inspectors whose declaration in force still serves today."""
    return _inspectors(asked, InForce.made_on.is_not(None), ~asked.made_before(asked.today))


def due(asked: Asked) -> Listing:
    """Of those, the ones whose declaration ceases to serve within thirty days."""
    soon = asked.made_before(asked.today + SOON)
    return _inspectors(asked, InForce.made_on.is_not(None), ~asked.made_before(asked.today), soon)


def overdue(asked: Asked) -> Listing:
    """Inspectors whose declaration in force has ceased to serve."""
    return _inspectors(asked, InForce.made_on.is_not(None), asked.made_before(asked.today))


def never(asked: Asked) -> Listing:
    """Inspectors who never made one."""
    made = select(Declaration.id).where(Declaration.inspector_id == Inspector.id).exists()
    return _inspectors(asked, InForce.made_on.is_(None), ~made)


def withdrawn(asked: Asked) -> Listing:
    """Inspectors who withdrew theirs and made no other."""
    made = select(Declaration.id).where(Declaration.inspector_id == Inspector.id).exists()
    return _inspectors(asked, InForce.made_on.is_(None), made)


def late(asked: Asked) -> Listing:
    """Declarations that were made after the one before had ceased to serve."""
    before = aliased(Declaration)
    query = (
        select(Declaration.ref, Declaration.made_at, before.made_at, Inspector.name, Inspector.engagement)
        .join(before, before.id == Declaration.supersedes_id)
        .join(Inspector, Inspector.id == Declaration.inspector_id)
        .where(Declaration.kind != DeclarationKind.WITHDRAWAL, before.kind != DeclarationKind.WITHDRAWAL)
        .where(extract("epoch", Declaration.made_at) - extract("epoch", before.made_at) > _shortest(asked))
        .order_by(Declaration.id.desc())
    )
    found = []
    for ref, made_at, earlier, name, engagement in asked.session.execute(query):
        lapsed_on = months_after(earlier.date(), asked.months(engagement))
        if made_at.date() > lapsed_on:
            days = (made_at.date() - lapsed_on).days
            found.append(Row(f"{name}: {ref}", "declaration", ref, f"{days} day{'' if days == 1 else 's'} late"))
    return Known(found)


def _shortest(asked: Asked) -> int:
    return seconds_served(min(asked.months(each) for each in ENGAGEMENTS))


def seconds_served(months: int) -> int:
    """Return how many seconds a declaration serves at the least: what was renewed within them was renewed in time."""
    # A year has 365 days or more, and no row of months is three days shorter than its part of a year.
    return max(0, months * 365 // 12 - 3) * 24 * 60 * 60


def unreviewed(_asked: Asked) -> Listing:
    """Connections in force that only a person can grade, and nobody has graded."""
    first = func.coalesce(ConnectionRow.restates_id, ConnectionRow.id)
    graded = select(ConnectionGrade.id).where(ConnectionGrade.connection_id == first).exists()
    query = (
        select(Inspector.name, Declaration.ref, Declaration.recorded_at)
        .select_from(ConnectionRow)
        .join(Declaration, Declaration.id == ConnectionRow.declaration_id)
        .join(InForce, InForce.declaration_id == Declaration.id)
        .join(Inspector, Inspector.id == InForce.inspector_id)
        .where(ConnectionRow.nature == Nature.OTHER, ~graded)
        .order_by(ConnectionRow.id)
    )
    return Asking(query, _ungraded)


def _ungraded(name: str, ref: str, at: datetime) -> Row:
    return Row(f"{name}: {ref}", "declaration", ref, f"Known since {in_words(at.date())}")
