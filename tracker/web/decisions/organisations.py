"""Organisations that are on no register: which there are, linking them with providers and groups, and what it did."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.database import begin_write, db, writes
from tracker.domain.access import Permission
from tracker.domain.errors import NotFoundError, RefusedError
from tracker.queries import decisions, declarations, providers
from tracker.queries import organisations as questions
from tracker.queries.organisations import Organisation
from tracker.services import organisations as acts
from tracker.services.history import words_of
from tracker.services.organisations import LinkOrganisation, SetApart
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import now, today
from tracker.web.decisions.forms import LinkForm
from tracker.web.decisions.room import blueprint
from tracker.web.paging import asked
from tracker.web.provider_picker import searched

LONGEST_REF = 100


@blueprint.get("/organisations")
@requires(Permission.LINK_ORGANISATIONS)
def organisations() -> str:
    """List the organisations that inspectors declared, those that nobody linked first."""
    page = asked()
    found = sorted(questions.before(db.session, actor(), today()), key=lambda each: bool(each.links))
    some = found[page.start : page.start + page.size]
    names = declarations.target_names(db.session, {ref for each in some for ref in each.links})
    return render_template(
        "decisions/organisations.html",
        number=len(found),
        open_number=sum(not each.links for each in found),
        found=some,
        names=names,
        page=page,
    )


# The act of saying that it belongs with nothing.
APART = "apart"


def _organisation(key: str) -> Organisation:
    found = questions.by_key(db.session, actor(), key)
    if found is None:
        message = "There is no such organisation."
        raise NotFoundError(message)
    return found


@blueprint.get("/organisations/<key>")
@requires(Permission.LINK_ORGANISATIONS)
def organisation(key: str) -> str:
    """Show an organisation: who declared it, what it is linked with, what reviewers said of it, and what that did."""
    found = _organisation(key)
    judged = questions.judged(db.session, found)
    targets = {*found.links, *(each.row.target for each in judged)}
    return render_template(
        "decisions/organisation.html",
        organisation=found,
        judged=[(each, words_of(each.reasons)) for each in judged],
        targets=declarations.target_names(db.session, targets),
        names=decisions.names_of(db.session, {each.row.made_by for each in judged}),
        results=searched(db.session),
    )


@blueprint.get("/organisations/<key>/judge")
@requires(Permission.LINK_ORGANISATIONS)
def judge(key: str) -> str | Response:
    """Ask for the reasons for a link with ?target=, or for taking it back."""
    found = _organisation(key)
    if not _is_apart() and providers.by_ref(db.session, _target()) is None:
        return redirect(url_for("decisions.organisation", key=key))
    return _page(found, LinkForm())


@blueprint.post("/organisations/<key>/judge")
@requires(Permission.LINK_ORGANISATIONS)
@writes
def judge_post(key: str) -> Response | tuple[str, int]:
    """Record a link, or that it is taken back: the organisation's page says what that did."""
    found, form, is_linked = _organisation(key), LinkForm(), request.args.get("act") != "unlink"
    if not _is_apart() and providers.by_ref(db.session, _target()) is None:
        return redirect(url_for("decisions.organisation", key=key), code=303)
    if not form.validate():
        return _page(found, form), 422
    if _is_apart():
        return _set_apart(found, form)
    command = LinkOrganisation(found.ref, _target(), is_linked, form.reasons.data or "")
    try:
        touched = acts.link(db.session, actor(), command, at=now())
    except RefusedError as error:
        form.refuse(error)
        return _page(found, form), 422
    number = len(touched)
    means = "no assignment changed" if not number else f"{number} assignment{'s' if number > 1 else ''} changed"
    flash(f"{'The link is recorded' if is_linked else 'The link is taken back'}; {means}.")
    return redirect(url_for("decisions.organisation", key=key), code=303)


def _is_apart() -> bool:
    return request.args.get("act") == APART


def _set_apart(found: Organisation, form: LinkForm) -> Response | tuple[str, int]:
    try:
        acts.set_apart(db.session, actor(), SetApart(found.ref, form.reasons.data or ""), at=now())
    except RefusedError as error:
        # What the act had begun must not be committed with the page that refuses it.
        begin_write(db.session)
        form.refuse(error)
        return _page(found, form), 422
    flash("It is recorded that this organisation belongs with nothing.")
    return redirect(url_for("decisions.organisation", key=found.key), code=303)


def _target() -> str:
    return request.args.get("target", "").strip()[:LONGEST_REF]


def _page(found: Organisation, form: LinkForm) -> str:
    return render_template(
        "decisions/judge.html",
        organisation=found,
        form=form,
        target=providers.by_ref(db.session, _target()),
        act=request.args.get("act"),
    )
