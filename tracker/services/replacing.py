"""Replacing an inspector who drops out: one goes and another is proposed and checked, in one act or not at all."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission, Subject
from tracker.domain.allocation_rules import AllocationRules
from tracker.domain.choosing import WHY
from tracker.domain.errors import NotFoundError, OutOfDateError, RefusedError
from tracker.domain.lifecycle import OPEN
from tracker.models import Assignment
from tracker.queries import rivals
from tracker.services.assignments import Propose, let_go, propose
from tracker.services.checks import loaded, subjects
from tracker.services.history import recording
from tracker.services.permit import permit

LONGEST_WORDS = 500


@dataclass(frozen=True, slots=True)
class Replace:
    """Replace the inspector of an assignment by another: why, as one of WHY, and in own words if there is more."""

    assignment: str
    staff_no: str
    why: str
    words: str = ""


def replace(session: Session, actor: Actor, command: Replace, *, rules: AllocationRules, at: datetime) -> Assignment:
    """Release one inspector and propose another in the same role, checked at once; return the new assignment.

    Where somebody was quicker, OutOfDateError says who, and nothing changes. Who cannot go is refused, as in `propose`.
    """
    if command.why not in WHY:
        message = "Choose why the inspector is replaced"
        raise RefusedError(message, field="why")
    if len(command.words) > LONGEST_WORDS:
        message = f"Use at most {LONGEST_WORDS} characters"
        raise RefusedError(message, field="words")
    with recording(session, actor, at) as history:
        leaving = loaded(session, command.assignment)
        if leaving is None:
            message = "There is no such assignment."
            raise NotFoundError(message)
        permit(actor, Permission.ASSIGN, Subject(inspector_id=leaving.inspector_id))
        if leaving.state not in OPEN:
            quicker = rivals.gone(session, leaving)
            message = f"{quicker.by} was quicker: {quicker.sentence} Nothing of yours was saved."
            raise OutOfDateError(message)
        if command.staff_no == leaving.inspector.staff_no:
            raise RefusedError("Choose somebody else than the inspector who is replaced", field="staff_no")
        reason = ": ".join(filter(None, (WHY[command.why], command.words.strip())))
        let_go(history, [leaving], reason, "replacement")
        placed = Propose(leaving.inspection.reference, command.staff_no, leaving.role)
        made = propose(session, actor, placed, rules=rules, at=at)
        gone = (f"assignment:{leaving.ref}", f"inspector:{leaving.inspector.staff_no}")
        history.append("assignment:replaced", (*subjects(made), *gone), {"role": made.role})
        return made
