"""What the registers suggest and the declaration lacks: asked one by one, and answered once."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.database import begin_write, db, writes
from tracker.domain.access import Permission
from tracker.domain.errors import OutOfDateError, RefusedError
from tracker.domain.leads import Lead
from tracker.models import Answer
from tracker.queries import leads
from tracker.services import drafts
from tracker.services import leads as acts
from tracker.services.leads import AnswerLead
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import now, today
from tracker.web.inspector.room import blueprint, me, opened

GONE = "That question has gone meanwhile: what it rested on has changed."


def asked_now() -> tuple[Lead, ...]:
    """Return the leads that the inspector who asks has not answered."""
    return leads.of_inspectors(db.session, [me()], today())[me()]


@blueprint.get("/questions")
@requires(Permission.DECLARE)
def questions() -> str:
    """Ask what the registers suggest."""
    return render_template("inspector/questions.html", asked=asked_now())


@blueprint.post("/questions")
@requires(Permission.DECLARE)
@writes
def questions_post() -> Response:
    """Keep an answer; whoever has something to declare is led to do it."""
    fingerprint, text = request.form.get("question", ""), request.form.get("answer", "")
    if text not in {*Answer}:
        raise RefusedError("Choose one of the answers of the page.")
    try:
        lead = acts.answer(db.session, actor(), AnswerLead(me(), fingerprint, Answer(text)), at=now())
    except OutOfDateError:
        # What the act had begun must not be committed with the page that says so.
        begin_write(db.session)
        flash(GONE)
        return redirect(url_for("inspector.questions"), code=303)
    if lead is None:
        flash("You answered this already. Your first answer stands.")
        return redirect(url_for("inspector.questions"), code=303)
    if text == Answer.DECLARED:
        return _to_declare(lead)
    flash("Your answer is kept.")
    return redirect(url_for("inspector.questions"), code=303)


def _to_declare(lead: Lead) -> Response:
    """Lead to where the answer is declared: a new connection, or the end of one that was stated."""
    if opened() is None:
        drafts.begin(db.session, actor(), me(), at=now())
    found = opened()
    stated = [line.key for line in found.writing.lines if line.target == lead.target] if found else []
    if stated and lead.question.startswith("When"):
        return redirect(url_for("inspector.dates", key=stated[0]), code=303)
    return redirect(url_for("inspector.add", target=lead.target, nature=lead.nature), code=303)
