"""A further connection: what it is with, what it is, and all the rest of it on one page."""

import secrets
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.domain.drafting import Line, Progress, Writing
from tracker.domain.errors import NotFoundError, OutOfDateError, RefusedError
from tracker.domain.facts import ORGANISATION, Nature
from tracker.domain.statement import LONGEST_NAME, organisation
from tracker.queries import providers
from tracker.queries.providers import Found
from tracker.web.access import requires
from tracker.web.inspector.forms import DetailsForm, EventDetailsForm, NatureForm
from tracker.web.inspector.room import Answer, Guarded, Open, blueprint, needed, opened, saved, shown
from tracker.web.inspector.words import EVENTS, NATURES, WITH
from tracker.web.provider_picker import searched

LONGEST_REF = LONGEST_NAME + len(ORGANISATION)
ANOTHER = "another"
DESCRIBE = "Describe the connection"


def kind_asked() -> Nature | None:
    """Return the nature that the address names, None where it names none."""
    text = request.args.get("nature", "")
    return Nature(text) if text in {*Nature} else None


@blueprint.get("/draft/find")
@requires(Permission.DECLARE)
def find() -> str | tuple[str, int] | Response:
    """Find what a further connection is with."""
    nature = kind_asked()
    kept = {"nature": str(nature)} if nature else {}
    return _find("inspector.add", url_for("inspector.find"), kept, nature)


@blueprint.get("/draft/connections/<int:key>/find")
@requires(Permission.DECLARE)
def find_again(key: int) -> str | tuple[str, int] | Response:
    """Find something else that an entered connection is with."""
    found = opened()
    if found is not None and found.writing.line(key) is None:
        message = "There is no such connection in the draft."
        raise NotFoundError(message)
    return _find("inspector.nature", url_for("inspector.find_again", key=key), {"key": key}, None)


def _find(endpoint: str, action: str, kept: dict[str, Any], nature: Nature | None) -> str | tuple[str, int] | Response:
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
        nature=nature,
        asked=WITH[nature] if nature else "What is the connection with?",
        label=NATURES[nature][0] if nature else "",
        hint=NATURES[nature][1] if nature else "",
        is_none=nature is not None and found.writing.progress(nature) is Progress.UNANSWERED,
        version=found.version,
        writing=found.writing,
        # Only what this person typed: the names that others declared are nobody else's.
        organisation=name if name is not None and name.isprintable() else "",
        problem=problem,
    )
    return (page, 422) if problem else page


@blueprint.post("/draft/kinds/<nature>/none")
@requires(Permission.DECLARE)
@writes
def none(nature: str) -> Response:
    """Take the answer that there is no connection of a kind."""
    if nature not in {*Nature}:
        message = "There is no such kind of connection."
        raise NotFoundError(message)
    found, form = needed(), Guarded()
    if found.writing.of(nature):
        message = "The draft has a connection of this kind. Remove it if there is none."
        raise OutOfDateError(message)
    writing = found.writing.without(nature)
    if not saved(form, writing):
        raise OutOfDateError(form.form_errors[0])
    return redirect(url_for("inspector.draft" if writing.has_connections else "inspector.check"), code=303)


def chosen() -> str:
    """Return the target that the address names."""
    return request.args.get("target", "").strip()[:LONGEST_REF]


def target_of(ref: str) -> Found | None:
    """Return what a reference names: a provider, group or authority on a register, or an organisation on none."""
    if not ref.startswith(ORGANISATION):
        return providers.by_ref(db.session, ref) if ref else None
    try:
        target = organisation(ref.removeprefix(ORGANISATION))
    except RefusedError:
        return None
    return Found(target, target.removeprefix(ORGANISATION), "An organisation on no register", "", "", "Open")


@blueprint.get("/draft/add")
@requires(Permission.DECLARE)
def add() -> Answer | Response:
    """Ask what the connection with the chosen target is; where that is known, all the rest."""
    target, nature, found = target_of(chosen()), kind_asked(), opened()
    if found is None:
        return redirect(url_for("inspector.desk"))
    if target is None:
        return _unknown()
    if nature is None:
        return shown("inspector/nature.html", NatureForm(), line=None, with_=target)
    form = _details(nature, target)
    form.entry.data = secrets.token_hex(8)
    return _page(form, target, nature)


def _details(nature: Nature, target: Found) -> DetailsForm | EventDetailsForm:
    form = EventDetailsForm() if nature in EVENTS else DetailsForm()
    form.known = target.name
    if nature is Nature.OTHER:
        form.note.label.text = DESCRIBE
        form.note.needed = f"{DESCRIBE}, so that a reviewer can grade it"
    return form


def _page(form: DetailsForm | EventDetailsForm, target: Found, nature: Nature, status: int = 200) -> Answer:
    return shown("inspector/details.html", form, status, with_=target, nature=nature, label=NATURES[nature][0])


def _unknown() -> Response:
    """Lead back to the search from an address that names nothing on a register."""
    return redirect(url_for("inspector.find"), code=303)


@blueprint.post("/draft/add")
@requires(Permission.DECLARE)
@writes
def add_post() -> Answer | Response:
    """Enter a further connection; the same form sent again changes what it entered, and enters nothing twice."""
    found, target, nature = needed(), target_of(chosen()), kind_asked()
    if target is None:
        return _unknown()
    if nature is None:
        return _nature(target)
    form = _details(nature, target)
    if not form.validate():
        return _page(form, target, nature, 422)
    began_on, ended_on = form.answers()
    entry = str(form.entry.data or "")[:32]
    line = Line(0, target.ref, nature, str(form.holder.data), began_on, ended_on, form.note.data or "", entry)
    try:
        line.statement()
    except RefusedError as error:
        form.refuse(error)
        return _page(form, target, nature, 422)
    if not saved(form, _with(form, found, line)):
        return _page(form, target, nature, 409)
    flash(f"Saved: {NATURES[nature][0].lower()}, {target.name}. Nothing is filed yet.")
    if request.form.get("more") == ANOTHER:
        return redirect(url_for("inspector.find", nature=nature), code=303)
    return redirect(url_for("inspector.draft"), code=303)


def _nature(target: Found) -> Answer | Response:
    form = NatureForm()
    if not form.validate():
        return shown("inspector/nature.html", form, 422, line=None, with_=target)
    return redirect(url_for("inspector.add", target=target.ref, nature=form.nature.data), code=303)


def _with(form: DetailsForm | EventDetailsForm, found: Open, line: Line) -> Writing:
    """Return the draft with a line; one that this very form entered before is changed, whatever else has changed."""
    before = found.writing.entered(line.entry)
    if before is None:
        return found.writing.added(line)
    form.version.data = str(found.version)
    return found.writing.changed(replace(line, key=before.key))
