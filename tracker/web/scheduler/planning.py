"""Planning an inspection: which provider, then the rest."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.domain.errors import RefusedError
from tracker.queries import inspections
from tracker.services import assignments
from tracker.services.assignments import AddInspection
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import now
from tracker.web.provider_picker import LONGEST, searched
from tracker.web.scheduler.forms import PlanForm
from tracker.web.scheduler.room import blueprint


@blueprint.get("/plan")
@requires(Permission.PLAN_INSPECTIONS)
def choose_provider() -> str:
    """Find the provider that is to be inspected."""
    return render_template("scheduler/choose_provider.html", results=searched(db.session, only_providers=True))


@blueprint.get("/plan/details")
@requires(Permission.PLAN_INSPECTIONS)
def plan() -> str | Response:
    """Ask for the rest."""
    provider = request.args.get("provider", "").strip()[:LONGEST]
    if not provider:
        return redirect(url_for("scheduler.choose_provider"))
    form = PlanForm()
    form.provider.data = provider
    return _page(form)


@blueprint.post("/plan/details")
@requires(Permission.PLAN_INSPECTIONS)
@writes
def plan_post() -> Response | tuple[str, int]:
    """Plan the inspection. The same form sent twice leads to the one inspection that it made."""
    form = PlanForm()
    if not form.validate():
        return _page(form), 422
    command = AddInspection(
        reference=form.reference.data or "",
        provider=form.provider.data or "",
        framework=form.framework.data or "",
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        team_size=int(form.team_size.data or 0),
    )
    try:
        assignments.add_inspection(db.session, actor(), command, at=now())
    except RefusedError as error:
        db.session.rollback()
        if not _is_planned_so(command):
            form.refuse(error)
            return _page(form), 422
    else:
        flash(f"The inspection {command.reference} is planned. Now propose its inspectors.")
    return redirect(url_for("scheduler.inspection", reference=command.reference), code=303)


def _is_planned_so(command: AddInspection) -> bool:
    found = inspections.by_reference(db.session, command.reference)
    if found is None:
        return False
    row = found.inspection
    same = AddInspection(row.reference, row.provider, row.framework, row.starts_on, row.ends_on, row.team_size)
    return same == command


def _page(form: PlanForm) -> str:
    ref = form.provider.data or ""
    return render_template(
        "scheduler/plan.html", form=form, ref=ref, provider=inspections.provider(db.session, ref) if ref else None
    )
