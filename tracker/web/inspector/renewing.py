"""Renewing: each connection that the last declaration stated is confirmed as it stands, or else changed or removed."""

from flask import redirect, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.domain.drafting import Line, Writing
from tracker.queries import declarations
from tracker.web.access import requires
from tracker.web.inspector.forms import RenewForm
from tracker.web.inspector.room import Answer, blueprint, needed, opened, saved, shown
from tracker.web.inspector.words import answers


def _form(writing: Writing) -> RenewForm:
    form, names = RenewForm(), declarations.target_names(db.session, {line.target for line in writing.lines})
    form.keys.choices = [(str(line.key), *_told(line, names)) for line in _asked(writing)]
    return form


def _asked(writing: Writing) -> list[Line]:
    return [line for line in writing.lines if line.key in writing.unconfirmed]


def _told(line: Line, names: dict[str, str]) -> tuple[str, dict[str, str]]:
    said = answers(line)
    about = [said[step] for step in ("nature", "holder", "dates") if step in said]
    return names.get(line.target, line.target), {"hint": "; ".join((*about, *((line.note,) if line.note else ())))}


@blueprint.get("/draft/renew")
@requires(Permission.DECLARE)
def renew() -> Answer | Response:
    """Ask which connections still hold as they stand."""
    found = opened()
    if found is None:
        return redirect(url_for("inspector.desk"))
    if not found.writing.unconfirmed:
        return redirect(url_for("inspector.draft"))
    return shown("inspector/renew.html", _form(found.writing))


@blueprint.post("/draft/renew")
@requires(Permission.DECLARE)
@writes
def renew_post() -> Answer | Response:
    """Take the inspector's word for these connections."""
    found = needed()
    form = _form(found.writing)
    if not form.validate():
        return shown("inspector/renew.html", form, 422)
    if not saved(form, found.writing.confirmed([int(key) for key in form.keys.data or ()])):
        return shown("inspector/renew.html", form, 409)
    return redirect(url_for("inspector.draft"), code=303)
