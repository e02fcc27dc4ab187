"""What a connection that is not filed yet would stop: the join of keys, begun at its other end."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.dates import PartialDate
from tracker.domain.facts import Connection, Nature, Status, Verdict, World, folded
from tracker.domain.findings import Finding
from tracker.domain.keys import AUTHORITY, KEPT, reach_of
from tracker.domain.places import has_neighbours
from tracker.domain.policy import FURTHEST_METRES, Policy
from tracker.domain.preview import Preview, preview, stopped
from tracker.domain.statement import Statement
from tracker.models import ConnectionGrade, ConnectionRow, ProviderKey, ProviderRow
from tracker.queries import declarations, policies
from tracker.queries.surroundings import worlds_of

# What the connection is called while it has no reference.
DRAFTED = "draft"
# As a neighbour must be (domain/places.py says it of one provider).
OPEN = (Status.OPEN, Status.CLOSING)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A statement as a connection, with what a check of each provider that it reaches would find of it."""

    connection: Connection
    worlds: dict[str, World]
    found: dict[str, Finding]


def previews(
    session: Session, inspector_id: int, statements: Sequence[Statement], today: date
) -> Iterator[Preview | None]:
    """Yield what each of an inspector's statements would stop, were the inspection today; None for an unknown target.

    Only providers that an imported register knows are told. Reads anew for each statement: its keys are its own.
    """
    policy = _policy(session, inspector_id, today)
    for seen in _seen(session, inspector_id, statements, today):
        yield preview(seen.connection, policy, seen.worlds, seen.found) if seen else None


def found_by(
    session: Session, inspector_id: int, statements: Sequence[Statement], today: date
) -> Iterator[dict[str, Finding] | None]:
    """Yield the weightiest finding of each provider that a statement reaches; None for an unknown target."""
    for seen in _seen(session, inspector_id, statements, today):
        yield seen.found if seen else None


def _policy(session: Session, inspector_id: int, today: date) -> Policy:
    engagement = policies.engagement_of(session, inspector_id) or policies.STAFF
    return policies.in_force(session, today, engagement)[1]


def _seen(session: Session, inspector_id: int, statements: Sequence[Statement], today: date) -> Iterator[_Seen | None]:
    policy = _policy(session, inspector_id, today)
    names = declarations.target_names(session, {each.target for each in statements})
    grades = _grades(session, inspector_id) if any(each.nature is Nature.OTHER for each in statements) else {}
    for each in statements:
        if each.target not in names:
            yield None
            continue
        connection = drafted(each, names[each.target], grades.get(replace(each, target=folded(each.target))))
        (here,) = worlds_of(session, [connection.target])
        near = reachable(session, connection, here)
        worlds = dict(zip(near, worlds_of(session, near), strict=True)) | {connection.target: here}
        yield _Seen(connection, worlds, stopped(connection, policy, worlds, near, today))


def drafted(statement: Statement, name: str, grade: Verdict | None = None) -> Connection:
    """Return a statement as the connection that it would be."""
    return Connection(
        DRAFTED,
        statement.nature,
        statement.holder,
        folded(statement.target),
        name,
        PartialDate.parse(statement.began_on),
        PartialDate.parse(statement.ended_on) if statement.ended_on else None,
        grade,
    )


def reachable(session: Session, connection: Connection, here: World) -> list[str]:
    """Return the providers that share a key with a connection, or may be near its target: too many, never too few."""
    keys = reach_of(here, connection.target).keys
    plain = sorted(key for key in keys if not key.startswith(KEPT))
    found = set(session.scalars(select(ProviderRow.ref).where(ProviderRow.ref.in_(plain))))
    # A membership may name what no register knows.
    members = select(ProviderRow.ref).join(ProviderKey, ProviderKey.provider == ProviderRow.ref)
    found |= set(session.scalars(members.where(ProviderKey.key.in_(plain))))
    kept = [key.removeprefix(KEPT).removeprefix(AUTHORITY) for key in keys if key.startswith(KEPT)]
    if kept:
        found |= set(session.scalars(select(ProviderRow.ref).where(ProviderRow.authority.in_(kept))))
    around = _around(connection, here)
    if around is not None:
        found |= set(session.scalars(select(ProviderRow.ref).where(around)))
    return sorted(found)


def _around(connection: Connection, here: World) -> ColumnElement[bool] | None:
    """Return which providers may be near a connection's target, None where none matters."""
    target = here.by_ref.get(connection.target)
    if target is None or not has_neighbours(connection.nature, connection.holder):
        return None
    unplaced = or_(func.coalesce(ProviderRow.easting, 0) == 0, func.coalesce(ProviderRow.northing, 0) == 0)
    alike = ProviderRow.authority == target.authority if target.authority else ProviderRow.id.is_(None)
    if target.location is None:
        near = alike
    else:
        east, north = target.location
        near = or_(
            and_(
                ProviderRow.easting.between(east - FURTHEST_METRES, east + FURTHEST_METRES),
                ProviderRow.northing.between(north - FURTHEST_METRES, north + FURTHEST_METRES),
            ),
            and_(unplaced, alike),
        )
    its_register = select(ProviderRow.register).where(ProviderRow.ref == target.ref).scalar_subquery()
    return and_(ProviderRow.register == its_register, ProviderRow.status.in_(OPEN), near)


def _grades(session: Session, inspector_id: int) -> dict[Statement, Verdict]:
    """Return the latest grade of each statement of the declaration in force that has one: it stands when restated."""
    current = declarations.in_force(session, inspector_id)
    others = [each for each in current.connections if each.nature is Nature.OTHER] if current else []
    firsts = {each.restates_id or each.id: each for each in others}
    rows = session.execute(
        select(ConnectionGrade.connection_id, ConnectionGrade.verdict)
        .where(ConnectionGrade.connection_id.in_(firsts))
        .order_by(ConnectionGrade.id)
    )
    return {_stated(firsts[number]): verdict for number, verdict in rows}


def _stated(row: ConnectionRow) -> Statement:
    note = json.loads(row.note.value) if row.note and row.note.value else ""
    return replace(declarations.statement_of(row, note), target=row.target)
