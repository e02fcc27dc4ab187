"""Timelines: of an inspector, of an assignment, and of anything else that the history speaks of."""

from datetime import datetime
from typing import Any

from flask import abort, render_template
from sqlalchemy import select

from tracker.database import db
from tracker.domain.access import Permission
from tracker.domain.events import because
from tracker.domain.subjects import KINDS
from tracker.domain.uk_time import in_uk
from tracker.models import Inspector
from tracker.queries import asat, history, inspections, leavings, moves
from tracker.queries.called import providers_called
from tracker.queries.scrutiny import accounts
from tracker.queries.turns import turns
from tracker.services.history import words_of
from tracker.web.access import requires
from tracker.web.auditor.between import changed_by
from tracker.web.auditor.decided import decided_by_then
from tracker.web.auditor.forms import as_at, refusing_faults
from tracker.web.auditor.lines import TRACED, before, shown
from tracker.web.auditor.objections import told_of
from tracker.web.auditor.room import blueprint
from tracker.web.clock import now
from tracker.web.unchanged import same_while_nothing_happens


@blueprint.get("/inspectors/<path:staff_no>")
@requires(Permission.READ_HISTORY)
@refusing_faults
@same_while_nothing_happens
def inspector(staff_no: str) -> str:
    """Show an inspector's timeline, and the declaration and the assignments as they stood at a moment."""
    found = db.session.scalars(select(Inspector).where(Inspector.staff_no == staff_no)).one_or_none()
    if found is None:
        abort(404)
    form, at = as_at()
    subject = f"inspector:{staff_no}"
    page = history.timeline(db.session, subject, before=before(), as_at=at)
    stood = asat.assignments_of(db.session, found.id, at or now())
    leaving = leavings.changes(db.session, staff_no, at)
    return render_template(
        "auditor/inspector.html",
        inspector=found,
        form=form,
        at=at,
        declaration=asat.declaration_in_force(db.session, found.id, at or now()),
        assignments=stood,
        left_on=leaving[-1].left_on if leaving else None,
        leaving=leaving,
        names=history.names_of(db.session, {each.actor for each in leaving}),
        words_of=words_of,
        day=in_uk(at or now()).date(),
        providers=providers_called(db.session, {each.assignment.inspection.provider for each in stood}, at),
        changes=changed_by(subject, at),
        page=page,
        lines=shown(page.lines, on=subject),
    )


@blueprint.get("/assignments/<ref>")
@requires(Permission.READ_HISTORY)
@refusing_faults
@same_while_nothing_happens
def assignment(ref: str) -> str:
    """Show an assignment's timeline, and how it stood at a moment: its check, its findings and its decisions."""
    current = asat.assignment(db.session, ref, now())
    if current is None:
        abort(404)
    form, at = as_at()
    stood = asat.assignment(db.session, ref, at) if at is not None else current
    subject = f"assignment:{ref}"
    page = history.timeline(db.session, subject, before=before(), as_at=at)
    provider = current.assignment.inspection.provider
    turned = turns(db.session, [ref], at).get(ref, [])
    return render_template(
        "auditor/assignment.html",
        assignment=current.assignment,
        provider=providers_called(db.session, [provider], at)[provider],
        form=form,
        at=at,
        planned=stood or current,
        stood=stood,
        objections=told_of(current.assignment, at),
        turns=turned,
        turners=history.names_of(db.session, {each.actor for each in turned}),
        because=because,
        words_of=words_of,
        **decided_by_then(stood, at or now()),
        page=page,
        lines=shown(page.lines, on=subject),
    )


@blueprint.get("/of/<kind>/<path:ref>")
@requires(Permission.READ_HISTORY)
@refusing_faults
@same_while_nothing_happens
def subject(kind: str, ref: str) -> str:
    """Show the timeline of anything else that the history speaks of."""
    form, at = as_at()
    name = f"{kind}:{ref}"
    page = history.timeline(db.session, name, before=before(), as_at=at)
    if kind not in KINDS or not (page.total or history.timeline(db.session, name, limit=1).total):
        abort(404)
    return render_template(
        "auditor/subject.html",
        kind=kind,
        ref=ref,
        title=KINDS[kind],
        changes=changed_by(name, at) if kind in TRACED else None,
        **_inspection(ref if kind == "inspection" else "", at),
        account=accounts.account(db.session, ref, at or now()) if kind == "person" else None,
        **_called(kind, ref, at),
        form=form,
        at=at,
        page=page,
        lines=shown(page.lines, on=name),
    )


def _called(kind: str, ref: str, at: datetime | None) -> dict[str, str]:
    """Return what a page's subject was called at an instant, and what it is called now where that is another name."""
    if kind == "provider":
        called = providers_called(db.session, [ref], at)[ref]
        return {"name": called.name, "called_now": called.now}
    name = f"{kind}:{ref}"
    return {"name": history.names_of(db.session, [name]).get(name, ref), "called_now": ""}


def _inspection(reference: str, at: datetime | None) -> dict[str, Any]:
    """Return what an inspection's page tells beside its timeline: how it and its team stood at an instant, or now.

    `stood` is None where it was not planned by then.
    """
    found = inspections.by_reference(db.session, reference) if reference else None
    if found is None:
        return {"inspection": None}
    row = found.inspection
    changes = moves.changes(db.session, reference, at)
    return {
        "inspection": row,
        "stood": asat.inspection(db.session, row, at or now()),
        "moved": changes,
        "names": history.names_of(db.session, {each.actor for each in changes}),
        "words_of": words_of,
        "provider": providers_called(db.session, [row.provider], at)[row.provider],
    }
