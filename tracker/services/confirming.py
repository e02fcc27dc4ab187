"""Confirming many proposals in one act: each is checked again, and whatever cannot be confirmed is told and left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission
from tracker.domain.errors import IllegalTransitionError, RefusedError
from tracker.services.assignments import confirm
from tracker.services.history import recording
from tracker.services.permit import permit

# So many hold the lock for a few seconds; more are another press.
MOST = 200


@dataclass(frozen=True, slots=True)
class ConfirmedMany:
    """How many were confirmed, and of each that was not, its reference and why."""

    confirmed: int
    left: tuple[tuple[str, str], ...]


def confirm_many(session: Session, actor: Actor, refs: Sequence[str], *, at: datetime) -> ConfirmedMany:
    """Confirm these assignments in their order, each as if it were alone; RefusedError for more than MOST."""
    permit(actor, Permission.ASSIGN)
    if len(refs) > MOST:
        raise RefusedError(f"Confirm at most {MOST} at once")
    confirmed, left = 0, list[tuple[str, str]]()
    with recording(session, actor, at):
        for ref in dict.fromkeys(refs):
            try:
                answer = confirm(session, actor, ref, at=at)
            except (RefusedError, IllegalTransitionError) as error:
                left.append((ref, str(error)))
                continue
            if answer.confirmed:
                confirmed += 1
            else:
                left.append((ref, "what was found just now is covered by no decision"))
    return ConfirmedMany(confirmed, tuple(left))
