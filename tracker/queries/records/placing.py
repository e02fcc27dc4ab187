"""Whether the planned inspections, and who was proposed for them by whom, are as the history says."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from tracker.models import Assignment, Inspection, Inspector
from tracker.queries.records.comparing import Fault, Seen, by, one, rows_of


def inspections(session: Session, batch: Sequence[Seen]) -> Iterator[Fault]:
    """Yield the entries whose planned inspection is missing or says something else.

    Its days are those that the latest entry gives it, and judged with all of these: see `standing_records.days`.
    """
    columns = {
        "reference": Inspection.reference,
        "provider": Inspection.provider,
        "framework": Inspection.framework,
        "team_size": Inspection.team_size,
        "added_at": Inspection.added_at,
    }
    refs = [each.subject("inspection") for each in batch]
    rows = by(rows_of(session, columns, lambda query: query.where(Inspection.reference.in_(refs))), "reference")
    for seen in batch:
        data = seen.entry.data
        expected = {
            **{name: data[name] for name in ("framework", "team_size")},
            "provider": seen.subject("provider"),
            "added_at": seen.entry.at,
        }
        yield from one(seen, "the inspection", rows.get(seen.subject("inspection"), []), expected)


def proposals(session: Session, batch: Sequence[Seen]) -> Iterator[Fault]:
    """Yield the entries whose assignment is missing or says something else: who proposed it may not decide on it."""
    columns = {
        "ref": Assignment.ref,
        "inspection": Inspection.reference,
        "inspector": Inspector.staff_no,
        "role": Assignment.role,
        "proposed_at": Assignment.proposed_at,
        "proposed_by": Assignment.proposed_by,
    }
    refs = [each.subject("assignment") for each in batch]
    found = rows_of(
        session,
        columns,
        lambda query: (
            query.join(Inspection, Inspection.id == Assignment.inspection_id)
            .join(Inspector, Inspector.id == Assignment.inspector_id)
            .where(Assignment.ref.in_(refs))
        ),
    )
    rows = by(found, "ref")
    for seen in batch:
        expected = {
            "inspection": seen.subject("inspection"),
            "inspector": seen.subject("inspector"),
            "role": seen.entry.data["role"],
            "proposed_at": seen.entry.at,
            "proposed_by": seen.entry.actor,
        }
        yield from one(seen, "the assignment", rows.get(seen.subject("assignment"), []), expected)
