"""Who may be asked to see to a mitigation."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from tracker.domain.access import Role
from tracker.models import Account, Assignment, RoleGrant


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who may be asked to see to a mitigation: the account's reference, the name, and in which role."""

    ref: str
    name: str
    role: str


ROLES = {Role.SCHEDULER: "scheduler", Role.DECISION_MAKER: "decision-maker"}


def owners(session: Session, assignment: Assignment) -> list[Owner]:
    """Return who may be asked: schedulers, decision-makers and the inspector concerned, by name."""
    held = and_(RoleGrant.account_id == Account.id, RoleGrant.revoked_at.is_(None), RoleGrant.role.in_(list(ROLES)))
    query = (
        select(Account.ref, Account.name, RoleGrant.role, Account.inspector_id)
        .outerjoin(RoleGrant, held)
        .where(Account.disabled_at.is_(None))
        .where(or_(RoleGrant.id.is_not(None), Account.inspector_id == assignment.inspector_id))
        .order_by(Account.name, Account.ref, RoleGrant.role)
    )
    rows: list[Any] = list(session.execute(query))
    found: dict[str, Owner] = {}
    for ref, name, role, inspector_id in rows:
        is_inspector = inspector_id == assignment.inspector_id
        said = "the inspector" if is_inspector else ROLES[role]
        before = found.get(ref)
        both = f"{before.role} and {said}" if before and said not in before.role else said
        found[ref] = Owner(ref, name, both)
    return list(found.values())
