"""A declaration: its timeline, and its details, the opening of which is itself an entry of the history."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.database import db
from tracker.domain.access import Permission
from tracker.domain.dates import PartialDate
from tracker.domain.declaration import Declared
from tracker.domain.facts import Connection
from tracker.models import ConnectionRow, Declaration
from tracker.queries import asat, history, inspections
from tracker.queries import declarations as questions
from tracker.queries.scrutiny import knowing
from tracker.queries.scrutiny.known import Known
from tracker.services.audit import open_details
from tracker.services.history import words_of
from tracker.web.access import requires, writes_within
from tracker.web.auditor.between import changed_by
from tracker.web.auditor.forms import as_at, refusing_faults
from tracker.web.auditor.lines import before, shown
from tracker.web.auditor.room import blueprint, is_open_here, open_here
from tracker.web.auth import actor
from tracker.web.clock import now, today
from tracker.web.unchanged import same_while_nothing_happens

SHOWN = 200


@blueprint.get("/declarations/<ref>")
@requires(Permission.READ_HISTORY)
@refusing_faults
def declaration(ref: str) -> str:
    """Show a declaration's timeline, whether it was in force at a moment, and its details where they were opened."""
    found = found_or_404(ref)
    form, at = as_at()
    subject = f"declaration:{ref}"
    page = history.timeline(db.session, subject, before=before(), as_at=at)
    in_force = asat.declaration_in_force(db.session, found.inspector_id, at or now())
    is_open = is_open_here(ref)
    known = questions.all_of(db.session, found.inspector_id)
    others = [each for each in known if each.id != found.id and (at is None or each.recorded_at <= at)]
    return render_template(
        "auditor/declaration.html",
        declaration=found,
        recorded_by=history.names_of(db.session, [found.recorded_by]).get(found.recorded_by, found.recorded_by),
        others=others,
        after=next((each for each in others if each.supersedes_id == found.id), None),
        form=form,
        at=at,
        in_force=in_force,
        is_open=is_open,
        stated=declared(found) if is_open else [],
        reason=words_of(found.reason) if is_open else "",
        was_recorded=at is None or found.recorded_at <= at,
        **knowledge(knowing.known(db.session, found, at)),
        changes=changed_by(subject, at),
        page=page,
        lines=shown(page.lines, on=subject),
    )


@blueprint.get("/connections/<ref>")
@requires(Permission.READ_HISTORY)
@same_while_nothing_happens
def connection(ref: str) -> str:
    """Show where a connection is stated, and who knew of it before an inspection (?inspection=) and from it on."""
    found = knowing.connection(db.session, ref)
    if found is None:
        abort(404)
    row, where = found
    stated = knowing.same(db.session, where.inspector_id, [row])
    visit = inspections.by_reference(db.session, request.args.get("inspection", ""))
    told = knowing.known_of(db.session, stated)
    starts_on = visit.inspection.starts_on if visit else None
    subject = f"connection:{ref}"
    page = history.timeline(db.session, subject, before=before())
    return render_template(
        "auditor/connection.html",
        ref=ref,
        inspector=where.inspector,
        stated=[each for _, each in stated],
        visit=visit.inspection if visit else None,
        day=today(),
        known_before=[each for each in told if starts_on and each.is_before(starts_on)],
        changes=changed_by(subject, None),
        **knowledge([each for each in told if not (starts_on and each.is_before(starts_on))]),
        page=page,
        lines=shown(page.lines, on=subject),
    )


def knowledge(told: list[Known]) -> dict[str, Any]:
    """Return what a page says of who knew: the earliest, and of how many in all."""
    return {"known": told[:SHOWN], "known_number": len(told)}


@blueprint.post("/declarations/<ref>/open")
@requires(Permission.READ_ANY_DECLARATION)
@writes_within
def open_declaration(ref: str) -> Response:
    """Open a declaration's details: leave an entry, then show them in this browser for a while."""
    db.leave(open_details(db.session, actor(), ref), now)
    open_here((ref,))
    return redirect(url_for("auditor.declaration", ref=ref, _anchor="details"), code=303)


def found_or_404(ref: str) -> Declaration:
    """Return a declaration with all that it says, or answer that there is none."""
    found = questions.by_ref(db.session, ref)
    if found is None:
        abort(404)
    return found


def declared(row: Declaration) -> list[Declared]:
    """Return what a declaration states, as the domain compares and tells it."""
    return [Declared(_connection(each), words_of(each.note)) for each in row.connections]


def _connection(row: ConnectionRow) -> Connection:
    return Connection(
        ref=row.ref,
        nature=row.nature,
        holder=row.holder,
        target=row.target,
        target_name=row.target_name,
        began_on=PartialDate.parse(row.began_on),
        ended_on=PartialDate.parse(row.ended_on) if row.ended_on else None,
    )
