"""What a decision-maker asks the inspector about a finding, and the answer."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission, Subject
from tracker.domain.errors import NotFoundError
from tracker.queries import inspections, moves, questions
from tracker.queries.questions import Put
from tracker.services import questions as acts
from tracker.services.history import words_of
from tracker.services.permit import permit
from tracker.services.questions import AnswerQuestion
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import now, today
from tracker.web.fields import AreaField, Form
from tracker.web.inspector.room import blueprint
from tracker.web.said import NOTICE


class AnswerForm(Form):
    """The inspector's answer."""

    words = AreaField(
        "Your answer",
        hint="Decision-makers and auditors read it. Do not name relatives or friends: who they are to you is enough.",
        longest=2000,
        needed="Write your answer",
    )


def _found(ref: str) -> Put:
    found = questions.one(db.session, ref, today())
    if found is None:
        message = "There is no such question."
        raise NotFoundError(message)
    permit(actor(), Permission.ANSWER_QUESTIONS, Subject(inspector_id=found.assignment.inspector_id))
    return found


@blueprint.get("/asked/<ref>")
@requires(Permission.ANSWER_QUESTIONS)
def asked(ref: str) -> str:
    """Show what a decision-maker asks, and ask for the answer."""
    return _page(_found(ref), AnswerForm())


@blueprint.post("/asked/<ref>")
@requires(Permission.ANSWER_QUESTIONS)
@writes
def answer(ref: str) -> Response | tuple[str, int]:
    """Keep the answer. Sent twice, it is kept once."""
    found, form = _found(ref), AnswerForm()
    if found.is_waiting and not form.validate():
        return _page(found, form), 422
    is_new = acts.answer(db.session, actor(), AnswerQuestion(ref, form.words.data or ""), at=now())
    if is_new:
        flash("Your answer is recorded, and the decision-maker is told.")
    else:
        flash("You have answered this already. Nothing was changed.", NOTICE)
    return redirect(url_for("inspector.asked", ref=ref), code=303)


def _page(found: Put, form: AnswerForm) -> str:
    provider = found.assignment.inspection.provider
    given = found.question.answer
    return render_template(
        "inspector/asked.html",
        put=found,
        planned=moves.known_to_inspectors(db.session, [found.assignment])[found.assignment.id],
        provider=inspections.provider_names(db.session, [provider])[provider],
        words=words_of(found.question.words),
        answer=words_of(given.words) if given else "",
        form=form,
    )
