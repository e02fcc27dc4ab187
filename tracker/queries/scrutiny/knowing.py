"""Who knew of what a declaration states, how, and since when: who recorded or opened it, and which checks found it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracker.domain.lifecycle import Ruling
from tracker.models import (
    Assignment,
    ConflictCheck,
    ConnectionRow,
    Decision,
    Declaration,
    FindingRow,
    HistoryEntry,
    HistorySubject,
    Inspection,
)
from tracker.queries.decisions import names_of

OPENED = ("declaration:opened", "connection:opened")
RULED = {str(Ruling.ALLOW): "allowed what was found of it", str(Ruling.UPHOLD): "upheld what was found of it"}


@dataclass(frozen=True, slots=True)
class Visit:
    """The inspection of an assignment that a connection was found to touch."""

    assignment: str
    reference: str
    starts_on: date


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody came to know of it: when, who and how; `who` is None of a check, which all who allocate could read."""

    at: datetime
    who: str | None
    how: str
    visit: Visit | None = None

    @property
    def is_before(self) -> bool:
        """Whether that was before the inspection that it was found to touch began."""
        return self.visit is not None and self.at.date() < self.visit.starts_on


def known(session: Session, declaration: Declaration, at: datetime | None = None) -> list[Known]:
    """Return who knew of what a declaration states by an instant, or by now, the earliest first.

    Of each assignment it tells the first check that found a connection of it, and each decision on such a finding.
    """
    refs = select(ConnectionRow.ref).where(ConnectionRow.declaration_id == declaration.id)
    opened = session.execute(_opened(declaration.ref, refs)).all()
    found = session.execute(_found(declaration.inspector_id, refs)).all()
    decided = session.execute(_decided(declaration.inspector_id, refs)).all()
    names = names_of(
        session, {declaration.recorded_by, *(each.actor for each in opened), *(each[0] for each in decided)}
    )
    told = [Known(declaration.recorded_at, names[declaration.recorded_by], "recorded it")]
    told += [Known(each.at, names[each.actor], "opened its details") for each in opened]
    first: dict[str, Known] = {}
    for when, ref, reference, starts_on in found:
        first.setdefault(ref, Known(when, None, "found it", Visit(ref, reference, starts_on)))
    told += first.values()
    told += [
        Known(when, names[who], RULED[outcome], Visit(ref, reference, starts_on))
        for who, when, outcome, ref, reference, starts_on in decided
    ]
    return sorted((each for each in told if at is None or each.at <= at), key=lambda each: each.at)


def _opened(ref: str, refs: Select[str]) -> Select[datetime, str]:
    connections = select("connection:" + ConnectionRow.ref).where(ConnectionRow.ref.in_(refs))
    return (
        select(HistoryEntry.at, HistoryEntry.actor)
        .join(HistorySubject, HistorySubject.seq == HistoryEntry.seq)
        .where((HistorySubject.subject == f"declaration:{ref}") | HistorySubject.subject.in_(connections))
        .where(HistoryEntry.event.in_(OPENED))
        .order_by(HistoryEntry.at)
        .distinct()
    )


def _found(inspector: int, refs: Select[str]) -> Select[datetime, str, str, date]:
    return (
        select(ConflictCheck.checked_at, Assignment.ref, Inspection.reference, Inspection.starts_on)
        .select_from(FindingRow)
        .join(ConflictCheck, ConflictCheck.id == FindingRow.check_id)
        .join(Assignment, Assignment.id == ConflictCheck.assignment_id)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(Assignment.inspector_id == inspector, FindingRow.connection_ref.in_(refs))
        .order_by(ConflictCheck.id)
    )


def _decided(inspector: int, refs: Select[str]) -> Select[str, datetime, str, str, str, date]:
    return (
        select(
            Decision.decided_by,
            Decision.decided_at,
            Decision.outcome,
            Assignment.ref,
            Inspection.reference,
            Inspection.starts_on,
        )
        .select_from(Decision)
        .join(FindingRow, FindingRow.id == Decision.finding_id)
        .join(Assignment, Assignment.id == Decision.assignment_id)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(Assignment.inspector_id == inspector, FindingRow.connection_ref.in_(refs))
        .order_by(Decision.id)
    )
