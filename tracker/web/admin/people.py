"""People: accounts, their roles, and a new password for who forgot one."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission, Role
from tracker.domain.errors import NotFoundError, RefusedError, TrackerError
from tracker.queries import administration
from tracker.queries.administration import Person
from tracker.services import people as acts
from tracker.services.people import AddPerson, ChangeRole, Identify, SetPassword
from tracker.web.access import requires
from tracker.web.admin.room import blueprint
from tracker.web.auth import actor
from tracker.web.clock import now, today
from tracker.web.fields import CheckboxesField, Form, RadiosField, SecretField, TextField
from tracker.web.settings import config

ROLES = [
    (str(Role.INSPECTOR), "Inspector", {"hint": "Declares connections; needs a staff number"}),
    (str(Role.SCHEDULER), "Scheduler", {"hint": "Plans inspections and proposes inspectors"}),
    (str(Role.DECISION_MAKER), "Decision-maker", {"hint": "Decides on findings, never on an own proposal"}),
    (str(Role.AUDITOR), "Auditor", {"hint": "Reads everything, changes nothing"}),
    (str(Role.ADMINISTRATOR), "Administrator", {"hint": "Keeps people, registers and the policy; no declarations"}),
]
NAMES = {Role(value): title.lower() for value, title, _ in ROLES}
PASSWORD_HINT = "At least 12 characters. Three words that do not belong together make a good one."  # noqa: S105 (a hint)


class PersonForm(Form):
    """Somebody new."""

    name = TextField("Full name", needed="Enter the person’s name", autocomplete="off")
    email = TextField("E-mail address", kind="email", needed="Enter the person’s e-mail address", autocomplete="off")
    roles = CheckboxesField("Roles", choices=ROLES, needed="Choose at least one role")
    staff_no = TextField("Staff number", hint="For an inspector: as on the imported staff list.", longest=40)
    password = SecretField("First password", hint=PASSWORD_HINT, needed="Enter a first password")


class RoleForm(Form):
    """A role to grant."""

    role = RadiosField("Grant a role", choices=ROLES, needed="Choose a role")


class StaffForm(Form):
    """Which inspector somebody is."""

    staff_no = TextField(
        "Staff number",
        hint="As on the imported staff list, if this person inspects. Once given, it stays.",
        longest=40,
        needed="Enter the staff number",
    )


class PasswordForm(Form):
    """A new password."""

    password = SecretField("New password", hint=PASSWORD_HINT, needed="Enter a new password")


@blueprint.get("/people")
@requires(Permission.MANAGE_PEOPLE)
def people() -> str:
    """List the accounts and their roles."""
    return render_template("admin/people.html", people=administration.people(db.session), now=now(), today=today())


@blueprint.get("/people/add")
@requires(Permission.MANAGE_PEOPLE)
def add_person() -> str:
    """Ask for somebody new."""
    return render_template("admin/add_person.html", form=PersonForm())


@blueprint.post("/people/add")
@requires(Permission.MANAGE_PEOPLE)
@writes
def add_person_post() -> Response | tuple[str, int]:
    """Add somebody."""
    form = PersonForm()
    if form.validate():
        command = AddPerson(
            form.name.data or "",
            form.email.data or "",
            form.password.data or "",
            tuple(Role(each) for each in form.roles.data),
            form.staff_no.data or None,
        )
        try:
            account = acts.add(db.session, actor(), command, at=now(), cost=config().password_cost)
        except RefusedError as error:
            form.refuse(error)
        else:
            flash(f"{account.name} is added and can sign in.")
            return redirect(url_for("admin.person", ref=account.ref), code=303)
    return render_template("admin/add_person.html", form=form), 422


@blueprint.get("/people/<ref>")
@requires(Permission.MANAGE_PEOPLE)
def person(ref: str) -> str:
    """Show an account."""
    return _page(person_by(ref))


@blueprint.post("/people/<ref>/grant")
@requires(Permission.MANAGE_PEOPLE)
@writes
def grant(ref: str) -> Response | tuple[str, int]:
    """Grant a role."""
    found, form = person_by(ref), RoleForm()
    if not form.validate():
        return _page(found, granting=form), 422
    try:
        acts.grant(db.session, actor(), ChangeRole(found.email, Role(form.role.data or "")), at=now())
    except TrackerError as error:
        form.role.errors = (str(error),)
        return _page(found, granting=form), 422
    flash(f"{found.name} has the role of {NAMES[Role(form.role.data or '')]} now.")
    return redirect(url_for("admin.person", ref=ref), code=303)


@blueprint.post("/people/<ref>/identify")
@requires(Permission.MANAGE_PEOPLE)
@writes
def identify(ref: str) -> Response | tuple[str, int]:
    """Give an account its staff number."""
    found, form = person_by(ref), StaffForm()
    if form.validate():
        try:
            inspector = acts.identify(db.session, actor(), Identify(found.email, form.staff_no.data or ""), at=now())
        except RefusedError as error:
            form.refuse(error)
        else:
            flash(f"This is the account of the inspector {inspector.name} now. The role of inspector can be granted.")
            return redirect(url_for("admin.person", ref=ref), code=303)
    return _page(found, identifying=form), 422


@blueprint.post("/people/<ref>/revoke/<role>")
@requires(Permission.MANAGE_PEOPLE)
@writes
def revoke(ref: str, role: str) -> Response:
    """Revoke a role."""
    found = person_by(ref)
    if role not in set(Role):
        message = "There is no such role."
        raise NotFoundError(message)
    acts.revoke(db.session, actor(), ChangeRole(found.email, Role(role)), at=now())
    flash(f"{found.name} has the role of {NAMES[Role(role)]} no more.")
    return redirect(url_for("admin.person", ref=ref), code=303)


@blueprint.post("/people/<ref>/password")
@requires(Permission.MANAGE_PEOPLE)
@writes
def password(ref: str) -> Response | tuple[str, int]:
    """Set a new password, which ends every open session of the account."""
    found, form = person_by(ref), PasswordForm()
    if form.validate():
        command = SetPassword(found.email, form.password.data or "")
        try:
            acts.set_password(db.session, actor(), command, at=now(), cost=config().password_cost)
        except RefusedError as error:
            form.refuse(error)
        else:
            flash("The new password is set. Every open session of this account has ended.")
            return redirect(url_for("admin.person", ref=ref), code=303)
    return _page(found, renewing=form), 422


@blueprint.post("/people/<ref>/reopen")
@requires(Permission.MANAGE_PEOPLE)
@writes
def reopen(ref: str) -> Response:
    """Open a closed account again."""
    account = acts.reopen(db.session, actor(), person_by(ref).email, at=now())
    flash(f"The account is open. {account.name} can sign in again.")
    return redirect(url_for("admin.person", ref=ref), code=303)


def _page(
    found: Person,
    granting: RoleForm | None = None,
    renewing: PasswordForm | None = None,
    identifying: StaffForm | None = None,
) -> str:
    return render_template(
        "admin/person.html",
        person=found,
        granting=granting or RoleForm(),
        renewing=renewing or PasswordForm(),
        identifying=identifying or StaffForm(),
        form=granting or renewing or identifying,
        now=now(),
        today=today(),
    )


def person_by(ref: str) -> Person:
    """Return an account by its reference; raise NotFoundError where there is none."""
    found = administration.person(db.session, ref)
    if found is None:
        message = "There is no such person."
        raise NotFoundError(message)
    return found
