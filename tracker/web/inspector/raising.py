"""For one inspection: a connection that is not declared yet is raised, which files it at once."""

from flask import flash, redirect, url_for
from flask import render_template as rendered
from werkzeug.wrappers import Response

from tracker.database import begin_write, db, writes
from tracker.domain.access import Permission
from tracker.domain.errors import OutOfDateError, RefusedError
from tracker.domain.lifecycle import OPEN
from tracker.domain.statement import stated
from tracker.queries import declarations
from tracker.queries.inspector import Own
from tracker.services import raising
from tracker.services.raising import RaiseConnection
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import now
from tracker.web.inspector.adding import chosen, target_of
from tracker.web.inspector.assigned import own_of
from tracker.web.inspector.desk import stated as as_stated
from tracker.web.inspector.forms import RaiseForm
from tracker.web.inspector.room import Answer, blueprint, me
from tracker.web.inspector.words import RAISED
from tracker.web.provider_picker import searched
from tracker.web.said import NOTICE

ASKED_AGAIN = "What you declare changed after this page was shown. Read it again, then press the button again."


@blueprint.get("/assignments/<ref>/raise")
@requires(Permission.CONFIRM_OWN)
def raise_one(ref: str) -> Answer | Response:
    """Ask for one connection more, with the provider of this inspection or with something else."""
    own = own_of(ref)
    if own.assignment.state not in OPEN or declarations.in_force(db.session, me()) is None:
        return redirect(url_for("inspector.assignment", ref=ref))
    return _page(own, RaiseForm())


@blueprint.get("/assignments/<ref>/raise/find")
@requires(Permission.CONFIRM_OWN)
def raise_with(ref: str) -> str:
    """Find something else that the connection is with: its trust, or what it was before."""
    own = own_of(ref)
    return rendered("inspector/raise_find.html", own=own, results=searched(db.session))


def _page(own: Own, form: RaiseForm, status: int = 200) -> Answer:
    current = declarations.in_force(db.session, me())
    form.declaration.data = current.ref if current else ""
    page = rendered(
        "inspector/raise.html",
        own=own,
        form=form,
        with_=target_of(chosen()) or target_of(own.assignment.inspection.provider),
        declared=as_stated(current) if current else [],
        current=current,
        certified=RAISED.split("\n\n"),
    )
    return page, status


@blueprint.post("/assignments/<ref>/raise")
@requires(Permission.CONFIRM_OWN)
@writes
def raise_post(ref: str) -> Answer | Response:
    """File what is declared with this connection, and say what it means for this inspection."""
    own, form = own_of(ref), RaiseForm()
    form.known = own.provider
    seen = str(form.declaration.data or "")
    if not form.validate():
        return _page(own, form, 422)
    began_on, ended_on = form.answers()
    try:
        statement = stated(
            nature=str(form.nature.data),
            holder=str(form.holder.data),
            target=chosen() or own.assignment.inspection.provider,
            began_on=began_on,
            ended_on=ended_on,
            note=form.note.data or "",
        )
        current = declarations.in_force(db.session, me())
        if current is not None and raising.declares(current, statement):
            flash("You declare just this already. Nothing was filed a second time.", NOTICE)
            return redirect(url_for("inspector.assignment", ref=ref), code=303)
        raising.raise_connection(db.session, actor(), RaiseConnection(ref, statement, RAISED, seen), at=now())
    except (RefusedError, OutOfDateError) as error:
        # What the act had begun must not be committed with the page that refuses it.
        begin_write(db.session)
        if isinstance(error, OutOfDateError):
            form.form_errors = [*form.form_errors, ASKED_AGAIN]
            return _page(own_of(ref), form, 409)
        form.refuse(error)
        return _page(own_of(ref), form, 422)
    flash("It is filed, and this inspection was checked again. If there is nothing more, confirm below.")
    return redirect(url_for("inspector.assignment", ref=ref), code=303)
