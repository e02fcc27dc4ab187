"""All entries of the history, the latest first."""

from flask import abort, render_template, request

from tracker.database import db
from tracker.domain.access import Permission
from tracker.queries import history
from tracker.web.access import requires
from tracker.web.auditor.lines import as_number, before, shown
from tracker.web.auditor.room import blueprint
from tracker.web.unchanged import same_while_nothing_happens


@blueprint.get("/entries")
@requires(Permission.READ_HISTORY)
@same_while_nothing_happens
def entries() -> str:
    """List every entry of the history, page by page; from one on (?entry=) and back, where its number is given."""
    number = as_number(request.args["entry"]) if request.args.get("entry") else None
    if number is None and request.args.get("entry"):
        abort(404)
    page = history.timeline(db.session, None, before=before() if number is None else number + 1)
    if number is not None and not 0 < number <= page.total:
        abort(404)
    return render_template("auditor/entries.html", page=page, lines=shown(page.lines))
