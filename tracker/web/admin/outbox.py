"""The outbox of notices: what waits, failed or is in doubt, and settling that."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.queries import outbox as questions
from tracker.queries.outbox import Mail
from tracker.services import notices
from tracker.services.notices import Settle
from tracker.web.access import requires
from tracker.web.admin.room import blueprint
from tracker.web.auth import actor
from tracker.web.clock import now
from tracker.web.paging import asked


@blueprint.get("/notices")
@requires(Permission.MANAGE_PEOPLE)
def outbox() -> str:
    """List the notices that stand as the address asks, those in doubt first of all."""
    counts = questions.counts(db.session, now())
    text = request.args.get("standing", "")
    standing = Mail(text) if text in {*Mail} else next((each for each in Mail if counts[each]), Mail.WAITING)
    page = asked()
    return render_template(
        "admin/outbox.html",
        counts=counts,
        standing=standing,
        rows=questions.standing(db.session, standing, now(), start=page.start, limit=page.size),
        page=page.number,
        pages=page.of(counts[standing]),
    )


@blueprint.post("/notices/<ref>/<outcome>")
@requires(Permission.MANAGE_PEOPLE)
@writes
def settle(ref: str, outcome: str) -> Response:
    """Settle a notice that is in doubt, failed or was given up."""
    notices.settle(db.session, actor(), Settle(ref, outcome), at=now())
    flash(f"The notice {ref} is {notices.SETTLED[outcome]}.")
    return redirect(url_for("admin.outbox"), code=303)
