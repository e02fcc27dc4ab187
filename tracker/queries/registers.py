"""Questions about the registers: the world as they have it, and the imports that made it so."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.facts import Group, Link, Membership, OrganisationLink, Provider, World
from tracker.domain.register import Kind, Rejected
from tracker.models import GroupRow, LinkRow, MembershipRow, OrganisationLinkRow, ProviderRow, RegisterImport


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """An open assignment whose verdict an import changed."""

    assignment: str
    before: str
    now: str
    questioned: bool


@dataclass(frozen=True, slots=True)
class Imported:
    """One import of one file, with all that it found. `extract_on` is None where the file's name bears no day."""

    ref: str
    kind: Kind
    file_name: str
    file_digest: str
    extract_on: date | None
    imported_at: datetime
    imported_by: str
    rows: int
    added: int
    changed: int
    gone: int
    rejected: int
    notes: tuple[str, ...]
    rejects: tuple[Rejected, ...]
    verdicts: tuple[VerdictChange, ...]


def imports(session: Session, *, limit: int = 50) -> list[Imported]:
    """Return the latest imports, the newest first."""
    rows = session.scalars(select(RegisterImport).order_by(RegisterImport.id.desc()).limit(limit))
    return [_imported(row) for row in rows]


def import_by_ref(session: Session, ref: str) -> Imported | None:
    """Return one import, or None."""
    row = session.scalars(select(RegisterImport).where(RegisterImport.ref == ref)).one_or_none()
    return _imported(row) if row else None


def latest_imports(session: Session) -> dict[Kind, Imported]:
    """Return the latest import of each kind that was ever imported."""
    latest = select(func.max(RegisterImport.id)).group_by(RegisterImport.kind)
    rows = session.scalars(select(RegisterImport).where(RegisterImport.id.in_(latest)).order_by(RegisterImport.kind))
    return {each.kind: each for each in map(_imported, rows)}


def _imported(row: RegisterImport) -> Imported:
    details = json.loads(row.details)
    return Imported(
        ref=row.ref,
        kind=Kind(row.kind),
        file_name=row.file_name,
        file_digest=row.file_digest,
        extract_on=row.extract_on,
        imported_at=row.imported_at,
        imported_by=row.imported_by,
        rows=row.rows,
        added=row.added,
        changed=row.changed,
        gone=row.gone,
        rejected=row.rejected,
        notes=tuple(details["notes"]),
        rejects=tuple(Rejected(**each) for each in details["rejected"]),
        verdicts=tuple(VerdictChange(**each) for each in details["verdicts"]),
    )


def world(session: Session) -> World:
    """Return all that the registers say: every provider and group ever listed, and the links that still are."""
    return World(
        _providers(session), _links(session), _groups(session), _memberships(session), organisation_links(session)
    )


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


# The whole registers are read as plain columns, which takes half the time that mapped ones do.
def _providers(session: Session) -> tuple[Provider, ...]:
    names = ("ref", "name", "status", "closed_on", "authority", "type_group", "phase", "easting", "northing")
    columns = ProviderRow.__table__.columns
    return tuple(Provider(*row) for row in session.execute(select(*(columns[name] for name in names))))


def _links(session: Session) -> tuple[Link, ...]:
    columns = LinkRow.__table__.columns
    listed = select(columns.of_ref, columns.to_ref, columns.kind).where(columns.gone_at.is_(None))
    return tuple(Link(*row) for row in session.execute(listed))


def _groups(session: Session) -> tuple[Group, ...]:
    names = ("ref", "name", "kind", "status", "closed_on")
    columns = GroupRow.__table__.columns
    return tuple(Group(*row) for row in session.execute(select(*(columns[name] for name in names))))


def _memberships(session: Session) -> tuple[Membership, ...]:
    names = ("provider_ref", "group_ref", "joined_on", "left_on")
    columns = MembershipRow.__table__.columns
    return tuple(Membership(*row) for row in session.execute(select(*(columns[name] for name in names))))
