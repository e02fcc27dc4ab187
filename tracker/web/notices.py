"""Which notices a person gets by e-mail."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.notices import WORDS, Kind
from tracker.queries import outbox
from tracker.services import notices as acts
from tracker.web.access import for_the_signed_in
from tracker.web.auth import actor
from tracker.web.clock import now
from tracker.web.fields import CheckboxesField, Form

blueprint = Blueprint("notices", __name__)


class ChoiceForm(Form):
    """The notices that one may do without."""

    wanted = CheckboxesField(
        "Which of these do you want by e-mail?",
        choices=[(kind, title, {"hint": text}) for kind, (title, _, text, optional) in WORDS.items() if optional],
    )


@blueprint.get("/notices")
@for_the_signed_in
def choices() -> str:
    """Show which notices there are, and which of them the person wants."""
    form = ChoiceForm()
    off = outbox.unwanted(db.session, actor().ref.removeprefix("person:"))
    form.wanted.data = [kind for kind in Kind if kind not in off]
    always = [(title, text) for title, _, text, optional in WORDS.values() if not optional]
    return render_template("pages/notices.html", form=form, always=always)


@blueprint.post("/notices")
@for_the_signed_in
@writes
def choices_post() -> Response | tuple[str, int]:
    """Keep what the person wants."""
    form = ChoiceForm()
    if not form.validate():
        always = [(title, text) for title, _, text, optional in WORDS.values() if not optional]
        return render_template("pages/notices.html", form=form, always=always), 422
    acts.choose(db.session, actor(), {Kind(each) for each in form.wanted.data or ()}, at=now())
    flash("Your choice is saved.")
    return redirect(url_for("notices.choices"), code=303)
