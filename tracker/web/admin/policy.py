"""The policy in force, and adopting another."""

from flask import Response as Download
from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission
from tracker.domain.errors import BadPolicyError, RefusedError
from tracker.queries import administration, policies
from tracker.services.policies import AdoptPolicy, adopt
from tracker.web.access import requires
from tracker.web.admin.room import blueprint
from tracker.web.auth import actor
from tracker.web.clock import now, today
from tracker.web.fields import AreaField, FileField, Form

MOST_BYTES = 200_000


class PolicyForm(Form):
    """A policy to adopt from today on."""

    file = FileField(
        "The policy, as TOML",
        hint="Download the policy in force, change it, and choose it here.",
        needed="Choose a file",
    )
    reason = AreaField("Why is it adopted?", longest=1000, needed="Say why this policy is adopted")


@blueprint.get("/policy")
@requires(Permission.ADOPT_POLICY)
def policy() -> str:
    """Show the policy in force, and those before it."""
    return _page(PolicyForm())


@blueprint.get("/policy/text")
@requires(Permission.ADOPT_POLICY)
def policy_text() -> Download:
    """Give the policy in force as a file."""
    row, _ = policies.in_force(db.session, today())
    headers = {"Content-Disposition": f"attachment; filename=policy-{row.ref}.toml"}
    return Download(row.toml, mimetype="application/toml", headers=headers)


@blueprint.post("/policy")
@requires(Permission.ADOPT_POLICY)
@writes
def adopt_policy() -> Response | tuple[str, int]:
    """Adopt a policy from today on, and check every open assignment again."""
    form = PolicyForm()
    if form.validate():
        try:
            at = now()
            # The act's own day, in UTC: by the clock on the wall it may begin tomorrow, and nobody be checked again.
            command = AdoptPolicy(_text(form), at.date(), form.reason.data or "")
            done = adopt(db.session, actor(), command, at=at)
        except UnicodeDecodeError:
            form.file.errors = ("This is not UTF-8 text: save the policy as UTF-8",)
        except BadPolicyError as error:
            form.file.errors = (str(error.problems[0]),)
            form.form_errors = [*form.form_errors, *map(str, error.problems[1:20])]
        except RefusedError as error:
            form.refuse(error)
        else:
            flash(f"{done.policy.name} {done.policy.version} is adopted; {len(done.changed):,} verdicts changed.")
            return redirect(url_for("admin.policy"), code=303)
    return _page(form), 422


def _text(form: PolicyForm) -> str:
    sent: bytes = form.file.data.read(MOST_BYTES + 1)
    if len(sent) > MOST_BYTES:
        raise RefusedError(f"This file is larger than {MOST_BYTES:,} bytes, which no policy is", field="file")
    return sent.decode("utf-8")


def _page(form: PolicyForm) -> str:
    row, read = policies.in_force(db.session, today())
    return render_template(
        "admin/policy.html", row=row, policy=read, form=form, versions=administration.policy_versions(db.session)
    )
