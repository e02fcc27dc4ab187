"""Whether somebody can go where he or she is proposed: what the list of candidates says, asked again under the lock."""

from tracker.domain.allocation_rules import AllocationRules
from tracker.domain.choosing import Person, obstacles
from tracker.domain.errors import RefusedError
from tracker.domain.fitting import leaves
from tracker.domain.uk_time import in_uk
from tracker.models import Inspection, Inspector
from tracker.queries import rivals
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
