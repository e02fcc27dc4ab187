"""Taking a copy of all that is held on oneself."""

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission, Subject
from tracker.models import Inspector
from tracker.services.history import recording
from tracker.services.permit import permit


def record_copy(session: Session, actor: Actor, inspector_id: int, *, at: datetime) -> None:
    """Leave in the history that an inspector takes a copy of all that is held on him- or herself."""
    permit(actor, Permission.READ_OWN_DECLARATIONS, Subject(inspector_id=inspector_id))
    with recording(session, actor, at) as history:
        staff_no = session.get_one(Inspector, inspector_id).staff_no
        history.append("inspector:copied", (f"inspector:{staff_no}",), {})
