"""The world as the registers and the reviewers have it: the whole of it, or the part around some of it."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.facts import Group, Link, Membership, OrganisationLink, Provider, World
from tracker.domain.groups import SPONSOR, TRUSTS
from tracker.domain.keys import joined
from tracker.models import (
    Base,
    ConnectionRow,
    GroupRow,
    InForce,
    LinkRow,
    MembershipRow,
    OrganisationLinkRow,
    ProviderRow,
)


def whole(session: Session) -> World:
    """Return all that the registers say: every provider and group ever listed, and the links that still are."""
    return World(providers(session), links(session), groups(session), memberships(session), organisation_links(session))


def organisation_links(session: Session, organisation: str | None = None) -> tuple[OrganisationLink, ...]:
    """Return what organisations (or this one) are linked to, by the latest word of a reviewer on each."""
    latest = select(func.max(OrganisationLinkRow.id)).group_by(
        OrganisationLinkRow.organisation, OrganisationLinkRow.target
    )
    query = select(OrganisationLinkRow.organisation, OrganisationLinkRow.target).where(
        OrganisationLinkRow.id.in_(latest), OrganisationLinkRow.is_linked
    )
    if organisation is not None:
        query = query.where(OrganisationLinkRow.organisation == organisation)
    rows = session.execute(query.order_by(OrganisationLinkRow.organisation, OrganisationLinkRow.target))
    return tuple(OrganisationLink(*row) for row in rows)


# Whole registers are read as plain columns, which takes half the time that mapped ones do. A part is asked for by its
# references; from so many on, it is quicker to read all and leave the others out.
MANY = 2_000


def _columns(
    session: Session, model: type[Base], names: Sequence[str], where: Sequence[ColumnElement[bool]]
) -> Iterable[Sequence[Any]]:
    columns = model.__table__.columns
    return session.execute(select(*(columns[name] for name in names)).where(*where))


def _asked(column: ColumnElement[str], refs: Collection[str] | None) -> list[ColumnElement[bool]]:
    return [column.in_(sorted(refs))] if refs is not None and len(refs) <= MANY else []


def providers(session: Session, refs: Collection[str] | None = None) -> tuple[Provider, ...]:
    """Return the providers of these references, or all."""
    names = ("ref", "name", "status", "closed_on", "authority", "type_group", "phase", "easting", "northing")
    rows = _columns(session, ProviderRow, names, _asked(ProviderRow.ref.expression, refs))
    return tuple(Provider(*row) for row in rows if refs is None or row[0] in refs)


def links(session: Session, refs: Collection[str] | None = None) -> tuple[Link, ...]:
    """Return the links that are still listed, of which either end is one of these references; or all."""
    ends = [_asked(column.expression, refs) for column in (LinkRow.of_ref, LinkRow.to_ref)]
    where = [or_(*ends[0], *ends[1])] if ends[0] else []
    rows = _columns(session, LinkRow, ("of_ref", "to_ref", "kind"), [LinkRow.gone_at.is_(None), *where])
    return tuple(Link(*row) for row in rows if refs is None or row[0] in refs or row[1] in refs)


def groups(session: Session, refs: Collection[str] | None = None) -> tuple[Group, ...]:
    """Return the groups of these references, or all."""
    names = ("ref", "name", "kind", "status", "closed_on")
    rows = _columns(session, GroupRow, names, _asked(GroupRow.ref.expression, refs))
    return tuple(Group(*row) for row in rows if refs is None or row[0] in refs)


def twins(session: Session) -> tuple[Group, ...]:
    """Return the groups of those kinds that can be one body with another."""
    kinds = func.lower(GroupRow.kind).in_((SPONSOR, *TRUSTS))
    rows = _columns(session, GroupRow, ("ref", "name", "kind", "status", "closed_on"), [kinds])
    return tuple(Group(*row) for row in rows)


_MEMBERSHIP = ("provider_ref", "group_ref", "joined_on", "left_on")


def memberships(session: Session, refs: Collection[str] | None = None) -> tuple[Membership, ...]:
    """Return the memberships of these providers, or all."""
    rows = _columns(session, MembershipRow, _MEMBERSHIP, _asked(MembershipRow.provider_ref.expression, refs))
    return tuple(Membership(*row) for row in rows if refs is None or row[0] in refs)


def members(session: Session, refs: Collection[str]) -> set[str]:
    """Return the providers that are or were in one of these groups."""
    rows = _columns(session, MembershipRow, _MEMBERSHIP[:2], _asked(MembershipRow.group_ref.expression, refs))
    return {row[0] for row in rows if row[1] in refs}


def connected(session: Session, refs: Collection[str]) -> dict[int, int]:
    """Return the declarations in force that name one of these as a target, each with its inspector, by number."""
    rows = session.execute(
        select(InForce.declaration_id, InForce.inspector_id, ConnectionRow.target)
        .join(ConnectionRow, ConnectionRow.declaration_id == InForce.declaration_id)
        .where(*_asked(ConnectionRow.target.expression, refs))
    )
    return {row.declaration_id: row.inspector_id for row in rows if row.target in refs}


def joined_to(session: Session, refs: Collection[str]) -> tuple[Link, ...]:
    """Return all links that join anything, over any number of hops, to one of these."""
    found: dict[Link, None] = {}
    seen: set[str] = set()
    edge = set(refs)
    if len(edge) > MANY:
        return _joined(links(session), edge)
    while edge and len(edge) <= MANY:
        seen |= edge
        here = links(session, edge)
        found.update(dict.fromkeys(here))
        edge = {end for link in here for end in (link.of, link.to)} - seen
    return _joined(links(session), seen) if edge else tuple(found)


def _joined(every: Sequence[Link], refs: Collection[str]) -> tuple[Link, ...]:
    low = joined(every)
    wanted = {low[ref] for ref in refs if ref in low}
    return tuple(link for link in every if low[link.of] in wanted)
