"""Adopting a policy."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission
from tracker.domain.errors import RefusedError
from tracker.domain.policy_demands import candidate
from tracker.domain.tree import leaf_hash
from tracker.models import PolicyVersion
from tracker.services.checks import Changed, recheck
from tracker.services.history import new_ref, recording
from tracker.services.permit import permit


@dataclass(frozen=True, slots=True)
class AdoptPolicy:
    """Adopt this policy text from a day, for a reason."""

    toml: str
    effective_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Adopted:
    """The version adopted, and the open assignments whose verdict changed."""

    policy: PolicyVersion
    changed: list[Changed]


def adopt(session: Session, actor: Actor, command: AdoptPolicy, *, at: datetime) -> Adopted:
    """Adopt a policy from a day on, and check every open assignment again; a bad text raises BadPolicyError."""
    permit(actor, Permission.ADOPT_POLICY)
    policy = candidate(command.toml)
    if not command.reason.strip():
        message = "Say why this policy is adopted"
        raise RefusedError(message, field="reason")
    with recording(session, actor, at) as history:
        reason = history.keep(command.reason.strip())
        row = PolicyVersion(
            ref=new_ref("POL"),
            name=policy.name,
            version=policy.version,
            toml=command.toml,
            digest=leaf_hash(command.toml.encode()).hex(),
            effective_on=command.effective_on,
            adopted_at=at,
            adopted_by=actor.ref,
            reason_id=reason.id,
        )
        session.add(row)
        session.flush()
        history.append(
            "policy:adopted",
            (f"policy:{row.ref}",),
            {
                "name": row.name,
                "version": row.version,
                "digest": row.digest,
                "effective_on": row.effective_on.isoformat(),
            },
            {"reason": reason},
        )
        changed = recheck(session, actor, cause="policy", at=at) if command.effective_on <= at.date() else []
        return Adopted(row, changed)
