"""Deciding on one finding: with what was decided before on it or its like, reasons, and mitigations."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.database import begin_write, db, writes
from tracker.domain.access import Permission
from tracker.domain.errors import OutOfDateError, RefusedError
from tracker.domain.lifecycle import Ruling
from tracker.domain.mitigating import MOST
from tracker.models import Assignment
from tracker.queries import decisions, reviews
from tracker.queries.decisions import Weighed
from tracker.queries.mitigation_owners import owners
from tracker.queries.precedents import precedents
from tracker.services import decisions as acts
from tracker.services.decisions import Decide
from tracker.services.history import words_of
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import now, today
from tracker.web.decisions.assignments import (
    asked_of,
    facts_of,
    found_at,
    may_decide_on,
    mitigations_of,
    weighed_now,
)
from tracker.web.decisions.forms import MOST_DIGITS, DecideForm
from tracker.web.decisions.room import blueprint
from tracker.web.objecting import by_finding
from tracker.web.telling import told


@blueprint.get("/assignments/<ref>/findings/<int:key>")
@requires(Permission.DECIDE)
def decide(ref: str, key: int) -> str | Response:
    """Ask for a decision on one finding."""
    found = found_at(ref)
    each = finding_of(found, decisions.fingerprint_of(db.session, found.id, key))
    if each is None or not may_decide_on(found):
        # The facts changed meanwhile, or it is not for this reader: the assignment's page says what holds now.
        return redirect(url_for("decisions.assignment", ref=ref))
    return _page(found, each, _form(found, each))


@blueprint.post("/assignments/<ref>/findings/<int:key>")
@requires(Permission.DECIDE)
@writes
def decide_post(ref: str, key: int) -> Response | str | tuple[str, int]:
    """Record a decision. The act itself refuses one on facts that changed, and one by whom it may not come."""
    found = found_at(ref)
    fingerprint = decisions.fingerprint_of(db.session, found.id, key)
    each = finding_of(found, fingerprint)
    if each is None or not may_decide_on(found):
        command = _sent(ref, fingerprint)
    else:
        form = _form(found, each)
        if form.rearranged():
            return _page(found, each, form)
        if not form.validate():
            return _page(found, each, form), 422
        command = Decide(
            ref, fingerprint, Ruling(form.outcome.data), form.reasons.data or "", form.asked, form.seen_number
        )
    if acts.recorded(db.session, actor(), command):
        return _led_on(found, command, before="This was recorded already. ")
    try:
        acts.decide(db.session, actor(), command, at=now())
    except OutOfDateError as error:
        return _read_first(ref, fingerprint, error), 409
    return _led_on(found, command)


def _sent(ref: str, fingerprint: str) -> Decide:
    """Return what was sent where nothing can be decided: it may be what decided it, sent a second time."""
    outcome, seen = request.form.get("outcome", ""), request.form.get("seen", "")
    ruling = Ruling(outcome) if outcome in set(Ruling) else Ruling.ALLOW
    number = int(seen) if seen.isascii() and seen.isdigit() and len(seen) <= MOST_DIGITS else None
    return Decide(ref, fingerprint, ruling, request.form.get("reasons", ""), (), number)


def _read_first(ref: str, fingerprint: str, error: OutOfDateError) -> str:
    """Show the form with all that was entered in it, and what others decided meanwhile; raise where it has no finding.

    Whoever reads that and still decides so sends the same form.
    """
    # What the act had begun must not be committed with the page that refuses it.
    begin_write(db.session)
    found = found_at(ref)
    each = finding_of(found, fingerprint)
    if each is None or not may_decide_on(found):
        raise error
    form = _form(found, each)
    form.refuse(RefusedError(f"{error} What you entered is still here, and is not recorded yet."))
    return _page(found, each, form)


def _led_on(found: Assignment, command: Decide, before: str = "") -> Response:
    name, reference = found.inspector.name, found.inspection.reference
    if command.outcome is Ruling.UPHOLD:
        flash(f"{before}You upheld the finding. {name} is released from {reference}.")
        return redirect(url_for("decisions.first_page"), code=303)
    told_too = " Those who are to see to the mitigations are told." if command.mitigations else ""
    flash(f"{before}You allowed the finding. Your reasons are recorded for {name} and {reference}.{told_too}")
    return redirect(url_for("decisions.assignment", ref=found.ref), code=303)


def finding_of(found: Assignment, fingerprint: str) -> Weighed | None:
    """Return a finding as it is found now, or None."""
    findings, _ = weighed_now(found)
    return next((each for each in findings if each.finding.fingerprint == fingerprint), None)


def _form(found: Assignment, each: Weighed) -> DecideForm:
    name, reference = found.inspector.name, found.inspection.reference
    others = len([who for who in each.allowed_by if who != actor().ref])
    if others + 1 >= each.needed:
        allow = "With your reasons, this finding no longer stands in the way while its facts stay as they are"
    else:
        allow = f"{each.needed} decision-makers must allow it; yours is number {others + 1}, so it stays in the way"
    return DecideForm(
        allow_hint=allow,
        uphold_hint=f"This releases {name} from {reference} at once; somebody else must be found",
        owners=owners(db.session, found),
        today=today(),
        known=known_of(found),
    )


def known_of(found: Assignment) -> str:
    """Return the names that may stand in words about an assignment: the inspector's own, and the provider's."""
    return f"{found.inspector.name} {facts_of(found)['provider']}"


def _page(found: Assignment, each: Weighed, form: DecideForm) -> str:
    _, made = weighed_now(found)
    fingerprint = each.finding.fingerprint
    on_it = [one for one in made if one.fingerprint == fingerprint]
    form.seen.data = str(len(on_it))
    others = [one for one in on_it if one.decided_by != actor().ref]
    own = [one for one in on_it if one.decided_by == actor().ref]
    before = precedents(db.session, each.finding, found, actor())
    return render_template(
        "decisions/decide.html",
        each=each,
        connections=reviews.connections(db.session, {each.finding.connection_ref or ""}),
        form=form,
        most=MOST,
        others=[(one, words_of(one.reasons)) for one in others],
        own=[(one, words_of(one.reasons)) for one in own[-1:]],
        names=decisions.names_of(
            db.session, {one.decided_by for one in (*others, *(past.decision for past in before.shown))}
        ),
        mitigations=mitigations_of(found),
        asked=asked_of(found).get(fingerprint, []),
        objections=by_finding(found),
        before=before,
        past=[(one, words_of(one.decision.reasons), told(one.mitigations, with_evidence=True)) for one in before.shown],
        **facts_of(found),
    )
