"""Taking a list away as a file: who took which list, and by which filters, is an entry; what it held is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission
from tracker.services.history import recording
from tracker.services.permit import permit


@dataclass(frozen=True, slots=True)
class ExportList:
    """Which list, as which kind of file, and by which filters, in words; `permission` is what the list itself needs."""

    name: str
    kind: str
    filters: Sequence[str]
    permission: Permission


def export_list(session: Session, actor: Actor, command: ExportList, *, at: datetime) -> None:
    """Leave in the history that the actor takes a list away."""
    with recording(session, actor, at) as history:
        permit(actor, command.permission)
        data = {"list": command.name, "format": command.kind, "filters": list(command.filters)}
        history.append("list:exported", ("history:lists",), data)
