"""Which declaration is in force, and the keys of its connections: both follow from the declarations themselves."""

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from tracker.domain.facts import World
from tracker.domain.keys import keys_of_connection
from tracker.models import ConnectionKey, ConnectionRow, Declaration, DeclarationKind, InForce
from tracker.queries.surroundings import surroundings


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
    session.execute(delete(InForce).where(InForce.inspector_id == row.inspector_id))
    session.execute(delete(ConnectionKey).where(ConnectionKey.inspector_id == row.inspector_id))
    if row.kind is DeclarationKind.WITHDRAWAL:
        return
    session.add(InForce(inspector_id=row.inspector_id, declaration_id=row.id, ref=row.ref, made_on=made_on))
    session.flush()
    keys = connection_keys(session, {row.id: row.inspector_id})
    if keys:
        session.execute(insert(ConnectionKey), keys)


def connection_keys(session: Session, declarations: dict[int, int]) -> list[dict[str, object]]:
    """Return the key rows of these declarations' connections (declaration number -> inspector number)."""
    owners = {
        each.id: declarations[each.declaration_id]
        for each in session.execute(
            select(ConnectionRow.id, ConnectionRow.declaration_id).where(
                ConnectionRow.declaration_id.in_(list(declarations))
            )
        )
    }
    around = surroundings(session, connections=owners)
    return [
        {"key": key, "inspector_id": owners[number], "connection_id": number}
        for number, each in around.connections.items()
        for key in sorted(keys_of_connection(each, around.areas.get(each.target, World())))
    ]
