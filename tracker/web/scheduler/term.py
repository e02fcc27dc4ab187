"""Plans for a term: asking for one, seeing how far it is, and what it would do."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.domain.allocation_rules import AllocationRules
from tracker.domain.allocation_words import in_words
from tracker.domain.errors import RefusedError
from tracker.domain.plan_states import PlanState
from tracker.models import AllocationPlan
from tracker.queries import plans as questions
from tracker.queries.stays import openings
from tracker.services import plans
from tracker.services.plans import AskPlan
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import now, today
from tracker.web.paging import asked
from tracker.web.scheduler import term_background as background
from tracker.web.scheduler.room import blueprint
from tracker.web.scheduler.term_forms import ActForm, AskForm
from tracker.web.scheduler.term_shown import shown
from tracker.web.settings import allocation_rules, config


@blueprint.get("/term")
@requires(Permission.ASSIGN)
def term_plans() -> str:
    """List the plans, the latest first."""
    page = asked()
    number, found = questions.listed(db.session, start=page.start, size=page.size)
    beat = background.beat_now()
    return render_template(
        "scheduler/term_plans.html",
        number=number,
        found=[(each, plans.is_silent(each, beat)) for each in found],
        who=questions.who(db.session, [each.made_by for each in found]),
        page=page,
    )


@blueprint.get("/term/ask")
@requires(Permission.ASSIGN)
def term_ask() -> str:
    """Ask for a plan: of which period, by which rules; the rest of this term, unless told otherwise."""
    _, rules = allocation_rules()
    return _ask_page(AskForm(data={"first_on": today(), "last_on": rules.term_ends(today())}), rules)


@blueprint.post("/term/ask")
@requires(Permission.ASSIGN)
@writes
def term_ask_post() -> Response | tuple[str, int]:
    """Ask for it, and begin the work on it."""
    text, rules = allocation_rules()
    form = AskForm()
    if not form.validate():
        return _ask_page(form, rules), 422
    try:
        return started(AskPlan(form.first_on.data, form.last_on.data, text))
    except RefusedError as error:
        db.session.rollback()
        form.refuse(error)
        return _ask_page(form, rules), 422


def started(command: AskPlan) -> Response:
    """Ask for a plan, begin the work on it, and lead to its page."""
    plan = plans.ask(db.session, actor(), command, at=now(), beat=background.beat_now())
    _begin(plan)
    return redirect(url_for("scheduler.term_plan", ref=plan.ref), code=303)


def _begin(plan: AllocationPlan) -> None:
    # The process must find what this request leaves.
    ref = plan.ref
    db.session.commit()
    background.start(config(), ref)


def _ask_page(form: AskForm, rules: AllocationRules) -> str:
    first, last = today(), rules.term_ends(today())
    places = _places(first, last)
    return render_template(
        "scheduler/term_ask.html",
        form=form,
        rules=rules,
        says=in_words(rules),
        term=(first, last),
        places=places,
        inspections=sum(1 for _ in filter(None, _open(first, last))),
    )


def _open(first: date, last: date) -> Sequence[int]:
    return [each.lead_open + each.team_open for each in openings(db.session, first=first, last=last)]


def _places(first: date, last: date) -> int:
    return sum(_open(first, last))


@blueprint.get("/term/plan/<ref>")
@requires(Permission.ASSIGN)
def term_plan(ref: str) -> str:
    """Show how far a plan is, or what it would do, or what became of it."""
    return plan_page(plans.one(db.session, ref), ActForm())


def plan_page(plan: AllocationPlan, form: ActForm) -> str:
    """Return a plan's page."""
    silent = plans.is_silent(plan, background.beat_now())
    told: dict[str, Any] = {
        "plan": plan,
        "form": form,
        "is_silent": silent,
        "who": questions.who(db.session, [plan.made_by, plan.applied_by or ""]),
    }
    if plan.state in (PlanState.READY, PlanState.APPLIED):
        return render_template("scheduler/term_result.html", **told, **shown(db.session, plan, actor()))
    return render_template("scheduler/term_progress.html", **told)


@blueprint.post("/term/plan/<ref>/cancel")
@requires(Permission.ASSIGN)
@writes
def term_cancel(ref: str) -> Response | tuple[str, int]:
    """Give up a plan that is being made, or stop one that is being applied."""
    try:
        plans.cancel(db.session, actor(), ref, at=now(), beat=background.beat_now())
    except RefusedError as error:
        return _refused(ref, error)
    return redirect(url_for("scheduler.term_plan", ref=ref), code=303)


@blueprint.post("/term/plan/<ref>/again")
@requires(Permission.ASSIGN)
@writes
def term_again(ref: str) -> Response | tuple[str, int]:
    """Begin again the work on a plan that has stopped."""
    try:
        _begin(plans.again(db.session, actor(), ref, at=now(), beat=background.beat_now()))
    except RefusedError as error:
        return _refused(ref, error)
    return redirect(url_for("scheduler.term_plan", ref=ref), code=303)


def _refused(ref: str, error: RefusedError) -> tuple[str, int]:
    db.session.rollback()
    form = ActForm()
    form.form_errors = [str(error)]
    return plan_page(plans.one(db.session, ref), form), 409
