"""Finding a provider by a part of its name, town, postcode or number: a page's list, and the same list for scripts."""

from dataclasses import asdict, dataclass

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.orm import Session

from tracker.database import db
from tracker.domain.access import Permission
from tracker.queries import providers
from tracker.web.access import requires

blueprint = Blueprint("provider_picker", __name__)
SHOWN = 20
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """A provider, group or authority to choose: `detail` tells it from others of its name."""

    ref: str
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found: the words that were typed, and the first choices. No words: nothing was asked yet.

    `is_near` where none of the choices holds what was typed, but all nearly do.
    """

    words: str
    choices: tuple[Choice, ...]
    has_more: bool
    is_near: bool


def searched(session: Session, *, only_providers: bool = False) -> Results:
    """Return what the search in the page's address (?q=) finds; `only_providers` leaves out groups."""
    words = request.args.get("q", "").strip()[:LONGEST]
    found = providers.search(session, words, limit=SHOWN + 1, only_providers=only_providers) if words else []
    choices = tuple(Choice(each.ref, each.name, each.detail) for each in found[:SHOWN])
    return Results(words, choices, has_more=len(found) > SHOWN, is_near=all(each.is_near for each in found))


@blueprint.get("/providers/search")
@requires(Permission.FIND_PROVIDERS)
def search() -> Response:
    """Answer the same search as JSON, for the list that opens while a person types."""
    results = searched(db.session, only_providers=request.args.get("only") == "providers")
    return jsonify([asdict(choice) for choice in results.choices])
