"""What follows from all the entries together: who holds which role, whose an account is, and what stands in force."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.json import Decoder
from sqlalchemy import and_, exists, func, literal, select, tuple_
from sqlalchemy.orm import Session, aliased

from tracker.domain.entry import parse_entry
from tracker.domain.tree import Broken
from tracker.models import (
    Account,
    ConnectionKey,
    ConnectionRow,
    Declaration,
    DeclarationKind,
    HistoryEntry,
    HistorySubject,
    InForce,
    Inspection,
    Inspector,
    RoleGrant,
)
from tracker.queries.moves import CALLED_OFF, TOLD
from tracker.queries.raw import differing, plain, raw, texts

# How long a day is, spelled out.
DAY = len("2026-01-01")
GRANTED, REVOKED = "role:granted", "role:revoked"
BATCH = 500


class _Told(Struct):
    """What of an entry about an inspection tells how it stands."""

    at: datetime
    data: dict[str, Any]
    event: str
    subjects: list[str]


_READ = Decoder(_Told).decode


def roles(session: Session) -> Broken | None:
    """Return the first account that holds other roles than the entries leave it: by them it may decide or audit."""
    told: dict[str, dict[str, int]] = {}
    entries = select(HistoryEntry.entry).where(HistoryEntry.event.in_((GRANTED, REVOKED)))
    for raw_entry in session.scalars(entries.order_by(HistoryEntry.seq)):
        entry = parse_entry(raw_entry.encode())
        held = told.setdefault(entry.subjects[0].partition(":")[2], {})
        if entry.event == GRANTED:
            held[entry.data["role"]] = entry.seq
        else:
            held.pop(entry.data["role"], None)
    holds: dict[str, set[str]] = {ref: set() for ref in told}
    columns = raw(session, {"ref": Account.ref, "role": RoleGrant.role})
    query = select(*columns).join(RoleGrant, RoleGrant.account_id == Account.id).where(RoleGrant.revoked_at.is_(None))
    for row in session.execute(query):
        holds.setdefault(plain(row[0]) or "", set()).add(plain(row[1]) or "")
    for ref, roles in sorted(holds.items()):
        left = set(told.get(ref, ()))
        if roles != left:
            said = f"account {ref} holds the roles {_listed(roles)}, and the entries leave {_listed(left)}"
            return Broken(None, None, said)
    return None


def _listed(roles: set[str]) -> str:
    return ", ".join(sorted(roles)) or "none"


def planned(session: Session) -> Broken | None:
    """Return the first inspection that stands otherwise than the entries leave it: its days, or called off."""
    told = _planned(session)
    names = ("reference", "starts_on", "ends_on", "called_off_at")
    columns = raw(session, {name: getattr(Inspection, name) for name in names})
    query = select(*columns).order_by(Inspection.id).execution_options(yield_per=BATCH)
    with session.execute(query) as rows:
        for each in map(texts, rows.mappings()):
            # Of one of which no entry tells, that is said already.
            seq, expected = told.get(each["reference"] or "", (0, {}))
            if wrong := differing(expected, each):
                said = f"the record of inspection {each['reference']} says something else in its column {wrong[0]}"
                return Broken(seq, None, said)
    return None


def _planned(session: Session) -> dict[str, tuple[int, dict[str, Any]]]:
    """Return by the reference of each inspection what the entries about it leave, and the number of the last one."""
    left: dict[str, tuple[int, dict[str, Any]]] = {}
    query = select(HistoryEntry.seq, HistoryEntry.entry).where(HistoryEntry.event.in_(TOLD)).order_by(HistoryEntry.seq)
    with session.execute(query.execution_options(yield_per=BATCH)) as entries:
        for seq, entry in entries:
            said = _READ(entry)
            reference = next(each.partition(":")[2] for each in said.subjects if each.startswith("inspection:"))
            off_at = said.at if said.event == CALLED_OFF else None
            days = {name: said.data[name] for name in ("starts_on", "ends_on")}
            left[reference] = seq, {**days, "called_off_at": off_at}
    return left


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


def persons(session: Session) -> Broken | None:
    """Return the first account that is of another inspector than the entry that added it says."""
    told = (
        select(literal(1))
        .select_from(HistorySubject)
        .join(HistoryEntry, HistoryEntry.seq == HistorySubject.seq)
        .where(HistorySubject.subject == literal("person:") + Account.ref, HistoryEntry.event == "person:added")
        .where(
            select(literal(1))
            .select_from(other := aliased(HistorySubject))
            .where(other.seq == HistorySubject.seq, other.subject == literal("inspector:") + Inspector.staff_no)
            .exists()
        )
    )
    own = select(Account.ref).join(Inspector, Inspector.id == Account.inspector_id)
    ref = session.scalar(own.where(~told.exists()).limit(1))
    return None if ref is None else Broken(None, None, f"account {ref} is of an inspector that no entry gave it")
