"""Which declaration is in force, and the keys and places of its connections: all follow from what was declared."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from tracker.domain.keys import reach_of
from tracker.domain.places import has_neighbours
from tracker.models import (
    ConnectionKey,
    ConnectionPlace,
    ConnectionRow,
    Declaration,
    DeclarationKind,
    InForce,
    ProviderRow,
)
from tracker.queries.surroundings import areas

LIST = 1_000
Rows = dict[tuple[Any, ...], tuple[Any, ...]]


def put_in_force(session: Session, row: Declaration) -> None:
    """Let a declaration take its place: the latest made is in force, a withdrawal leaves none; keys follow."""
    made_on = row.made_at.date()
    newest = session.scalars(
        select(Declaration)
        .where(Declaration.inspector_id == row.inspector_id)
        .order_by(Declaration.made_at.desc(), Declaration.id.desc())
        .limit(1)
    ).one()
    if newest.id != row.id:
        return
    forget(session, [row.inspector_id])
    if row.kind is DeclarationKind.WITHDRAWAL:
        return
    session.add(InForce(inspector_id=row.inspector_id, declaration_id=row.id, ref=row.ref, made_on=made_on))
    session.flush()
    put_keys(session, {row.id: row.inspector_id})


def forget(session: Session, inspectors: Collection[int]) -> None:
    """Let nothing be in force for these inspectors, until another declaration is."""
    for model in (InForce, ConnectionKey, ConnectionPlace):
        session.execute(delete(model).where(model.inspector_id.in_(inspectors)))


def put_keys(session: Session, declarations: Mapping[int, int]) -> None:
    """Write the keys and places of these declarations' connections (declaration number -> inspector number)."""
    keys, places = keys_and_places(session, declarations)
    if keys:
        names = ("key", "inspector_id", "connection")
        session.execute(insert(ConnectionKey), [dict(zip(names, key, strict=True)) for key in keys])
    if places:
        columns = ("inspector_id", "connection", "register", "easting", "northing", "authority")
        rows = [dict(zip(columns, (*key, *rest), strict=True)) for key, rest in places.items()]
        session.execute(insert(ConnectionPlace), rows)


def keys_and_places(session: Session, declarations: Mapping[int, int]) -> tuple[Rows, Rows]:
    """Return the rows of keys and of places of these declarations' connections, by primary key."""
    keys: Rows = {}
    places: Rows = {}
    wanted = sorted(declarations)
    for start in range(0, len(wanted), LIST):
        rows = session.execute(
            select(
                ConnectionRow.ref,
                ConnectionRow.declaration_id,
                ConnectionRow.nature,
                ConnectionRow.holder,
                ConnectionRow.target,
                ProviderRow.register,
                ProviderRow.easting,
                ProviderRow.northing,
                ProviderRow.authority,
            )
            .outerjoin(ProviderRow, ProviderRow.ref == ConnectionRow.target)
            .where(ConnectionRow.declaration_id.in_(wanted[start : start + LIST]))
        ).all()
        around = areas(session, {row.target for row in rows})
        for row in rows:
            inspector = declarations[row.declaration_id]
            for key in reach_of(around[row.target], row.target).keys:
                keys[key, inspector, row.ref] = ()
            if row.register is not None and has_neighbours(row.nature, row.holder):
                place = (row.easting, row.northing) if row.easting and row.northing else (None, None)
                places[inspector, row.ref] = (row.register, *place, row.authority)
    return keys, places
