"""Check answers, and file them: the same words are shown, certified and recorded; nothing is filed twice."""

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from tracker.database import begin_write, db, writes
from tracker.domain.access import Permission
from tracker.domain.errors import OutOfDateError, RefusedError
from tracker.queries import inspector
from tracker.services import declarations, drafts
from tracker.services.declarations import RecordDeclaration
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import now
from tracker.web.inspector.forms import FileForm
from tracker.web.inspector.room import Answer, Open, blueprint, is_on_latest, me, opened, shown
from tracker.web.inspector.words import CERTIFICATION, NATURES, answers
from tracker.web.inspector.writing import after, names_of, previews_of
from tracker.web.said import NOTICE

UNFINISHED = "A connection still lacks an answer. Finish it, or remove it, before you file."


@blueprint.get("/draft/check")
@requires(Permission.DECLARE)
def check() -> Answer | Response:
    """Show all answers with the words that are certified by filing them."""
    found = opened()
    if found is None:
        return redirect(url_for("inspector.desk"))
    if not found.writing.is_whole:
        return redirect(url_for(after(found.writing)))
    return _page(FileForm(), found)


def _page(form: FileForm, found: Open, status: int = 200) -> Answer:
    form.based_on.data = found.writing.based_on or ""
    return shown(
        "inspector/check.html",
        form,
        status,
        found=found,
        writing=found.writing,
        names=names_of(found.writing),
        nones=[label for nature, (label, _) in NATURES.items() if not found.writing.of(nature)],
        previews=previews_of(found.writing),
        answers=answers,
        certification=CERTIFICATION.split("\n\n"),
        is_on_latest=is_on_latest(found.writing),
    )


@blueprint.post("/draft/check")
@requires(Permission.DECLARE)
@writes
def check_post() -> Answer | Response:
    """File the draft as it was read; one that was filed already leads to what was recorded."""
    form, found = FileForm(), opened()
    if found is None:
        return _filed_already(form.based_on.data or None)
    try:
        return _file(form, found)
    except (RefusedError, OutOfDateError) as error:
        # What the act had begun must not be committed with the page that refuses it.
        begin_write(db.session)
        again = opened()
        if again is None:
            raise
        form.form_errors = [*form.form_errors, str(error)]
        return _page(form, again, 409 if isinstance(error, OutOfDateError) else 422)


def _file(form: FileForm, found: Open) -> Response:
    if form.seen != found.version:
        raise OutOfDateError(f"{drafts.ELSEWHERE} This is how it stands now: read it again before you file it.")
    if not found.writing.is_whole:
        raise RefusedError(UNFINISHED)
    statements = tuple(line.statement() for line in found.writing.lines)
    command = RecordDeclaration(me(), statements, CERTIFICATION, found.writing.based_on)
    filed = declarations.record(db.session, actor(), command, at=now())
    return redirect(url_for("inspector.recorded", ref=filed.declaration.ref), code=303)


def _filed_already(based_on: str | None) -> Response:
    last = inspector.filed_on(db.session, me(), based_on)
    if last is None:
        message = "There is no draft any more: it was discarded in another window or on another device."
        raise OutOfDateError(message)
    flash("This was filed already. Nothing was filed a second time.", NOTICE)
    return redirect(url_for("inspector.recorded", ref=last.ref), code=303)
