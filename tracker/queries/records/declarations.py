"""Whether the declarations, their connections and their grades are as the history says."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.facts import ORGANISATION, folded
from tracker.models import ConnectionGrade, ConnectionRow, Declaration, Inspector, Wording, Words
from tracker.queries.records.comparing import Fault, Seen, Texts, by, one, rows_of


def declarations(session: Session, batch: Sequence[Seen]) -> Iterator[Fault]:
    """Yield the entries whose declaration or connections are missing or say something else."""
    refs = [each.subject("declaration") for each in batch]
    rows = by(_declaration_rows(session, refs), "ref")
    for seen in batch:
        entry, found = seen.entry, rows.get(seen.subject("declaration"), [])
        expected = {
            "inspector": seen.subject("inspector"),
            "kind": entry.data.get("kind", "withdrawal"),
            "made_at": datetime.fromisoformat(entry.data["made_at"]),
            "recorded_at": entry.at,
            "recorded_by": entry.actor,
            "is_imported": entry.data.get("imported", False),
            "supersedes_id": found[0]["before"] if found else None,
            "reason_id": seen.number("reason"),
            "digest": entry.data.get("wording"),
        }
        yield from one(seen, "the declaration", found, expected)
        asked = found[0]["words"] if found else None
        if asked is not None and sha256(asked.encode()).hexdigest() != entry.data.get("wording"):
            yield entry.seq, "the words that were asked are not those of the declaration's digest"
    yield from _connections(session, batch)


def _declaration_rows(session: Session, refs: Sequence[str]) -> list[Texts]:
    earlier = aliased(Declaration)
    before = (
        select(func.max(earlier.id))
        .where(earlier.inspector_id == Declaration.inspector_id, earlier.id < Declaration.id)
        .correlate(Declaration)
        .scalar_subquery()
    )
    columns = {
        "ref": Declaration.ref,
        "inspector": Inspector.staff_no,
        "kind": Declaration.kind,
        "made_at": Declaration.made_at,
        "recorded_at": Declaration.recorded_at,
        "recorded_by": Declaration.recorded_by,
        "is_imported": Declaration.is_imported,
        "supersedes_id": Declaration.supersedes_id,
        "before": before,
        "reason_id": Declaration.reason_id,
        "digest": Wording.digest,
        "words": Wording.words,
    }
    return rows_of(
        session,
        columns,
        lambda query: (
            query.join(Inspector, Inspector.id == Declaration.inspector_id)
            .outerjoin(Wording, Wording.id == Declaration.wording_id)
            .where(Declaration.ref.in_(refs))
        ),
    )


def _connections(session: Session, batch: Sequence[Seen]) -> Iterator[Fault]:
    refs = [each.subject("declaration") for each in batch]
    rows = by(_connection_rows(session, refs), "declaration")
    formers = [str(each.entry.data["supersedes"]) for each in batch if each.entry.data.get("supersedes")]
    before = by(_connection_rows(session, formers), "declaration") if formers else {}
    for seen in batch:
        found = rows.get(seen.subject("declaration"), [])
        former = before.get(str(seen.entry.data.get("supersedes")), [])
        stated = seen.entry.data.get("connections", 0)
        if len(found) != stated:
            yield seen.entry.seq, f"the declaration stated {stated} connections, and the database holds {len(found)}"
            continue
        for number, row in enumerate(found, start=1):
            name = f"connection:{number}"
            kept = seen.words.get(name)
            expected: dict[str, object] = {
                "position": number,
                "words_id": seen.number(name),
                "note_id": seen.number(f"{name}:note"),
                **(_stated(kept.value) if kept and isinstance(kept.value, dict) else {}),
            }
            yield from one(seen, f"connection {number}", [row], expected)
            if not _restates_rightly(row, former):
                yield seen.entry.seq, f"the record of connection {number} says wrongly where it was stated first"


def _stated(value: dict[str, Any]) -> dict[str, object]:
    """Return what the row of a connection must say: an organisation stands there under its folded name."""
    return {**value, "target": folded(str(value.get("target", "")))}


def _connection_rows(session: Session, refs: Sequence[str]) -> list[Texts]:
    columns = {
        "declaration": Declaration.ref,
        "position": ConnectionRow.position,
        "nature": ConnectionRow.nature,
        "holder": ConnectionRow.holder,
        "target": ConnectionRow.target,
        "target_name": ConnectionRow.target_name,
        "began_on": ConnectionRow.began_on,
        "ended_on": func.coalesce(ConnectionRow.ended_on, ""),
        "words_id": ConnectionRow.words_id,
        "note_id": ConnectionRow.note_id,
        "restates_id": ConnectionRow.restates_id,
        "first": func.coalesce(ConnectionRow.restates_id, ConnectionRow.id),
        "note": Words.value,
    }
    return rows_of(
        session,
        columns,
        lambda query: (
            query.join(Declaration, Declaration.id == ConnectionRow.declaration_id)
            .outerjoin(Words, Words.id == ConnectionRow.note_id)
            .where(Declaration.ref.in_(refs))
            .order_by(ConnectionRow.position)
        ),
    )


def _restates_rightly(row: Texts, former: Sequence[Texts]) -> bool:
    """Say whether a connection names where it was stated first, and names nothing if the last declaration had it not.

    An erased note may have been that of the other statement, or not: whichever the row says of it is right.
    """
    same = [each for each in former if _said(each) == _said(row)]
    if row["restates_id"] is not None:
        return any(each["first"] == row["restates_id"] and _may_be_noted_alike(each, row) for each in same)
    return not any(_is_known(each) and _is_known(row) and each["note"] == row["note"] for each in same)


def _said(row: Texts) -> tuple[str | None, ...]:
    # An organisation is who it was written to be; what is on a register may have another name by now.
    name = row["target_name"] if (row["target"] or "").startswith(ORGANISATION) else None
    return (*(row[each] for each in ("nature", "holder", "target", "began_on", "ended_on")), name)


def _is_known(row: Texts) -> bool:
    """Whether there was no note, or it is not erased."""
    return row["note_id"] is None or row["note"] is not None


def _may_be_noted_alike(former: Texts, row: Texts) -> bool:
    if not _is_known(former):
        return True
    return former["note"] == row["note"] if _is_known(row) else former["note_id"] is not None


def grades(session: Session, batch: Sequence[Seen]) -> Iterator[Fault]:
    """Yield the entries whose grade of a connection is missing or says something else."""
    columns = {
        "reasons_id": ConnectionGrade.reasons_id,
        "verdict": ConnectionGrade.verdict,
        "graded_at": ConnectionGrade.graded_at,
        "graded_by": ConnectionGrade.graded_by,
        "connection": ConnectionGrade.connection_id,
    }
    rows = by(
        rows_of(
            session,
            columns,
            lambda query: query.where(
                ConnectionGrade.reasons_id.in_([int(each.number("reasons") or 0) for each in batch])
            ),
        ),
        "reasons_id",
    )
    refs = [each.subject("connection") for each in batch]
    named = select(ConnectionRow.ref, func.coalesce(ConnectionRow.restates_id, ConnectionRow.id))
    first: dict[str, int] = dict(session.execute(named.where(ConnectionRow.ref.in_(refs))).all())
    for seen in batch:
        expected = {
            "verdict": seen.entry.data["verdict"],
            "graded_at": seen.entry.at,
            "graded_by": seen.entry.actor,
            "connection": first.get(seen.subject("connection")),
        }
        yield from one(seen, "the grade", rows.get(seen.number("reasons") or "", []), expected)
