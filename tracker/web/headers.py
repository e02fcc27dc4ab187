"""Headers that every answer bears: what a browser may load, frame, keep and tell."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, request

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Writer = Callable[[bytes], object]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
YEAR = 365 * 24 * 60 * 60


def init_app(app: Flask) -> None:
    """Put the headers on every answer."""
    app.after_request(_say_how_long_to_keep)
    fixed = list(HEADERS.items())
    if app.config["SESSION_COOKIE_SECURE"]:
        fixed.append(("Strict-Transport-Security", f"max-age={YEAR}; includeSubDomains"))
    app.wsgi_app = _Headed(app.wsgi_app, fixed)  # type: ignore[method-assign]  # the framework's own way to wrap it


class _Headed:
    """Adds the same headers to each answer, as it leaves: one by one they take longer than to find the page."""

    def __init__(self, application: "WSGIApplication", fixed: list[tuple[str, str]]) -> None:
        self.application, self.fixed = application, fixed

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def begin(status: str, headers: list[tuple[str, str]], error: "OptExcInfo | None" = None) -> Writer:
            return start_response(status, headers + self.fixed, error)

        return self.application(environ, begin)


def _say_how_long_to_keep(response: Response) -> Response:
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    elif "v" in request.args and response.status_code < 300:  # noqa: PLR2004 (2xx)
        # The address holds the file's digest: another content has another address.
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    else:
        response.headers["Cache-Control"] = "no-cache"
    return response
