"""Watchfulness: who read personal details lately and how often, and to which accounts sign-ins were refused."""

from flask import abort, render_template

from tracker.database import db
from tracker.domain.access import Permission
from tracker.queries.decisions import names_of
from tracker.queries.scrutiny import watching
from tracker.web.access import requires
from tracker.web.auditor.lines import before, shown
from tracker.web.auditor.room import blueprint
from tracker.web.clock import today
from tracker.web.unchanged import same_while_nothing_happens

TITLES = {
    "opened": "Details that {} opened",
    "taken": "Lists and copies that {} took away",
    "refused": "Refused sign-ins to the account of {}",
    "closed": "Refused sign-ins to the account of {} while it was closed",
    "locked": "When the account of {} was locked",
}


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


@blueprint.get("/watching/<what>/<who>")
@requires(Permission.READ_HISTORY)
@same_while_nothing_happens
def watched(what: str, who: str) -> str:
    """List the entries that one number of that page counts: of what, and by or about whom."""
    if what not in TITLES:
        abort(404)
    page = watching.counted(db.session, today(), what, who, before=before())
    if not page.total:
        abort(404)
    title = TITLES[what].format(names_of(db.session, [who])[who])
    return render_template("auditor/watched.html", title=title, page=page, lines=shown(page.lines))
