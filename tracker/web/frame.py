"""What frames every page, made once for each person and place: to make it anew would be most of a small page's time."""

import secrets
from collections.abc import Callable
from functools import lru_cache

from flask import current_app, request
from jinja2 import Environment
from markupsafe import Markup

from tracker.web.auth import signed_in_actor
from tracker.web.cookies import token
from tracker.web.navigation import Link, navigation
from tracker.web.settings import config

# Stands in what is kept for the token of whoever's session it is sent to; nobody can write it into a page.
TOKEN = secrets.token_hex(16)
MOST = 256
KEPT = "tracker.frame"


class Frame:
    """The parts of a page around what it has of its own."""

    @property
    def head(self) -> Markup:
        """What the head of the page has beside its title."""
        return _made("layouts/_head.html", request.script_root)

    @property
    def top(self) -> Markup:
        """The way past all this, the name of whoever is signed in, and the links that lead on."""
        name, links = _name(), tuple(navigation())
        is_demonstration = config().demonstration
        made = _made("layouts/_top.html", request.script_root, name, links, is_demonstration=is_demonstration)
        return made if name is None else made.replace(TOKEN, token())

    @property
    def foot(self) -> Markup:
        """The links that everybody has, and whose tool this is."""
        return _made("layouts/_foot.html", request.script_root, _name())


FRAME = Frame()


def _name() -> str | None:
    who = signed_in_actor()
    return None if who is None else who.name


def _made(*asked: object, **also: object) -> Markup:
    """Return a part, as this application made it before or makes it now; with the application, all of it goes."""
    kept = current_app.extensions.get(KEPT)
    if kept is None:
        kept = current_app.extensions[KEPT] = _maker(current_app.jinja_env)
    made: Markup = kept(*asked, **also)
    return made


def _maker(env: Environment) -> Callable[..., Markup]:
    @lru_cache(MOST)
    def made(
        template: str,
        _root: str,
        name: str | None = None,
        links: tuple[Link, ...] = (),
        *,
        is_demonstration: bool = False,
    ) -> Markup:
        given = {"name": name, "links": links, "token": TOKEN, "is_demonstration": is_demonstration}
        return Markup(env.get_template(template).render(**given))  # noqa: S704 (a template's own words, escaped there)

    return made
