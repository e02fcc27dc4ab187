"""Writing a declaration: the start page, which kinds there are, and how far each is told."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.domain.drafting import Progress, Writing
from tracker.domain.errors import OutOfDateError
from tracker.domain.facts import Nature
from tracker.domain.preview import Preview
from tracker.queries import declarations, inspector, previews
from tracker.services import drafts
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import checked_on, now
from tracker.web.inspector.forms import NONE, KindsForm
from tracker.web.inspector.room import Answer, Guarded, blueprint, is_on_latest, me, needed, opened, saved, shown
from tracker.web.inspector.words import NATURES, answers

# More take longer to tell than a page may.
PREVIEWED = 30


@blueprint.get("/start")
@requires(Permission.DECLARE)
def start() -> str:
    """Say what is asked and why, who sees it, and what not to write."""
    years = inspector.years_back(db.session, me(), checked_on())
    current = declarations.in_force(db.session, me())
    return render_template("inspector/start.html", years=years, current=current, draft=opened())


@blueprint.post("/draft/begin")
@requires(Permission.DECLARE)
@writes
def begin() -> Response:
    """Begin a draft, out of the declaration in force where there is one; one that was begun is gone on with."""
    drafts.begin(db.session, actor(), me(), at=now())
    return redirect(url_for(after(needed().writing)), code=303)


@blueprint.post("/draft/nil")
@requires(Permission.DECLARE)
@writes
def begin_nil() -> Response:
    """Begin a draft that states that there is nothing to declare; one that was begun is gone on with."""
    drafts.begin_nil(db.session, actor(), me(), at=now())
    return redirect(url_for(after(needed().writing)), code=303)


def after(writing: Writing) -> str:
    """Return the endpoint where a draft goes on."""
    if writing.has_connections is None:
        return "inspector.question"
    if not writing.has_connections:
        return "inspector.check"
    return "inspector.renew" if writing.unconfirmed else "inspector.draft"


@blueprint.get("/draft/question")
@requires(Permission.DECLARE)
def question() -> Answer | Response:
    """Ask which kinds of connection there are."""
    found = opened()
    if found is None:
        return redirect(url_for("inspector.desk"))
    form, writing = KindsForm(), found.writing
    if writing.has_connections is not None:
        told = [nature for nature in Nature if writing.progress(nature) is not Progress.NONE]
        form.natures.data = told or [NONE]
    return shown("inspector/question.html", form)


@blueprint.post("/draft/question")
@requires(Permission.DECLARE)
@writes
def question_post() -> Answer | Response:
    """Take the answer: go on to the kinds that there are, or to what will be filed."""
    found, form = needed(), KindsForm()
    if not form.validate():
        return shown("inspector/question.html", form, 422)
    left = [NATURES[nature][0].lower() for nature in Nature if found.writing.of(nature) and nature not in form.chosen]
    if left:
        form.natures.errors = (f"Your draft has a connection of this kind: {', '.join(left)}. Choose it, or remove it",)
        return shown("inspector/question.html", form, 422)
    writing = found.writing.answered(form.chosen)
    if not saved(form, writing):
        return shown("inspector/question.html", form, 409)
    return redirect(url_for("inspector.draft" if form.chosen else "inspector.check"), code=303)


@blueprint.get("/draft")
@requires(Permission.DECLARE)
def draft() -> str | Response:
    """List the kinds of connection, how far each is told, and the connections that are entered so far."""
    found = opened()
    if found is None:
        return redirect(url_for("inspector.desk"))
    if not found.writing.has_connections:
        return redirect(url_for("inspector.question"))
    return render_template(
        "inspector/draft.html",
        found=found,
        writing=found.writing,
        kinds=[(nature, label, found.writing.progress(nature)) for nature, (label, _) in NATURES.items()],
        names=names_of(found.writing),
        previews=previews_of(found.writing),
        answers=answers,
        is_on_latest=is_on_latest(found.writing),
    )


def previews_of(writing: Writing) -> dict[int, Preview | None]:
    """Return what each line that is whole would stop, by key; of a long draft, of its first lines alone."""
    whole = [line for line in writing.lines if line.missing is None][:PREVIEWED]
    told = previews.previews(db.session, me(), [line.statement() for line in whole], checked_on())
    return dict(zip((line.key for line in whole), told, strict=True))


def names_of(writing: Writing) -> dict[str, str]:
    """Return the names of what a draft's connections are with."""
    return declarations.target_names(db.session, {line.target for line in writing.lines})


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
