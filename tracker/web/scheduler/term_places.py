"""The places of a plan: the lists of them, choices to keep, and applying."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.domain.errors import NotFoundError, RefusedError
from tracker.domain.lifecycle import LEAD, TEAM
from tracker.domain.plan_states import PlanState
from tracker.models import AllocationPlan
from tracker.queries import plans as questions
from tracker.services import plan_applying, plans
from tracker.services.plans import AskPlan
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import now
from tracker.web.paging import asked
from tracker.web.scheduler import term_background as background
from tracker.web.scheduler.room import blueprint
from tracker.web.scheduler.term import started
from tracker.web.scheduler.term_forms import ActForm, KeepForm
from tracker.web.scheduler.term_shown import left_open, places, result_of
from tracker.web.settings import allocation_rules, config

PLACES = 50


def _ready(ref: str) -> AllocationPlan:
    plan = plans.one(db.session, ref)
    if plan.result is None:
        raise NotFoundError("This plan has no places yet.")
    return plan


@blueprint.get("/term/plan/<ref>/places")
@requires(Permission.ASSIGN)
def term_places(ref: str) -> str:
    """List who would have which place."""
    plan, page = _ready(ref), asked(PLACES)
    number, lines = places(db.session, plan, actor(), start=page.start, size=page.size)
    hidden = len(result_of(plan)["places"]) - number
    return render_template(
        "scheduler/term_places.html", plan=plan, number=number, lines=lines, hidden=hidden, page=page
    )


@blueprint.get("/term/plan/<ref>/open")
@requires(Permission.ASSIGN)
def term_open(ref: str) -> str:
    """List the places that stay open, each with why and what would fill it."""
    plan, page = _ready(ref), asked(PLACES)
    lines = left_open(db.session, plan, actor(), start=page.start, size=page.size)
    number = len(result_of(plan)["unfilled"])
    return render_template("scheduler/term_open.html", plan=plan, number=number, lines=lines, page=page)


@blueprint.get("/term/plan/<ref>/keep")
@requires(Permission.ASSIGN)
def term_keep(ref: str) -> str:
    """Keep a choice, or make another, and have the rest planned around it."""
    plan = _ready(ref)
    asked_for = {name: request.args.get(name, "") for name in ("inspection", "role", "staff_no")}
    return _keep_page(plan, KeepForm(data=asked_for))


@blueprint.post("/term/plan/<ref>/keep")
@requires(Permission.ASSIGN)
@writes
def term_keep_post(ref: str) -> Response | tuple[str, int]:
    """Ask for a new plan of the same period that keeps this choice besides those kept already."""
    plan = _ready(ref)
    form = KeepForm()
    if not form.validate():
        return _keep_page(plan, form), 422
    chosen = (form.inspection.data or "", form.staff_no.data or "", form.role.data or "")
    if chosen[1] == questions.staff_no_of(db.session, actor().inspector_id):
        form.refuse(RefusedError("You cannot place yourself: another scheduler looks after this", field="staff_no"))
        return _keep_page(plan, form), 422
    text, _ = allocation_rules()
    pins = tuple(dict.fromkeys((*plans.pins_of(plan), chosen)))
    try:
        return started(AskPlan(plan.first_on, plan.last_on, text, pins))
    except RefusedError as error:
        db.session.rollback()
        form.refuse(error)
        return _keep_page(_ready(ref), form), 422


def _keep_page(plan: AllocationPlan, form: KeepForm) -> str:
    reference = form.inspection.data or ""
    where = questions.inspections(db.session, [reference]).get(reference)
    if where is None:
        raise NotFoundError("There is no such inspection.")
    staff = form.staff_no.data or ""
    return render_template(
        "scheduler/term_keep.html",
        plan=plan,
        form=form,
        where=where,
        name=questions.names(db.session, [staff]).get(staff, ""),
        role=form.role.data if form.role.data in (LEAD, TEAM) else "",
    )


@blueprint.get("/term/plan/<ref>/apply")
@requires(Permission.ASSIGN)
def term_apply(ref: str) -> str:
    """Say what applying does, and ask once."""
    return _apply_page(_ready(ref), ActForm())


@blueprint.post("/term/plan/<ref>/apply")
@requires(Permission.ASSIGN)
@writes
def term_apply_post(ref: str) -> Response | tuple[str, int]:
    """Begin to propose the places."""
    try:
        plan_applying.begin_applying(db.session, actor(), ref, at=now(), beat=background.beat_now())
    except RefusedError as error:
        db.session.rollback()
        form = ActForm()
        form.form_errors = [str(error)]
        return _apply_page(_ready(ref), form), 409
    db.session.commit()
    background.start(config(), ref)
    return redirect(url_for("scheduler.term_plan", ref=ref), code=303)


def _apply_page(plan: AllocationPlan, form: ActForm) -> str:
    return render_template(
        "scheduler/term_apply.html",
        plan=plan,
        form=form,
        result=result_of(plan),
        is_ready=plan.state is PlanState.READY,
        who=questions.who(db.session, [plan.applied_by or ""]),
        changed=questions.changed_since(db.session, plan.history_size or 0),
    )
