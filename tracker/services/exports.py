"""Taking a list away as a file: who took which list, and by which filters, is an entry; what it held is not."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.access import Actor, Permission
from tracker.services.history import Bare
from tracker.services.permit import permit


@dataclass(frozen=True, slots=True)
class ExportList:
    """Which list, as which kind of file, and by which filters, in words; `permission` is what the list itself needs."""

    name: str
    kind: str
    filters: Sequence[str]
    permission: Permission


def export_list(actor: Actor, command: ExportList) -> Bare:
    """Return what the history is to tell of the actor's taking a list away."""
    permit(actor, command.permission)
    data = {"list": command.name, "format": command.kind, "filters": list(command.filters)}
    return Bare(actor, "list:exported", ("history:lists",), data)
