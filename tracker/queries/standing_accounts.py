"""What follows from all the entries together of accounts: their roles, whose they are, and how they let in."""

import json
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.entry import sign_in_digest
from tracker.domain.tree import Broken
from tracker.models import Account, Inspector, RoleGrant
from tracker.queries.driver import Statement
from tracker.queries.raw import plain, raw, texts
from tracker.queries.told import kept
from tracker.queries.told_accounts import NAME, Grant, Lock
from tracker.queries.told_accounts import Account as Told

Tellings = Mapping[str, Told]
Row = Mapping[str, str | None]
# What leaves no refusal counted, and no lock.
OVER = Lock(0)
# Of the accounts given with the number of an entry, those that somebody signed in to after it.
_CAME_IN = Statement("""
    SELECT listed.value ->> 0, CAST(listed.value ->> 1 AS bigint) FROM {given since} WHERE EXISTS (
        SELECT 1 FROM history_subject AS spoken JOIN history_entry AS told ON told.seq = spoken.seq
        WHERE spoken.subject = listed.value ->> 0 AND spoken.seq > CAST(listed.value ->> 1 AS bigint)
            AND told.event = 'person:signed-in'
    )
""")


def accounts(session: Session, told: Tellings) -> Broken | None:
    """Return the first account that is otherwise than the entries leave it: by it somebody may decide or audit."""
    rows = _rows(session)
    said = _missing(told, rows) or _roles(session, told) or _otherwise(session, told, rows)
    return None if said is None else Broken(None, None, f"account {said}")


def _rows(session: Session) -> list[Row]:
    columns = {
        "ref": Account.ref,
        "email": Account.email,
        "name": Account.name,
        "hash": Account.password_hash,
        "closed": Account.disabled_at,
        "epoch": Account.session_epoch,
        "attempts": Account.failed_attempts,
        "locked": Account.locked_until,
        "demonstration": Account.is_demonstration,
        "added": Account.added_at,
        "staff_no": Inspector.staff_no,
    }
    query = select(*raw(session, columns)).outerjoin(Inspector, Inspector.id == Account.inspector_id)
    return [texts(row) for row in session.execute(query.order_by(Account.id)).mappings()]


def _missing(told: Tellings, rows: Sequence[Row]) -> str | None:
    there = {row["ref"] for row in rows}
    for ref, known in told.items():
        if known.added is not None and ref not in there:
            return f"{ref} is not there, and entry {known.added.seq:,} added it"
    return None


def _roles(session: Session, told: Tellings) -> str | None:
    """Return what is amiss with the roles that an account holds or held."""
    columns = {"ref": Account.ref, "role": RoleGrant.role, "from": RoleGrant.granted_at, "to": RoleGrant.revoked_at}
    query = select(*raw(session, columns)).join(RoleGrant, RoleGrant.account_id == Account.id)
    grants: dict[str, list[tuple[str | None, ...]]] = {ref: [] for ref in told}
    for row in session.execute(query.order_by(RoleGrant.id)):
        ref, *grant = map(plain, row)
        grants.setdefault(ref or "", []).append(tuple(grant))
    for ref, there in sorted(grants.items()):
        known = told.get(ref, Told())
        holds = {role or "" for role, _, revoked_at in there if revoked_at is None}
        if holds != known.roles:
            return f"{ref} holds the roles {_listed(holds)}, and the entries leave {_listed(known.roles)}"
        if sorted(there, key=str) != sorted(map(_granted, known.grants), key=str):
            return f"{ref} was granted a role, or it was revoked, otherwise than the entries say"
    return None


def _granted(grant: Grant) -> tuple[str | None, ...]:
    return grant.role, plain(grant.granted_at), plain(grant.revoked_at)


def _listed(roles: set[str]) -> str:
    return ", ".join(sorted(roles)) or "none"


def _otherwise(session: Session, told: Tellings, rows: Sequence[Row]) -> str | None:
    """Return what is amiss with the first row by which somebody is let in, or shut out, or taken for another."""
    came_in = _came_in(session, told)
    names = kept(session, {each.named: NAME for each in told.values() if each.named is not None})
    for row in rows:
        ref = row["ref"] or ""
        known = told.get(ref, Told())
        for said in (*_door(known, row), *_person(known, row, names), *_locks(ref, known, row, came_in)):
            return f"{ref} {said}"
    return None


def _door(known: Told, row: Row) -> Iterator[str]:
    """Yield what is amiss with how somebody signs in and stays so."""
    if row["closed"] != plain(known.closed_at):
        yield f"is {_closed(row['closed'])}, and the entries leave it {_closed(plain(known.closed_at))}"
    if known.signs_in not in (None, sign_in_digest(row["email"] or "", row["hash"] or "")):
        yield "signs in with another address or password than the entries say that it was given"
    if row["epoch"] != str(known.epoch):
        yield f"has had its sessions ended {row['epoch']} times, and the entries tell of {known.epoch}"


def _closed(at: str | None) -> str:
    return "open" if at is None else f"closed since {at}"


def _person(known: Told, row: Row, names: Mapping[int, str | None]) -> Iterator[str]:
    """Yield what is amiss with whose account it is."""
    has = row["staff_no"] or ""
    if has and not known.staff_no:
        yield "is of an inspector that no entry gave it"
    elif has != known.staff_no:
        yield f"is of {f'inspector {has}' if has else 'no inspector'}, and the entries gave it {known.staff_no}"
    if known.added is None:
        return
    if row["added"] != plain(known.added.at):
        yield f"is said to be added at {row['added']}, and an entry says at {plain(known.added.at)}"
    is_demonstration = known.added.data.get("demonstration")
    if is_demonstration is not None and row["demonstration"] != plain(is_demonstration):
        yield "is said to be a demonstration’s, or not to be one, otherwise than the entry that added it says"
    bears = None if known.named is None else names.get(known.named)
    if bears is not None and row["name"] != json.loads(bears):
        yield f"bears another name than was kept with entry {known.named:,}"


def _locks(ref: str, known: Told, row: Row, came_in: set[tuple[str, int]]) -> Iterator[str]:
    """Yield what is amiss with how often a sign-in was refused, and until when it is."""
    refused, locked = (
        each if each and (ref, each.seq) not in came_in else OVER for each in (known.refused, known.locked)
    )
    attempts = {refused.attempts, 0 if refused.may_be_over else refused.attempts}
    if row["attempts"] not in set(map(str, attempts)):
        yield f"counts {row['attempts']} refused sign-ins, and the entries leave {refused.attempts}"
    until = {plain(locked.until), None if locked.may_be_over else plain(locked.until)}
    if row["locked"] not in until:
        yield f"is locked until {row['locked']}, and the entries leave it {_locked(locked)}"


def _locked(lock: Lock) -> str:
    return "unlocked" if lock.until is None else f"locked until {plain(lock.until)}"


def _came_in(session: Session, told: Tellings) -> set[tuple[str, int]]:
    """Return of which accounts somebody signed in after a refusal or a lock, with the number of the entry of that."""
    locks = {(ref, each.seq) for ref, known in told.items() for each in (known.refused, known.locked) if each}
    if not locks:
        return set()
    found = _CAME_IN.rows(session, since=[(f"person:{ref}", seq) for ref, seq in sorted(locks)])
    return {(str(subject).partition(":")[2], int(seq)) for subject, seq in found}
