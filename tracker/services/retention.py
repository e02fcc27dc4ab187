"""Keeping words no longer than the schedule says, and longer where a legal hold says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission
from tracker.domain.errors import NotFoundError, RefusedError
from tracker.domain.retention import Field, Schedule
from tracker.models import AllocationPlan, Draft, Inspection, Inspector, KeptForm, LegalHold, LegalHoldEnd, Words
from tracker.queries import holds
from tracker.queries import retention as questions
from tracker.queries.kept_forms import FOR
from tracker.queries.staff import by_staff_no
from tracker.services.history import lock_head, new_ref, recording
from tracker.services.permit import permit

BATCH = 500
PLANS = 100


@dataclass(frozen=True, slots=True)
class PlaceHold:
    """Keep all that there is of an inspector, by staff number, or of an inspection, by reference; and why."""

    reason: str
    staff_no: str = ""
    inspection: str = ""


@dataclass(frozen=True, slots=True)
class LiftHold:
    """End a hold, and why."""

    ref: str
    reason: str


def erase(
    session: Session, actor: Actor, schedule: Schedule, field: Field, some: Sequence[int], *, at: datetime
) -> int:
    """Erase those of some words that are due and not held, by number; return how many.

    The entry names the very words that went, so that nothing can vanish unsaid; what they were, it does not say.
    """
    permit(actor, Permission.ERASE)
    with recording(session, actor, at) as history:
        up_to = schedule.rules[field].due_up_to(at.date())
        # A hold may have been placed, or the words erased, since they were found.
        found = questions.due_words(session, field, up_to, some)
        if not found:
            return 0
        session.execute(
            update(Words).where(Words.id.in_([each.id for each in found])).values(salt=None, value=None, erased_at=at),
            execution_options={"synchronize_session": False},
        )
        history.append(
            "words:erased",
            (f"retention:{field}",),
            {
                "schedule": schedule.name,
                "field": str(field),
                "up_to": up_to.isoformat(),
                "number": len(found),
                "erased": [[each.seq, each.name] for each in found],
            },
        )
        return len(found)


def drop_drafts(session: Session, actor: Actor, schedule: Schedule, *, at: datetime) -> int:
    """Delete drafts that are due and not held, and what was kept after sessions ended; no part of the history."""
    permit(actor, Permission.ERASE)
    lock_head(session)
    inspectors = questions.due_drafts(session, schedule.rules[Field.DRAFT].due_up_to(at.date()))
    session.execute(delete(Draft).where(Draft.inspector_id.in_(inspectors)))
    session.execute(delete(KeptForm).where(KeptForm.kept_at <= at - FOR))
    return len(inspectors)


def drop_plans(session: Session, actor: Actor, schedule: Schedule, *, at: datetime) -> int:
    """Delete plans that are due and not held, a batch of them; return how many, 0 also where no time is set for them.

    The entry names the plans that went. What was applied of them stands in the assignments.
    """
    permit(actor, Permission.ERASE)
    rule = schedule.rules.get(Field.PLAN)
    if rule is None:
        return 0
    with recording(session, actor, at) as history:
        up_to = rule.due_up_to(at.date())
        some = questions.due_plans(session, up_to)[0][:PLANS]
        if some:
            session.execute(delete(AllocationPlan).where(AllocationPlan.ref.in_(some)))
            told = {"schedule": schedule.name, "up_to": up_to.isoformat(), "number": len(some)}
            history.append("plans:deleted", (f"retention:{Field.PLAN}", *(f"plan:{ref}" for ref in some)), told)
        return len(some)


def place_hold(session: Session, actor: Actor, command: PlaceHold, *, at: datetime) -> LegalHold:
    """Place a hold: until it is lifted, nothing of it is erased."""
    permit(actor, Permission.HOLD)
    if not command.reason.strip():
        raise RefusedError("Say why it must be kept", field="reason")
    with recording(session, actor, at) as history:
        inspector = by_staff_no(session, command.staff_no)
        inspection = session.scalar(select(Inspection).where(Inspection.reference == command.inspection.strip()))
        _refuse_unknown(command, inspector, inspection)
        reason = history.keep(command.reason.strip())
        row = LegalHold(
            ref=new_ref("HLD"),
            inspector_id=inspector.id if inspector else None,
            inspection_id=inspection.id if inspection else None,
            placed_at=at,
            placed_by=actor.ref,
            reason_id=reason.id,
        )
        session.add(row)
        session.flush()
        about = f"inspector:{inspector.staff_no}" if inspector else f"inspection:{command.inspection.strip()}"
        history.append("hold:placed", (f"hold:{row.ref}", about), {}, {"reason": reason})
        return row


def _refuse_unknown(command: PlaceHold, inspector: Inspector | None, inspection: Inspection | None) -> None:
    if bool(command.staff_no.strip()) == bool(command.inspection.strip()):
        raise RefusedError("Give either a staff number or the reference of an inspection", field="staff_no")
    if command.staff_no.strip() and inspector is None:
        raise RefusedError("There is no inspector of that staff number", field="staff_no")
    if command.inspection.strip() and inspection is None:
        raise RefusedError("There is no inspection of that reference", field="inspection")


def lift_hold(session: Session, actor: Actor, command: LiftHold, *, at: datetime) -> None:
    """Lift a hold; what is due meanwhile goes with the next run."""
    permit(actor, Permission.HOLD)
    if not command.reason.strip():
        raise RefusedError("Say why it need not be kept any longer", field="reason")
    with recording(session, actor, at) as history:
        row = holds.hold(session, command.ref)
        if row is None:
            raise NotFoundError("There is no such hold.")
        if row.end is not None:
            raise RefusedError("This hold was lifted already.")
        reason = history.keep(command.reason.strip())
        session.add(LegalHoldEnd(hold_id=row.id, ended_at=at, ended_by=actor.ref, reason_id=reason.id))
        session.flush()
        history.append("hold:lifted", (f"hold:{row.ref}",), {}, {"reason": reason})
