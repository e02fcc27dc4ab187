"""Taking a copy of all that is held on oneself."""

from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission, Subject
from tracker.models import Inspector
from tracker.services.history import Bare
from tracker.services.permit import permit


def copy(session: Session, actor: Actor, inspector_id: int) -> Bare:
    """Return what the history is to tell of an inspector's taking a copy of all that is held on him- or herself."""
    permit(actor, Permission.READ_OWN_DECLARATIONS, Subject(inspector_id=inspector_id))
    staff_no = session.get_one(Inspector, inspector_id).staff_no
    return Bare(actor, "inspector:copied", (f"inspector:{staff_no}",))
