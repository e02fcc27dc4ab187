"""What an inspector is shown: where they stand, what they are proposed for, and what became of what they filed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.domain.dates import months_after
from tracker.domain.lifecycle import OPEN, State
from tracker.domain.objecting import Became
from tracker.models import Assignment, ConflictCheck, ConnectionRow, Declaration, DeclarationKind, Draft, Inspection
from tracker.queries import confirmations, declarations, moves, objections, policies
from tracker.queries.confirmations import Vouched
from tracker.queries.moves import Change, Planned

SOON = timedelta(days=30)


class Currency(StrEnum):
    """How an inspector's declaration stands on a day."""

    NONE = "none"
    IN_FORCE = "in force"
    DUE_SOON = "due soon"
    OUT_OF_DATE = "out of date"


@dataclass(frozen=True, slots=True)
class Footing:
    """The declaration in force, or None, and the last day of an assignment's beginning for which it serves."""

    currency: Currency
    declaration: Declaration | None = None
    good_until: date | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What an inspector is told of an objection: neither its words nor who said them."""

    received_on: date
    became: Became
    told_on: date | None


@dataclass(frozen=True, slots=True)
class Own:
    """One of an inspector's own assignments, with its provider's name and the own word for it, if given.

    `planned` are the inspection's days as far as the inspector may know them: a released one knows those of then.
    `objections` are those of the provider, where one assignment is asked for alone.
    """

    assignment: Assignment
    provider: str
    planned: Planned
    vouched: Vouched | None = None
    objections: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """An inspector's first page."""

    footing: Footing
    draft: Draft | None
    assignments: list[Own]
    # How the inspections of these were moved last, by the assignment's number, since it was proposed.
    moved: dict[int, Change]
    # Those that would still come, had they not been called off.
    called_off: list[Own]
    declarations: list[Declaration]


def desk(session: Session, inspector_id: int, today: date) -> Desk:
    """Return what an inspector must do now, what they are proposed for, and what they declared so far."""
    coming = _own(inspector_id).where(Inspection.ends_on >= today)
    # Whoever was released before is not concerned.
    ended = Assignment.state == State.RELEASED, Assignment.changed_at == Inspection.called_off_at
    current = _named(session, coming.where(Assignment.state.in_(OPEN)))
    return Desk(
        footing(session, inspector_id, today),
        session.get(Draft, inspector_id),
        current,
        _moved(session, [each.assignment for each in current]),
        _named(session, coming.where(*ended)),
        declarations.all_of(session, inspector_id),
    )


def _moved(session: Session, assignments: Sequence[Assignment]) -> dict[int, Change]:
    last = moves.last_moves(session, [each.inspection.reference for each in assignments])
    found = ((each, last.get(each.inspection.reference)) for each in assignments)
    return {each.id: change for each, change in found if change and change.at >= each.proposed_at}


def footing(session: Session, inspector_id: int, today: date) -> Footing:
    """Return how an inspector's declaration stands on a day, by the policy in force on that day."""
    current = declarations.in_force(session, inspector_id)
    if current is None:
        return Footing(Currency.NONE)
    _, policy = policies.in_force(session, today, current.inspector.engagement)
    good_until = months_after(current.made_at.date(), policy.valid_months)
    if good_until < today:
        currency = Currency.OUT_OF_DATE
    else:
        currency = Currency.DUE_SOON if good_until - today <= SOON else Currency.IN_FORCE
    return Footing(currency, current, good_until)


def years_back(session: Session, inspector_id: int, today: date) -> int:
    """Return for how many years after its end the policy of this inspector looks at a connection, at the most."""
    engagement = policies.engagement_of(session, inspector_id) or policies.STAFF
    _, policy = policies.in_force(session, today, engagement)
    return max(rule.perceived_years or 0 for rule in policy.natures.values())


def own_assignment(session: Session, inspector_id: int, ref: str, today: date) -> Own | None:
    """Return an assignment where it is the inspector's own, or None."""
    own = next(iter(_named(session, _own(inspector_id).where(Assignment.ref == ref))), None)
    return replace(own, objections=_objections(session, own.assignment, today)) if own else None


def _objections(session: Session, assignment: Assignment, today: date) -> tuple[Told, ...]:
    engagement = policies.engagement_of(session, assignment.inspector_id) or policies.STAFF
    _, policy = policies.in_force(session, today, engagement)
    return tuple(
        Told(each.objection.received_on, each.became, each.objection.answer.told_on if each.objection.answer else None)
        for each in objections.standings(session, assignment, policy)
    )


def all_own(session: Session, inspector_id: int) -> list[Own]:
    """Return every assignment of an inspector, open or not, by the day of its inspection as the inspector knows it."""
    return _named(session, _own(inspector_id))


def touched_by(session: Session, declaration: Declaration) -> list[Own]:
    """Return the open assignments that were checked anew, or questioned, by a declaration's filing."""
    checked = select(ConflictCheck.assignment_id).where(
        ConflictCheck.cause.in_(("declaration", "withdrawal")), ConflictCheck.checked_at == declaration.recorded_at
    )
    return _named(
        session,
        _own(declaration.inspector_id).where(
            Assignment.state.in_(OPEN),
            or_(Assignment.id.in_(checked), Assignment.changed_at == declaration.recorded_at),
        ),
    )


def own_declaration(session: Session, inspector_id: int, ref: str) -> Declaration | None:
    """Return a declaration where it is the inspector's own, or None."""
    found = declarations.by_ref(session, ref)
    return found if found is not None and found.inspector_id == inspector_id else None


def replaced_by(session: Session, declaration: Declaration) -> Declaration | None:
    """Return the statement that a declaration was recorded in place of, or None; a withdrawal is none."""
    if declaration.supersedes_id is None:
        return None
    former = session.scalars(
        select(Declaration)
        .where(Declaration.id == declaration.supersedes_id)
        .options(selectinload(Declaration.connections).joinedload(ConnectionRow.note))
    ).one()
    return None if former.kind is DeclarationKind.WITHDRAWAL else former


def filed_on(session: Session, inspector_id: int, based_on: str | None) -> Declaration | None:
    """Return what the inspector filed or withdrew last, where it replaced just the declaration `based_on`, or None."""
    last = session.scalars(
        select(Declaration)
        .where(Declaration.inspector_id == inspector_id, Declaration.is_imported.is_(False))
        .order_by(Declaration.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return None
    former = replaced_by(session, last)
    return last if based_on == (former.ref if former else None) else None


def connection_pages(session: Session, inspector_id: int) -> dict[str, str]:
    """Return, for each connection that the inspector ever declared, the declaration that stated it, by reference."""
    rows = session.execute(
        select(ConnectionRow.ref, Declaration.ref)
        .join(Declaration, Declaration.id == ConnectionRow.declaration_id)
        .where(Declaration.inspector_id == inspector_id)
    )
    return dict(rows.all())


def _own(inspector_id: int) -> Select[Assignment]:
    return (
        select(Assignment)
        .join(Assignment.inspection)
        .where(Assignment.inspector_id == inspector_id)
        .options(
            joinedload(Assignment.inspection),
            joinedload(Assignment.check).selectinload(ConflictCheck.findings),
        )
        .order_by(Assignment.id)
    )


def _named(session: Session, query: Select[Assignment]) -> list[Own]:
    found = session.scalars(query).all()
    names = declarations.target_names(session, {each.inspection.provider for each in found})
    vouched = confirmations.given(session, [each.id for each in found])
    planned = moves.known_to_inspectors(session, found)
    own = [
        Own(each, names.get(each.inspection.provider, each.inspection.provider), planned[each.id], vouched.get(each.id))
        for each in found
    ]
    # Not by the days of now, which the order of those released would tell.
    return sorted(own, key=lambda each: each.planned.starts_on)
