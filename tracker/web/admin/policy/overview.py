"""What is in force and for whom, every version, and the form that begins a change."""

from flask import render_template

from tracker.database import db
from tracker.domain.access import Permission
from tracker.domain.errors import Problem
from tracker.queries import administration, policies
from tracker.services.history import words_of
from tracker.web.access import requires
from tracker.web.admin.policy.forms import CompareForm
from tracker.web.admin.room import blueprint
from tracker.web.clock import now
from tracker.web.policy import words

# More faults than that are told by the command.
SHOWN_PROBLEMS = 30


@blueprint.get("/policy")
@requires(Permission.ADOPT_POLICY)
def policy() -> str:
    """Show the policies in force, those to come and those before, and ask for another."""
    return overview(CompareForm())


def overview(form: CompareForm, problems: tuple[Problem, ...] = ()) -> str:
    """Return the page with a form as it stands, and what is wrong with the file that was sent."""
    today = now().date()
    return render_template(
        "admin/policy.html",
        form=form,
        problems=problems[:SHOWN_PROBLEMS],
        untold=max(0, len(problems) - SHOWN_PROBLEMS),
        today=today,
        standings=policies.standings(db.session, today),
        versions=policies.versions(db.session, today),
        reasons={ref: words_of(each) for ref, each in administration.policy_reasons(db.session).items()},
        waiting=policies.not_yet_effective(db.session, today),
        words=words,
    )
