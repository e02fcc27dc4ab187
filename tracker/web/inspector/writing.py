"""Writing a declaration: the start page, the first question, the list of connections, and finding a target."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.domain.drafting import Writing
from tracker.domain.errors import NotFoundError, OutOfDateError, RefusedError
from tracker.domain.statement import organisation
from tracker.queries import declarations, inspector
from tracker.services import drafts
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import now, today
from tracker.web.inspector.forms import NO, YES, QuestionForm
from tracker.web.inspector.room import Answer, Guarded, blueprint, is_on_latest, me, needed, opened, saved, shown
from tracker.web.inspector.words import answers
from tracker.web.provider_picker import searched


@blueprint.get("/start")
@requires(Permission.DECLARE)
def start() -> str:
    """Say what is asked and why, who sees it, and what not to write."""
    years = inspector.years_back(db.session, me(), today())
    current = declarations.in_force(db.session, me())
    return render_template("inspector/start.html", years=years, current=current, draft=opened())


@blueprint.post("/draft/begin")
@requires(Permission.DECLARE)
@writes
def begin() -> Response:
    """Begin a draft, out of the declaration in force where there is one; one that was begun is gone on with."""
    drafts.begin(db.session, actor(), me(), at=now())
    return redirect(url_for(after(needed().writing)), code=303)


def after(writing: Writing) -> str:
    """Return the endpoint where a draft goes on."""
    return "inspector.question" if writing.has_connections is None else "inspector.draft"


@blueprint.get("/draft/question")
@requires(Permission.DECLARE)
def question() -> Answer | Response:
    """Ask whether there is anything to declare."""
    found = opened()
    if found is None:
        return redirect(url_for("inspector.desk"))
    form = QuestionForm()
    if found.writing.has_connections is not None:
        form.has_connections.data = YES if found.writing.has_connections else NO
    return shown("inspector/question.html", form)


@blueprint.post("/draft/question")
@requires(Permission.DECLARE)
@writes
def question_post() -> Answer | Response:
    """Take the answer: go on to the connections, or to what will be filed."""
    found, form = needed(), QuestionForm()
    if not form.validate():
        return shown("inspector/question.html", form, 422)
    has_any = form.has_connections.data == YES
    if found.writing.lines and not has_any:
        count = len(found.writing.lines)
        stated = "a connection" if count == 1 else f"{count} connections"
        form.has_connections.errors = (f"Your draft states {stated}: remove what does not hold, or choose yes",)
        return shown("inspector/question.html", form, 422)
    writing = Writing(found.writing.based_on, has_any, found.writing.lines, found.writing.next_key)
    if not saved(form, writing):
        return shown("inspector/question.html", form, 409)
    if not has_any:
        return redirect(url_for("inspector.check"), code=303)
    return redirect(url_for("inspector.draft" if writing.lines else "inspector.find"), code=303)


@blueprint.get("/draft")
@requires(Permission.DECLARE)
def draft() -> str | Response:
    """List the connections that are entered so far."""
    found = opened()
    if found is None:
        return redirect(url_for("inspector.desk"))
    if not found.writing.lines:
        return redirect(url_for("inspector.question"))
    return render_template(
        "inspector/draft.html",
        found=found,
        writing=found.writing,
        names=names_of(found.writing),
        answers=answers,
        is_on_latest=is_on_latest(found.writing),
    )


def names_of(writing: Writing) -> dict[str, str]:
    """Return the names of what a draft's connections are with."""
    return declarations.target_names(db.session, {line.target for line in writing.lines})


@blueprint.get("/draft/find")
@requires(Permission.DECLARE)
def find() -> str | tuple[str, int] | Response:
    """Find what a further connection is with."""
    return _find("inspector.add", url_for("inspector.find"), {})


@blueprint.get("/draft/connections/<int:key>/find")
@requires(Permission.DECLARE)
def find_again(key: int) -> str | tuple[str, int] | Response:
    """Find something else that an entered connection is with."""
    found = opened()
    if found is not None and found.writing.line(key) is None:
        message = "There is no such connection in the draft."
        raise NotFoundError(message)
    return _find("inspector.nature", url_for("inspector.find_again", key=key), {"key": key})


def _find(endpoint: str, action: str, kept: dict[str, Any]) -> str | tuple[str, int] | Response:
    found = opened()
    if found is None:
        return redirect(url_for("inspector.desk"))
    name, problem = request.args.get("organisation"), None
    if name is not None:
        try:
            return redirect(url_for(endpoint, target=organisation(name), **kept))
        except RefusedError as error:
            problem = str(error)
    page = render_template(
        "inspector/find.html",
        results=searched(db.session),
        endpoint=endpoint,
        action=action,
        kept=kept,
        writing=found.writing,
        # Only what this person typed: the names that others declared are nobody else's.
        organisation=name if name is not None and name.isprintable() else "",
        problem=problem,
    )
    return (page, 422) if problem else page


@blueprint.post("/draft/rebase")
@requires(Permission.DECLARE)
@writes
def rebase() -> Response:
    """Let the draft replace the declaration that is in force now."""
    drafts.rebase(db.session, actor(), me(), version=Guarded().seen, at=now())
    return redirect(url_for(after(needed().writing)), code=303)


@blueprint.get("/draft/discard")
@requires(Permission.DECLARE)
def discard() -> Answer | Response:
    """Ask whether the draft is to be thrown away."""
    found = opened()
    if found is None:
        return redirect(url_for("inspector.desk"))
    return shown("inspector/discard.html", Guarded(), found=found)


@blueprint.post("/draft/discard")
@requires(Permission.DECLARE)
@writes
def discard_post() -> Answer | Response:
    """Throw the draft away."""
    form, found = Guarded(), opened()
    try:
        drafts.discard(db.session, actor(), me(), version=form.seen)
    except OutOfDateError as error:
        form.form_errors = [str(error)]
        return shown("inspector/discard.html", form, 409, found=found)
    flash("The draft is discarded. What you had filed before stands.")
    return redirect(url_for("inspector.desk"), code=303)
