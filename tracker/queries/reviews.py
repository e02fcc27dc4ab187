"""Connections before a reviewer: those that only a person can grade, and those that a finding rests on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.access import Actor
from tracker.domain.facts import Nature
from tracker.models import ConnectionGrade, ConnectionRow, Declaration, InForce, Inspector
from tracker.queries.declarations import first_recorded_at
from tracker.queries.leavings import is_here


@dataclass(frozen=True, slots=True)
class Review:
    """A connection in force that needs a reviewer's grade, whose it is, and since when it is known."""

    connection: ConnectionRow
    declaration: Declaration
    inspector: Inspector
    since: datetime


_FIRST = func.coalesce(ConnectionRow.restates_id, ConnectionRow.id)


def _in_force() -> Select[ConnectionRow, Declaration, Inspector, datetime]:
    return (
        select(ConnectionRow, Declaration, Inspector, first_recorded_at())
        .join(Declaration, Declaration.id == ConnectionRow.declaration_id)
        .join(InForce, InForce.declaration_id == Declaration.id)
        .join(Inspector, Inspector.id == InForce.inspector_id)
        .where(ConnectionRow.nature == Nature.OTHER)
        .options(joinedload(ConnectionRow.note))
    )


def _awaiting(actor: Actor, today: date) -> Select[ConnectionRow, Declaration, Inspector, datetime]:
    own = actor.inspector_id if actor.inspector_id is not None else -1
    graded = exists().where(ConnectionGrade.connection_id == _FIRST)
    return _in_force().where(~graded, is_here(today), InForce.inspector_id != own)


def count_awaiting(session: Session, actor: Actor, today: date) -> int:
    """Return how many connections in force await a grade; the actor's own, and those of who has left, left out."""
    numbers = _awaiting(actor, today).with_only_columns(ConnectionRow.id).subquery()
    return session.scalar(select(func.count()).select_from(numbers)) or 0


def awaiting(session: Session, actor: Actor, today: date, *, start: int, size: int) -> list[Review]:
    """Return a page of the connections in force that await a grade, the longest waiting first."""
    rows = session.execute(_awaiting(actor, today).order_by(ConnectionRow.id).offset(start).limit(size))
    return [Review(*row) for row in rows]


def one(session: Session, ref: str) -> Review | None:
    """Return a connection in force of a nature that a reviewer grades, graded or not, or None."""
    row = session.execute(_in_force().where(ConnectionRow.ref == ref)).one_or_none()
    return Review(*row) if row else None


def grades(session: Session, connection: ConnectionRow) -> list[ConnectionGrade]:
    """Return the grades that a connection was given, the latest first."""
    return list(
        session.scalars(
            select(ConnectionGrade)
            .where(ConnectionGrade.connection_id == (connection.restates_id or connection.id))
            .order_by(ConnectionGrade.id.desc())
        )
    )


def connections(session: Session, refs: Collection[str]) -> dict[str, ConnectionRow]:
    """Return connections by their references; their notes are not loaded."""
    wanted = sorted(refs)
    rows = session.scalars(select(ConnectionRow).where(ConnectionRow.ref.in_(wanted))) if wanted else ()
    return {row.ref: row for row in rows}
