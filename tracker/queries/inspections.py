"""Questions about inspections: which are coming, which have places open, and who is to do them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.access import Actor
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import IN_THE_TEAM, OPEN, Ruling, State
from tracker.models import Account, Assignment, Decision, Inspection, Inspector, ProviderRow
from tracker.queries.figures import NOBODY, kept
from tracker.queries.leavings import is_here

SOON = timedelta(days=14)


class Work(StrEnum):
    """Why an assignment stands on a scheduler's list."""

    QUESTIONED = "questioned"
    READY = "ready"
    WAITING = "waiting"
    SURPLUS = "surplus"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True)
class Listed:
    """An inspection as a list shows it: its provider's name and town, how many places are taken, how many proposed."""

    inspection: Inspection
    provider: str
    town: str
    taken: int
    proposed: int

    @property
    def places_open(self) -> int:
        """How many places nobody is confirmed for; one who is questioned keeps the place."""
        return max(0, self.inspection.team_size - self.taken)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open assignment that wants an act of a scheduler."""

    id: int
    ends_on: date
    ref: str
    starts_on: date


def _wants(need: Work, today: date, actor: Actor) -> list[ColumnElement[bool]]:
    """Return the conditions under which an assignment wants an act; a scheduler's own are left to others."""
    clear, lasts = Assignment.in_the_way == Verdict.CLEAR, Inspection.ends_on >= today
    own = actor.inspector_id if actor.inspector_id is not None else NOBODY
    others = Assignment.inspector_id != own
    # Nobody can be confirmed for a place of a team that is full.
    is_surplus = and_(Assignment.role.in_(IN_THE_TEAM), Inspection.held >= Inspection.team_size)
    match need:
        case Work.QUESTIONED:
            # Nobody is confirmed anew for an inspection that has ended: once decided on, it wants nothing more.
            return [others, Assignment.state == State.QUESTIONED, or_(~clear, lasts)]
        case Work.READY:
            return [others, Assignment.state == State.PROPOSED, lasts, clear, ~is_surplus]
        case Work.SURPLUS:
            return [others, Assignment.state == State.PROPOSED, lasts, clear, is_surplus]
        case Work.WAITING:
            return [others, Assignment.state == State.PROPOSED, lasts, ~clear]
        case Work.LEAVING:
            return _leaving(today, own)


def _leaving(today: date, own: int) -> list[ColumnElement[bool]]:
    """Return the conditions under which somebody else is on a team and leaves before the inspection is over."""
    leaves = select(Inspector.id).where(
        Inspector.id == Assignment.inspector_id, Inspector.left_on <= Inspection.ends_on
    )
    return [Assignment.state.in_(OPEN), Assignment.inspector_id != own, Inspection.ends_on >= today, leaves.exists()]


def _number_leaving(today: date, own: int) -> ColumnElement[int]:
    """Return the column of how many leave so: asked from those who leave at all, who are few."""
    leavers = select(Inspector.id).where(Inspector.left_on.is_not(None))
    query = select(func.count()).select_from(Assignment).join(Assignment.inspection)
    of_these = Assignment.inspector_id.in_(leavers)
    return query.where(of_these, *_leaving(today, own)).correlate(None).scalar_subquery()


def work_numbers(session: Session, today: date, actor: Actor) -> dict[Work, int]:
    """Return how many open assignments want each kind of act."""
    own = actor.inspector_id if actor.inspector_id is not None else NOBODY

    def column(need: Work) -> ColumnElement[int]:
        if need is Work.LEAVING:
            return _number_leaving(today, own)
        return func.sum(case((and_(*_wants(need, today, actor)), 1), else_=0))

    def counted() -> dict[Work, int]:
        waits = Assignment.state.in_((State.PROPOSED, State.QUESTIONED))
        query = select(*map(column, Work)).select_from(Assignment).join(Assignment.inspection).where(waits)
        return dict(zip(Work, map(int, (each or 0 for each in session.execute(query).one())), strict=True))

    return kept(session, ("work", today, actor.inspector_id), counted)


def work(session: Session, need: Work, today: date, actor: Actor, *, start: int, size: int) -> list[Waiting]:
    """Return a page of the open assignments that want one kind of act, the soonest inspection first."""
    query = (
        select(Assignment.id, Inspection.ends_on, Assignment.ref, Inspection.starts_on)
        .join(Assignment.inspection)
        .where(*_wants(need, today, actor))
        .order_by(Inspection.starts_on, Assignment.proposed_at, Assignment.id)
    )
    return [Waiting(*row) for row in session.execute(query.offset(start).limit(size))]


def _listed(*where: ColumnElement[bool]) -> Select[Inspection, str, str, int, int]:
    return (
        select(
            Inspection,
            func.coalesce(ProviderRow.name, Inspection.provider),
            func.coalesce(ProviderRow.town, ""),
            Inspection.held,
            Inspection.confirmable + Inspection.stopped,
        )
        .outerjoin(ProviderRow, ProviderRow.ref == Inspection.provider)
        .where(*where)
    )


def number_to_fill(session: Session, today: date) -> int:
    """Return how many inspections that begin within two weeks have places open."""

    def counted() -> int:
        return session.scalar(select(func.count()).select_from(Inspection).where(*_to_fill(today))) or 0

    return kept(session, ("to fill", today), counted)


def to_fill(session: Session, today: date, *, start: int, size: int) -> list[Listed]:
    """Return a page of the inspections that begin within two weeks and have places open, the soonest first."""
    query = _listed(*_to_fill(today)).order_by(Inspection.starts_on, Inspection.reference)
    return [Listed(*row) for row in session.execute(query.offset(start).limit(size))]


def _to_fill(today: date) -> tuple[ColumnElement[bool], ...]:
    soon, is_open = Inspection.starts_on.between(today, today + SOON), Inspection.held < Inspection.team_size
    return soon, is_open, Inspection.called_off_at.is_(None)


def freed(session: Session, inspections: Collection[int], actor: Actor) -> dict[int, list[Inspector]]:
    """Return whom a decision released from these inspections, by inspection."""
    found: dict[int, list[Inspector]] = {}
    if not inspections:
        return found
    upheld = select(Decision.id).where(Decision.assignment_id == Assignment.id, Decision.outcome == str(Ruling.UPHOLD))
    query = (
        select(Assignment)
        .where(Assignment.inspection_id.in_(inspections), Assignment.state == State.RELEASED, upheld.exists())
        .where(Assignment.inspector_id != (actor.inspector_id if actor.inspector_id is not None else -1))
        .options(joinedload(Assignment.inspector))
        .order_by(Assignment.id)
    )
    for row in session.scalars(query):
        found.setdefault(row.inspection_id, []).append(row.inspector)
    return found


def by_reference(session: Session, reference: str) -> Listed | None:
    """Return an inspection by its reference, or None."""
    row = session.execute(_listed(Inspection.reference == reference)).one_or_none()
    return Listed(*row) if row else None


def team(session: Session, inspection_id: int) -> list[Assignment]:
    """Return everybody who is, or was, proposed for an inspection, with the inspector, in the order of proposal."""
    return list(
        session.scalars(
            select(Assignment)
            .where(Assignment.inspection_id == inspection_id)
            .options(joinedload(Assignment.inspector))
            .order_by(Assignment.id)
        )
    )


def shut_out(session: Session, inspectors: Collection[int]) -> set[int]:
    """Return which of these inspectors have an account that is closed: they can neither declare nor confirm."""
    closed = select(Account.inspector_id).where(Account.inspector_id.in_(inspectors), Account.disabled_at.is_not(None))
    return {each for each in session.scalars(closed) if each is not None}


def provider(session: Session, ref: str) -> ProviderRow | None:
    """Return a provider as its register has it, or None where no imported register does."""
    return session.scalars(select(ProviderRow).where(ProviderRow.ref == ref)).one_or_none()


def provider_names(session: Session, refs: Collection[str]) -> dict[str, str]:
    """Return the providers' names, the reference itself for one on no imported register."""
    wanted = sorted(set(refs))
    names = {ref: ref for ref in wanted}
    if wanted:
        rows = session.execute(select(ProviderRow.ref, ProviderRow.name).where(ProviderRow.ref.in_(wanted)))
        names.update((ref, name) for ref, name in rows)
    return names


def inspectors(session: Session, text: str, today: date, *, limit: int) -> list[Inspector]:
    """Return inspectors who have not left, by a part of the name or the staff number; all words must be found."""
    query = select(Inspector).where(is_here(today))
    for word in text.split():
        query = query.where(
            or_(Inspector.name.icontains(word, autoescape=True), Inspector.staff_no.icontains(word, autoescape=True))
        )
    return list(session.scalars(query.order_by(Inspector.name, Inspector.staff_no).limit(limit)))
