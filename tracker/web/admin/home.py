"""The first page of an administrator: what to do now."""

from flask import render_template

from tracker.database import db
from tracker.domain.access import Permission
from tracker.domain.register import Kind
from tracker.queries import administration, outbox, policies, registers
from tracker.web.access import requires
from tracker.web.admin.room import blueprint
from tracker.web.clock import now, today
from tracker.web.policy import words


@blueprint.get("")
@requires(Permission.MANAGE_PEOPLE)
def home() -> str:
    """Show how old each register is, who holds which role, and the policy in force."""
    latest = registers.latest_imports(db.session)
    return render_template(
        "admin/home.html",
        kinds=list(Kind),
        latest=latest,
        ages={each.kind: each.in_words for each in registers.ages(db.session, today())},
        missing=[kind for kind in Kind if kind not in latest],
        counts=administration.counts(db.session, today()),
        policies=policies.standings(db.session, now().date()),
        words=words,
        notices=outbox.counts(db.session, now()),
        today=today(),
    )
