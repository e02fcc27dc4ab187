"""The policy to read: the one in force for whoever asks, and every version that was or will be."""

from functools import lru_cache
from typing import Any

from flask import Response, render_template

from tracker.database import db
from tracker.domain.access import Permission
from tracker.domain.errors import NotFoundError
from tracker.domain.explained import Explained, explain
from tracker.domain.facts import Circle
from tracker.queries import policies
from tracker.queries.policies import Version
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import now
from tracker.web.policy import words
from tracker.web.policy.pictures import drawn, in_words
from tracker.web.policy.room import blueprint


@blueprint.get("")
@requires(Permission.READ_POLICY)
def in_force() -> str:
    """Show the policy in force for whoever asks: an inspector’s own, that of staff to everybody else."""
    today = now().date()
    own = policies.engagement_of(db.session, actor().inspector_id)
    row, _ = policies.in_force(db.session, today, own or policies.STAFF)
    return _page(row.ref, own)


@blueprint.get("/versions/<ref>")
@requires(Permission.READ_POLICY)
def version(ref: str) -> str:
    """Show a version, in force or not."""
    return _page(ref, policies.engagement_of(db.session, actor().inspector_id))


@blueprint.get("/versions/<ref>/text")
@requires(Permission.READ_POLICY)
def text(ref: str) -> Response:
    """Give a version as a file, byte for byte as it was adopted."""
    headers = {"Content-Disposition": f"attachment; filename=policy-{ref}.toml"}
    return Response(_found(ref).row.toml.encode(), mimetype="application/toml", headers=headers)


def _found(ref: str) -> Version:
    found = policies.version(db.session, ref, now().date())
    if found is None:
        raise NotFoundError("There is no such version of the policy.")
    return found


def _page(ref: str, own: str | None) -> str:
    found = _found(ref)
    return render_template(
        "policy/page.html",
        version=found,
        own=own,
        standings=policies.standings(db.session, now().date()),
        **content(found.row.toml),
    )


def content(toml: str) -> dict[str, Any]:
    """Return what the part of a page needs that tells what a policy says, cases and pictures included."""
    explained = _explained(toml, now().year + 1)
    return {
        "policy": policies.parsed(toml),
        "explained": explained,
        "pictures": {nature: drawn(band) for nature, band in explained.bands.items()},
        "stretches_in_words": in_words,
        "words": words,
        "circles": list(Circle),
    }


@lru_cache(maxsize=8)
def _explained(toml: str, year: int) -> Explained:
    """Return a policy's cases; the same text is explained once a year."""
    return explain(policies.parsed(toml), year)
