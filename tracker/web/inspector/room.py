"""The inspector's room: who is asking, the draft that is being written, and saving it so that no words are lost."""

from dataclasses import dataclass

from flask import Blueprint, render_template
from wtforms import HiddenField

from tracker.database import db
from tracker.domain.drafting import Writing
from tracker.domain.errors import NotPermittedError, OutOfDateError
from tracker.models import Draft
from tracker.queries import declarations
from tracker.services import drafts
from tracker.web.auth import actor
from tracker.web.clock import now
from tracker.web.fields import Form

blueprint = Blueprint("inspector", __name__, url_prefix="/declarations")
LONGEST_VERSION = 9
Answer = tuple[str, int]


class Guarded(Form):
    """A form that bears the version of the draft that its reader saw."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """The version that was seen; 0, which no draft has, where none was sent."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_VERSION else 0


@dataclass(frozen=True, slots=True)
class Open:
    """The draft that is being written, as it stands in the database now."""

    draft: Draft
    writing: Writing

    @property
    def version(self) -> int:
        """The draft's version."""
        return self.draft.version


def me() -> int:
    """Return the number of the inspector who asks."""
    number = actor().inspector_id
    if number is None:
        message = "Only inspectors have declarations."
        raise NotPermittedError(message)
    return number


def opened() -> Open | None:
    """Return the draft of the inspector who asks, or None."""
    draft = db.session.get(Draft, me())
    return Open(draft, Writing.from_json(draft.content)) if draft else None


def needed() -> Open:
    """Return the draft of the inspector who asks; raise OutOfDateError where it is gone meanwhile."""
    found = opened()
    if found is None:
        message = "There is no draft any more: it was filed or discarded in another window or on another device."
        raise OutOfDateError(message)
    return found


def saved(form: Guarded, writing: Writing) -> bool:
    """Save a draft, or, where it changed meanwhile, say so on the form: what was typed stays there to be sent again."""
    try:
        drafts.save(db.session, actor(), me(), writing, version=form.seen, at=now())
    except OutOfDateError as error:
        form.form_errors = [
            *form.form_errors,
            f"{error} Your answer is not saved yet. Press the button again to save it, or look through the draft.",
        ]
        return False
    return True


def shown(template: str, form: Guarded, status: int = 200, **context: object) -> Answer:
    """Return a form's page, with the version of the draft that this page shows."""
    open_now = opened()
    form.version.data = str(open_now.version) if open_now else "0"
    changed = status != 200 and bool(form.form_errors)  # noqa: PLR2004 (OK)
    return render_template(template, form=form, changed=changed, **context), status


def is_on_latest(writing: Writing) -> bool:
    """Whether a draft would replace the very declaration that is in force now."""
    current = declarations.in_force(db.session, me())
    return writing.based_on == (current.ref if current else None)
