"""Repeat exposure: who inspected one group's providers again and again, and how large a share of its inspections."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, Subquery, func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.lifecycle import HELD, IN_THE_TEAM, LEAD
from tracker.models import Assignment, GroupRow, Inspection, Inspector, MembershipRow, ProviderRow

FEWEST = 2
_TOOK_PART = (Assignment.state.in_(HELD), Assignment.role.in_(IN_THE_TEAM))


@dataclass(frozen=True, slots=True)
class Exposure:
    """An inspector and a group: how many of its inspections in the period, how many as lead, and of how many in all."""

    inspector: str
    staff_no: str
    group: str
    group_ref: str
    number: int
    led: int
    of: int

    @property
    def share(self) -> float:
        """The part of the group's inspections in which the inspector took part, from 0 to 1."""
        return self.number / self.of


def exposures(session: Session, first: date, last: date) -> list[Exposure]:
    """Return who took part in two or more inspections of one group's providers in a period, the largest share first.

    A provider counts to the groups that it was in on the first day of the inspection.
    """
    # A sponsor that bears the name of a trust is one body with it: of such twins the one with the larger part is told.
    found: dict[tuple[str, str], Exposure] = {}
    for each in sorted((Exposure(*row) for row in session.execute(_query(first, last))), key=lambda each: each.group):
        key = each.staff_no, " ".join(each.group.casefold().split())
        if key not in found or each.number >= found[key].number:
            found[key] = each
    return sorted(found.values(), key=lambda each: (-each.share, -each.number, each.group, each.staff_no))


@dataclass(frozen=True, slots=True)
class Part:
    """One inspection of a group's provider: whether the inspector took part, and as what."""

    inspection: Inspection
    provider: str
    assignment: str | None
    role: str | None


def parts(session: Session, staff_no: str, group_ref: str, first: date, last: date) -> list[Part]:
    """Return the inspections that an exposure is a share of, the latest first, each with the inspector's own part."""
    of = _of_groups(first, last)
    staffed = select(Assignment.id).where(Assignment.inspection_id == Inspection.id, *_TOOK_PART).exists()
    own = (
        select(Assignment.inspection_id, Assignment.ref, Assignment.role)
        .join(Inspector, Inspector.id == Assignment.inspector_id)
        .where(Inspector.staff_no == staff_no, *_TOOK_PART)
        .subquery()
    )
    rows = session.execute(
        select(Inspection, func.coalesce(ProviderRow.name, Inspection.provider), own.c.ref, own.c.role)
        .join(of, of.c.inspection_id == Inspection.id)
        .outerjoin(own, own.c.inspection_id == Inspection.id)
        .outerjoin(ProviderRow, ProviderRow.ref == Inspection.provider)
        .where(of.c.group_ref == group_ref, staffed)
        .order_by(Inspection.starts_on.desc(), Inspection.id.desc())
    )
    return [Part(*row) for row in rows]


def _of_groups(first: date, last: date) -> Subquery:
    """Return the inspections of a period with the groups that their providers were in when they began."""
    begun = or_(MembershipRow.joined_on.is_(None), MembershipRow.joined_on <= Inspection.starts_on)
    not_left = or_(MembershipRow.left_on.is_(None), MembershipRow.left_on >= Inspection.starts_on)
    return (
        select(MembershipRow.group_ref.label("group_ref"), Inspection.id.label("inspection_id"))
        .join(Inspection, Inspection.provider == MembershipRow.provider_ref)
        .where(Inspection.starts_on.between(first, last), begun, not_left)
        .distinct()
        .subquery()
    )


def _query(first: date, last: date) -> Select[str, str, str, str, int, int, int]:
    of = _of_groups(first, last)
    number = func.count(func.distinct(of.c.inspection_id))
    staffed = (
        select(of.c.group_ref, number.label("number"))
        .join(Assignment, Assignment.inspection_id == of.c.inspection_id)
        .where(*_TOOK_PART)
        .group_by(of.c.group_ref)
        .subquery()
    )
    name = func.coalesce(GroupRow.name, of.c.group_ref)
    led = number.filter(Assignment.role == LEAD)
    return (
        select(Inspector.name, Inspector.staff_no, name, of.c.group_ref, number, led, staffed.c.number)
        .select_from(of)
        .join(Assignment, Assignment.inspection_id == of.c.inspection_id)
        .join(Inspector, Inspector.id == Assignment.inspector_id)
        .join(staffed, staffed.c.group_ref == of.c.group_ref)
        .outerjoin(GroupRow, GroupRow.ref == of.c.group_ref)
        .where(*_TOOK_PART)
        .group_by(Inspector.id, Inspector.name, Inspector.staff_no, GroupRow.name, of.c.group_ref, staffed.c.number)
        .having(number >= FEWEST)
    )
