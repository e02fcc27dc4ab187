"""The door: signing in and out."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Role
from tracker.domain.errors import NotFoundError
from tracker.models import Account
from tracker.services import signing_in
from tracker.web import crowding
from tracker.web.access import for_the_signed_in, public, writes_within
from tracker.web.auth import actor, begin_session, end_session, signed_in_actor
from tracker.web.clock import now
from tracker.web.fields import Form, SecretField, TextField
from tracker.web.settings import config

blueprint = Blueprint("door", __name__)
# The same words whether the account exists, the password is wrong, or the account is locked.
REFUSED = "The e-mail address or the password is wrong, or sign-in is locked for now"
CROWDED = "There were too many wrong tries from your network. Wait 15 minutes, then try again"


class SignInForm(Form):
    """E-mail address and password."""

    email = TextField("E-mail address", kind="email", autocomplete="username", needed="Enter your e-mail address")
    password = SecretField("Password", needed="Enter your password")


@blueprint.get("/sign-in")
@public
def sign_in() -> str | Response:
    """Ask who it is."""
    if signed_in_actor():
        return redirect(url_for("pages.home"))
    return _page(SignInForm())


@blueprint.post("/sign-in")
@public
@writes_within
def sign_in_post() -> Response | tuple[str, int]:
    """Open the door, or refuse."""
    form = SignInForm()
    if not form.validate():
        return _page(form), 422
    # Before the password is compared: comparing is slow on purpose, and so worth refusing to a crowd.
    if crowding.is_crowded(now()):
        form.form_errors = [*form.form_errors, CROWDED]
        return _page(form), 429
    attempt = signing_in.compare(
        db.session, form.email.data or "", form.password.data or "", cost=config().password_cost
    )
    account = _open(attempt)
    if account is None:
        crowding.refused(now())
        form.email.errors = (REFUSED,)
        return _page(form), 422
    return _enter(account)


@writes
def _open(attempt: signing_in.Attempt) -> Account | None:
    return signing_in.sign_in(db.session, attempt, at=now(), allow_demonstration=config().demonstration)


@blueprint.post("/sign-out")
@for_the_signed_in
@writes
def sign_out() -> Response:
    """End the sessions of whoever is signed in."""
    signing_in.sign_out(db.session, actor(), at=now())
    end_session()
    flash("You are signed out, on every device.")
    return redirect(url_for("door.sign_in"))


demonstration = Blueprint("demonstration", __name__)


@demonstration.post("/sign-in/demonstration")
@public
@writes
def enter() -> Response:
    """Sign in as an invented person, without a password. The route exists in a demonstration only."""
    account = signing_in.sign_in_to_demonstration(db.session, request.form.get("person", ""), at=now())
    if account is None:
        message = "There is no such invented person."
        raise NotFoundError(message)
    return _enter(account)


def _page(form: SignInForm) -> str:
    people = _invented_people() if config().demonstration else []
    return render_template("door/sign_in.html", form=form, next=_inside(request.args.get("next")), people=people)


def _enter(account: Account) -> Response:
    begin_session(account)
    return redirect(_inside(request.args.get("next")) or url_for("pages.home"), code=303)


def _inside(path: str | None) -> str | None:
    """Return an address only where it is a path of this very application."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")) or not path.isprintable():
        return None
    parts = urlsplit(path)
    return path if not parts.scheme and not parts.netloc and "\\" not in path else None


def _invented_people() -> list[tuple[Account, list[Role]]]:
    """Return one invented person for each set of roles."""
    invented = select(Account).where(Account.is_demonstration, Account.disabled_at.is_(None)).order_by(Account.id)
    shown: dict[frozenset[Role], tuple[Account, list[Role]]] = {}
    for account in db.session.scalars(invented.options(selectinload(Account.grants))):
        roles = [grant.role for grant in account.grants if grant.revoked_at is None]
        shown.setdefault(frozenset(roles), (account, roles))
    return list(shown.values())
