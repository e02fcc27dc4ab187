"""One assignment before a decision-maker: its findings in full, and what was decided, asked and answered so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.database import db, writes
from tracker.domain.access import Permission, Subject, permits
from tracker.domain.errors import NotFoundError
from tracker.domain.lifecycle import OPEN
from tracker.models import Assignment, Decision
from tracker.queries import decisions, inspections, lapses, mitigations, policies, questions, reviews
from tracker.queries.decisions import Weighed
from tracker.queries.proposers import subject_of
from tracker.queries.questions import Put
from tracker.services.history import words_of
from tracker.services.notes import OpenNote, open_note
from tracker.services.permit import permit
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import checked_on, now, today
from tracker.web.decisions.room import blueprint
from tracker.web.objecting import by_finding
from tracker.web.telling import Told, told


@dataclass(frozen=True, slots=True)
class Line:
    """A question to the inspector as a page shows it: who asked, the words, the answer, and for how long it waits."""

    put: Put
    by: str
    words: str
    answer: str
    days: int


def found_at(ref: str) -> Assignment:
    """Return an assignment as a decision-maker may see it; raise for one that there is not, or that is the own."""
    found = decisions.one(db.session, ref)
    if found is None:
        message = "There is no such assignment."
        raise NotFoundError(message)
    # Whoever proposed it may look, and is told why somebody else must decide; one's own does not exist here.
    permit(actor(), Permission.DECIDE, Subject(inspector_id=found.inspector_id))
    return found


def may_decide_on(found: Assignment) -> bool:
    """Whether whoever asks may decide on an assignment now."""
    about = subject_of(db.session, found)
    return found.state in OPEN and permits(actor(), Permission.DECIDE, about)


@blueprint.get("/assignments/<ref>")
@requires(Permission.DECIDE)
def assignment(ref: str) -> str:
    """Show an assignment with its findings, and the decisions on them so far."""
    return _page(found_at(ref), {})


@blueprint.post("/assignments/<ref>/notes/<connection>")
@requires(Permission.DECIDE)
@writes
def note(ref: str, connection: str) -> str:
    """Show the note of a connection. It answers with the page itself: each look at a note leaves its own entry."""
    words = open_note(db.session, actor(), OpenNote(connection, ref), at=now())
    return _page(found_at(ref), {connection: words})


@blueprint.get("/assignments/<ref>/notes/<connection>")
@requires(Permission.DECIDE)
def note_again(ref: str, connection: str) -> Response:
    """Lead back to the assignment: a note is shown once for each look, and its page's address may be opened again."""
    del connection
    return redirect(url_for("decisions.assignment", ref=found_at(ref).ref))


def _page(found: Assignment, notes: Mapping[str, str]) -> str:
    may_decide = may_decide_on(found)
    findings, made = weighed_now(found)
    lapsed = lapses.of_assignments(db.session, [found.id])
    # Whoever proposed it is not to be led by what others said, should another decision-maker's word be asked.
    shown = may_decide or found.state not in OPEN
    connections = (
        reviews.connections(db.session, {each.finding.connection_ref or "" for each in findings}) if may_decide else {}
    )
    return render_template(
        "decisions/assignment.html",
        may_decide=may_decide,
        is_own_proposal=actor().ref in subject_of(db.session, found).proposers,
        is_open=found.state in OPEN,
        findings=findings,
        connections=connections,
        objections=by_finding(found) if shown else {},
        notes=notes,
        made=[(each, words_of(each.reasons), lapsed.get(each.id)) for each in reversed(made)] if shown else [],
        lapsed=[lapse for each in made if (lapse := lapsed.get(each.id))][-1:],
        asked=asked_of(found) if shown else {},
        mitigations=mitigations_of(found) if shown else [],
        me=actor().ref,
        names=decisions.names_of(db.session, {found.proposed_by, *(each.decided_by for each in made)}),
        **facts_of(found),
    )


def asked_of(found: Assignment) -> dict[str, list[Line]]:
    """Return what the inspector was asked about each finding, by its fingerprint."""
    asked: dict[str, list[Line]] = {}
    put = questions.of_assignments(db.session, [found.id], today())[found.id]
    names = decisions.names_of(db.session, {each.question.asked_by for each in put})
    for each in put:
        answer = each.question.answer
        line = Line(
            each,
            names[each.question.asked_by],
            words_of(each.question.words),
            words_of(answer.words) if answer else "",
            each.days(today()),
        )
        asked.setdefault(each.question.finding.fingerprint, []).append(line)
    return asked


def mitigations_of(found: Assignment) -> list[Told]:
    """Return what decisions asked to be done, with the evidence."""
    return told(mitigations.of_assignments(db.session, [found.id])[found.id], with_evidence=True)


def weighed_now(found: Assignment) -> tuple[list[Weighed], list[Decision]]:
    """Return the findings as they are found now, and every decision on the assignment."""
    _, policy = policies.in_force(db.session, checked_on(), found.inspector.engagement)
    made = decisions.decisions_on(db.session, [found.id])[found.id]
    return decisions.weighed(found, made, policy), made


def facts_of(found: Assignment) -> dict[str, Any]:
    """Return an assignment and its provider's name, as every page about it needs them."""
    names = inspections.provider_names(db.session, [found.inspection.provider])
    return {"assignment": found, "provider": names[found.inspection.provider], "today": today()}
