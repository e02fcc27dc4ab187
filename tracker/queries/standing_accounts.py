"""What follows from all the entries together of accounts: their roles, whose they are, and how they sign in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import literal, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.entry import Entry, parse_entry, sign_in_digest
from tracker.domain.tree import Broken
from tracker.models import Account, HistoryEntry, HistorySubject, Inspector, RoleGrant
from tracker.queries.raw import plain, raw, texts

# What gives an account the staff number of an inspector.
GAVE = ("person:added", "person:identified")
_TELLING = (
    *("role:granted", "role:revoked", "person:added", "person:closed", "person:reopened"),
    *("password:set", "password:renewed"),
)


@dataclass
class _Told:
    """What the entries leave of an account; how it signs in is None where the last that gave it a password is older."""

    roles: set[str] = field(default_factory=set)
    signs_in: str | None = None
    closed_at: datetime | None = None

    def follow(self, entry: Entry) -> None:
        """Go on to what stands after an entry."""
        match entry.event:
            case "role:granted":
                self.roles.add(entry.data["role"])
            case "role:revoked":
                self.roles.discard(entry.data["role"])
            case "person:closed":
                self.closed_at = entry.at
            case "person:reopened":
                self.closed_at = None
            case _:
                self.signs_in = entry.data.get("sign_in")


def accounts(session: Session) -> Broken | None:
    """Return the first account that is otherwise than the entries leave it: by it somebody may decide or audit."""
    told: dict[str, _Told] = {}
    entries = select(HistoryEntry.entry).where(HistoryEntry.event.in_(_TELLING))
    for raw_entry in session.scalars(entries.order_by(HistoryEntry.seq)):
        entry = parse_entry(raw_entry.encode())
        told.setdefault(entry.subjects[0].partition(":")[2], _Told()).follow(entry)
    return _roles(session, told) or _doors(session, told) or _persons(session)


def _roles(session: Session, told: Mapping[str, _Told]) -> Broken | None:
    holds: dict[str, set[str]] = {ref: set() for ref in told}
    columns = raw(session, {"ref": Account.ref, "role": RoleGrant.role})
    query = select(*columns).join(RoleGrant, RoleGrant.account_id == Account.id).where(RoleGrant.revoked_at.is_(None))
    for row in session.execute(query):
        holds.setdefault(plain(row[0]) or "", set()).add(plain(row[1]) or "")
    for ref, roles in sorted(holds.items()):
        left = told[ref].roles if ref in told else set()
        if roles != left:
            said = f"account {ref} holds the roles {_listed(roles)}, and the entries leave {_listed(left)}"
            return Broken(None, None, said)
    return None


def _listed(roles: set[str]) -> str:
    return ", ".join(sorted(roles)) or "none"


def _doors(session: Session, told: Mapping[str, _Told]) -> Broken | None:
    """Return the first account by whose row somebody is let in, or shut out, whom no entry lets in or shuts out."""
    wanted = {"ref": Account.ref, "email": Account.email, "hash": Account.password_hash, "closed": Account.disabled_at}
    for row in map(texts, session.execute(select(*raw(session, wanted)).order_by(Account.id)).mappings()):
        known = told.get(row["ref"] or "", _Told())
        closed = plain(known.closed_at)
        if row["closed"] != closed:
            said = f"is {_door(row['closed'])}, and the entries leave it {_door(closed)}"
            return Broken(None, None, f"account {row['ref']} {said}")
        if known.signs_in not in (None, sign_in_digest(row["email"] or "", row["hash"] or "")):
            said = "signs in with another address or password than the entries say that it was given"
            return Broken(None, None, f"account {row['ref']} {said}")
    return None


def _door(closed: str | None) -> str:
    return "open" if closed is None else f"closed since {closed}"


def _persons(session: Session) -> Broken | None:
    """Return the first account that is of another inspector than the entry that added or identified it says."""
    told = (
        select(literal(1))
        .select_from(HistorySubject)
        .join(HistoryEntry, HistoryEntry.seq == HistorySubject.seq)
        .where(HistorySubject.subject == literal("person:") + Account.ref, HistoryEntry.event.in_(GAVE))
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
