"""A form that is sent after the session has ended is kept, to be sent again by the same person after signing in."""

from flask import Response, request
from flask_wtf.csrf import validate_csrf
from werkzeug.exceptions import RequestEntityTooLarge
from wtforms.validators import ValidationError

from tracker.database import db, writing
from tracker.services import kept_forms
from tracker.web.auth import left, signed_in_actor
from tracker.web.clock import now
from tracker.web.cookies import CSRF

# Marks a form as one that was kept, so that it is thrown away as it is sent again.
SENT = "kept_form"
LONGEST = 15
# What every act answers that saved something: it leads on.
SAVED = 303


def keep() -> bool:
    """Keep what this request brings, where it comes from a session that has just ended; tell whether it is kept.

    Its own token must be right, as for any form: nobody else may leave words to be sent in a person's name.
    """
    person = left()
    if person is None or request.files:
        return False
    try:
        fields = [(name, value) for name, value in request.form.items(multi=True) if name not in {CSRF, SENT}]
        validate_csrf(request.form.get(CSRF))
    except (ValidationError, RequestEntityTooLarge):
        return False
    path = request.full_path.rstrip("?")
    with writing(db.sessions) as own:
        kept_forms.keep(own, person.account_id, path, fields, at=now())
    return True


def forget_sent(answer: Response) -> Response:
    """Throw away what was kept, once it is sent again and saved; where it is refused, it stays."""
    number = request.form.get(SENT, "") if request.method == "POST" and answer.status_code == SAVED else ""
    actor = signed_in_actor() if number.isascii() and number.isdigit() and len(number) <= LONGEST else None
    if actor is not None:
        with writing(db.sessions) as own:
            kept_forms.forget(own, actor, int(number))
    return answer
