"""Linking organisations that are on no register with providers and groups: a reviewer's judgement."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission, Subject
from tracker.domain.errors import NotFoundError, RefusedError
from tracker.domain.facts import GROUPS, ORGANISATION, folded
from tracker.models import ConnectionRow, InForce, Inspector, OrganisationLinkRow
from tracker.queries import declarations
from tracker.queries import world as worlds
from tracker.queries.organisations import NOTHING
from tracker.services.checks import Changed, recheck_inspectors
from tracker.services.history import recording
from tracker.services.keys import refresh_keys
from tracker.services.permit import permit


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
        refresh_keys(session, {organisation})
        return recheck_inspectors(session, actor, sorted(set(holders.values())), cause="organisation", at=at)


@dataclass(frozen=True, slots=True)
class SetApart:
    """Say that an organisation belongs with no provider and no group, for a reason."""

    organisation: str
    reasons: str


def set_apart(session: Session, actor: Actor, command: SetApart, *, at: datetime) -> None:
    """Keep a reviewer's word that an organisation belongs with nothing; a later link still counts."""
    with recording(session, actor, at) as history:
        organisation = folded(command.organisation)
        holders = _holders(session, organisation)
        mine = next((each for each in holders.values() if each == actor.inspector_id), None)
        permit(actor, Permission.LINK_ORGANISATIONS, Subject(inspector_id=mine))
        if not holders or worlds.organisation_links(session, organisation):
            message = (
                "Nobody declares this organisation any more, or it is linked with something: take that back first."
            )
            raise RefusedError(message)
        if not command.reasons.strip():
            message = "Give the reasons for this"
            raise RefusedError(message, field="reasons")
        reasons = history.keep(command.reasons.strip())
        session.add(
            OrganisationLinkRow(
                organisation=organisation,
                target=NOTHING,
                is_linked=False,
                made_at=at,
                made_by=actor.ref,
                reasons_id=reasons.id,
            )
        )
        session.flush()
        staff = session.scalars(select(Inspector.staff_no).where(Inspector.id.in_(set(holders.values()))))
        history.append(
            "organisation:set-apart",
            tuple(f"inspector:{each}" for each in sorted(staff)),
            {"linked": NOTHING},
            {"reasons": reasons, "organisation": history.keep(organisation)},
        )


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
    known = worlds.organisation_links(session, organisation)
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
