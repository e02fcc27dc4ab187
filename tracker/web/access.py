"""The guard: every endpoint says what it needs, and an application with one that does not refuses to start."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, ParamSpec, TypeVar

from flask import Flask, abort, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.database import db
from tracker.domain.access import Permission, permits
from tracker.web import keeping
from tracker.web.auth import ask_again, signed_in_actor
from tracker.web.errors import can_be_opened
from tracker.web.said import NOTICE

P = ParamSpec("P")
R = TypeVar("R")


ENDED = "Your session has ended, and what you sent last was not saved. Sign in to go on where you were."
KEPT = "Your session has ended before what you sent was saved. It is kept for you: sign in, then save it."
MOST_IN_A_FIELD = 4 * 1024 * 1024
# The forms in which a person may have written for long; all others are quickly filled in again.
WRITTEN = (
    *(Permission.DECLARE, Permission.CONFIRM_OWN, Permission.DECIDE, Permission.GRADE),
    *(Permission.ANSWER_QUESTIONS, Permission.DO_MITIGATIONS),
)


class Open(StrEnum):
    """What needs no permission: a page for everybody, or for whoever is signed in, with or without a role."""

    PUBLIC = "public"
    SIGNED_IN = "signed in"


Needs = Permission | Open


class UnguardedError(Exception):
    """An endpoint says nothing of who may open it."""


def _needing(needs: Needs) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def mark(view: Callable[P, R]) -> Callable[P, R]:
        marked: Any = view
        marked.needs = needs
        return view

    return mark


def requires(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a view as open to those who have a permission; to others it does not exist."""
    return _needing(permission)


public = _needing(Open.PUBLIC)
for_the_signed_in = _needing(Open.SIGNED_IN)


def accepts(most_bytes: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a view as taking bodies of up to this many bytes, where a form's usual bound is too low."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        marked: Any = view
        marked.most_bytes = most_bytes
        return view

    return mark


def writes_within(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that does slow work first and then writes through an inner function that bears @writes."""
    marked: Any = view
    marked.writes = True
    return view


def needs_of(app: Flask, endpoint: str) -> Needs | None:
    """Return what an endpoint needs, None where it does not say."""
    needs: Needs | None = getattr(app.view_functions[endpoint], "needs", None)
    return needs


def may_open(needs: Needs | None) -> bool:
    """Tell whether whoever sends the current request may open what needs this."""
    if needs is Open.PUBLIC:
        return True
    actor = signed_in_actor()
    if actor is None or needs is None:
        return False
    return isinstance(needs, Open) or permits(actor, needs)


def init_app(app: Flask) -> None:
    """Stand at the door of every request."""
    public(app.view_functions["static"])
    app.before_request(_guard)
    db.ask_again(app, _once_more)
    app.after_request(keeping.forget_sent)


def refuse_unguarded(app: Flask) -> None:
    """Raise UnguardedError that names each endpoint without a mark."""
    unguarded = sorted(endpoint for endpoint in app.view_functions if needs_of(app, endpoint) is None)
    if unguarded:
        message = f"These endpoints say nothing of who may open them: {', '.join(unguarded)}"
        raise UnguardedError(message)


def _guard() -> Response | None:
    endpoint = request.endpoint
    # Nobody may learn by the answer to a wrong address or method more than that it is wrong.
    if endpoint is None:
        return None
    if _names_what_cannot_be():
        abort(404)
    view = current_app.view_functions[endpoint]
    request.max_content_length = getattr(view, "most_bytes", current_app.config["MAX_CONTENT_LENGTH"])
    if hasattr(view, "most_bytes"):
        # A file's preview sends the file again as a field.
        request.max_form_memory_size = MOST_IN_A_FIELD
    needs = needs_of(current_app, endpoint)
    return None if may_open(needs) else _turned_away(needs)


def _once_more() -> Response | None:
    """Stand at the door of every act, when nobody else writes any more."""
    needs = needs_of(current_app, request.endpoint or "")
    if needs is Open.PUBLIC:
        return None
    ask_again()
    if may_open(needs):
        return None
    db.session.rollback()
    return _turned_away(needs)


def _turned_away(needs: Needs | None) -> Response:
    if signed_in_actor() is None and needs is not None:
        asked = request.full_path.rstrip("?") if can_be_opened(request.path) and request.path != "/" else None
        if request.method == "POST" and needs in WRITTEN and keeping.keep():
            flash(KEPT, NOTICE)
            return redirect(url_for("door.sign_in", next=url_for("pages.kept")))
        if request.method == "POST":
            flash(ENDED, NOTICE)
        return redirect(url_for("door.sign_in", next=asked))
    return abort(404)


def _names_what_cannot_be() -> bool:
    """Whether the address holds signs that no reference has, and that some databases refuse even to compare with."""
    names = [value for value in (request.view_args or {}).values() if isinstance(value, str)]
    asked = [value for values in request.args.listvalues() for value in values]
    return not all(name.isprintable() for name in names) or any("\0" in value for value in asked)
