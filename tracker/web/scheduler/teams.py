"""One inspection and its team."""

from collections.abc import Collection, Mapping, Sequence

from flask import render_template, request

from tracker.database import db
from tracker.domain.access import Permission
from tracker.domain.choosing import SHUT_OUT
from tracker.domain.dates import in_words
from tracker.domain.errors import NotFoundError
from tracker.domain.fitting import leaves
from tracker.domain.lifecycle import OPEN
from tracker.domain.mitigating import Progress
from tracker.domain.moving import span_in_words
from tracker.models import Assignment, Inspection
from tracker.queries import decisions, double_bookings, inspections, mitigations, moves, policies
from tracker.queries.inspections import Listed
from tracker.queries.mitigations import Asked
from tracker.services.history import words_of
from tracker.services.moving import days_of, stops
from tracker.web.access import requires
from tracker.web.auth import actor
from tracker.web.clock import checked_on, today
from tracker.web.scheduler.room import blueprint


def found_by(reference: str) -> Listed:
    """Return an inspection by its reference; NotFoundError where there is none."""
    found = inspections.by_reference(db.session, reference)
    if found is None:
        message = f"There is no inspection {reference}."
        raise NotFoundError(message)
    return found


Elsewhere = Mapping[int, Sequence[str]]


def elsewhere_of(row: Inspection) -> Elsewhere:
    """Return on which other inspections those of a team are then, by assignment; nobody once it has ended."""
    return {} if row.ends_on < today() else double_bookings.of_inspection(db.session, row.id, today())


def absent_from(row: Inspection, team: Collection[Assignment], elsewhere: Elsewhere) -> set[int]:
    """Return which of a team cannot be there, by assignment: new days can bring it about, or a day of leaving."""
    return {each.id for each in team if each.id in elsewhere or leaves(each.inspector.left_on, row.ends_on)}


def notes_on(row: Inspection, team: Collection[Assignment], elsewhere: Elsewhere) -> dict[int, str]:
    """Return what a scheduler is to know of some of a team besides the check, each as a sentence, by assignment."""
    shut = inspections.shut_out(db.session, [each.inspector_id for each in team])
    found = dict[int, str]()
    for each in team:
        left_on, said = each.inspector.left_on, []
        if each.id in elsewhere:
            said.append(f"On {' and '.join(elsewhere[each.id])} then.")
        if left_on is not None and leaves(left_on, row.ends_on):
            said.append(f"Leaves on {in_words(left_on)}, before the inspection ends.")
        if each.inspector_id in shut:
            said.append(f"{SHUT_OUT}.")
        if said:
            found[each.id] = " ".join(said)
    return found


def as_shown(row: Inspection) -> str:
    """Return an inspection's days as a form carries them, to tell whether they are still those that were shown."""
    return "/".join(day.isoformat() for day in days_of(row))


def moved_meanwhile(row: Inspection, was: str | None) -> str:
    """Return that an inspection was moved since a page showed these days, with no full stop; "" where it was not.

    A form that carries none rests on none.
    """
    if was in (None, as_shown(row)):
        return ""
    return f"{row.reference} was moved meanwhile, and is planned for {span_in_words(days_of(row))} now"


def changed_meanwhile(found: Assignment) -> str:
    """Return what changed of an assignment since its form was shown (`was`, `stands`), as `moved_meanwhile` does."""
    if moved := moved_meanwhile(found.inspection, request.form.get("was")):
        return moved
    if request.form.get("stands") in (None, str(found.state)):
        return ""
    return f"{found.inspector.name} is {found.state} now: that changed since this page was shown"


def _asked_first(team: Collection[Assignment]) -> dict[int, tuple[Asked, Progress]]:
    """Return which mitigation of each assignment wants to be seen to first: the actor's own, then whichever is due."""
    own = actor().ref.removeprefix(mitigations.PERSON)
    found: dict[int, tuple[Asked, Progress]] = {}
    for number, asked in mitigations.of_assignments(db.session, [each.id for each in team]).items():
        mine_first = sorted(asked, key=lambda each: each.mitigation.owner.ref != own)
        for each in mine_first:
            progress = each.progress(today())
            is_own = each.mitigation.owner.ref == own
            if progress is Progress.OVERDUE or (is_own and progress is Progress.TO_DO):
                found.setdefault(number, (each, progress))
    return found


@blueprint.get("/inspection/<path:reference>")
@requires(Permission.PLAN_INSPECTIONS)
def inspection(reference: str) -> str:
    """Show an inspection: its facts, its team, the places that are open, and what was changed of it."""
    found = found_by(reference)
    book = policies.all_in_force(db.session, checked_on())
    team = inspections.team(db.session, found.inspection.id)
    there, elsewhere = [each for each in team if each.state in OPEN], elsewhere_of(found.inspection)
    among = Assignment.inspection_id == found.inspection.id
    changes = moves.changes(db.session, reference)
    pending = {each.id: each for each in decisions.pending(db.session, book, today(), among)}
    return render_template(
        "scheduler/inspection.html",
        found=found,
        provider=inspections.provider(db.session, found.inspection.provider),
        team=there,
        asked=_asked_first(there),
        former=[each for each in team if each.state not in OPEN],
        pending=pending,
        notes=notes_on(found.inspection, there, elsewhere),
        absent=absent_from(found.inspection, there, elsewhere),
        has_ended=found.inspection.ends_on < today(),
        stops=stops(db.session, actor(), found.inspection, today()),
        changes=changes,
        names=decisions.names_of(db.session, {each.actor for each in changes}),
        words_of=words_of,
    )
