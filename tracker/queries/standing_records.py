"""What follows from all the entries together: which declarations stand in force, and that a check can find them."""

from sqlalchemy import and_, exists, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from tracker.domain.tree import Broken
from tracker.models import (
    ConnectionKey,
    ConnectionRow,
    Declaration,
    DeclarationKind,
    InForce,
)
from tracker.queries.raw import raw, texts

# How long a day is, spelled out.
DAY = len("2026-01-01")


def in_force(session: Session) -> Broken | None:
    """Return the first declaration that stands in force and should not, or should and does not."""
    later = aliased(Declaration)
    newer = select(later.id).where(
        later.inspector_id == Declaration.inspector_id,
        tuple_(later.made_at, later.id) > tuple_(Declaration.made_at, Declaration.id),
    )
    is_latest = and_(~newer.exists(), Declaration.kind != DeclarationKind.WITHDRAWAL)
    stands = exists().where(InForce.declaration_id == Declaration.id, InForce.inspector_id == Declaration.inspector_id)
    for wrong, said in (
        (and_(stands, ~is_latest), "is not the latest made of its inspector, and stands in force"),
        (and_(is_latest, ~stands), "is the latest made of its inspector, and does not stand in force"),
    ):
        ref = session.scalar(select(Declaration.ref).where(wrong).limit(1))
        if ref is not None:
            return Broken(None, None, f"declaration {ref} {said}")
    own = exists().where(Declaration.id == InForce.declaration_id, Declaration.inspector_id == InForce.inspector_id)
    lost = session.scalar(select(InForce.ref).where(~own).limit(1))
    if lost is not None:
        return Broken(None, None, f"declaration {lost} stands in force for an inspector who did not make it")
    columns = {"ref": Declaration.ref, "made_at": Declaration.made_at, "as": InForce.ref, "on": InForce.made_on}
    standing = select(*raw(session, columns)).join(InForce, InForce.declaration_id == Declaration.id)
    for each in map(texts, session.execute(standing).mappings()):
        if each["as"] != each["ref"] or each["on"] != (each["made_at"] or "")[:DAY]:
            said = "stands in force under another reference, or another day, than its own"
            return Broken(None, None, f"declaration {each['ref']} {said}")
    return None


def keys(session: Session) -> Broken | None:
    """Return whether some connection in force has no key at all: no check would come to it."""
    in_force = select(func.count()).select_from(ConnectionRow)
    stated = session.scalar(in_force.join(InForce, InForce.declaration_id == ConnectionRow.declaration_id))
    keyed = session.scalar(select(func.count(ConnectionKey.connection.distinct())))
    if stated == keyed:
        return None
    return Broken(None, None, f"{stated} connections are in force, and {keyed} can be found by a check")
