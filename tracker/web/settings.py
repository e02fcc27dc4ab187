"""How the framework is set, and where a view reads the tracker's own settings."""

from flask import Flask, current_app
from werkzeug.routing import IntegerConverter

from config import BadSettingError, Config
from tracker.domain import publication
from tracker.domain.allocation_rules import AllocationRules, parse
from tracker.domain.errors import RefusedError
from tracker.domain.publication import PublicationRules
from tracker.domain.toml_faults import decoded
from tracker.web.cookies import Cookies

KEY = "tracker.config"


class Number(IntegerConverter):
    """A number in an address: none is longer, and the database would refuse to look for one that is."""

    regex = r"\d{1,15}"


# A form is small; a view that takes files says so (access.accepts).
MOST_BYTES = 1024 * 1024


def config() -> Config:
    """Return the settings of the current application."""
    settings: Config = current_app.extensions[KEY]
    return settings


def allocation_rules() -> tuple[str, AllocationRules]:
    """Return the inspectorate's rules for allocating as they are now: their text, and what it says."""
    text = config().allocation.read_text(encoding="utf-8")
    return text, parse(text)


def publication_rules() -> PublicationRules:
    """Return the rules of publication as they are now; RefusedError, with each fault, where nothing can be published.

    Faulty rules publish nothing: no other rules stand in for them.
    """
    path = config().publication
    try:
        return publication.parse(decoded(path.read_bytes()))
    except OSError as error:
        cure = "set TRACKER_PUBLICATION to a file that this program may read"
        raise RefusedError(f"The rules of publication cannot be read ({error.strerror}): {cure}") from error
    except RefusedError as error:
        raise RefusedError(f"The file of TRACKER_PUBLICATION holds no rules of publication: {error}") from error


def init_app(app: Flask, settings: Config) -> None:
    """Set the framework from the settings."""
    if not settings.secret_key:
        message = "TRACKER_SECRET_KEY: the web pages need a secret to sign sessions with"
        raise BadSettingError(message)
    app.extensions[KEY] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        # The prefix makes the browser itself refuse this cookie from another host or over plain HTTP.
        SESSION_COOKIE_NAME="__Host-tracker" if settings.secure_cookies else "tracker",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        # The token ends with its session; a form may be read for longer than an hour.
        WTF_CSRF_TIME_LIMIT=None,
        # Pages send no referrer (see headers), so it cannot be compared; the token and SameSite stand.
        WTF_CSRF_SSL_STRICT=False,
        PROVIDE_AUTOMATIC_OPTIONS=False,
    )
    app.session_interface = Cookies(app)
    app.url_map.converters["int"] = Number
