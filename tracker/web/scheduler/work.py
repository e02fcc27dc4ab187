"""The lists of what must be done: assignments that want an act, and places to fill."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Actor, Permission
from tracker.models import Assignment, FindingRow
from tracker.queries import decisions, inspections, policies
from tracker.queries.inspections import Work
from tracker.services.confirming import MOST, confirm_many
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import checked_on, now, today
from tracker.web.paging import asked
from tracker.web.said import NOTICE
from tracker.web.scheduler.room import blueprint
from tracker.web.scheduler.teams import moved_meanwhile

# So many of those that were left are told by name.
TOLD = 10


@dataclass(frozen=True, slots=True)
class Line:
    """An assignment on a list: whose and where, which findings stand in the way, and whether it is over."""

    assignment: Assignment
    provider: str
    in_the_way: Sequence[FindingRow]
    has_ended: bool


@blueprint.get("/places")
@requires(Permission.PLAN_INSPECTIONS)
def places() -> str:
    """List every inspection of the coming two weeks that has a place open."""
    page = asked()
    found = inspections.to_fill(db.session, today(), start=page.start, size=page.size)
    return render_template(
        "scheduler/places.html",
        number=inspections.number_to_fill(db.session, today()),
        found=found,
        freed=inspections.freed(db.session, [each.inspection.id for each in found], actor()),
        page=page,
    )


@blueprint.get("/assignments")
@requires(Permission.ASSIGN)
def listed() -> str:
    """List every assignment that wants one kind of act (?need=)."""
    need, page = need_by_address(), asked()
    ready = inspections.work(db.session, need, today(), actor(), start=0, size=MOST) if need is Work.READY else ()
    return render_template(
        "scheduler/assignments.html",
        need=need.value,
        refs=" ".join(f"{each.ref}={each.starts_on}/{each.ends_on}" for each in ready),
        number=inspections.work_numbers(db.session, today(), actor())[need],
        lines=lines(db.session, need, today(), actor(), on=checked_on(), start=page.start, size=page.size),
        most=MOST,
        page=page,
    )


@blueprint.post("/assignments/confirm")
@requires(Permission.ASSIGN)
@writes
def confirm_ready() -> Response:
    """Confirm those that the list told of, on the days that it told of, and nobody else; each is checked again."""
    told = dict(each.partition("=")[::2] for each in request.form.get("refs", "").split()[:MOST])
    rows = decisions.by_refs(db.session, list(told))
    names = {ref: f"{rows[ref].inspector.name} for {rows[ref].inspection.reference}" for ref in told if ref in rows}
    moved = {ref: moved_meanwhile(rows[ref].inspection, told[ref] or None) for ref in names}
    done = confirm_many(db.session, actor(), [ref for ref in names if not moved[ref]], at=now())
    if done.confirmed:
        are = "is" if done.confirmed == 1 else "are"
        flash(f"{done.confirmed:,} {are} confirmed. Each was checked again just now.")
    else:
        flash("Nobody was confirmed.", NOTICE)
    left = [*((ref, said) for ref, said in moved.items() if said), *done.left]
    if left:
        why_not = [f"{names[ref]} ({why.rstrip('.')})" for ref, why in left[:TOLD]]
        more = f"; and {len(left) - TOLD:,} more" if len(left) > TOLD else ""
        flash(f"Not confirmed: {'; '.join(why_not)}{more}.", NOTICE)
    return redirect(url_for("scheduler.listed", need=Work.READY.value), code=303)


def need_by_address() -> Work:
    """Return the kind of act that the address asks for; any other is not there."""
    try:
        return Work(request.args.get("need", Work.QUESTIONED))
    except ValueError:
        abort(404)


def lines(session: Session, need: Work, day: date, who: Actor, *, on: date, start: int, size: int) -> list[Line]:
    """Return a page of the assignments that want one kind of act, as a list shows them; `on` is the day of a check."""
    found = [each.id for each in inspections.work(session, need, day, who, start=start, size=size)]
    loaded = decisions.whole(session, found)
    names = inspections.provider_names(session, [each.inspection.provider for each in loaded.values()])
    book = policies.all_in_force(session, on)
    pending = decisions.pending(session, book, day, Assignment.id.in_(found))
    uncovered = {each.id: {fingerprint for fingerprint, _ in each.uncovered} for each in pending}
    return [_line(loaded[number], names, uncovered.get(number, set()), day) for number in found]


def _line(row: Assignment, names: Mapping[str, str], uncovered: set[str], day: date) -> Line:
    findings = row.check.findings if row.check else []
    in_the_way = [finding for finding in findings if finding.fingerprint in uncovered]
    return Line(row, names[row.inspection.provider], in_the_way, row.inspection.ends_on < day)
