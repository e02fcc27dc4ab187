"""Whether the providers' objections, and the answers to them, are as the history says."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from tracker.models import Assignment, Objection, ObjectionAnswer
from tracker.queries.records.comparing import Fault, Seen, Texts, by, one, rows_of


def objections(session: Session, batch: Sequence[Seen]) -> Iterator[Fault]:
    """Yield the entries whose objection is missing or says something else."""
    names = ("ref", "received_on", "made_by", "recorded_at", "recorded_by", "words_id")
    columns = {name: getattr(Objection, name) for name in names} | {"assignment": Assignment.ref}
    refs = [each.subject("objection") for each in batch]
    found = rows_of(
        session,
        columns,
        lambda query: query.join(Assignment, Assignment.id == Objection.assignment_id).where(Objection.ref.in_(refs)),
    )
    rows = by(found, "ref")
    for seen in batch:
        told = rows.get(seen.subject("objection"), [])
        expected = {
            "assignment": seen.subject("assignment"),
            "received_on": seen.entry.data["received_on"],
            **_office(seen, told),
            "recorded_at": seen.entry.at,
            "recorded_by": seen.entry.actor,
            "words_id": seen.number("words"),
        }
        yield from one(seen, "the objection", told, expected)


def _office(seen: Seen, told: Sequence[Texts]) -> dict[str, object]:
    """Return what the column for the office must hold: nothing, or in an older row the office, until it is erased."""
    office = seen.words.get("office")
    if office is None or all(row["made_by"] == "" for row in told):
        return {"made_by": ""}
    return {"made_by": "" if office.value is None else office.value}


def answers(session: Session, batch: Sequence[Seen]) -> Iterator[Fault]:
    """Yield the entries whose answer to an objection is missing or says something else."""
    names = ("told_on", "answered_at", "answered_by", "words_id")
    columns = {name: getattr(ObjectionAnswer, name) for name in names} | {"ref": Objection.ref}
    refs = [each.subject("objection") for each in batch]
    found = rows_of(
        session,
        columns,
        lambda query: query.join(Objection, Objection.id == ObjectionAnswer.objection_id).where(
            Objection.ref.in_(refs)
        ),
    )
    rows = by(found, "ref")
    for seen in batch:
        expected = {
            "told_on": seen.entry.data["told_on"],
            "answered_at": seen.entry.at,
            "answered_by": seen.entry.actor,
            "words_id": seen.number("words"),
        }
        yield from one(seen, "the answer to the objection", rows.get(seen.subject("objection"), []), expected)
