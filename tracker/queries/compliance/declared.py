"""Lists of inspectors by how their declarations stand, of declarations that came late, and of what nobody reviewed."""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, extract, func, select
from sqlalchemy.orm import aliased

from tracker.domain.dates import PartialDate, in_words, months_after
from tracker.domain.facts import Nature
from tracker.domain.uk_time import in_uk
from tracker.models import ConnectionGrade, ConnectionRow, Declaration, DeclarationKind, InForce, Inspector
from tracker.queries import policies
from tracker.queries.compliance.asking import Asked, Asking, Known, Listing, Row
from tracker.queries.policies import PoliciesInForce

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
    """Inspectors whose declaration in force still serves today, and ceases to within thirty days."""
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
    """Declarations made after the one before had ceased to serve, by the policy in force on the day they were made."""
    before, book = aliased(Declaration), policies.by_day(asked.session)
    query = (
        select(Declaration.ref, Declaration.made_at, before.made_at, Inspector.name, Inspector.engagement)
        .join(before, before.id == Declaration.supersedes_id)
        .join(Inspector, Inspector.id == Declaration.inspector_id)
        .where(Declaration.kind != DeclarationKind.WITHDRAWAL, before.kind != DeclarationKind.WITHDRAWAL)
        .where(extract("epoch", Declaration.made_at) - extract("epoch", before.made_at) > shortest_ever(book(date.max)))
        .order_by(Declaration.id.desc())
    )
    found = []
    for ref, made_at, earlier, name, engagement in asked.session.execute(query):
        then = book(made_at.date())
        months = then.of(engagement)[1].valid_months if then.rows else 0
        lapsed_on = months_after(earlier.date(), months)
        if months and made_at.date() > lapsed_on:
            days = (made_at.date() - lapsed_on).days
            found.append(Row(f"{name}: {ref}", "declaration", ref, f"{days} day{'' if days == 1 else 's'} late"))
    return Known(found)


def stated_late(asked: Asked) -> Listing:
    """Declarations that state a connection which the declaration before left out, though it existed already then."""
    before, earlier = aliased(Declaration), aliased(ConnectionRow)
    there = select(earlier.id).where(
        earlier.declaration_id == before.id,
        earlier.nature == ConnectionRow.nature,
        earlier.holder == ConnectionRow.holder,
        earlier.target == ConnectionRow.target,
    )
    query = (
        select(Declaration.ref, Inspector.name, before.made_at, ConnectionRow.began_on)
        .join(ConnectionRow, ConnectionRow.declaration_id == Declaration.id)
        .join(before, before.id == Declaration.supersedes_id)
        .join(Inspector, Inspector.id == Declaration.inspector_id)
        .where(before.kind != DeclarationKind.WITHDRAWAL, ~there.exists())
        .order_by(Declaration.id.desc(), ConnectionRow.position)
    )
    found: dict[str, Row] = {}
    for ref, name, made_at, began in asked.session.execute(query):
        began_on, left_out_on = PartialDate.parse(began), made_at.date()
        if began_on.last < left_out_on and ref not in found:
            since = f"Stated since {began_on.in_words()}, left out on {in_words(left_out_on)}"
            found[ref] = Row(f"{name}: {ref}", "declaration", ref, since)
    return Known(list(found.values()))


def shortest_ever(book: PoliciesInForce) -> int:
    """Return how many seconds a declaration serves at the least by any policy ever adopted."""
    return seconds_served(min((policies.parsed(each.toml).valid_months for each in book.rows), default=0))


def seconds_served(months: int) -> int:
    """Return how many seconds a declaration serves at the least: what was renewed within them was renewed in time."""
    # A year has 365 days or more, and no row of months is three days shorter than its part of a year.
    return max(0, months * 365 // 12 - 3) * 24 * 60 * 60


def unreviewed(asked: Asked) -> Listing:
    """Connections in force that only a person can grade, and nobody has graded, of inspectors who have not left."""
    first = func.coalesce(ConnectionRow.restates_id, ConnectionRow.id)
    graded = select(ConnectionGrade.id).where(ConnectionGrade.connection_id == first).exists()
    query = (
        select(Inspector.name, Declaration.ref, Declaration.recorded_at)
        .select_from(ConnectionRow)
        .join(Declaration, Declaration.id == ConnectionRow.declaration_id)
        .join(InForce, InForce.declaration_id == Declaration.id)
        .join(Inspector, Inspector.id == InForce.inspector_id)
        .where(asked.is_here, ConnectionRow.nature == Nature.OTHER, ~graded)
        .order_by(ConnectionRow.id)
    )
    return Asking(query, _ungraded)


def _ungraded(name: str, ref: str, at: datetime) -> Row:
    return Row(f"{name}: {ref}", "declaration", ref, f"Known since {in_words(in_uk(at).date())}")
