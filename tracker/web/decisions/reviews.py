"""Connections that no list foresees: which await a grade, and grading them."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission, Subject
from tracker.domain.errors import NotFoundError
from tracker.domain.facts import Verdict
from tracker.queries import decisions, reviews
from tracker.queries.reviews import Review
from tracker.services import declarations
from tracker.services.declarations import GradeConnection
from tracker.services.notes import OpenNote, open_note
from tracker.services.permit import permit
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import now, today
from tracker.web.decisions.forms import GradeForm
from tracker.web.decisions.room import blueprint
from tracker.web.paging import asked


@blueprint.get("/connections")
@requires(Permission.GRADE)
def connections() -> str:
    """List the connections that await a grade, the longest waiting first."""
    page = asked()
    number = reviews.count_awaiting(db.session, actor(), today())
    found = reviews.awaiting(db.session, actor(), today(), start=page.start, size=page.size)
    return render_template("decisions/connections.html", number=number, found=found, page=page)


def _review(ref: str) -> Review:
    found = reviews.one(db.session, ref)
    if found is None:
        message = "There is no such connection."
        raise NotFoundError(message)
    permit(actor(), Permission.GRADE, Subject(inspector_id=found.inspector.id))
    return found


@blueprint.get("/connections/<ref>")
@requires(Permission.GRADE)
def connection(ref: str) -> str:
    """Show a connection that needs a grade."""
    return _page(_review(ref), GradeForm())


@blueprint.post("/connections/<ref>/note")
@requires(Permission.GRADE)
@writes
def connection_note(ref: str) -> str:
    """Show the note of a connection. It answers with the page itself: each look at a note leaves its own entry."""
    found = _review(ref)
    words = open_note(db.session, actor(), OpenNote(ref), at=now())
    return _page(found, GradeForm(formdata=None), note=words)


@blueprint.post("/connections/<ref>")
@requires(Permission.GRADE)
@writes
def grade(ref: str) -> Response | tuple[str, int]:
    """Record the grade, and say which assignments it touched."""
    found = _review(ref)
    form = GradeForm()
    if not form.validate():
        return _page(found, form), 422
    command = GradeConnection(ref, Verdict(form.verdict.data), form.reasons.data or "")
    touched = declarations.grade(db.session, actor(), command, at=now())
    number = len(touched)
    means = "no assignment changed" if not number else f"{number} assignment{'s' if number > 1 else ''} changed"
    flash(f"The grade is recorded; {means}.")
    return redirect(url_for("decisions.connections"), code=303)


def _page(found: Review, form: GradeForm, note: str | None = None) -> str:
    grades = reviews.grades(db.session, found.connection)
    return render_template(
        "decisions/connection.html",
        review=found,
        form=form,
        note=note,
        grades=grades,
        names=decisions.names_of(db.session, {each.graded_by for each in grades}),
    )
