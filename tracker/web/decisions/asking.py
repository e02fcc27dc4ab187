"""Asking the inspector about a finding before deciding on it."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.domain.errors import RefusedError
from tracker.models import Assignment
from tracker.queries import decisions, questions
from tracker.queries.decisions import Weighed
from tracker.services import questions as acts
from tracker.services.questions import AskInspector
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import now
from tracker.web.decisions.assignments import asked_of, facts_of, found_at, may_decide_on
from tracker.web.decisions.deciding import finding_of, known_of
from tracker.web.decisions.forms import AskForm
from tracker.web.decisions.room import blueprint


@blueprint.get("/assignments/<ref>/findings/<int:key>/ask")
@requires(Permission.DECIDE)
def ask(ref: str, key: int) -> str | Response:
    """Ask what the inspector is to be asked."""
    found = found_at(ref)
    each = finding_of(found, decisions.fingerprint_of(db.session, found.id, key))
    if each is None or not may_decide_on(found):
        return redirect(url_for("decisions.assignment", ref=ref))
    return _page(found, each, AskForm())


@blueprint.post("/assignments/<ref>/findings/<int:key>/ask")
@requires(Permission.DECIDE)
@writes
def ask_post(ref: str, key: int) -> Response | tuple[str, int]:
    """Put the question to the inspector."""
    found = found_at(ref)
    fingerprint = decisions.fingerprint_of(db.session, found.id, key)
    form, each = AskForm(), finding_of(found, fingerprint)
    form.known = known_of(found)
    if each is not None and may_decide_on(found) and not form.validate():
        return _page(found, each, form), 422
    try:
        acts.ask(db.session, actor(), AskInspector(ref, fingerprint, form.words.data or ""), at=now())
    except RefusedError as error:
        if each is None:
            raise
        form.refuse(error)
        return _page(found, each, form), 422
    name = found.inspector.name
    if questions.can_answer(db.session, found.inspector_id):
        flash(f"{name} is asked, and told so by e-mail. The answer comes to this page.")
    else:
        flash(f"{name} is asked, and has no account to answer from yet: ask an administrator to add one.")
    return redirect(url_for("decisions.assignment", ref=ref), code=303)


def _page(found: Assignment, each: Weighed, form: AskForm) -> str:
    asked = asked_of(found).get(each.finding.fingerprint, [])
    return render_template("decisions/ask.html", each=each, form=form, asked=asked, **facts_of(found))
