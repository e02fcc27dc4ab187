"""What decisions asked to be done and is not done yet, what is overdue first."""

from flask import abort, render_template, request

from tracker.database import db
from tracker.domain.access import Permission
from tracker.queries import mitigations
from tracker.queries.mitigations import Which
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import today
from tracker.web.decisions.room import blueprint
from tracker.web.paging import asked
from tracker.web.telling import told, whose


@blueprint.get("/mitigations")
@requires(Permission.DECIDE)
def mitigations_to_do() -> str:
    """List every mitigation that is called for and not done, or only some of them (?only=, and ?overdue=1 as ever)."""
    page, which = asked(), _which()
    waiting = mitigations.waiting(db.session, actor(), today(), which=which, start=page.start, size=page.size)
    listed = told(waiting.found, with_evidence=False)
    return render_template(
        "decisions/mitigations.html",
        number=waiting.numbers[which],
        mitigations=listed,
        whose=whose(listed),
        which=which.value,
        page=page,
    )


def _which() -> Which:
    if "overdue" in request.args:
        return Which.OVERDUE
    try:
        return Which(request.args.get("only", Which.ALL))
    except ValueError:
        abort(404)
