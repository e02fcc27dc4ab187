"""Changing an entered connection, one page a question: its nature, its holder, its dates, a note; and removing it."""

from dataclasses import replace

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.domain.drafting import Line, Step, Writing
from tracker.domain.errors import NotFoundError, OutOfDateError, RefusedError
from tracker.domain.facts import Nature
from tracker.queries import declarations
from tracker.queries.providers import Found
from tracker.web.access import requires
from tracker.web.inspector.adding import chosen, target_of
from tracker.web.inspector.forms import DatesForm, EventForm, HolderForm, NatureForm, NoteForm
from tracker.web.inspector.room import Answer, Guarded, blueprint, needed, opened, saved, shown
from tracker.web.inspector.words import answers, is_event

CHECK = "check"


def _line(key: int) -> Line | None:
    """Return the line to show, None where there is no draft at all."""
    found = opened()
    if found is None:
        return None
    line = found.writing.line(key)
    if line is None:
        message = "There is no such connection in the draft."
        raise NotFoundError(message)
    return line


def _line_to_change(key: int) -> tuple[Writing, Line]:
    writing = needed().writing
    line = writing.line(key)
    if line is None:
        message = "This connection was removed from the draft in another window or on another device."
        raise OutOfDateError(message)
    return writing, line


def _name(target: str) -> str:
    return declarations.target_names(db.session, {target}).get(target, target)


def _onwards(line: Line) -> Response:
    """Lead to the next question that has no answer, else to where the person came from."""
    if line.missing is not None:
        return redirect(url_for(f"inspector.{line.missing}", key=line.key, then=request.args.get("then")), code=303)
    is_checking = request.args.get("then") == CHECK
    return redirect(url_for("inspector.check" if is_checking else "inspector.draft"), code=303)


def _page(step: Step, form: Guarded, line: Line, status: int = 200) -> Answer:
    name = _name(line.target)
    return shown(f"inspector/{step}.html", form, status, line=line, name=name, then=request.args.get("then"))


def _kept(step: Step, form: Guarded, writing: Writing, line: Line) -> Answer | Response:
    """Save a changed line and go on, or show the form again with what the rules or another window say."""
    if line.missing is None:
        try:
            line.statement()
        except RefusedError as error:
            form.refuse(error)
            return _page(step, form, line, 422)
    if not saved(form, writing.changed(line)):
        return _page(step, form, line, 409)
    return _onwards(line)


@blueprint.get("/draft/connections/<int:key>/nature")
@requires(Permission.DECLARE)
def nature(key: int) -> Answer | Response:
    """Show what the connection is, and with whom, to be changed."""
    line = _line(key)
    if line is None:
        return redirect(url_for("inspector.desk"))
    form, with_ = NatureForm(), target_of(chosen())
    form.nature.data = line.nature
    return _nature_page(form, replace(line, target=with_.ref) if with_ else line)


def _nature_page(form: NatureForm, line: Line, status: int = 200) -> Answer:
    # A draft may be older than an import that no longer has its target.
    with_ = target_of(line.target) or Found(line.target, line.target, "", "", "", "")
    return shown("inspector/nature.html", form, status, line=line, with_=with_, then=request.args.get("then"))


@blueprint.post("/draft/connections/<int:key>/nature")
@requires(Permission.DECLARE)
@writes
def nature_post(key: int) -> Answer | Response:
    """Change what the connection is, and with whom."""
    (writing, line), form, with_ = _line_to_change(key), NatureForm(), target_of(chosen())
    if with_ is not None:
        line = replace(line, target=with_.ref)
    if not form.validate():
        return _nature_page(form, line, 422)
    line = replace(line, nature=str(form.nature.data))
    if not saved(form, writing.changed(line)):
        return _nature_page(form, line, 409)
    return _onwards(line)


@blueprint.get("/draft/connections/<int:key>/holder")
@requires(Permission.DECLARE)
def holder(key: int) -> Answer | Response:
    """Ask whose connection it is."""
    line, form = _line(key), HolderForm()
    if line is None:
        return redirect(url_for("inspector.desk"))
    form.holder.data = line.holder
    return _page(Step.HOLDER, form, line)


@blueprint.post("/draft/connections/<int:key>/holder")
@requires(Permission.DECLARE)
@writes
def holder_post(key: int) -> Answer | Response:
    """Take whose connection it is."""
    (writing, line), form = _line_to_change(key), HolderForm()
    if not form.validate():
        return _page(Step.HOLDER, form, line, 422)
    return _kept(Step.HOLDER, form, writing, replace(line, holder=str(form.holder.data)))


@blueprint.get("/draft/connections/<int:key>/dates")
@requires(Permission.DECLARE)
def dates(key: int) -> Answer | Response:
    """Ask when it began and whether it ended, or when it happened."""
    line = _line(key)
    if line is None:
        return redirect(url_for("inspector.desk"))
    form = EventForm() if is_event(line) else DatesForm()
    form.fill(line.began_on, line.ended_on)
    return _page(Step.DATES, form, line)


@blueprint.post("/draft/connections/<int:key>/dates")
@requires(Permission.DECLARE)
@writes
def dates_post(key: int) -> Answer | Response:
    """Take the dates, partial ones too; refuse an end before the beginning."""
    writing, line = _line_to_change(key)
    form = EventForm() if is_event(line) else DatesForm()
    if not form.validate():
        return _page(Step.DATES, form, line, 422)
    began_on, ended_on = form.answers()
    line = replace(line, began_on=began_on, ended_on=ended_on)
    try:
        replace(line, nature=line.nature or Nature.OTHER, holder=line.holder or "self", note="-").statement()
    except RefusedError as error:
        form.refuse(error)
        return _page(Step.DATES, form, line, 422)
    return _kept(Step.DATES, form, writing, line)


@blueprint.get("/draft/connections/<int:key>/note")
@requires(Permission.DECLARE)
def note(key: int) -> Answer | Response:
    """Ask for whatever else helps to understand it."""
    line = _line(key)
    if line is None:
        return redirect(url_for("inspector.desk"))
    form = _note_form(line)
    form.note.data = line.note
    return _page(Step.NOTE, form, line)


@blueprint.post("/draft/connections/<int:key>/note")
@requires(Permission.DECLARE)
@writes
def note_post(key: int) -> Answer | Response:
    """Take the note; what no list foresees needs one."""
    writing, line = _line_to_change(key)
    form = _note_form(line)
    if not form.validate():
        return _page(Step.NOTE, form, line, 422)
    return _kept(Step.NOTE, form, writing, replace(line, note=form.note.data or ""))


def _note_form(line: Line) -> NoteForm:
    form = NoteForm()
    form.known = _name(line.target)
    if line.nature == Nature.OTHER:
        form.note.label.text = "Describe the connection"
        form.note.needed = "Describe the connection, so that a reviewer can grade it"
    return form


@blueprint.get("/draft/connections/<int:key>/remove")
@requires(Permission.DECLARE)
def remove(key: int) -> Answer | Response:
    """Ask whether a connection is to be removed from the draft."""
    line = _line(key)
    if line is None:
        return redirect(url_for("inspector.desk"))
    return shown("inspector/remove.html", Guarded(), line=line, name=_name(line.target), said=answers(line))


@blueprint.post("/draft/connections/<int:key>/remove")
@requires(Permission.DECLARE)
@writes
def remove_post(key: int) -> Answer | Response:
    """Remove a connection from the draft."""
    (writing, line), form = _line_to_change(key), Guarded()
    if not saved(form, writing.removed(key)):
        return shown("inspector/remove.html", form, 409, line=line, name=_name(line.target), said=answers(line))
    return redirect(url_for("inspector.draft"), code=303)
