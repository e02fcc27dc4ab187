"""The session's cookie, as the framework signs it; what signs it is made once, not with each request."""

from copy import deepcopy
from functools import lru_cache
from time import time
from typing import Any

from flask import Flask, Request, Response, current_app, g, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadSignature, URLSafeTimedSerializer

CSRF = "csrf_token"
MOST, DAY = 4096, 24 * 60 * 60
# No browser keeps a longer one.
LONGEST = 4096


class Cookies(SecureCookieSessionInterface):
    """Reads and writes the session's cookie."""

    def __init__(self, app: Flask) -> None:
        self._signing = SecureCookieSessionInterface.get_signing_serializer(self, app)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs: the application's own secret does not change while it serves."""
        del app
        return self._signing

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what the cookie says; the same one need not be proved with each request, once a day is enough."""
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie or len(cookie) > LONGEST:
            return self.session_class()
        lasts = int(app.permanent_session_lifetime.total_seconds())
        try:
            said = self._proved(cookie, lasts, int(time()) // DAY)
        except BadSignature:
            return self.session_class()
        # What a request puts into a list of its session is its own.
        return self.session_class(
            {key: deepcopy(each) if isinstance(each, list | dict) else each for key, each in said.items()}
        )

    @lru_cache(maxsize=MOST)  # noqa: B019 (there is one of these an application)
    def _proved(self, cookie: str, lasts: int, _day: int) -> dict[str, Any]:
        """Return what a cookie says; raise BadSignature where it is not signed, or too old: that is not remembered."""
        said: dict[str, Any] = self._signing.loads(cookie, max_age=lasts) if self._signing else {}
        return said

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie where the session has changed; say that a page for which it was read is no one else's."""
        if session.modified:
            super().save_session(app, session, response)
        elif session.accessed:
            response.headers.add("Vary", "Cookie")


def token() -> str:
    """Return the token that a form of this session bears. It ends with the session, and may be sent again."""
    own: str | None = session.get(CSRF)
    made: str = generate_csrf() if own is None else _signed(own, current_app.secret_key)
    # Every form of this request then bears the same one, however it asks for it.
    setattr(g, CSRF, made)
    return made


@lru_cache(maxsize=MOST)
def _signed(_own: str, _secret: str | bytes | None) -> str:
    made: str = generate_csrf()
    return made
