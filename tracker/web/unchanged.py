"""Pages that are answered again as they were, while nothing has happened that they rest on.

The whole page is kept, for one person with the roles held now, and under the root of the history that it was read from:
so whoever asks gets what would be made anew, byte for byte. No act rests on it: each checks again for itself.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import request, session

from tracker.database import db
from tracker.queries.figures import READING, kept
from tracker.web.again import Grounds, may_be_sent_again
from tracker.web.auth import actor, head_at_first
from tracker.web.clock import checked_on, today
from tracker.web.cookies import token
from tracker.web.settings import config

P = ParamSpec("P")
FLASHED, OPENED = "_flashes", "opened"


def same_while_unchanged(view: Callable[P, str]) -> Callable[P, bytes]:
    """Let a view that only reads be called once for each person, day and address while nothing happens but reading."""
    return _same(view, READING)


def same_while_nothing_happens(view: Callable[P, str]) -> Callable[P, bytes]:
    """Let a view that tells of the history itself be called once for each person, day and address at each of its sizes.

    What it tells must not depend on the time of day.
    """
    return _same(view, frozenset())


def _same(view: Callable[P, str], besides: frozenset[str]) -> Callable[P, bytes]:
    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> bytes:
        if session.get(FLASHED) or session.get(OPENED):
            # What is said once belongs to no page, nor what one browser alone may show for a while.
            return view(*args, **kwargs).encode()

        # Asked for first, so that the page's own forms bear it: what is kept holds nobody's.
        own = token().encode()

        def parts() -> list[bytes]:
            return view(*args, **kwargs).encode().split(own)

        on = Grounds((today(), checked_on()), config().allocation.stat().st_mtime_ns)
        answered = own.join(kept(db.session, _asked(on), parts, besides=besides, head=head_at_first()))
        may_be_sent_again(on)
        return answered

    return answer


def _asked(on: Grounds) -> tuple[Any, ...]:
    """Return all that a page depends on beside what the history tells of."""
    who = actor()
    asked = request.script_root, request.full_path, on, config().allocation
    return "page", who.ref, who.name, who.roles, who.inspector_id, *asked
