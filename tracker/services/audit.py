"""An auditor's own acts: opening a declaration's detail, and checking the history, both left in the history."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission
from tracker.domain.errors import NotFoundError
from tracker.models import Declaration, Inspector
from tracker.services.history import recording
from tracker.services.permit import permit


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of the history found: the head that it proved, or the first bad entry and why it is bad."""

    size: int
    root: str
    bad: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed checkpoint that was given to its keepers: how many took it, who countersigned, what went wrong."""

    size: int
    root: str
    keepers: int
    witnesses: tuple[str, ...]
    problems: int


def open_details(session: Session, actor: Actor, refs: tuple[str, ...], *, at: datetime) -> None:
    """Leave in the history that the actor opens the details of these declarations."""
    with recording(session, actor, at) as history:
        permit(actor, Permission.READ_ANY_DECLARATION)
        for ref in dict.fromkeys(refs):
            staff_no = session.scalar(
                select(Inspector.staff_no)
                .join(Declaration, Declaration.inspector_id == Inspector.id)
                .where(Declaration.ref == ref)
            )
            if staff_no is None:
                raise NotFoundError("There is no such declaration.")
            history.append("declaration:opened", (f"declaration:{ref}", f"inspector:{staff_no}"), {})


def record_disclosure(session: Session, actor: Actor, *, at: datetime) -> None:
    """Leave in the history that the actor takes a copy of it with every personal word that it commits to."""
    with recording(session, actor, at) as history:
        permit(actor, Permission.VERIFY_HISTORY)
        history.append("history:disclosed", ("history:whole",), {})


def record_verification(session: Session, actor: Actor, found: Verification, *, at: datetime) -> None:
    """Leave in the history that the actor checked it, and what the check found."""
    with recording(session, actor, at) as history:
        permit(actor, Permission.VERIFY_HISTORY)
        if found.why:
            history.append("history:doubted", ("history:whole",), {"entry": found.bad, "why": found.why})
        else:
            history.append("history:verified", ("history:whole",), {"size": found.size, "root": found.root})


def record_published(session: Session, actor: Actor, made: Checkpoint, *, at: datetime) -> None:
    """Leave in the history that a checkpoint of it was signed and given to its keepers."""
    with recording(session, actor, at) as history:
        permit(actor, Permission.VERIFY_HISTORY)
        data = {
            "size": made.size,
            "root": made.root,
            "keepers": made.keepers,
            "witnesses": list(made.witnesses),
            "problems": made.problems,
        }
        history.append("checkpoint:published", ("history:whole",), data)
