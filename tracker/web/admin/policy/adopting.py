"""Adopting the policy that was compared, as it was compared."""

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.domain.dates import in_words
from tracker.domain.errors import RefusedError
from tracker.queries.policies import would_change_nothing
from tracker.services.policies import Adopted, AdoptPolicy, adopt, digest_of
from tracker.web.access import accepts, requires, writes_within
from tracker.web.admin.policy.comparing import compared, comparison_page
from tracker.web.admin.policy.forms import MOST_SENT, AdoptForm, Brought, CompareForm, unsealed
from tracker.web.admin.policy.overview import overview
from tracker.web.admin.room import blueprint
from tracker.web.auth import actor
from tracker.web.clock import now

CHANGED = (
    "Since you compared, other acts have changed what this policy would change. It was not adopted. Read the new "
    "comparison, and adopt it if it is still what you want."
)


@blueprint.get("/policy/adopt")
@requires(Permission.ADOPT_POLICY)
def adopt_page() -> Response:
    """Lead whoever opens the address of a form that was refused back to where a change begins."""
    return redirect(url_for("admin.policy"))


@blueprint.post("/policy/adopt")
@requires(Permission.ADOPT_POLICY)
@accepts(MOST_SENT)
@writes_within
def adopt_policy() -> Response | str | tuple[str, int]:
    """Adopt what was compared, unless what it would change has changed since; the same form sent twice adopts once."""
    form = AdoptForm()
    try:
        brought, differences = unsealed(form)
    except RefusedError as error:
        again = CompareForm(formdata=None)
        again.refuse(error)
        return overview(again), 422
    if not form.validate():
        return comparison_page(form, compared(brought)), 422
    if not _is_adopted(brought):
        # Before the lock: to judge every open assignment takes as long as there are many.
        done = compared(brought)
        if done.digest != differences:
            form.refuse(RefusedError(CHANGED))
            return comparison_page(form, done), 409
    try:
        adopted = _adopt(brought, form.reason.data or "")
    except RefusedError as error:
        db.session.rollback()
        form.refuse(error)
        return comparison_page(form, compared(brought)), 422
    flash(_said(brought, adopted))
    return redirect(url_for("admin.policy"), code=303)


@writes
def _adopt(brought: Brought, reason: str) -> Adopted:
    return adopt(db.session, actor(), AdoptPolicy(brought.toml, brought.on, reason), at=now())


def _is_adopted(brought: Brought) -> bool:
    same = would_change_nothing(db.session, digest_of(brought.toml), brought.policy, brought.on)
    return same is not None and same.effective_on == brought.on


def _said(brought: Brought, adopted: Adopted) -> str:
    name = f"{adopted.policy.name} {adopted.policy.version}"
    if not adopted.is_new:
        return f"{name} was adopted already, as {adopted.policy.ref}."
    if brought.on > now().date():
        return f"{name} is adopted, and will be in force from {in_words(brought.on)}."
    verdicts = sum(each.before is not each.now for each in adopted.changed)
    questioned = sum(each.questioned for each in adopted.changed)
    return (
        f"{name} is adopted, and in force from today. Verdicts that changed: {verdicts:,}. "
        f"Confirmed assignments that are questioned now: {questioned:,}."
    )
