"""An auditor's own acts: opening a declaration's detail, and checking the history, as the history is to tell them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission
from tracker.domain.errors import NotFoundError
from tracker.models import Declaration, Inspector
from tracker.services.history import Bare
from tracker.services.permit import permit

WHOLE = ("history:whole",)


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


def open_details(session: Session, actor: Actor, ref: str) -> Bare:
    """Return what the history is to tell of the actor's opening the details of a declaration."""
    permit(actor, Permission.READ_ANY_DECLARATION)
    staff_no = session.scalar(
        select(Inspector.staff_no)
        .join(Declaration, Declaration.inspector_id == Inspector.id)
        .where(Declaration.ref == ref)
    )
    if staff_no is None:
        raise NotFoundError("There is no such declaration.")
    return Bare(actor, "declaration:opened", (f"declaration:{ref}", f"inspector:{staff_no}"))


def disclosure(actor: Actor) -> Bare:
    """Return what the history is to tell of a copy of it with every personal word that it commits to."""
    permit(actor, Permission.VERIFY_HISTORY)
    return Bare(actor, "history:disclosed", WHOLE)


def taking(actor: Actor) -> Bare:
    """Return what the history is to tell of a copy of it without the personal words.

    It is left before the copy is read, so that the copy holds the entry of its own taking.
    """
    permit(actor, Permission.READ_HISTORY)
    return Bare(actor, "history:exported", WHOLE)


def verification(actor: Actor, found: Verification) -> Bare:
    """Return what the history is to tell of a check of it."""
    permit(actor, Permission.VERIFY_HISTORY)
    if found.why:
        return Bare(actor, "history:doubted", WHOLE, {"entry": found.bad, "why": found.why})
    return Bare(actor, "history:verified", WHOLE, {"size": found.size, "root": found.root})


def publication(actor: Actor, made: Checkpoint) -> Bare:
    """Return what the history is to tell of a checkpoint of it that was signed and given to its keepers."""
    permit(actor, Permission.VERIFY_HISTORY)
    data = {
        "size": made.size,
        "root": made.root,
        "keepers": made.keepers,
        "witnesses": list(made.witnesses),
        "problems": made.problems,
    }
    return Bare(actor, "checkpoint:published", WHOLE, data)
