"""A policy that was adopted for a later day takes effect on it, with the first act of that day."""

from flask import Flask, current_app, request

from tracker.database import db
from tracker.domain.access import Actor, Permission
from tracker.queries.policies import not_yet_effective
from tracker.services.policies import bring_into_force
from tracker.web.access import needs_of
from tracker.web.clock import now

CALENDAR = Actor("system:calendar", "The calendar", is_system=True)


def init_app(app: Flask) -> None:
    """Look at the calendar before each act."""
    db.let_go_first(app, _take_effect)


def _take_effect() -> bool:
    """Bring into force what is due; tell whether anything was. Whoever only signs in or out does not wait for it."""
    is_act = request.endpoint is not None and isinstance(needs_of(current_app, request.endpoint), Permission)
    if not is_act or not not_yet_effective(db.session, now().date()):
        return False
    bring_into_force(db.session, CALENDAR, at=now())
    return True
