"""Linking organisations that are on no register with providers and groups: a reviewer's judgement."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission, Subject
from tracker.domain.errors import NotFoundError, RefusedError
from tracker.domain.facts import GROUPS, ORGANISATION, World, folded
from tracker.domain.keys import index
from tracker.domain.plain import world_to_json
from tracker.models import (
    Area,
    AreaOf,
    ConnectionKey,
    ConnectionRow,
    InForce,
    OrganisationLinkRow,
    ProviderKey,
)
from tracker.queries import declarations, registers
from tracker.queries.surroundings import surroundings
from tracker.services.checks import Changed, recheck_inspectors
from tracker.services.history import recording
from tracker.services.permit import permit
from tracker.services.standing import connection_keys


@dataclass(frozen=True, slots=True)
class LinkOrganisation:
    """Say whether an organisation belongs with a provider or a group, for a reason."""

    organisation: str
    target: str
    is_linked: bool
    reasons: str


def link(session: Session, actor: Actor, command: LinkOrganisation, *, at: datetime) -> list[Changed]:
    """Link an organisation with a provider or a group, or take a link back; check again whoever declared it.

    Nobody judges an organisation of his or her own declaration. The latest word on each target counts.
    """
    with recording(session, actor, at) as history:
        organisation = folded(command.organisation)
        holders = _holders(session, organisation)
        mine = next((each for each in holders.values() if each == actor.inspector_id), None)
        permit(actor, Permission.LINK_ORGANISATIONS, Subject(inspector_id=mine))
        _refuse_bad(session, command, organisation, holders)
        reasons = history.keep(command.reasons.strip())
        row = OrganisationLinkRow(
            organisation=organisation,
            target=command.target,
            is_linked=command.is_linked,
            made_at=at,
            made_by=actor.ref,
            reasons_id=reasons.id,
        )
        session.add(row)
        session.flush()
        history.append(
            "organisation:linked" if command.is_linked else "organisation:unlinked",
            (_subject(command.target),),
            {"linked": command.target},
            {"reasons": reasons, "organisation": history.keep(organisation)},
        )
        _refresh(session, organisation, holders)
        return recheck_inspectors(session, actor, sorted(set(holders.values())), cause="organisation", at=at)


def _subject(target: str) -> str:
    return f"{'group' if target.startswith(GROUPS) else 'provider'}:{target}"


def _holders(session: Session, organisation: str) -> dict[int, int]:
    """Return the declarations in force that name an organisation, each with its inspector, by number."""
    rows = session.execute(
        select(InForce.declaration_id, InForce.inspector_id)
        .join(ConnectionRow, ConnectionRow.declaration_id == InForce.declaration_id)
        .where(ConnectionRow.target == organisation)
        .distinct()
    )
    return {row.declaration_id: row.inspector_id for row in rows}


def _refuse_bad(session: Session, command: LinkOrganisation, organisation: str, holders: dict[int, int]) -> None:
    known = registers.organisation_links(session, organisation)
    if not organisation.startswith(ORGANISATION) or not (holders or known):
        message = "There is no such organisation."
        raise NotFoundError(message)
    if command.target.startswith((ORGANISATION, "la:")) or not declarations.target_names(session, {command.target}):
        message = "Choose a provider or a group out of a register: find it by its name or number"
        raise RefusedError(message, field="target")
    is_linked = any(each.target == command.target for each in known)
    if is_linked == command.is_linked:
        message = "It is linked with that already" if is_linked else "It is not linked with that"
        raise RefusedError(message, field="target")
    if not command.reasons.strip():
        message = "Give the reasons for this link"
        raise RefusedError(message, field="reasons")


def _refresh(session: Session, organisation: str, holders: dict[int, int]) -> None:
    """Bring the rebuildable rows of one organisation up to date: its area, its keys, those of its connections."""
    links = registers.organisation_links(session, organisation)
    around = surroundings(session, places=[each.target for each in links]).areas
    groups = World()
    for each in links:
        if each.target.startswith(GROUPS) and each.target in around:
            groups = groups.with_all(World(groups=around[each.target].groups))
    found = index(World(groups=groups.groups, organisation_links=links))
    key = f"line:{organisation}"
    session.execute(delete(Area).where(Area.key == key))
    session.execute(delete(AreaOf).where(AreaOf.ref == organisation))
    session.execute(
        delete(ProviderKey).where(or_(ProviderKey.key == organisation, ProviderKey.provider == organisation))
    )
    if links:
        session.execute(insert(Area), [{"key": key, "world": world_to_json(found.areas[key])}])
        session.execute(insert(AreaOf), [{"ref": organisation, "area": key}])
        rows = {(ref, kept) for ref in (organisation, *(x.target for x in links)) for kept in found.keys.get(ref, ())}
        wanted = {(ref, kept) for ref, kept in rows if organisation in (ref, kept)}
        session.execute(insert(ProviderKey), [{"provider": ref, "key": kept} for ref, kept in sorted(wanted)])
    if holders:
        session.execute(delete(ConnectionKey).where(ConnectionKey.inspector_id.in_(sorted(set(holders.values())))))
        keys = connection_keys(session, holders)
        if keys:
            session.execute(insert(ConnectionKey), keys)
