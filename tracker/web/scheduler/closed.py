"""Inspectors on teams whose accounts are closed: somebody must find out whether they still go."""

from flask import render_template

from tracker.database import db
from tracker.domain.access import Permission
from tracker.queries import closed_accounts, decisions, inspections
from tracker.web.access import requires
from tracker.web.clock import today
from tracker.web.paging import asked
from tracker.web.scheduler.room import blueprint


@blueprint.get("/closed-accounts")
@requires(Permission.ASSIGN)
def closed() -> str:
    """List every place of a coming inspection that somebody holds whose account is closed."""
    page = asked()
    numbers = closed_accounts.on_teams(db.session, today(), start=page.start, size=page.size)
    loaded = decisions.whole(db.session, numbers)
    found = [loaded[number] for number in numbers]
    return render_template(
        "scheduler/closed.html",
        number=closed_accounts.number_on_teams(db.session, today()),
        found=found,
        closed=closed_accounts.closed_at(db.session, {each.inspector_id for each in found}),
        names=inspections.provider_names(db.session, [each.inspection.provider for each in found]),
        page=page,
    )
