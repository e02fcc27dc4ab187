"""What allocating asks of the whole: who there is, which places are open, and who has what already."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.facts import GROUPS
from tracker.domain.fitting import Person, Place, Stay
from tracker.domain.keys import holds_of
from tracker.domain.lifecycle import HELD, IN_THE_TEAM, LEAD, OPEN
from tracker.domain.succession import Lines
from tracker.models import Assignment, Inspection, Inspector
from tracker.queries.leavings import is_here
from tracker.queries.parts import in_parts
from tracker.queries.surroundings import worlds_of


@dataclass(frozen=True, slots=True)
class Opening:
    """An inspection that may want people: how many it wants, and how many of its places somebody has already."""

    number: int
    reference: str
    provider: str
    starts_on: date
    ends_on: date
    size: int
    remit: str
    leads: int
    taken: int

    @property
    def lead_open(self) -> int:
        """Whether the lead's place is open, as a number."""
        return int(self.leads == 0 and self.taken < self.size)

    @property
    def team_open(self) -> int:
        """How many places are open besides; one is kept for the lead."""
        return max(0, self.size - self.taken - self.lead_open)


@dataclass(frozen=True, slots=True)
class Kin:
    """A provider with what counts as the same: its line, its groups with their days (ordinals), and where it is."""

    line: frozenset[str]
    groups: tuple[tuple[str, int, int], ...]
    place: Place | None

    def groups_on(self, day: date) -> frozenset[str]:
        """Return the groups that it is in on a day."""
        on = day.toordinal()
        return frozenset(body for body, first, last in self.groups if first <= on <= last)


@dataclass(frozen=True, slots=True)
class Had:
    """An inspection that somebody has, with the numbers of both."""

    inspector: int
    inspection: int
    stay: Stay


def people(session: Session, on: date, only: Collection[str] | None = None) -> list[Person]:
    """Return the inspectors who have not left by a day (those of these staff numbers, or all), by their numbers."""
    query = select(
        Inspector.id,
        Inspector.staff_no,
        Inspector.title,
        Inspector.engagement,
        Inspector.remits,
        Inspector.easting,
        Inspector.northing,
        Inspector.left_on,
    ).where(is_here(on))
    if only is not None:
        query = query.where(Inspector.staff_no.in_(only))
    return [
        Person(*row[:5], None if row.easting is None or row.northing is None else (row.easting, row.northing), row[7])
        for row in session.execute(query.order_by(Inspector.id))
    ]


def all_names(session: Session) -> dict[str, str]:
    """Return everybody's name by staff number."""
    return {row[0]: row[1] for row in session.execute(select(Inspector.staff_no, Inspector.name))}


def openings(
    session: Session, *, first: date | None = None, last: date | None = None, only: Collection[str] | None = None
) -> list[Opening]:
    """Return the inspections that begin in a period, or those of these references, the soonest first.

    What was called off wants nobody.
    """
    where: list[ColumnElement[bool]] = [Inspection.called_off_at.is_(None)]
    if first is not None and last is not None:
        where.append(Inspection.starts_on.between(first, last))
    if only is not None:
        where.append(Inspection.reference.in_(only))
    counts = (
        select(
            Assignment.inspection_id,
            func.sum(case((Assignment.role == LEAD, 1), else_=0)).label("leads"),
            func.count().label("taken"),
        )
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(Assignment.role.in_(IN_THE_TEAM), Assignment.state.in_(OPEN), *where)
        .group_by(Assignment.inspection_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Inspection.id,
            Inspection.reference,
            Inspection.provider,
            Inspection.starts_on,
            Inspection.ends_on,
            Inspection.team_size,
            Inspection.remit,
            func.coalesce(counts.c.leads, 0),
            func.coalesce(counts.c.taken, 0),
        )
        .outerjoin(counts, counts.c.inspection_id == Inspection.id)
        .where(*where)
        .order_by(Inspection.starts_on, Inspection.reference)
    )
    return [Opening(*row) for row in rows]


def has(
    session: Session,
    today: date,
    since: date,
    *,
    only: Collection[int] | None = None,
    kin: dict[str, Kin] | None = None,
) -> list[Had]:
    """Return what inspectors (of these numbers, or all) have that ends on a day or later, and counts.

    A proposal for an inspection that is over came to nothing.
    """
    columns = (Inspection.reference, Inspection.provider, Inspection.starts_on, Inspection.ends_on, Assignment.role)
    query = (
        select(Assignment.inspector_id, Assignment.inspection_id, *columns)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(Inspection.ends_on >= since, Assignment.state.in_(OPEN))
        .where(or_(Assignment.state.in_(HELD), Inspection.ends_on >= today))
        .order_by(Assignment.id)
    )
    if only is not None:
        query = query.where(Assignment.inspector_id.in_(only))
    rows = session.execute(query).all()
    of = kin_of(session, (row.provider for row in rows), kin)
    return [
        Had(
            row.inspector_id,
            row.inspection_id,
            Stay(*row[2:], of[row.provider].line, of[row.provider].groups_on(row.starts_on)),
        )
        for row in rows
    ]


def teams(session: Session, inspections: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """Return the staff numbers and roles of everybody in these inspections."""
    found: dict[int, list[tuple[str, str]]] = {each: [] for each in inspections}
    query = (
        select(Assignment.inspection_id, Inspector.staff_no, Assignment.role)
        .join(Inspector, Inspector.id == Assignment.inspector_id)
        .where(Assignment.state.in_(OPEN))
        .order_by(Assignment.id)
    )
    for some in in_parts(inspections):
        for number, staff_no, role in session.execute(query.where(Assignment.inspection_id.in_(some))):
            found[number].append((staff_no, role))
    return found


def kin_of(session: Session, refs: Iterable[str], known: dict[str, Kin] | None = None) -> Mapping[str, Kin]:
    """Return what counts as the same as each of these providers; what is known is not asked again."""
    kept = {} if known is None else known
    missing = sorted({*refs} - kept.keys())
    for ref, world in zip(missing, worlds_of(session, missing), strict=True):
        line = world.made(Lines).line(ref) if world.links else (ref,)
        held = holds_of(world, ref) if world.memberships else {}
        groups = tuple(
            (key, each.first, each.last) for key, holds in held.items() if key.startswith(GROUPS) for each in holds
        )
        provider = world.by_ref.get(ref)
        kept[ref] = Kin(frozenset(line), groups, provider.location if provider else None)
    return kept


def looked_back(first: date, years: int) -> date:
    """Return a day so many years before another; a leap day's are counted from the day before."""
    day = first if (first.month, first.day) != (2, 29) else first - timedelta(days=1)
    return day.replace(year=day.year - years)
