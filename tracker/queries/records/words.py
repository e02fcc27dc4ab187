"""Whether what was said of organisations, and by inspectors of inspections and of leads, is as the history says."""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from sqlalchemy.orm import Session

from tracker.models import Assignment, Inspector, InspectorConfirmation, LeadAnswer, OrganisationLinkRow, Wording
from tracker.queries.records.comparing import Fault, Seen, by, one, rows_of


def organisation_links(session: Session, batch: Sequence[Seen]) -> Iterator[Fault]:
    """Yield the entries whose link of an organisation is missing or says something else."""
    names = ("organisation", "target", "is_linked", "made_at", "made_by", "reasons_id")
    columns = {name: getattr(OrganisationLinkRow, name) for name in names}
    numbers = [int(each.number("reasons") or 0) for each in batch]
    found = rows_of(session, columns, lambda query: query.where(OrganisationLinkRow.reasons_id.in_(numbers)))
    rows = by(found, "reasons_id")
    for seen in batch:
        kept = seen.words.get("organisation")
        expected = {
            **({} if kept is None or kept.value is None else {"organisation": kept.value}),
            "target": seen.entry.data["linked"],
            "is_linked": seen.entry.event == "organisation:linked",
            "made_at": seen.entry.at,
            "made_by": seen.entry.actor,
        }
        yield from one(seen, "the link", rows.get(seen.number("reasons") or "", []), expected)


def confirmations(session: Session, batch: Sequence[Seen]) -> Iterator[Fault]:
    """Yield the entries whose confirmation by an inspector is missing or says something else."""
    columns = {
        "assignment": Assignment.ref,
        "confirmed_at": InspectorConfirmation.confirmed_at,
        "digest": Wording.digest,
        "words": Wording.words,
    }
    refs = [each.subject("assignment") for each in batch]
    found = rows_of(
        session,
        columns,
        lambda query: (
            query.join(InspectorConfirmation, InspectorConfirmation.assignment_id == Assignment.id)
            .outerjoin(Wording, Wording.id == InspectorConfirmation.wording_id)
            .where(Assignment.ref.in_(refs))
        ),
    )
    rows = by(found, "assignment")
    for seen in batch:
        wording = seen.entry.data["wording"]
        there = rows.get(seen.subject("assignment"), [])
        yield from one(seen, "the confirmation", there, {"confirmed_at": seen.entry.at, "digest": wording})
        if there and sha256((there[0]["words"] or "").encode()).hexdigest() != wording:
            yield seen.entry.seq, "the words that were certified are not those of the confirmation's digest"


def lead_answers(session: Session, batch: Sequence[Seen]) -> Iterator[Fault]:
    """Yield the entries whose answer to a lead is missing or says something else."""
    columns = {
        "inspector": Inspector.staff_no,
        "kind": LeadAnswer.kind,
        "answer": LeadAnswer.answer,
        "answered_at": LeadAnswer.answered_at,
        "question_id": LeadAnswer.question_id,
    }
    numbers = [int(each.number("question") or 0) for each in batch]
    found = rows_of(
        session,
        columns,
        lambda query: query.join(LeadAnswer, LeadAnswer.inspector_id == Inspector.id).where(
            LeadAnswer.question_id.in_(numbers)
        ),
    )
    rows = by(found, "question_id")
    for seen in batch:
        said = seen.words.get("said")
        expected = {
            "inspector": seen.subject("inspector"),
            "answered_at": seen.entry.at,
            **({} if said is None or said.value is None else said.value),
        }
        yield from one(seen, "the answer", rows.get(seen.number("question") or "", []), expected)
