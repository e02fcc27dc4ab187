"""Comparing a policy with what is in force: from the file to every open assignment that it would change."""

from dataclasses import dataclass

from flask import render_template

from tracker.database import db, reading
from tracker.domain.access import Permission
from tracker.domain.errors import BadPolicyError, Problem, RefusedError
from tracker.domain.facts import Verdict
from tracker.queries.comparisons import Candidate, Comparison, compare
from tracker.queries.policies import all_in_force
from tracker.web.access import accepts, requires, writes_within
from tracker.web.admin.policy.flow import flow
from tracker.web.admin.policy.forms import MOST_SENT, AdoptForm, Brought, CompareForm, brought, packed, sealed
from tracker.web.admin.policy.overview import overview
from tracker.web.admin.room import blueprint
from tracker.web.clock import now
from tracker.web.policy import words
from tracker.web.policy.pages import content

SHOWN = 200


@blueprint.post("/policy")
@requires(Permission.ADOPT_POLICY)
@accepts(MOST_SENT)
@writes_within
def compare_policy() -> str | tuple[str, int]:
    """Judge every open assignment under the policy that was sent, in memory, and show what would change.

    It writes nothing; it is a POST because it takes a file.
    """
    form = CompareForm()
    problems: tuple[Problem, ...] = ()
    if form.validate():
        try:
            first = form.first_day(now().date())
            return comparison_page(AdoptForm(formdata=None), compared(brought(form.file.data.read(), first)))
        except BadPolicyError as error:
            problems = error.problems
            form.file.errors = (_in_short(problems),)
        except RefusedError as error:
            form.refuse(error)
    return overview(form, problems), 422


def _in_short(problems: tuple[Problem, ...]) -> str:
    first = str(problems[0])
    many = f"The file has {len(problems)} faults, the first on " if len(problems) > 1 and problems[0].line else ""
    return f"{many}{first}" if many else f"{first[:1].upper()}{first[1:]}"


@dataclass(frozen=True, slots=True)
class Compared:
    """What was compared, what came of it, and a digest that is another as soon as anything else would come of it."""

    brought: Brought
    found: Comparison
    digest: str


def compared(each: Brought) -> Compared:
    """Compare a policy with those in force, in one state of the database."""
    with reading(db.sessions) as session:
        candidate = Candidate(each.policy, each.on, now().date())
        found = compare(session, candidate, most=SHOWN)
        in_force = ",".join(row.ref for row in all_in_force(session, each.on).rows)
    return Compared(each, found, f"{found.tally.digest}:{in_force}")


def comparison_page(form: AdoptForm, done: Compared) -> str:
    """Return the page of a comparison, with the form that adopts what was compared."""
    form.policy.data, form.seal.data = packed(done.brought), sealed(done.brought, done.digest)
    tally = done.found.tally
    return render_template(
        "admin/policy_compared.html",
        form=form,
        brought=done.brought,
        found=done.found,
        tally=tally,
        verdicts=list(reversed(Verdict)),
        picture=flow(tally.flows),
        today=now().date(),
        **content(done.brought.toml),
        engagements=words.whom(done.brought.policy.engagements),
    )
