"""One assignment: what its check found, what may happen next, confirming and releasing."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission, Subject
from tracker.domain.errors import NotFoundError, RefusedError
from tracker.domain.fitting import leaves
from tracker.domain.lifecycle import IN_THE_TEAM, OPEN, State
from tracker.models import Assignment
from tracker.queries import confirmations, decisions, inspections, lapses, mitigations, objections, policies
from tracker.services import assignments
from tracker.services.assignments import Release
from tracker.services.permit import permit
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import checked_on, now, today
from tracker.web.objecting import shown, standings_of
from tracker.web.said import NOTICE
from tracker.web.scheduler.forms import ReleaseForm
from tracker.web.scheduler.room import blueprint
from tracker.web.scheduler.teams import absent_from, as_shown, changed_meanwhile, elsewhere_of, notes_on
from tracker.web.telling import told

CHANGED = "It was not confirmed. It was checked again just now, and no decision covers what was found."


def _assignment(ref: str) -> Assignment:
    found = decisions.one(db.session, ref)
    if found is None:
        message = "There is no such assignment."
        raise NotFoundError(message)
    permit(actor(), Permission.CHECK, Subject(inspector_id=found.inspector_id))
    return found


@blueprint.get("/assignments/<ref>")
@requires(Permission.CHECK)
def assignment(ref: str) -> str:
    """Show an assignment: its verdict, each finding with its chain of facts, and what may happen next."""
    return _page(_assignment(ref))


@blueprint.post("/assignments/<ref>/confirm")
@requires(Permission.ASSIGN)
@writes
def confirm(ref: str) -> Response | tuple[str, int]:
    """Confirm an assignment, unless the check made now finds what nobody decided on, or its page no longer holds."""
    found = _assignment(ref)
    if changed := changed_meanwhile(found):
        return _page(found, problem=f"{changed}. It was not confirmed: press again if it is still what you want"), 409
    try:
        answer = assignments.confirm(db.session, actor(), ref, at=now())
    except RefusedError as error:
        db.session.rollback()
        return _page(_assignment(ref), problem=str(error)), 422
    if not answer.confirmed:
        # The new check stays: what it found is worth more than the page that asked.
        db.session.expire_all()
        return _page(_assignment(ref), problem=CHANGED), 409
    found = _assignment(ref)
    flash(f"{found.inspector.name} is confirmed for {found.inspection.reference}.")
    return redirect(url_for("scheduler.assignment", ref=ref), code=303)


@blueprint.get("/assignments/<ref>/release")
@requires(Permission.ASSIGN)
def release(ref: str) -> str | Response:
    """Ask why an inspector is to be released."""
    found = _assignment(ref)
    return _release_page(found, ReleaseForm()) if found.state in OPEN else _released_before(found)


@blueprint.post("/assignments/<ref>/release")
@requires(Permission.ASSIGN)
@writes
def release_post(ref: str) -> Response | tuple[str, int]:
    """Release an inspector from an assignment."""
    form = ReleaseForm()
    found = _assignment(ref)
    if found.state not in OPEN:
        return _released_before(found)
    if not form.validate():
        return _release_page(found, form), 422
    if changed := changed_meanwhile(found):
        form.refuse(RefusedError(f"{changed}. Nobody was released: press again if it is still what you want"))
        return _release_page(found, form), 409
    assignments.release(db.session, actor(), Release(ref, form.reason.data or ""), at=now())
    flash(f"{found.inspector.name} is released from {found.inspection.reference}.")
    return redirect(url_for("scheduler.inspection", reference=found.inspection.reference), code=303)


def _released_before(found: Assignment) -> Response:
    """Say that somebody else was quicker, or that this was done before: nothing is to be done twice."""
    flash(
        f"{found.inspector.name} was released from {found.inspection.reference} already. Nothing was changed.", NOTICE
    )
    return redirect(url_for("scheduler.assignment", ref=found.ref), code=303)


def _page(found: Assignment, problem: str = "") -> str:
    _, policy = policies.in_force(db.session, checked_on(), found.inspector.engagement)
    made = decisions.decisions_on(db.session, [found.id])[found.id]
    findings = decisions.weighed(found, made, policy)
    lapsed = lapses.of_assignments(db.session, [found.id])
    provider = inspections.provider_names(db.session, [found.inspection.provider])[found.inspection.provider]
    elsewhere = elsewhere_of(found.inspection)
    return render_template(
        "scheduler/assignment.html",
        assignment=found,
        provider=provider,
        findings=findings,
        uncovered=[each for each in findings if not each.is_covered],
        # Who decided, and why, is between the decision-makers and the auditors.
        decided=[(each.outcome, each.decided_at, each.finding, lapsed.get(each.id)) for each in made],
        lapsed=list(lapsed.values())[-1:],
        mitigations=told(mitigations.of_assignments(db.session, [found.id])[found.id], with_evidence=False),
        names=decisions.names_of(db.session, [found.proposed_by]),
        vouched=confirmations.given(db.session, [found.id]).get(found.id),
        objections=shown(standings_of(found)),
        may_be_objected_to=objections.may_be_objected_to(found, today()),
        is_open=found.state in OPEN,
        note=notes_on(found.inspection, [found], elsewhere).get(found.id, ""),
        leaves=leaves(found.inspector.left_on, found.inspection.ends_on),
        absent=bool(absent_from(found.inspection, [found], elsewhere)),
        is_full=found.state is State.PROPOSED
        and found.role in IN_THE_TEAM
        and found.inspection.held >= found.inspection.team_size,
        has_ended=found.inspection.ends_on < today(),
        was=as_shown(found.inspection),
        problem=problem,
    )


def _release_page(found: Assignment, form: ReleaseForm) -> str:
    provider = inspections.provider_names(db.session, [found.inspection.provider])[found.inspection.provider]
    was = as_shown(found.inspection)
    return render_template("scheduler/release.html", assignment=found, provider=provider, form=form, was=was)
