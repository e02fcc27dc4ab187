"""Sessions: a signed cookie with the account's reference, its epoch and when it was last seen; and who acts."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import g, request, session

from tracker.database import db
from tracker.domain.access import Actor, Role
from tracker.domain.errors import NotPermittedError
from tracker.models import Account
from tracker.queries.driver import Statement
from tracker.queries.figures import Head
from tracker.web.clock import now
from tracker.web.settings import config

PERSON, EPOCH, SEEN = "person", "epoch", "seen"
# The cookie is written anew only this often, not with each request.
FRESH_SECONDS = 60


# Asked by every page: who it is, whether the account stands, the roles held at this moment, and what the history is.
WHO = Statement("""
    SELECT account.id, account.name, account.inspector_id, account.session_epoch, account.disabled_at IS NOT NULL,
        account.is_demonstration, {joined held.role},
        (SELECT size FROM history_head), (SELECT root FROM history_head)
    FROM account LEFT JOIN role_grant AS held ON held.account_id = account.id AND held.revoked_at IS NULL
    WHERE account.ref = {ref} GROUP BY account.id
""")
# Where a request bears what was found already as it came in (see again): whose it is, and the rows.
FOUND = "tracker.found"
# What it finds; the last two are the history's size and root.
Row = tuple[Any, ...]
_NOBODY: Row = (None, "", None, None, True, False, "", 0, "")


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


def ask_again() -> None:
    """Let who sends this request be read anew, in the session's own transaction."""
    if PERSON in session:
        ref = session[PERSON]
        request.environ[FOUND] = ref, WHO.answer(db.session, {"ref": ref})
    g.pop("actor", None)


def _read() -> Actor | None:
    if PERSON not in session:
        return None
    idle = now().timestamp() - session.get(SEEN, 0)
    ref, found = request.environ.get(FOUND, ("", ()))
    if ref != session[PERSON]:
        found = WHO.at_once(db.engine, {"ref": session[PERSON]})
    number, name, inspector_id, epoch, is_disabled, is_demonstration, roles, *head = found[0] if found else _NOBODY
    if is_disabled or epoch != session.get(EPOCH):
        session.clear()
        return None
    if idle > timedelta(minutes=config().session_minutes).total_seconds():
        # It opens nothing; but whose it was is known, in every window: what is sent now may be kept for that person.
        g.left = Left(number)
        return None
    if is_demonstration and not config().demonstration:
        session.clear()
        return None
    if idle >= FRESH_SECONDS:
        session[SEEN] = int(now().timestamp())
    g.row, g.head = tuple(found[0]), tuple(head)
    held = frozenset(map(Role, roles.split(","))) if roles else frozenset[Role]()
    return Actor(ref=f"person:{session[PERSON]}", name=name, roles=held, inspector_id=inspector_id)


def head_at_first() -> Head | None:
    """Return the history's size and root as they were when this request began; None where nobody is signed in."""
    found: Head | None = g.get("head")
    return found


def row_at_first() -> Row | None:
    """Return all that was found of whoever is signed in when this request began; None where nobody is."""
    found: Row | None = g.get("row")
    return found


def left() -> Left | None:
    """Return whose session ended before this request, None where nobody's did."""
    found: Left | None = g.get("left")
    return found


def actor_of(account: Account) -> Actor:
    """Return the actor that an account is; its grants must be loaded."""
    roles = frozenset(grant.role for grant in account.grants if grant.revoked_at is None)
    return Actor(ref=f"person:{account.ref}", name=account.name, roles=roles, inspector_id=account.inspector_id)
