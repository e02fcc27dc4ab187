"""All entries of the history, the latest first."""

from flask import render_template

from tracker.database import db
from tracker.domain.access import Permission
from tracker.queries import history
from tracker.web.access import requires
from tracker.web.auditor.lines import before, shown
from tracker.web.auditor.room import blueprint
from tracker.web.unchanged import same_while_nothing_happens


@blueprint.get("/entries")
@requires(Permission.READ_HISTORY)
@same_while_nothing_happens
def entries() -> str:
    """List every entry of the history, page by page."""
    page = history.timeline(db.session, None, before=before())
    return render_template("auditor/entries.html", page=page, lines=shown(page.lines))
