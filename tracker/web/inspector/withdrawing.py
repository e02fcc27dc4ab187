"""Withdrawing the declaration in force."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.database import begin_write, db, writes
from tracker.domain.access import Permission
from tracker.domain.errors import OutOfDateError, RefusedError
from tracker.models import Declaration
from tracker.queries import declarations as questions
from tracker.queries import inspector
from tracker.services import declarations
from tracker.services.declarations import WithdrawDeclaration
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import now
from tracker.web.inspector.forms import WithdrawForm
from tracker.web.inspector.room import Answer, blueprint, me


@blueprint.get("/withdraw")
@requires(Permission.DECLARE)
def withdraw() -> Answer | Response:
    """Say what follows from a withdrawal, and ask for the reason."""
    current = questions.in_force(db.session, me())
    return _page(WithdrawForm(), current) if current else redirect(url_for("inspector.desk"))


def _page(form: WithdrawForm, current: Declaration, status: int = 200) -> Answer:
    form.based_on.data = current.ref
    return render_template("inspector/withdraw.html", form=form, current=current), status


@blueprint.post("/withdraw")
@requires(Permission.DECLARE)
@writes
def withdraw_post() -> Answer | Response:
    """Withdraw the declaration that the person saw; sent twice, it leads to what was recorded."""
    form, current = WithdrawForm(), questions.in_force(db.session, me())
    based_on = str(form.based_on.data or "")
    if current is None:
        last = inspector.filed_on(db.session, me(), based_on)
        if last is None:
            message = "You have no declaration in force any more: there is nothing to withdraw."
            raise OutOfDateError(message)
        return redirect(url_for("inspector.recorded", ref=last.ref), code=303)
    if not form.validate():
        return _page(form, current, 422)
    try:
        command = WithdrawDeclaration(me(), based_on, form.reason.data or "")
        filed = declarations.withdraw(db.session, actor(), command, at=now())
    except (RefusedError, OutOfDateError) as error:
        # What the act had begun must not be committed with the page that refuses it.
        begin_write(db.session)
        form.refuse(RefusedError(str(error), field=getattr(error, "field", None)))
        return _page(form, current, 409 if isinstance(error, OutOfDateError) else 422)
    return redirect(url_for("inspector.recorded", ref=filed.declaration.ref), code=303)
