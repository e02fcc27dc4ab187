"""Which policy is in force."""

from datetime import date
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFoundError
from tracker.domain.policy import Policy, parse
from tracker.models import PolicyVersion


def in_force(session: Session, on: date) -> tuple[PolicyVersion, Policy]:
    """Return the policy in force on a day: the latest adopted of those that were effective by then."""
    row = session.scalars(
        select(PolicyVersion)
        .where(PolicyVersion.effective_on <= on)
        .order_by(PolicyVersion.effective_on.desc(), PolicyVersion.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        message = "No policy has been adopted yet. Run “tracker db upgrade”, or adopt one with “tracker policy adopt”."
        raise NotFoundError(message)
    return row, parsed(row.toml)


@lru_cache(maxsize=16)
def parsed(toml: str) -> Policy:
    """Return a policy's text as a policy; the same text is read once."""
    return parse(toml)
