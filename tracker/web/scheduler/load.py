"""An inspector's load through a term: a picture of the weeks, and the same as a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from flask import abort, render_template, request

from tracker.database import db
from tracker.domain.access import Permission, Subject
from tracker.domain.lifecycle import State
from tracker.queries import loads
from tracker.queries.loads import Term
from tracker.services.permit import permit
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import today
from tracker.web.scheduler.room import blueprint
from tracker.web.settings import allocation_rules

# Measures of the picture, in its own units.
COLUMN, BOX, TOP, LEFT, FOOT, LABELLED = 44, 34, 20, 64, 26, 2
LETTERS = {State.PROPOSED: "P", State.CONFIRMED: "C", State.QUESTIONED: "Q"}


@dataclass(frozen=True, slots=True)
class Box:
    """One inspection in one week."""

    x: int
    y: int
    state: State
    letter: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The weeks from left to right; the boxes of a week stand on each other, and a line says how many may."""

    width: int
    height: int
    boxes: Sequence[Box]
    labels: Sequence[tuple[int, str]]
    limit: int
    floor: int


@blueprint.get("/inspectors/<path:staff_no>")
@requires(Permission.CHECK)
def load(staff_no: str) -> str:
    """Show an inspector's weeks of a term (?term= any day of it); nobody sees the own here, but on the own desk."""
    person = loads.inspector(db.session, staff_no)
    if person is None:
        abort(404)
    permit(actor(), Permission.CHECK, Subject(inspector_id=person.id))
    _, rules = allocation_rules()
    term = loads.term(db.session, person, rules, _day())
    return render_template("scheduler/load.html", term=term, picture=drawn(term), rules=rules.name)


def _day() -> date:
    try:
        asked = date.fromisoformat(request.args.get("term", ""))
    except ValueError:
        return today()
    # Far from today the calendar's own bounds are near.
    return asked if abs(asked.year - today().year) <= 50 else today()  # noqa: PLR2004 (years)


def drawn(term: Term) -> Picture:
    """Return a term as boxes: as high as the busiest week, or as many as may be."""
    most = max(term.limits.week, *(len(week.visits) for week in term.weeks))
    floor = TOP + most * BOX
    labels = [
        (LEFT + COLUMN * place + COLUMN // 2, f"{week.monday.day} {week.monday:%b}")
        for place, week in enumerate(term.weeks)
        if place % LABELLED == 0
    ]
    width = LEFT + COLUMN * len(term.weeks)
    return Picture(width, floor + FOOT, list(_boxes(term, floor)), labels, floor - term.limits.week * BOX, floor)


def _boxes(term: Term, floor: int) -> Iterator[Box]:
    for place, week in enumerate(term.weeks):
        for number, visit in enumerate(week.visits, start=1):
            yield Box(LEFT + COLUMN * place + 3, floor - number * BOX + 2, visit.state, LETTERS[visit.state])
