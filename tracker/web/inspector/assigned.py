"""An own assignment: what the check found, and the inspector's word for this one inspection."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.domain.errors import NotFoundError, OutOfDateError, RefusedError
from tracker.domain.lifecycle import OPEN
from tracker.queries import declarations, inspector, moves
from tracker.queries.inspector import Own
from tracker.queries.moves import Change
from tracker.services import confirmations
from tracker.services.confirmations import Vouch
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import checked_on, now
from tracker.web.inspector.desk import stated
from tracker.web.inspector.room import blueprint, me
from tracker.web.inspector.words import VOUCHED


def own_of(ref: str) -> Own:
    """Return an own assignment; raise NotFoundError for any other."""
    own = inspector.own_assignment(db.session, me(), ref, checked_on())
    if own is None:
        message = "There is no such assignment."
        raise NotFoundError(message)
    return own


@blueprint.get("/assignments/<ref>")
@requires(Permission.READ_OWN_ASSIGNMENTS)
def assignment(ref: str) -> str:
    """Show one own assignment, each finding with its chain of facts, and ask for the word for this inspection."""
    return _page(own_of(ref))


@blueprint.post("/assignments/<ref>/confirm")
@requires(Permission.CONFIRM_OWN)
@writes
def vouch(ref: str) -> Response | tuple[str, int]:
    """Take the inspector's word that there is no connection beyond those declared."""
    own = own_of(ref)
    command = Vouch(ref, VOUCHED, request.form.get("declaration", ""))
    try:
        confirmations.vouch(db.session, actor(), command, at=now())
    except OutOfDateError as error:
        return _page(own, problem=str(error)), 409
    except RefusedError as error:
        return _page(own, problem=str(error)), 422
    flash(f"You have confirmed for {own.assignment.inspection.reference}.")
    return redirect(url_for("inspector.assignment", ref=ref), code=303)


def _moved(own: Own) -> list[Change]:
    """Return how the inspection was moved while the inspector was on it, the latest first; why is not told."""
    until = None if own.assignment.state in OPEN else own.assignment.changed_at
    changes = moves.changes(db.session, own.assignment.inspection.reference, until)
    return [each for each in reversed(changes) if each.was and each.at >= own.assignment.proposed_at]


def _page(own: Own, problem: str = "") -> str:
    pages = inspector.connection_pages(db.session, me())
    hrefs = {connection: url_for("inspector.declaration", ref=each) for connection, each in pages.items()}
    current = declarations.in_force(db.session, me())
    return render_template(
        "inspector/assignment.html",
        own=own,
        hrefs=hrefs,
        is_open=own.assignment.state in OPEN,
        moved=_moved(own),
        current=current,
        declared=stated(current) if current else [],
        certified=VOUCHED,
        problem=problem,
    )
