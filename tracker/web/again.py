"""The same answer to the same browser: a page that is kept is sent again before any of it is looked for.

Only what a view says rests on the person, the day, the rules and the history alone (see unchanged) comes here, and
only for the very cookie that it was sent to, within the minute in which that cookie need not be written anew. Whoever
it was is asked for again with each request, in the one statement that every page sends: another role, another name, an
ended session, or any entry of the history, and the page is looked for as ever.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask, request, session
from sqlalchemy.exc import SQLAlchemyError

from config import Config
from tracker.database import db
from tracker.domain.uk_time import in_uk
from tracker.web.auth import FOUND, FRESH_SECONDS, PERSON, SEEN, WHO, Row, row_at_first
from tracker.web.clock import instant
from tracker.web.settings import KEY

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# So many pages are remembered in each process, and none that is longer.
MOST, LONGEST = 200, 256 * 1024
SLOT = "tracker.again"
OK = "200 OK"
# What tells one request for a page from another.
Asked = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a page rests on that neither the person nor the history tells; the rules for allocating stand in a file.

    `days` are the day in the United Kingdom and the one whose policy a check follows: in summer each begins at an hour
    of its own.
    """

    days: tuple[date, date]
    rules_changed: int


@dataclass(frozen=True, slots=True)
class _Basis:
    """All that an answer rested on as it was made."""

    ref: str
    row: Row
    seen: int
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class _Kept:
    basis: _Basis
    headers: list[tuple[str, str]]
    body: bytes


def init_app(app: Flask) -> None:
    """Stand before the application. What is put around it afterwards stands before this."""
    app.wsgi_app = _Again(app, app.wsgi_app)  # type: ignore[method-assign]  # the framework's own way to wrap it


def may_be_sent_again(grounds: Grounds) -> None:
    """Say that this request's answer rests on its cookie, on whose that is, on the history and on this, and no more."""
    row, slot = row_at_first(), request.environ.get(SLOT)
    if row is not None and slot is not None:
        slot.append(_Basis(session[PERSON], row, session[SEEN], grounds))


class _Again:
    """Sends an answer again, where all that it rested on is as it was; else lets the application answer."""

    def __init__(self, app: Flask, application: "WSGIApplication") -> None:
        self._app, self._application = app, application
        self._kept: OrderedDict[Asked, _Kept] = OrderedDict()
        self._lock = Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        asked = _asked(environ)
        if asked is None:
            return self._application(environ, start_response)
        kept = self._kept.get(asked)
        if kept is not None and self._stands(kept.basis, environ):
            start_response(OK, list(kept.headers))
            return [kept.body]
        return self._made(asked, environ, start_response)

    def _made(self, asked: Asked, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        slot: list[_Basis] = []
        environ[SLOT] = slot
        sent: list[tuple[str, list[tuple[str, str]]]] = []

        def begin(
            status: str, headers: list[tuple[str, str]], error: "OptExcInfo | None" = None
        ) -> Callable[[bytes], object]:
            sent.append((status, headers))
            return start_response(status, headers, error)

        answer = self._application(environ, begin)
        if not slot or sent[-1][0] != OK:
            return answer
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        headers = sent[-1][1]
        # Whoever is sent another cookie asks with that one from then on.
        if len(body) <= LONGEST and not any(name.lower() == "set-cookie" for name, _ in headers):
            self._keep(asked, _Kept(slot[-1], list(headers), body))
        return [body]

    def _keep(self, asked: Asked, kept: _Kept) -> None:
        with self._lock:
            self._kept[asked] = kept
            self._kept.move_to_end(asked)
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)

    def _stands(self, basis: _Basis, environ: "WSGIEnvironment") -> bool:
        settings: Config = self._app.extensions[KEY]
        now = instant(settings)
        days = in_uk(now).date(), now.date()
        if not 0 <= now.timestamp() - basis.seen < FRESH_SECONDS or days != basis.grounds.days:
            return False
        engine = db.engine_of(self._app)
        # Where the rules or the database cannot be read, the application says so as ever.
        with suppress(OSError, SQLAlchemyError):
            if settings.allocation.stat().st_mtime_ns != basis.grounds.rules_changed:
                return False
            found = WHO.at_once(engine, {"ref": basis.ref})
            # Where something is another, whoever answers need not ask the same again.
            environ[FOUND] = basis.ref, found
            return list(found) == [basis.row]
        return False


def _asked(environ: "WSGIEnvironment") -> Asked | None:
    """Return what a request asks for, and with which cookie; None for what is no such question."""
    cookie = environ.get("HTTP_COOKIE")
    if environ["REQUEST_METHOD"] != "GET" or not cookie:
        return None
    where = (environ.get(name, "") for name in ("HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING"))
    return cookie, *where
