"""Errors as pages: one table from what went wrong to the answer's status and its words."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound, RequestEntityTooLarge

from tracker.domain.errors import (
    IllegalTransitionError,
    NotFoundError,
    NotPermittedError,
    OutOfDateError,
    RefusedError,
    TrackerError,
)
from tracker.web.auth import signed_in_actor


@dataclass(frozen=True, slots=True)
class Page:
    """An error's page. Where `says` is empty, the error's own sentence stands there."""

    status: int
    heading: str
    says: str = ""
    # Whether the page links back to the address that was asked for.
    leads_back: bool = False


MISSING = Page(404, "Page not found", "There is no such page, or it is not yours to see.")
PAGES: dict[type[Exception], Page] = {
    NotPermittedError: MISSING,
    NotFoundError: MISSING,
    NotFound: MISSING,
    OutOfDateError: Page(409, "Changed meanwhile", leads_back=True),
    IllegalTransitionError: Page(409, "Not possible now", leads_back=True),
    RefusedError: Page(422, "Not accepted", leads_back=True),
    TrackerError: Page(422, "Not accepted", leads_back=True),
    CSRFError: Page(
        400,
        "This form is out of date",
        "Nothing was saved. Your session ended, or began again, after the form was opened. Open it once more.",
        leads_back=True,
    ),
    MethodNotAllowed: Page(405, "Not possible here", "This address does not answer to that kind of request."),
    RequestEntityTooLarge: Page(413, "Too much at once", "What was sent is too large. Nothing was saved."),
    OperationalError: Page(
        503,
        "Busy",
        # Where the connection broke as it was being saved, nobody can know.
        "The records did not answer in time. Look shortly whether what you sent was saved, before you send it again.",
    ),
    InternalServerError: Page(500, "Something went wrong", "Nothing was saved. The fault is ours, and it is logged."),
}
Answer = tuple[str, int, list[tuple[str, str]]]
# What fields are called that somebody writes in words.
WORDS = frozenset({"reasons", "reason", "words", "evidence", "note", "what"})


def init_app(app: Flask) -> None:
    """Answer every error with its page."""
    for kind, page in PAGES.items():
        app.register_error_handler(kind, _handler(page))
    app.register_error_handler(HTTPException, _other)


def _handler(page: Page) -> Callable[[Exception], Answer]:
    def handle(error: Exception) -> Answer:
        # The framework logs what it calls a 500 itself.
        if page is PAGES[OperationalError]:
            current_app.logger.error("The database did not answer", exc_info=error)
        return _render(page, error)

    return handle


def _other(error: HTTPException) -> Answer:
    return _render(Page(error.code or 500, error.name, "The request was not understood. Nothing was saved."), error)


def _render(page: Page, error: Exception) -> Answer:
    back = request.path if page.leads_back and can_be_opened(request.path) else None
    # A sentence of the domain is written for the person who asked; any other error's text is not.
    says = page.says or str(error)
    _know_who()
    words = render_template("errors/error.html", heading=page.heading, says=says, back=back, wrote=_wrote())
    headers = [("Allow", value) for value in _allowed(error)]
    return words, page.status, headers


def _know_who() -> None:
    """Let the page do without who asks, where the database cannot say it: the page that says so must not ask again."""
    try:
        signed_in_actor()
    except SQLAlchemyError:
        g.actor = None


def _wrote() -> list[str]:
    """Return what whoever sent a form wrote in it, so that nobody has to find the same words twice.

    Only of a form whose token was right: a page of ours never shows words that another site had somebody send.
    """
    if not g.get("csrf_valid"):
        return []
    sent = request.form.items(multi=True)
    return [value.strip() for name, value in sent if name.rpartition("-")[2] in WORDS and value.strip()]


def _allowed(error: Exception) -> list[str]:
    return [", ".join(sorted(error.valid_methods or ()))] if isinstance(error, MethodNotAllowed) else []


def can_be_opened(path: str) -> bool:
    """Tell whether there is a page at an address, whoever may open it."""
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    return True
