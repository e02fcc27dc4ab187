"""What the registers suggest and the declaration lacks: asked one by one, and answered or declared."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.database import begin_write, db, writes
from tracker.domain.access import Permission
from tracker.domain.errors import OutOfDateError, RefusedError
from tracker.domain.leads import Answer, Kind, Lead
from tracker.queries import leads
from tracker.services import drafts
from tracker.services import leads as acts
from tracker.services.history import words_of
from tracker.services.leads import AnswerLead
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import now, today
from tracker.web.inspector.room import Open, blueprint, me, needed
from tracker.web.said import NOTICE

DECLARE = "declare"
GONE = "That question has gone meanwhile: it was answered, or what it rested on has changed."


def _asked() -> tuple[Lead, ...]:
    return leads.of_inspectors(db.session, [me()], today())[me()]


@blueprint.get("/questions")
@requires(Permission.DECLARE)
def questions() -> str:
    """Ask what the registers suggest, and show what was answered."""
    answered = [(each, words_of(each.question)) for each in leads.answers(db.session, me())]
    return render_template("inspector/questions.html", asked=_asked(), answered=answered, declare=DECLARE)


@blueprint.post("/questions")
@requires(Permission.DECLARE)
@writes
def questions_post() -> Response:
    """Keep an answer; whoever has something to declare is led to do it, and the question goes as it is filed."""
    fingerprint, text = request.form.get("question", ""), request.form.get("answer", "")
    if text == DECLARE:
        lead = next((each for each in _asked() if each.fingerprint == fingerprint), None)
        return _to_declare(lead) if lead else _back(GONE)
    if text not in {*Answer}:
        raise RefusedError("Choose one of the answers of the page.")
    try:
        is_new = acts.answer(db.session, actor(), AnswerLead(me(), fingerprint, Answer(text)), at=now())
    except OutOfDateError:
        # What the act had begun must not be committed with the page that says so.
        begin_write(db.session)
        return _back(GONE, NOTICE)
    if text == Answer.TAKEN_BACK:
        return _back("Your answer is taken back: the question is asked again.")
    return _back("Your answer is kept.") if is_new else _back("You answered just this already.", NOTICE)


def _back(words: str, category: str = "message") -> Response:
    flash(words, category)
    return redirect(url_for("inspector.questions"), code=303)


def _to_declare(lead: Lead) -> Response:
    """Lead to where it is declared: a new connection, or the end of one that is stated."""
    drafts.begin(db.session, actor(), me(), at=now())
    key = _stated(needed(), lead) if lead.kind is Kind.CLOSED else None
    if key is not None:
        return redirect(url_for("inspector.dates", key=key), code=303)
    return redirect(url_for("inspector.add", target=lead.target, nature=lead.nature), code=303)


def _stated(found: Open, lead: Lead) -> int | None:
    """Return the line of the very connection that a lead is about."""
    exact = (lead.nature, lead.holder, lead.target)
    lines = [line for line in found.writing.lines if (line.nature, line.target) == (lead.nature, lead.target)]
    # Two of one circle are one question: the first of them is shown, and the other stands beside it.
    return next((line.key for line in lines if (line.nature, line.holder, line.target) == exact), None)
