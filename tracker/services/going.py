"""Whether somebody can go: what the list of candidates says, asked again under the lock."""

from tracker.domain.allocation_rules import AllocationRules
from tracker.domain.choosing import Person, obstacles
from tracker.domain.errors import RefusedError
from tracker.domain.fitting import absences, leaves
from tracker.domain.uk_time import in_uk
from tracker.models import Assignment, Inspection, Inspector
from tracker.queries import double_bookings, rivals
from tracker.services.history import Recording


def refuse_who_cannot_go(
    history: Recording, inspection: Inspection, inspector: Inspector, role: str, rules: AllocationRules
) -> None:
    """Refuse somebody for all that keeps him or her from going; of who is busy, say if somebody else was quicker.

    Nobody is told where another is, as on the list of candidates.
    """
    session, at = history.session, history.at
    rival = rivals.elsewhere(session, inspection, inspector, in_uk(at).date())
    person = Person(
        inspector.title,
        inspector.engagement,
        inspector.remits,
        is_busy=rival is not None,
        leaves=leaves(inspector.left_on, inspection.ends_on),
    )
    said = [each.told_of(inspector.name) for each in obstacles(person, role, inspection.remit, rules)]
    if not said:
        return
    quicker = ""
    if rival is not None and rival.actor != history.actor.ref and rival.was_just_now(at):
        quicker = (
            f"{rival.by} was quicker: {rival.name} was proposed for another inspection on those days a moment ago. "
            "Nothing of yours was saved. "
        )
    raise RefusedError(f"{quicker}{'; '.join(said)}", field="staff_no")


def refuse_absent(history: Recording, assignment: Assignment) -> None:
    """Refuse to confirm who is on another inspection on one of the days, or leaves before the end: RefusedError.

    Nobody is proposed so; but an inspection may have been moved since, or a day of leaving become known.
    """
    row, inspector = assignment.inspection, assignment.inspector
    elsewhere = double_bookings.of_inspection(history.session, row.id, in_uk(history.at).date())
    said = [*absences(inspector.left_on, row.ends_on, elsewhere.get(assignment.id, ()))]
    if said:
        cure = f"release or replace {inspector.name} here" + (" or there" if assignment.id in elsewhere else "")
        raise RefusedError(f"{inspector.name} {' and '.join(said)}: {cure}")
