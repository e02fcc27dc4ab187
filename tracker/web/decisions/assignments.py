"""One assignment before a decision-maker: its findings in full, the decisions so far, and deciding."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission, Subject, permits
from tracker.domain.errors import NotFoundError
from tracker.domain.lifecycle import OPEN, Ruling
from tracker.models import Assignment
from tracker.queries import decisions, inspections, policies, reviews
from tracker.queries.decisions import Weighed
from tracker.services import decisions as acts
from tracker.services.decisions import Decide
from tracker.services.history import words_of
from tracker.services.notes import OpenNote, open_note
from tracker.services.permit import permit
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import now, today
from tracker.web.decisions.forms import DecideForm
from tracker.web.decisions.room import blueprint
from tracker.web.objecting import by_finding


def _assignment(ref: str) -> Assignment:
    found = decisions.one(db.session, ref)
    if found is None:
        message = "There is no such assignment."
        raise NotFoundError(message)
    # Whoever proposed it may look, and is told why somebody else must decide; one's own does not exist here.
    permit(actor(), Permission.DECIDE, Subject(inspector_id=found.inspector_id))
    return found


def _may_decide(found: Assignment) -> bool:
    about = Subject(found.inspector_id, found.proposed_by)
    return found.state in OPEN and permits(actor(), Permission.DECIDE, about)


@blueprint.get("/assignments/<ref>")
@requires(Permission.DECIDE)
def assignment(ref: str) -> str:
    """Show an assignment with its findings, and the decisions on them so far."""
    return _page(_assignment(ref), {})


@blueprint.post("/assignments/<ref>/notes/<connection>")
@requires(Permission.DECIDE)
@writes
def note(ref: str, connection: str) -> str:
    """Show the note of a connection. It answers with the page itself: each look at a note leaves its own entry."""
    words = open_note(db.session, actor(), OpenNote(connection, ref), at=now())
    return _page(_assignment(ref), {connection: words})


def _page(found: Assignment, notes: Mapping[str, str]) -> str:
    may_decide = _may_decide(found)
    findings, made = _weighed(found)
    # Whoever proposed it is not to be led by what others said, should another decision-maker's word be asked.
    shown = may_decide or found.state not in OPEN
    connections = (
        reviews.connections(db.session, {each.finding.connection_ref or "" for each in findings}) if may_decide else {}
    )
    return render_template(
        "decisions/assignment.html",
        may_decide=may_decide,
        is_own_proposal=found.proposed_by == actor().ref,
        is_open=found.state in OPEN,
        findings=findings,
        connections=connections,
        objections=by_finding(found) if shown else {},
        notes=notes,
        made=[(each, words_of(each.reasons)) for each in reversed(made)] if shown else [],
        me=actor().ref,
        names=decisions.names_of(db.session, {found.proposed_by, *(each.decided_by for each in made)}),
        **_facts(found),
    )


def _weighed(found: Assignment) -> tuple[list[Weighed], list[Any]]:
    _, policy = policies.in_force(db.session, today(), found.inspector.engagement)
    made = decisions.decisions_on(db.session, [found.id])[found.id]
    return decisions.weighed(found, made, policy), made


def _facts(found: Assignment) -> dict[str, Any]:
    names = inspections.provider_names(db.session, [found.inspection.provider])
    return {"assignment": found, "provider": names[found.inspection.provider]}


@blueprint.get("/assignments/<ref>/findings/<int:key>")
@requires(Permission.DECIDE)
def decide(ref: str, key: int) -> str | Response:
    """Ask for a decision on one finding."""
    found = _assignment(ref)
    each = _finding(found, decisions.fingerprint_of(db.session, found.id, key))
    if each is None or not _may_decide(found):
        # The facts changed meanwhile, or it is not for this reader: the assignment's page says what holds now.
        return redirect(url_for("decisions.assignment", ref=ref))
    return _decide_page(found, each, _form(found, each))


@blueprint.post("/assignments/<ref>/findings/<int:key>")
@requires(Permission.DECIDE)
@writes
def decide_post(ref: str, key: int) -> Response | tuple[str, int]:
    """Record a decision. The act itself refuses one on facts that changed, and one by whom it may not come."""
    found = _assignment(ref)
    fingerprint = decisions.fingerprint_of(db.session, found.id, key)
    each = _finding(found, fingerprint)
    if each is not None and _may_decide(found):
        form = _form(found, each)
        if not form.validate():
            return _decide_page(found, each, form), 422
        outcome, reasons = Ruling(form.outcome.data), form.reasons.data or ""
    else:
        outcome, reasons = Ruling.ALLOW, ""
    acts.decide(db.session, actor(), Decide(ref, fingerprint, outcome, reasons), at=now())
    name, reference = found.inspector.name, found.inspection.reference
    if outcome is Ruling.UPHOLD:
        flash(f"You upheld the finding. {name} is released from {reference}.")
        return redirect(url_for("decisions.first_page"), code=303)
    flash(f"You allowed the finding. Your reasons are recorded for {name} and {reference}.")
    return redirect(url_for("decisions.assignment", ref=ref), code=303)


def _finding(found: Assignment, fingerprint: str) -> Weighed | None:
    findings, _ = _weighed(found)
    return next((each for each in findings if each.finding.fingerprint == fingerprint), None)


def _form(found: Assignment, each: Weighed) -> DecideForm:
    name, reference = found.inspector.name, found.inspection.reference
    others = len([who for who in each.allowed_by if who != actor().ref])
    if others + 1 >= each.needed:
        allow = "With your reasons, this finding no longer stands in the way while its facts stay as they are"
    else:
        allow = f"{each.needed} decision-makers must allow it; yours is number {others + 1}, so it stays in the way"
    return DecideForm(
        allow_hint=allow, uphold_hint=f"This releases {name} from {reference} at once; somebody else must be found"
    )


def _decide_page(found: Assignment, each: Weighed, form: DecideForm) -> str:
    connections = reviews.connections(db.session, {each.finding.connection_ref or ""})
    said = by_finding(found)
    return render_template(
        "decisions/decide.html", each=each, connections=connections, objections=said, form=form, **_facts(found)
    )
