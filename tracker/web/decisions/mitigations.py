"""What decisions asked to be done and is not done yet, what is overdue first."""

from flask import render_template, request

from tracker.database import db
from tracker.domain.access import Permission
from tracker.queries import mitigations
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import today
from tracker.web.decisions.room import blueprint
from tracker.web.paging import asked
from tracker.web.telling import told, whose


@blueprint.get("/mitigations")
@requires(Permission.DECIDE)
def mitigations_to_do() -> str:
    """List every mitigation that is called for and not done, or only those that are overdue (?overdue=1)."""
    page, only_overdue = asked(), "overdue" in request.args
    waiting = mitigations.waiting(
        db.session, actor(), today(), only_overdue=only_overdue, start=page.start, size=page.size
    )
    listed = told(waiting.found, with_evidence=False)
    return render_template(
        "decisions/mitigations.html",
        number=waiting.overdue if only_overdue else waiting.number,
        mitigations=listed,
        whose=whose(listed),
        only_overdue=only_overdue,
        page=page,
    )
