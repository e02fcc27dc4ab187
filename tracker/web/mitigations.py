"""What somebody was asked to see to, in whatever role, and saying that it is done."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission, Role, Subject, permits
from tracker.domain.errors import NotFoundError, RefusedError
from tracker.domain.mitigating import Progress
from tracker.queries import mitigations
from tracker.queries.mitigations import Asked
from tracker.services import mitigations as acts
from tracker.services.mitigations import SayDone
from tracker.services.permit import permit
from tracker.web.access import requires
from tracker.web.auth import actor, signed_in_actor
from tracker.web.clock import now, today
from tracker.web.fields import AreaField, Form
from tracker.web.navigation import FIRST_PAGES
from tracker.web.paging import SIZE, asked
from tracker.web.said import NOTICE
from tracker.web.telling import told, whose

blueprint = Blueprint("mitigations", __name__)
BEGINNINGS = frozenset({"/", *(page.path for page in FIRST_PAGES)})


class DoneForm(Form):
    """What was done."""

    evidence = AreaField(
        "What was done, and what shows it?",
        hint="Say it so that somebody can check it years from now. Decision-makers and auditors read it.",
        longest=1000,
        needed="Say what was done and what shows it",
    )


def to_do_here() -> tuple[int, int] | None:
    """Return how many mitigations the reader has to see to, and how many are overdue, where this page is to say so.

    Every role's first page is, and none where there is nothing to see to.
    """
    who = signed_in_actor() if request.path in BEGINNINGS else None
    number, late = mitigations.to_do(db.session, who, today()) if who is not None else (0, 0)
    return (number, late) if number else None


@blueprint.get("/mitigations")
@requires(Permission.DO_MITIGATIONS)
def mine() -> str:
    """List what the reader was asked to see to, what is to be done first."""
    page = asked(SIZE)
    own = mitigations.of_owner(db.session, actor(), start=page.start, size=page.size)
    found = told(own.found, with_evidence=False)
    waits = {Progress.OVERDUE, Progress.TO_DO}
    return render_template(
        "pages/mitigations.html",
        waiting=[each for each in found if each.progress in waits],
        past=[each for each in found if each.progress not in waits],
        own=own,
        page=page,
        whose=whose(found),
    )


def _found(ref: str) -> Asked:
    found = mitigations.one(db.session, ref)
    if found is None:
        message = "There is no such mitigation."
        raise NotFoundError(message)
    permit(actor(), Permission.DO_MITIGATIONS, found.subject)
    return found


@blueprint.get("/mitigations/<ref>")
@requires(Permission.DO_MITIGATIONS)
def mitigation(ref: str) -> str:
    """Show one mitigation, and ask for the evidence once it is done."""
    return _page(_found(ref), DoneForm())


@blueprint.post("/mitigations/<ref>")
@requires(Permission.DO_MITIGATIONS)
@writes
def mitigation_post(ref: str) -> Response | tuple[str, int]:
    """Keep that it was done. Sent twice, it is kept once."""
    found, form = _found(ref), DoneForm()
    if found.progress(today()) in {Progress.OVERDUE, Progress.TO_DO} and not form.validate():
        return _page(found, form), 422
    try:
        is_new = acts.say_done(db.session, actor(), SayDone(ref, form.evidence.data or ""), at=now())
    except RefusedError as error:
        form.refuse(error)
        return _page(found, form), 422
    if is_new:
        flash("It is recorded as done.")
    else:
        flash("It was recorded as done already; nothing changed.", NOTICE)
    return redirect(url_for("mitigations.mitigation", ref=ref), code=303)


def _page(found: Asked, form: DoneForm) -> str:
    done = found.mitigation.done
    subject = Subject(found.assignment.inspector_id, found.assignment.proposed_by)
    # The evidence is for decision-makers and auditors, and for whoever gave it.
    may_read = permits(actor(), Permission.DECIDE, subject) or Role.AUDITOR in actor().roles
    is_own_word = done is not None and done.done_by == actor().ref
    (one,) = told([found], with_evidence=may_read or is_own_word)
    is_mine = found.subject.owner == actor().ref
    return render_template(
        "pages/mitigation.html",
        one=one,
        whose=whose([one])[found.mitigation.ref],
        leads_to=_leads_to(found, subject),
        is_mine=is_mine,
        form=form,
    )


def _leads_to(found: Asked, subject: Subject) -> str:
    """Return the page of the assignment that the reader may open; an empty text where there is none."""
    if permits(actor(), Permission.DECIDE, subject):
        return url_for("decisions.assignment", ref=found.assignment.ref)
    if permits(actor(), Permission.READ_OWN_ASSIGNMENTS, subject):
        return url_for("inspector.assignment", ref=found.assignment.ref)
    if permits(actor(), Permission.CHECK, subject):
        return url_for("scheduler.assignment", ref=found.assignment.ref)
    return ""
