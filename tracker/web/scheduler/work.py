"""What must be done now, and which inspections are coming."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import abort, render_template, request

from tracker.database import db
from tracker.domain.access import Permission
from tracker.models import Assignment, FindingRow
from tracker.queries import decisions, inspections, policies
from tracker.queries.decisions import Pending
from tracker.queries.inspections import WEEK, Wanted, Work
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import today
from tracker.web.objecting import to_answer
from tracker.web.paging import asked
from tracker.web.scheduler.room import blueprint

SHOWN = 5
LONGEST_TEXT = 200
# The weeks to choose from: two months back, half a year ahead.
WEEKS_BACK, WEEKS_AHEAD = 8, 26


@dataclass(frozen=True, slots=True)
class Line:
    """An assignment on a list: whose and where, which findings stand in the way, and whether it is over."""

    assignment: Assignment
    provider: str
    in_the_way: Sequence[FindingRow]
    has_ended: bool


@blueprint.get("")
@requires(Permission.PLAN_INSPECTIONS)
def first_page() -> str:
    """Say what must be done now, then which inspections are coming."""
    book = policies.all_in_force(db.session, today())
    lists = inspections.work(db.session, book, today(), actor())
    shown = lines([each for pending in lists.values() for each in pending[:SHOWN]])
    open_places, to_fill = inspections.to_fill(db.session, today(), start=0, size=SHOWN)
    return render_template(
        "scheduler/first_page.html",
        lists={need.value: [shown[each.id] for each in pending[:SHOWN]] for need, pending in lists.items()},
        numbers={need.value: len(pending) for need, pending in lists.items()},
        objections=to_answer(book),
        open_places=open_places,
        to_fill=to_fill,
        freed=inspections.freed(db.session, [each.inspection.id for each in to_fill], actor()),
        **_coming(),
    )


@blueprint.get("/places")
@requires(Permission.PLAN_INSPECTIONS)
def places() -> str:
    """List every inspection of the coming two weeks that has a place open."""
    page = asked()
    number, found = inspections.to_fill(db.session, today(), start=page.start, size=page.size)
    freed = inspections.freed(db.session, [each.inspection.id for each in found], actor())
    return render_template("scheduler/places.html", number=number, found=found, freed=freed, page=page)


@blueprint.get("/assignments")
@requires(Permission.ASSIGN)
def listed() -> str:
    """List every assignment that wants one kind of act (?need=)."""
    try:
        need = Work(request.args.get("need", Work.QUESTIONED))
    except ValueError:
        abort(404)
    page = asked()
    book = policies.all_in_force(db.session, today())
    pending = inspections.work(db.session, book, today(), actor())[need]
    some = pending[page.start : page.start + page.size]
    shown = lines(some)
    return render_template(
        "scheduler/assignments.html",
        need=need.value,
        number=len(pending),
        lines=[shown[each.id] for each in some],
        page=page,
    )


def lines(pending: Sequence[Pending]) -> Mapping[int, Line]:
    """Return assignments as a list shows them, by number."""
    loaded = decisions.whole(db.session, [each.id for each in pending])
    names = inspections.provider_names(db.session, [each.inspection.provider for each in loaded.values()])
    result = {}
    for each in pending:
        row = loaded[each.id]
        uncovered = {fingerprint for fingerprint, _ in each.uncovered}
        findings = row.check.findings if row.check else []
        in_the_way = [finding for finding in findings if finding.fingerprint in uncovered]
        result[each.id] = Line(row, names[row.inspection.provider], in_the_way, each.ends_on < today())
    return result


def _coming() -> dict[str, Any]:
    page = asked()
    monday = today() - timedelta(days=today().weekday())
    weeks = [monday + WEEK * number for number in range(-WEEKS_BACK, WEEKS_AHEAD)]
    wanted = Wanted(
        today(),
        _week("from", weeks),
        _week("to", weeks),
        only_open="open" in request.args,
        text=request.args.get("q", "").strip()[:LONGEST_TEXT],
    )
    number, found = inspections.listed(db.session, wanted, start=page.start, size=page.size)
    filters = {
        "from": wanted.from_week.isoformat() if wanted.from_week else None,
        "to": wanted.to_week.isoformat() if wanted.to_week else None,
        "open": "1" if wanted.only_open else None,
        "q": wanted.text or None,
    }
    return {"weeks": weeks, "wanted": wanted, "number": number, "found": found, "page": page, "filters": filters}


def _week(name: str, weeks: Sequence[date]) -> date | None:
    """Return the week that the address names, None where it names none that can be chosen."""
    return next((week for week in weeks if week.isoformat() == request.args.get(name)), None)
