"""Questions about inspections: which are coming, which have places open, and who is to do them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.access import Actor
from tracker.domain.lifecycle import IN_THE_TEAM, Ruling, State
from tracker.models import Assignment, Decision, Inspection, Inspector, ProviderRow
from tracker.queries.decisions import Pending, pending
from tracker.queries.policies import PoliciesInForce

SOON = timedelta(days=14)
WEEK = timedelta(days=7)


class Work(StrEnum):
    """Why an assignment stands on a scheduler's list."""

    QUESTIONED = "questioned"
    READY = "ready"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Listed:
    """An inspection as a list shows it: its provider's name and town, and how many places are taken and proposed."""

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
class Wanted:
    """Which inspections a list is to show: weeks by their Mondays, both included; all words must be found."""

    today: date
    from_week: date | None = None
    to_week: date | None = None
    only_open: bool = False
    text: str = ""


def work(session: Session, book: PoliciesInForce, today: date, actor: Actor) -> dict[Work, list[Pending]]:
    """Return the open assignments that want an act, by why; a scheduler's own are left to others."""
    lists: dict[Work, list[Pending]] = {each: [] for each in Work}
    for each in pending(session, book, today, Assignment.state != State.CONFIRMED):
        if actor.inspector_id is not None and each.inspector_id == actor.inspector_id:
            continue
        if each.state is State.QUESTIONED:
            # Nobody is confirmed anew for an inspection that has ended: once decided on, it wants nothing more.
            if each.uncovered or each.ends_on >= today:
                lists[Work.QUESTIONED].append(each)
        else:
            lists[Work.WAITING if each.uncovered else Work.READY].append(each)
    return lists


def _counts() -> Select[int, int, int]:
    def number(*states: State) -> ColumnElement[int]:
        return func.sum(case((Assignment.state.in_(states), 1), else_=0))

    return (
        select(
            Assignment.inspection_id,
            number(State.CONFIRMED, State.QUESTIONED).label("taken"),
            number(State.PROPOSED).label("proposed"),
        )
        .where(Assignment.role.in_(IN_THE_TEAM))
        .group_by(Assignment.inspection_id)
    )


def _listed(*where: ColumnElement[bool], only_open: bool = False) -> Select[Inspection, str, str, int, int]:
    counts = _counts().subquery()
    taken = func.coalesce(counts.c.taken, 0)
    query = (
        select(
            Inspection,
            func.coalesce(ProviderRow.name, Inspection.provider),
            func.coalesce(ProviderRow.town, ""),
            taken,
            func.coalesce(counts.c.proposed, 0),
        )
        .outerjoin(ProviderRow, ProviderRow.ref == Inspection.provider)
        .outerjoin(counts, counts.c.inspection_id == Inspection.id)
        .where(*where)
    )
    return query.where(taken < Inspection.team_size) if only_open else query


def listed(session: Session, wanted: Wanted, *, start: int, size: int) -> tuple[int, list[Listed]]:
    """Return how many inspections are wanted, and a page of them, the soonest first."""
    query = _listed(*_conditions(wanted), only_open=wanted.only_open)
    return _page(session, query, start=start, size=size)


def to_fill(session: Session, today: date, *, start: int, size: int) -> tuple[int, list[Listed]]:
    """Return how many inspections that begin within two weeks have places open, and a page of them."""
    soon = Inspection.starts_on.between(today, today + SOON)
    return _page(session, _listed(soon, only_open=True), start=start, size=size)


def _page(
    session: Session, query: Select[Inspection, str, str, int, int], *, start: int, size: int
) -> tuple[int, list[Listed]]:
    number = session.scalar(select(func.count()).select_from(query.with_only_columns(Inspection.id).subquery()))
    rows = session.execute(query.order_by(Inspection.starts_on, Inspection.reference).offset(start).limit(size))
    return number or 0, [Listed(*row) for row in rows]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.from_week:
        conditions.append(Inspection.ends_on >= wanted.from_week)
    else:
        conditions.append(Inspection.ends_on >= wanted.today)
    if wanted.to_week:
        conditions.append(Inspection.starts_on < wanted.to_week + WEEK)
    for word in wanted.text.split():
        columns = (
            Inspection.reference,
            Inspection.provider,
            Inspection.framework,
            ProviderRow.name,
            ProviderRow.town,
            ProviderRow.postcode,
        )
        conditions.append(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return conditions


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
    query = select(Inspector).where(or_(Inspector.left_on.is_(None), Inspector.left_on > today))
    for word in text.split():
        query = query.where(
            or_(Inspector.name.icontains(word, autoescape=True), Inspector.staff_no.icontains(word, autoescape=True))
        )
    return list(session.scalars(query.order_by(Inspector.name, Inspector.staff_no).limit(limit)))
