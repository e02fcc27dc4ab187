"""Sessions: a signed cookie with the account's reference, its epoch and when it was last seen; and who acts."""

from dataclasses import dataclass
from datetime import timedelta

from flask import g, session
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tracker.database import db
from tracker.domain.access import Actor
from tracker.domain.errors import NotPermittedError
from tracker.models import Account
from tracker.web.clock import now
from tracker.web.settings import config

PERSON, EPOCH, SEEN = "person", "epoch", "seen"
# The cookie is written anew only this often, not with each request.
FRESH_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Left:
    """Whose session has ended by itself."""

    account_id: int


def begin_session(account: Account) -> None:
    """Begin a session. Nothing of an earlier one stays, so that nobody can plant one beforehand."""
    session.clear()
    session[PERSON], session[EPOCH], session[SEEN] = account.ref, account.session_epoch, int(now().timestamp())
    g.pop("actor", None)


def end_session() -> None:
    """Forget the session in this browser."""
    session.clear()
    g.actor = None


def actor() -> Actor:
    """Return who sends this request; raise NotPermittedError where nobody is signed in."""
    found = signed_in_actor()
    if found is None:
        message = "Nobody is signed in."
        raise NotPermittedError(message)
    return found


def signed_in_actor() -> Actor | None:
    """Return who sends this request with the roles held at this moment, None where nobody is signed in."""
    if "actor" not in g:
        g.actor = _read()
    found: Actor | None = g.actor
    return found


def _read() -> Actor | None:
    if PERSON not in session:
        return None
    idle = now().timestamp() - session.get(SEEN, 0)
    account = _account(session[PERSON])
    if account is None or account.disabled_at or account.session_epoch != session.get(EPOCH):
        session.clear()
        return None
    if idle > timedelta(minutes=config().session_minutes).total_seconds():
        # It opens nothing; but whose it was is known, in every window: what is sent now may be kept for that person.
        g.left = Left(account.id)
        return None
    if account.is_demonstration and not config().demonstration:
        session.clear()
        return None
    if idle >= FRESH_SECONDS:
        session[SEEN] = int(now().timestamp())
    return actor_of(account)


def left() -> Left | None:
    """Return whose session ended before this request, None where nobody's did."""
    found: Left | None = g.get("left")
    return found


def _account(ref: str) -> Account | None:
    return db.session.scalar(select(Account).where(Account.ref == ref).options(selectinload(Account.grants)))


def actor_of(account: Account) -> Actor:
    """Return the actor that an account is; its grants must be loaded."""
    roles = frozenset(grant.role for grant in account.grants if grant.revoked_at is None)
    return Actor(ref=f"person:{account.ref}", name=account.name, roles=roles, inspector_id=account.inspector_id)
