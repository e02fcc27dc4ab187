"""Where each role begins, and the links that a person may follow from every page."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tracker.domain.access import Role
from tracker.web.access import may_open, needs_of
from tracker.web.auth import signed_in_actor

PLACES_OPEN = "tracker.places-open"


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the navigation leads to; who may open it is for the page itself to say."""

    text: str
    path: str


@dataclass(frozen=True, slots=True)
class FirstPage:
    """Where a role begins."""

    role: Role
    path: str
    title: str
    line: str


PLACES = (
    Place("Declarations", "/declarations"),
    Place("Inspections", "/inspections"),
    Place("Decisions", "/decisions"),
    Place("Audit", "/audit"),
    Place("Administration", "/admin"),
    Place("Policy", "/policy"),
)
FIRST_PAGES = (
    FirstPage(
        Role.INSPECTOR, "/declarations", "Declare", "Say what connects you with providers, and see what you said."
    ),
    FirstPage(Role.SCHEDULER, "/inspections", "Plan inspections", "Propose inspectors, and see at once whom to avoid."),
    FirstPage(Role.DECISION_MAKER, "/decisions", "Decide", "Judge the findings that may go ahead with reasons."),
    FirstPage(Role.AUDITOR, "/audit", "Audit", "Follow the history, and check that it is whole."),
    FirstPage(Role.ADMINISTRATOR, "/admin", "Administer", "Import registers, and look after people and the policy."),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the navigation as this page shows it."""

    text: str
    href: str
    is_current: bool
    is_within: bool


def navigation() -> list[Link]:
    """Return the links that whoever is signed in may follow, with the current one marked."""
    here, places = request.path, _open_places()
    within = [place.path for place in places if f"{here}/".startswith(f"{place.path}/")]
    nearest = max(within, key=len, default="")
    return [Link(place.text, place.path, place.path == here, place.path == nearest) for place in places]


def _open_places() -> list[Place]:
    """Return the places that whoever is signed in may open: by the roles held, and to be an inspector or none."""
    who = signed_in_actor()
    known: dict[Any, list[Place]] = current_app.extensions.setdefault(PLACES_OPEN, {})
    asked = who and (who.roles, who.inspector_id is None)
    if asked not in known:
        known[asked] = [place for place in PLACES if is_open(place.path)]
    return known[asked]


def is_open(path: str) -> bool:
    """Tell whether the page exists and whoever is signed in may open it."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return False
    return may_open(needs_of(current_app, endpoint))
