"""Questions about declarations: which is in force, which there were, and what they say."""

from collections.abc import Set as AbstractSet
from datetime import datetime

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from tracker.domain.facts import ORGANISATION
from tracker.domain.statement import Statement
from tracker.models import ConnectionRow, Declaration, GroupRow, InForce, ProviderRow

LIST = 5_000


def _whole() -> Select[Declaration]:
    return select(Declaration).options(
        joinedload(Declaration.inspector),
        joinedload(Declaration.reason),
        joinedload(Declaration.wording),
        selectinload(Declaration.connections).joinedload(ConnectionRow.note),
    )


def in_force(session: Session, inspector_id: int) -> Declaration | None:
    """Return the inspector's declaration in force with its connections and notes, or None."""
    return session.scalars(
        _whole().join(InForce, InForce.declaration_id == Declaration.id).where(InForce.inspector_id == inspector_id)
    ).one_or_none()


def all_of(session: Session, inspector_id: int) -> list[Declaration]:
    """Return every declaration of an inspector, the latest recorded first."""
    return list(
        session.scalars(_whole().where(Declaration.inspector_id == inspector_id).order_by(Declaration.id.desc()))
    )


def by_ref(session: Session, ref: str) -> Declaration | None:
    """Return a declaration by its reference, or None."""
    return session.scalars(_whole().where(Declaration.ref == ref)).one_or_none()


def first_recorded_at() -> ScalarSelect[datetime]:
    """Return the column that says since when a connection of the query is known: stated again, it grows no younger."""
    first, said = aliased(ConnectionRow), aliased(Declaration)
    return (
        select(said.recorded_at)
        .join(first, first.declaration_id == said.id)
        .where(first.id == func.coalesce(ConnectionRow.restates_id, ConnectionRow.id))
        .correlate(ConnectionRow)
        .scalar_subquery()
    )


def statement_of(row: ConnectionRow, note: str) -> Statement:
    """Return a kept connection as it was stated."""
    # An organisation is kept under its folded name; its name as it was written is the target's.
    target = f"{ORGANISATION}{row.target_name}" if row.target.startswith(ORGANISATION) else row.target
    return Statement(row.nature, row.holder, target, row.began_on, row.ended_on or "", note)


def target_names(session: Session, refs: AbstractSet[str]) -> dict[str, str]:
    """Return the names of those targets that are on an imported register, and of organisations, which are on none."""
    names = {ref: ref.removeprefix(ORGANISATION) for ref in refs if ref.startswith(ORGANISATION)}
    wanted = sorted(refs - names.keys())
    for start in range(0, len(wanted), LIST):
        some = wanted[start : start + LIST]
        names.update(session.execute(select(ProviderRow.ref, ProviderRow.name).where(ProviderRow.ref.in_(some))).all())
        names.update(session.execute(select(GroupRow.ref, GroupRow.name).where(GroupRow.ref.in_(some))).all())
    return names
