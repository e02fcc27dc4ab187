"""Which policy is in force, for whom and since when, and which one comes next."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import ColumnElement, exists, literal, select
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFoundError
from tracker.domain.policy import ENGAGEMENTS, Policy, parse
from tracker.models import ConflictCheck, HistoryEntry, HistorySubject, Inspector, PolicyVersion

STAFF = "staff"
TOOK_EFFECT = "policy:took-effect"


@dataclass(frozen=True, slots=True)
class PoliciesInForce:
    """The policies adopted for a day or before, the latest effective first, of one day the one adopted last."""

    rows: Sequence[PolicyVersion]

    def of(self, engagement: str) -> tuple[PolicyVersion, Policy]:
        """Return the latest policy that covers an engagement; for one that none names, the latest for staff."""
        row = self.row_of(engagement)
        if row is None:
            message = (
                "No policy has been adopted yet. Run “tracker db upgrade”, or adopt one with “tracker policy adopt”."
            )
            raise NotFoundError(message)
        return row, parsed(row.toml)

    def row_of(self, engagement: str) -> PolicyVersion | None:
        """Return the version that covers an engagement, None where no policy does."""
        for wanted in (engagement, STAFF):
            for row in self.rows:
                if wanted in parsed(row.toml).engagements:
                    return row
        return None


def all_in_force(session: Session, on: date) -> PoliciesInForce:
    """Return the policies in force on a day."""
    return PoliciesInForce(_versions(session, PolicyVersion.effective_on <= on))


def by_day(session: Session) -> Callable[[date], PoliciesInForce]:
    """Return what gives the policies in force on any day, read once."""
    rows = _versions(session)

    def on(day: date) -> PoliciesInForce:
        return PoliciesInForce([each for each in rows if each.effective_on <= day])

    return on


def _versions(session: Session, *where: ColumnElement[bool]) -> Sequence[PolicyVersion]:
    order = (PolicyVersion.effective_on.desc(), PolicyVersion.id.desc())
    return session.scalars(select(PolicyVersion).where(*where).order_by(*order)).all()


def in_force(session: Session, on: date, engagement: str = STAFF) -> tuple[PolicyVersion, Policy]:
    """Return the policy in force for an engagement on a day; NotFoundError where none was ever adopted."""
    return all_in_force(session, on).of(engagement)


def engagement_of(session: Session, inspector_id: int | None) -> str | None:
    """Return the engagement of an inspector, None for anybody else."""
    return session.scalar(select(Inspector.engagement).where(Inspector.id == inspector_id)) if inspector_id else None


@lru_cache(maxsize=64)
def parsed(toml: str) -> Policy:
    """Return a policy's text as a policy; the same text is read once."""
    return parse(toml)


@dataclass(frozen=True, slots=True)
class Standing:
    """The version in force for an engagement since `since`, and those that take its place, the soonest first."""

    engagement: str
    row: PolicyVersion
    since: date
    coming: tuple[PolicyVersion, ...]


def standings(session: Session, on: date) -> list[Standing]:
    """Return for each engagement which version is in force on a day, and what comes; none where no policy covers it."""
    rows = _versions(session)
    found = []
    for engagement in ENGAGEMENTS:
        row = PoliciesInForce([each for each in rows if each.effective_on <= on]).row_of(engagement)
        if row is not None:
            found.append(Standing(engagement, row, row.effective_on, tuple(_coming(rows, row, engagement, on))))
    return found


def _coming(rows: Sequence[PolicyVersion], row: PolicyVersion, engagement: str, on: date) -> Iterator[PolicyVersion]:
    for day in sorted({each.effective_on for each in rows if each.effective_on > on}):
        then = PoliciesInForce([each for each in rows if each.effective_on <= day]).row_of(engagement)
        if then is not None and then is not row:
            yield then
            row = then


class Place(StrEnum):
    """Where a version stands on a day."""

    IN_FORCE = "in force"
    COMING = "coming"
    REPLACED = "replaced"
    NEVER = "never in force"


@dataclass(frozen=True, slots=True)
class Version:
    """A version as the list of all shows it: for which engagements it is or was meant, and where it stands."""

    row: PolicyVersion
    policy: Policy
    place: Place
    engagements: tuple[str, ...]


def versions(session: Session, on: date) -> list[Version]:
    """Return every version ever adopted, the latest adopted first, and where each stands on a day."""
    rows = _versions(session)
    return sorted((_version(session, rows, each, on) for each in rows), key=lambda each: -each.row.id)


def version(session: Session, ref: str, on: date) -> Version | None:
    """Return a version by its reference, and where it stands on a day; None where there is none."""
    rows = _versions(session)
    return next((_version(session, rows, each, on) for each in rows if each.ref == ref), None)


def _version(session: Session, rows: Sequence[PolicyVersion], row: PolicyVersion, on: date) -> Version:
    policy = parsed(row.toml)
    meant = tuple(each for each in ENGAGEMENTS if each in policy.engagements)
    # A version that another of the same day took the place of was never in force, unless it decided until then.
    then = PoliciesInForce([each for each in rows if each.effective_on <= row.effective_on])
    if not any(then.row_of(each) is row for each in ENGAGEMENTS):
        decided = session.scalar(select(exists().where(ConflictCheck.policy_id == row.id)))
        return Version(row, policy, Place.REPLACED if decided else Place.NEVER, meant)
    if row.effective_on > on:
        return Version(row, policy, Place.COMING, meant)
    now = PoliciesInForce([each for each in rows if each.effective_on <= on])
    judged = tuple(each for each in ENGAGEMENTS if now.row_of(each) is row)
    return Version(row, policy, Place.IN_FORCE, judged) if judged else Version(row, policy, Place.REPLACED, meant)


def would_change_nothing(session: Session, digest: str, policy: Policy, on: date) -> PolicyVersion | None:
    """Return the version with this digest that is in force on a day for all that the policy is for; None if any is not.

    `digest` is of the policy's text, as a version keeps it. To adopt the text again from that day would change nothing.
    """
    book = all_in_force(session, on)
    found = {book.row_of(each) for each in policy.engagements}
    row = found.pop() if len(found) == 1 else None
    return row if row is not None and row.digest == digest else None


def not_yet_effective(session: Session, on: date) -> list[PolicyVersion]:
    """Return the versions in force on a day under which the open assignments were never checked, the earliest first."""
    took = (
        exists()
        .where(HistorySubject.subject == literal("policy:") + PolicyVersion.ref)
        .where(HistoryEntry.seq == HistorySubject.seq, HistoryEntry.event == TOOK_EFFECT)
    )
    waiting = _versions(session, PolicyVersion.effective_on <= on, ~took)
    if not waiting:
        return []
    book = all_in_force(session, on)
    judging = {row.id for each in ENGAGEMENTS if (row := book.row_of(each)) is not None}
    return [each for each in reversed(waiting) if each.id in judging]
