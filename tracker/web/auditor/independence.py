"""An inspection's independence file, to be read or printed for a complaint or a court."""

from flask import abort, render_template

from tracker.database import db
from tracker.domain.access import Permission
from tracker.queries import history
from tracker.queries.independence import independence_file
from tracker.queries.inspections import provider_names
from tracker.services.history import words_of
from tracker.web.access import requires
from tracker.web.auditor.room import blueprint
from tracker.web.clock import now


@blueprint.get("/independence/<path:reference>")
@requires(Permission.READ_HISTORY)
def independence(reference: str) -> str:
    """Show who was proposed for an inspection, and all that was declared, checked, decided and done about each."""
    found = independence_file(db.session, reference)
    if found is None:
        abort(404)
    provider = found.inspection.provider
    who = {each.assignment.proposed_by for each in found.members}
    who |= {each.decided_by for member in found.members for each in member.decisions}
    who |= {each.actor for member in found.members for each in member.turns}
    return render_template(
        "auditor/independence.html",
        file=found,
        provider=provider_names(db.session, [provider])[provider],
        names=history.names_of(db.session, who),
        words_of=words_of,
        standing=history.standing(db.session),
        made_at=now(),
    )
