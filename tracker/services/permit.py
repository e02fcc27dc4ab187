"""Leave to act: one question, asked by every act before it changes anything."""

from tracker.domain.access import Actor, Permission, Subject, permits
from tracker.domain.errors import NotPermittedError


def permit(actor: Actor, permission: Permission, subject: Subject | None = None) -> None:
    """Raise NotPermittedError unless the actor may do this to the subject."""
    if not permits(actor, permission, subject):
        message = "You may not do this."
        raise NotPermittedError(message)
