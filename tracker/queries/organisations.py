"""Organisations on no register before a reviewer: who declared them, what was said of them, what that changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.access import Actor
from tracker.domain.facts import ORGANISATION, Verdict
from tracker.models import (
    Assignment,
    ConflictCheck,
    ConnectionRow,
    Declaration,
    InForce,
    Inspection,
    Inspector,
    OrganisationLinkRow,
    Words,
)
from tracker.queries import world as worlds
from tracker.queries.declarations import first_recorded_at
from tracker.queries.leavings import is_here

KEY_LENGTH = 16
# The target of a reviewer's word that an organisation belongs with nothing.
NOTHING = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """One connection in force with an organisation, whose it is, and since when it is known."""

    connection: ConnectionRow
    made_at: datetime
    inspector: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation by its folded reference, with the connections in force that name it, and what it is linked to."""

    ref: str
    declared: list[Declared] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    # A reviewer found that it belongs with nothing.
    is_apart: bool = False

    @property
    def key(self) -> str:
        """What names it in an address, which is no place for the words of a declaration."""
        return hashlib.sha256(self.ref.encode()).hexdigest()[:KEY_LENGTH]

    @property
    def name(self) -> str:
        """Its name as it was last declared."""
        return self.declared[-1].connection.target_name if self.declared else self.ref.removeprefix(ORGANISATION)


@dataclass(frozen=True, slots=True)
class Effect:
    """An assignment that was checked anew because of a reviewer's word on an organisation."""

    assignment: str
    inspector: str
    inspection: str
    before: Verdict
    now: Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """A reviewer's word on an organisation and one target; the reasons, unless erased; and what it brought about."""

    row: OrganisationLinkRow
    reasons: Words
    effects: Sequence[Effect]


def before(session: Session, actor: Actor, today: date) -> list[Organisation]:
    """Return the organisations that a reviewer may judge, the longest declared first; those of his own are left out.

    What whoever has left declared is on no list any more.
    """
    found: dict[str, Organisation] = {}
    own = set()
    rows = session.execute(
        select(ConnectionRow, Declaration.made_at, Inspector.name, first_recorded_at(), Inspector.id, is_here(today))
        .join(Declaration, Declaration.id == ConnectionRow.declaration_id)
        .join(InForce, InForce.declaration_id == Declaration.id)
        .join(Inspector, Inspector.id == InForce.inspector_id)
        .where(ConnectionRow.target.startswith(ORGANISATION))
        .order_by(ConnectionRow.id)
    )
    for connection, made_at, name, since, number, is_on_the_staff in rows:
        if number == actor.inspector_id:
            own.add(connection.target)
        if not is_on_the_staff:
            continue
        each = found.setdefault(connection.target, Organisation(connection.target))
        each.declared.append(Declared(connection, made_at, name, since))
    for link in worlds.organisation_links(session):
        found.setdefault(link.organisation, Organisation(link.organisation)).links.append(link.target)
    last = select(func.max(OrganisationLinkRow.id)).group_by(OrganisationLinkRow.organisation)
    apart = select(OrganisationLinkRow.organisation).where(
        OrganisationLinkRow.id.in_(last), OrganisationLinkRow.target == NOTHING
    )
    for ref in session.scalars(apart):
        if ref in found:
            found[ref] = replace(found[ref], is_apart=True)
    return [each for ref, each in found.items() if ref not in own]


def by_key(session: Session, actor: Actor, key: str) -> Organisation | None:
    """Return an organisation that a reviewer may judge, or None; also where whoever declared it has left."""
    return next((each for each in before(session, actor, date.min) if each.key == key), None)


def judged(session: Session, organisation: Organisation) -> list[Judged]:
    """Return what reviewers said of an organisation, the latest first."""
    rows = session.execute(
        select(OrganisationLinkRow, Words)
        .join(Words, Words.id == OrganisationLinkRow.reasons_id)
        .where(OrganisationLinkRow.organisation == organisation.ref)
        .order_by(OrganisationLinkRow.id.desc())
    ).all()
    return [Judged(row, reasons, _effects(session, row.made_at)) for row, reasons in rows]


def _effects(session: Session, at: datetime) -> list[Effect]:
    former = aliased(ConflictCheck)
    earlier = (
        select(former.verdict)
        .where(former.assignment_id == ConflictCheck.assignment_id, former.id < ConflictCheck.id)
        .order_by(former.id.desc())
        .limit(1)
        .correlate(ConflictCheck)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Assignment.ref, Inspector.name, Inspection.reference, earlier, ConflictCheck.verdict)
        .join(Assignment, Assignment.id == ConflictCheck.assignment_id)
        .join(Assignment.inspection)
        .join(Assignment.inspector)
        .where(ConflictCheck.cause == "organisation", ConflictCheck.checked_at == at)
        .order_by(Inspection.starts_on, Assignment.id)
    )
    return [Effect(*row) for row in rows]
