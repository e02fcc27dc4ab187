"""Which policy is in force, and for whom."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFoundError
from tracker.domain.policy import Policy, parse
from tracker.models import PolicyVersion

STAFF = "staff"


@dataclass(frozen=True, slots=True)
class PoliciesInForce:
    """The policies in force on one day; each version says for which engagements it is."""

    versions: tuple[tuple[PolicyVersion, Policy], ...]

    def of(self, engagement: str) -> tuple[PolicyVersion, Policy]:
        """Return the latest policy that covers an engagement; for one that none names, the latest for staff."""
        for wanted in (engagement, STAFF):
            for row, policy in self.versions:
                if wanted in policy.engagements:
                    return row, policy
        message = "No policy has been adopted yet. Run “tracker db upgrade”, or adopt one with “tracker policy adopt”."
        raise NotFoundError(message)


def all_in_force(session: Session, on: date) -> PoliciesInForce:
    """Return the policies in force on a day, the latest effective of those adopted first."""
    rows = session.scalars(
        select(PolicyVersion)
        .where(PolicyVersion.effective_on <= on)
        .order_by(PolicyVersion.effective_on.desc(), PolicyVersion.id.desc())
    )
    return PoliciesInForce(tuple((row, parsed(row.toml)) for row in rows))


def in_force(session: Session, on: date, engagement: str = STAFF) -> tuple[PolicyVersion, Policy]:
    """Return the policy in force for an engagement on a day; NotFoundError where none was ever adopted."""
    return all_in_force(session, on).of(engagement)


@lru_cache(maxsize=16)
def parsed(toml: str) -> Policy:
    """Return a policy's text as a policy; the same text is read once."""
    return parse(toml)
