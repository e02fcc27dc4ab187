"""Watchfulness: who read personal details lately and how often, and to which accounts sign-ins were refused."""

from flask import render_template

from tracker.database import db
from tracker.domain.access import Permission
from tracker.queries.scrutiny import watching
from tracker.web.access import requires
from tracker.web.auditor.room import blueprint
from tracker.web.clock import today
from tracker.web.unchanged import same_while_nothing_happens


@blueprint.get("/watching")
@requires(Permission.READ_HISTORY)
@same_while_nothing_happens
def watch() -> str:
    """Show who read how much, who does so unusually often, and who was refused at the door."""
    return render_template(
        "auditor/watching.html",
        readers=watching.readers(db.session, today()),
        tried=watching.tried(db.session, today()),
        unusual=watching.UNUSUAL,
    )
