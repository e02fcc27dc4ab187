"""Adopting a policy, and bringing it into force on its day."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission
from tracker.domain.dates import in_words
from tracker.domain.errors import RefusedError
from tracker.domain.policy import Policy
from tracker.domain.policy_demands import candidate
from tracker.domain.tree import leaf_hash
from tracker.models import PolicyVersion
from tracker.queries import policies
from tracker.services.checks import Changed, recheck
from tracker.services.history import Recording, new_ref, recording
from tracker.services.permit import permit


@dataclass(frozen=True, slots=True)
class AdoptPolicy:
    """Adopt this policy text from a day, for a reason."""

    toml: str
    effective_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Adopted:
    """The version adopted, and the open assignments whose verdict changed; `is_new` unless it was adopted before."""

    policy: PolicyVersion
    changed: list[Changed]
    is_new: bool = True


def digest_of(toml: str) -> str:
    """Return the digest by which a version knows its text."""
    return leaf_hash(toml.encode()).hex()


def adopt(session: Session, actor: Actor, command: AdoptPolicy, *, at: datetime) -> Adopted:
    """Adopt a policy from the act's own day (in UTC) on, or from a later one; a bad text raises BadPolicyError.

    From today on, every open assignment is checked again under it; from a later day on, that happens on that day. The
    same text from the same day is adopted once, however often it is sent.
    """
    permit(actor, Permission.ADOPT_POLICY)
    policy = candidate(command.toml)
    if not command.reason.strip():
        raise RefusedError("Say why this policy is adopted", field="reason")
    if command.effective_on < at.date():
        first = in_words(at.date())
        raise RefusedError(f"A policy is adopted from today, {first}, or from a later day", field="effective_on")
    with recording(session, actor, at) as history:
        same = policies.would_change_nothing(session, digest_of(command.toml), policy, command.effective_on)
        if same is not None and same.effective_on == command.effective_on:
            return Adopted(same, [], is_new=False)
        if same is not None:
            since = in_words(same.effective_on)
            raise RefusedError(f"This very policy is adopted from {since} already: nothing would change", field="file")
        row = _keep(history, command, policy)
        return Adopted(row, bring_into_force(session, actor, at=at))


def _keep(history: Recording, command: AdoptPolicy, policy: Policy) -> PolicyVersion:
    reason = history.keep(command.reason.strip())
    row = PolicyVersion(
        ref=new_ref("POL"),
        name=policy.name,
        version=policy.version,
        toml=command.toml,
        digest=digest_of(command.toml),
        effective_on=command.effective_on,
        adopted_at=history.at,
        adopted_by=history.actor.ref,
        reason_id=reason.id,
    )
    history.session.add(row)
    history.session.flush()
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
    return row


def bring_into_force(session: Session, actor: Actor, *, at: datetime) -> list[Changed]:
    """Check every open assignment under the policies whose day has come, if that was not done yet; else do nothing.

    Whoever acts first on that day does it: adopting was permitted, and what follows from it needs no leave of its own.
    """
    if not policies.not_yet_effective(session, at.date()):
        return []
    with recording(session, actor, at) as history:
        waiting = policies.not_yet_effective(session, at.date())
        changed = recheck(session, actor, cause="policy", at=at) if waiting else []
        for row in waiting:
            history.append(
                "policy:took-effect",
                (f"policy:{row.ref}",),
                {
                    "name": row.name,
                    "version": row.version,
                    "effective_on": row.effective_on.isoformat(),
                    "changed": len(changed),
                    "questioned": sum(each.questioned for each in changed),
                },
            )
        return changed
