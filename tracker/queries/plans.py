"""Questions about plans: the list of them, what changed since one was made, and what became of its places."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from tracker.domain.access import Actor
from tracker.domain.actor_words import ACTORS
from tracker.domain.entry import parse_entry
from tracker.domain.errors import NotPermittedError
from tracker.models import Account, AllocationPlan, HistoryEntry, HistorySubject, Inspection, Inspector, ProviderRow
from tracker.queries.parts import in_parts

# What a plan rests on, by the kind of act that may have changed it.
KINDS = {
    "declaration": "declarations",
    "connection": "declarations",
    "organisation": "declarations",
    "register": "imports",
    "governors": "imports",
    "inspector": "imports",
    "leaving": "leavings",
    "policy": "policies",
    "inspection": "inspections",
    "assignment": "assignments",
}
# These change nothing that a plan rests on.
NO_CHANGE = ("connection:opened", "declaration:opened", "inspector:copied", "inspector:reminded", "assignment:checked")


def actor_of(session: Session, ref: str) -> Actor:
    """Return a person as who acts now, with the roles held now; NotPermittedError where there is none any more."""
    account = session.scalar(
        select(Account)
        .where(Account.ref == ref.removeprefix("person:"), Account.disabled_at.is_(None))
        .options(selectinload(Account.grants))
        .execution_options(populate_existing=True)
    )
    if account is None:
        raise NotPermittedError("Whoever began this may no longer sign in.")
    roles = frozenset(grant.role for grant in account.grants if grant.revoked_at is None)
    return Actor(ref=ref, name=account.name, roles=roles, inspector_id=account.inspector_id)


def listed(session: Session, *, start: int, size: int) -> tuple[int, list[AllocationPlan]]:
    """Return how many plans there are, and a page of them, the latest first."""
    number = session.scalar(select(func.count()).select_from(AllocationPlan)) or 0
    query = select(AllocationPlan).order_by(AllocationPlan.id.desc()).offset(start).limit(size)
    return number, list(session.scalars(query))


def changed_since(session: Session, size: int) -> Counter[str]:
    """Return how many acts of each kind, since the history had so many entries, changed what a plan rests on."""
    rows = session.execute(
        select(HistoryEntry.event, func.count())
        .where(HistoryEntry.seq > size, HistoryEntry.event.not_in(NO_CHANGE))
        .group_by(HistoryEntry.event)
    )
    found: Counter[str] = Counter()
    for event, number in rows:
        kind = KINDS.get(event.partition(":")[0])
        if kind:
            found[kind] += number
    return found


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a plan's places so far: how many were proposed, and who was left out, with why."""

    proposed: int
    left_out: tuple[tuple[str, str, str, str], ...]


def applied(session: Session, ref: str) -> Applied:
    """Return what the entries of a plan's batches tell."""
    entries = session.scalars(
        select(HistoryEntry.entry)
        .join(HistorySubject, HistorySubject.seq == HistoryEntry.seq)
        .where(HistorySubject.subject == f"plan:{ref}", HistoryEntry.event == "plan:applied")
        .order_by(HistoryEntry.seq)
    )
    told: list[Any] = [parse_entry(each.encode()).data for each in entries]
    left_out = tuple((row[0], row[1], row[2], row[3]) for each in told for row in each["why"])
    return Applied(sum(each["proposed"] for each in told), left_out)


def names(session: Session, staff: Collection[str]) -> dict[str, str]:
    """Return the names of inspectors, by staff number."""
    query = select(Inspector.staff_no, Inspector.name)
    rows = (row for some in in_parts(staff) for row in session.execute(query.where(Inspector.staff_no.in_(some))))
    return {row[0]: row[1] for row in rows}


def who(session: Session, refs: Collection[str]) -> dict[str, str]:
    """Return the names of those who act, by their references."""
    people = {each.removeprefix("person:") for each in refs if each.startswith("person:")}
    rows = session.execute(select(Account.ref, Account.name).where(Account.ref.in_(people)))
    return {**{each: each for each in refs}, **ACTORS, **{f"person:{ref}": name for ref, name in rows}}


@dataclass(frozen=True, slots=True)
class Where:
    """An inspection as a list of places shows it."""

    reference: str
    provider: str
    starts_on: date
    ends_on: date
    called_off_at: datetime | None = None


def inspections(session: Session, references: Collection[str]) -> dict[str, Where]:
    """Return inspections by reference, with their providers' names."""
    query = select(
        Inspection.reference,
        func.coalesce(ProviderRow.name, Inspection.provider),
        Inspection.starts_on,
        Inspection.ends_on,
        Inspection.called_off_at,
    ).outerjoin(ProviderRow, ProviderRow.ref == Inspection.provider)
    rows = (
        row for some in in_parts(references) for row in session.execute(query.where(Inspection.reference.in_(some)))
    )
    return {row[0]: Where(*row) for row in rows}


def staff_no_of(session: Session, inspector_id: int | None) -> str | None:
    """Return an inspector's staff number, None for nobody."""
    if inspector_id is None:
        return None
    return session.scalar(select(Inspector.staff_no).where(Inspector.id == inspector_id))
