"""The auditor's room, that every module of routes joins, and the marks that its pages share."""

from flask import Blueprint, session

from tracker.web.clock import now
from tracker.web.unchanged import OPENED

blueprint = Blueprint("auditor", __name__, url_prefix="/audit")
# How long the details of a declaration stay open in one browser, and how many at once.
OPEN_SECONDS = 15 * 60
MOST_OPEN = 12


def open_here(refs: tuple[str, ...]) -> None:
    """Remember for a while that the details of these declarations were opened in this browser."""
    instant = int(now().timestamp())
    still = {ref: since for ref, since in session.get(OPENED, {}).items() if instant - since <= OPEN_SECONDS}
    still |= dict.fromkeys(refs, instant)
    session[OPENED] = dict(sorted(still.items(), key=lambda each: each[1])[-MOST_OPEN:])


def is_open_here(ref: str) -> bool:
    """Tell whether the details of a declaration were opened in this browser, not long ago."""
    since = session.get(OPENED, {}).get(ref)
    return since is not None and 0 <= now().timestamp() - since <= OPEN_SECONDS
