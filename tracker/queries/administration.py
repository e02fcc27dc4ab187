"""Questions of the administrator: who may sign in, how much is kept, and why each policy was adopted."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.domain.access import Role
from tracker.domain.acts import TO_OTHERS
from tracker.models import (
    Account,
    GroupRow,
    HistoryEntry,
    HistorySubject,
    Inspector,
    LegalHold,
    LegalHoldEnd,
    PolicyVersion,
    ProviderRow,
    RoleGrant,
    Words,
)
from tracker.queries.leavings import is_here


@dataclass(frozen=True, slots=True)
class Person:
    """An account as the administrator sees it."""

    ref: str
    name: str
    email: str
    staff_no: str
    roles: tuple[Role, ...]
    locked_until: datetime | None
    added_at: datetime
    closed_at: datetime | None
    # The day on which the inspector leaves, if the person is one and a day is on record.
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is of what an administrator keeps; inspectors who have left are not counted."""

    providers: int
    groups: int
    inspectors: int
    accounts: int
    # Inspectors without an account cannot declare by themselves.
    without_account: int
    # Legal holds that stand.
    holds: int


def is_demonstration(session: Session) -> bool:
    """Tell whether a database is a demonstration's: it holds accounts that were made up."""
    return bool(session.scalar(select(exists().where(Account.is_demonstration))))


def counts(session: Session, today: date) -> Counts:
    """Count what an administrator keeps."""
    here = is_here(today)

    def count(query: Select[int]) -> int:
        return session.scalar(query) or 0

    return Counts(
        count(select(func.count()).select_from(ProviderRow)),
        count(select(func.count()).select_from(GroupRow)),
        count(select(func.count()).select_from(Inspector).where(here)),
        count(select(func.count()).select_from(Account)),
        count(
            select(func.count())
            .select_from(Inspector)
            .outerjoin(Account, Account.inspector_id == Inspector.id)
            .where(Account.id.is_(None), here)
        ),
        count(
            select(func.count())
            .select_from(LegalHold)
            .outerjoin(LegalHoldEnd, LegalHoldEnd.hold_id == LegalHold.id)
            .where(LegalHoldEnd.hold_id.is_(None))
        ),
    )


def _accounts() -> Select[Account]:
    return select(Account).options(joinedload(Account.inspector), selectinload(Account.grants)).order_by(Account.name)


def people(session: Session) -> list[Person]:
    """Return every account by name."""
    return [_person(row) for row in session.scalars(_accounts())]


def person(session: Session, ref: str) -> Person | None:
    """Return an account by its reference, or None."""
    row = session.scalars(_accounts().where(Account.ref == ref)).one_or_none()
    return _person(row) if row else None


def held_alone(session: Session, person: Person) -> list[Role]:
    """Return the roles that nobody else with an open account holds; that of inspector is each one's own."""
    others = (
        select(RoleGrant.role)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(RoleGrant.revoked_at.is_(None), Account.disabled_at.is_(None), Account.ref != person.ref)
    )
    held = set(session.scalars(others.distinct()))
    return [role for role in person.roles if role not in {*held, Role.INSPECTOR}]


def _person(row: Account) -> Person:
    return Person(
        row.ref,
        row.name,
        row.email,
        row.inspector.staff_no if row.inspector else "",
        tuple(grant.role for grant in row.grants if grant.revoked_at is None),
        row.locked_until,
        row.added_at,
        row.disabled_at,
        row.inspector.left_on if row.inspector else None,
    )


def has_acted_on(session: Session, account: Account, inspector: Inspector) -> bool:
    """Tell whether an account ever did to an inspector what nobody may do to him- or herself, as the history tells."""
    done = (
        exists()
        .where(HistorySubject.seq == HistoryEntry.seq, HistorySubject.subject == f"inspector:{inspector.staff_no}")
        .where(HistoryEntry.actor == f"person:{account.ref}", HistoryEntry.event.in_(TO_OTHERS))
    )
    return bool(session.scalar(select(done)))


def policy_reasons(session: Session) -> dict[str, Words]:
    """Return why each version of the policy was adopted, by its reference."""
    query = select(PolicyVersion.ref, Words).join(Words, Words.id == PolicyVersion.reason_id)
    return {row.ref: row.Words for row in session.execute(query)}
