"""Whether the legal holds, and their ends, are as the history says."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from tracker.models import Inspection, Inspector, LegalHold, LegalHoldEnd
from tracker.queries.records.comparing import Fault, Seen, by, one, rows_of


def holds(session: Session, batch: Sequence[Seen]) -> Iterator[Fault]:
    """Yield the entries whose hold is missing or says something else."""
    columns = {
        "ref": LegalHold.ref,
        "inspector": Inspector.staff_no,
        "inspection": Inspection.reference,
        "placed_at": LegalHold.placed_at,
        "placed_by": LegalHold.placed_by,
        "reason_id": LegalHold.reason_id,
    }
    refs = [each.subject("hold") for each in batch]
    found = rows_of(
        session,
        columns,
        lambda query: (
            query.select_from(LegalHold)
            .outerjoin(Inspector, Inspector.id == LegalHold.inspector_id)
            .outerjoin(Inspection, Inspection.id == LegalHold.inspection_id)
            .where(LegalHold.ref.in_(refs))
        ),
    )
    rows = by(found, "ref")
    for seen in batch:
        expected = {
            "inspector": seen.subject("inspector") or None,
            "inspection": seen.subject("inspection") or None,
            "placed_at": seen.entry.at,
            "placed_by": seen.entry.actor,
            "reason_id": seen.number("reason"),
        }
        yield from one(seen, "the hold", rows.get(seen.subject("hold"), []), expected)


def hold_ends(session: Session, batch: Sequence[Seen]) -> Iterator[Fault]:
    """Yield the entries whose end of a hold is missing or says something else."""
    columns = {
        "ref": LegalHold.ref,
        "ended_at": LegalHoldEnd.ended_at,
        "ended_by": LegalHoldEnd.ended_by,
        "reason_id": LegalHoldEnd.reason_id,
    }
    refs = [each.subject("hold") for each in batch]
    found = rows_of(
        session,
        columns,
        lambda query: query.join(LegalHold, LegalHold.id == LegalHoldEnd.hold_id).where(LegalHold.ref.in_(refs)),
    )
    rows = by(found, "ref")
    for seen in batch:
        expected = {"ended_at": seen.entry.at, "ended_by": seen.entry.actor, "reason_id": seen.number("reason")}
        yield from one(seen, "the end of the hold", rows.get(seen.subject("hold"), []), expected)
