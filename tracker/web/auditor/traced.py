"""What was done by which assignments may come to stand otherwise: each kind by itself, the latest first."""

from flask import abort, render_template

from tracker.database import db
from tracker.domain.access import Permission
from tracker.queries.scrutiny import between
from tracker.web.access import requires
from tracker.web.auditor.lines import before, shown
from tracker.web.auditor.room import blueprint
from tracker.web.unchanged import same_while_nothing_happens

TITLES = {
    "import": "Register imports",
    "policy": "Policies",
    "decision": "Decisions",
    "grade": "Grades of connections",
    "move": "Moves of inspections",
    "calling-off": "Callings-off of inspections",
    "leaving": "Leavings of inspectors",
}


@blueprint.get("/changing/<kind>")
@requires(Permission.READ_HISTORY)
@same_while_nothing_happens
def traced(kind: str) -> str:
    """List the acts of one kind; each line leads to what it changed."""
    if kind not in TITLES:
        abort(404)
    page = between.changing(db.session, kind, before=before())
    return render_template("auditor/traced.html", title=TITLES[kind], page=page, lines=shown(page.lines))
