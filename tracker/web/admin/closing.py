"""Closing an account: first what that leaves open, as far as the administrator may see it, then the act."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission, permits
from tracker.queries import administration, closed_accounts, mitigations
from tracker.services import people as acts
from tracker.web.access import requires
from tracker.web.admin.people import person_by
from tracker.web.admin.room import blueprint
from tracker.web.auth import actor
from tracker.web.clock import now, today


@blueprint.get("/people/<ref>/close")
@requires(Permission.MANAGE_PEOPLE)
def ask_to_close(ref: str) -> str | Response:
    """Show what closing an account leaves open.

    The schedule is secret, and so is what was decided: of either only those are told who may see it in another role.
    """
    found, who = person_by(ref), actor()
    if found.closed_at is not None:
        return redirect(url_for("admin.person", ref=ref))
    plans, decides = permits(who, Permission.PLAN_INSPECTIONS), permits(who, Permission.DECIDE)
    return render_template(
        "admin/close.html",
        person=found,
        alone=administration.held_alone(db.session, found),
        places=closed_accounts.open_of_account(db.session, ref, today()) if plans else None,
        mitigations=mitigations.number_of_owner(db.session, ref, who) if decides else None,
    )


@blueprint.post("/people/<ref>/close")
@requires(Permission.MANAGE_PEOPLE)
@writes
def close(ref: str) -> Response:
    """Close the account of somebody who has left."""
    account = acts.close(db.session, actor(), person_by(ref).email, at=now())
    flash(f"The account is closed. {account.name} is signed out everywhere, and signs in no more.")
    return redirect(url_for("admin.person", ref=ref), code=303)
