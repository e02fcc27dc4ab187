"""Signing in and out: the wrong password and the unknown address look and cost alike, and both lock alike."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor
from tracker.models import Account
from tracker.services.history import Recording, recording
from tracker.services.passwords import USUAL_COST, hash_password, is_dated, matches
from tracker.services.people import signs_in, subject_of

ATTEMPTS = 5
LOCKED_FOR = timedelta(minutes=15)
# Who refuses: a stranger at the door is nobody whom the history could name.
DOOR = Actor(ref="system:sign-in", name="The sign-in page", is_system=True)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of comparing a password, before the door opens: `account_id` is None for an unknown address.

    `seen_hash` is what the password was compared with, so that one changed meanwhile does not count; `new_hash`
    replaces a hash that was made with weaker parameters.
    """

    account_id: int | None
    seen_hash: str
    is_right: bool
    new_hash: str | None = None


def compare(session: Session, email: str, password: str, *, cost: int = USUAL_COST) -> Attempt:
    """Compare a password with the account's; slow on purpose, so it happens before any lock is taken."""
    account = session.scalar(select(Account).where(Account.email == email.strip().casefold()))
    seen = account.password_hash if account else None
    right = matches(seen, password, cost=cost)
    if account is None or seen is None:
        return Attempt(None, "", is_right=False)
    new_hash = hash_password(password, cost=cost) if right and is_dated(seen, cost=cost) else None
    return Attempt(account.id, seen, right, new_hash)


def sign_in(session: Session, attempt: Attempt, *, at: datetime, allow_demonstration: bool = False) -> Account | None:
    """Open the door or refuse; None tells nothing of why. Five refusals in a row lock the account for 15 minutes.

    A refusal is an act too, so it must be committed like any other.
    """
    with recording(session, DOOR, at) as history:
        account = session.get(Account, attempt.account_id) if attempt.account_id is not None else None
        if account is None or (account.locked_until and at < account.locked_until):
            return None
        is_shut = account.disabled_at is not None or (account.is_demonstration and not allow_demonstration)
        if is_shut or not attempt.is_right or account.password_hash != attempt.seen_hash:
            _refuse(history, account, at)
            return None
        _admit(history, account)
        if attempt.new_hash:
            account.password_hash = attempt.new_hash
            history.append("password:renewed", [subject_of(account)], signs_in(account))
        return account


def sign_in_to_demonstration(session: Session, ref: str, *, at: datetime) -> Account | None:
    """Open the door of an invented person's account, which needs no password; None for any other account."""
    with recording(session, DOOR, at) as history:
        invented = select(Account).where(Account.ref == ref, Account.is_demonstration, Account.disabled_at.is_(None))
        account = session.scalar(invented)
        if account is not None:
            _admit(history, account)
        return account


def sign_out(session: Session, actor: Actor, *, at: datetime) -> None:
    """End the actor's open sessions, on every device: a copied cookie must not outlive the signing out."""
    with recording(session, actor, at) as history:
        account = session.scalar(select(Account).where(Account.ref == actor.ref.removeprefix("person:")))
        if account is not None:
            account.session_epoch += 1
            history.append("person:signed-out", [subject_of(account)], {})


def _admit(history: Recording, account: Account) -> None:
    account.failed_attempts, account.locked_until = 0, None
    history.append("person:signed-in", [subject_of(account)], {})


def _refuse(history: Recording, account: Account, at: datetime) -> None:
    account.failed_attempts += 1
    # Whoever tries a closed account locks it too: nobody fills the history by trying on and on.
    closed = {"closed": True} if account.disabled_at is not None else {}
    history.append("sign-in:refused", [subject_of(account)], {"attempt": account.failed_attempts, **closed})
    if account.failed_attempts >= ATTEMPTS:
        account.failed_attempts, account.locked_until = 0, at + LOCKED_FOR
        history.append("person:locked-out", [subject_of(account)], {"minutes": int(LOCKED_FOR.total_seconds() // 60)})
