"""Whether the checks and their findings are as the history says."""

import json
from collections.abc import Iterator, Sequence

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from tracker.models import Assignment, ConflictCheck, FindingRow, HistorySubject, HistoryWords, PolicyVersion
from tracker.queries.records.comparing import Fault, Seen, Texts, by, one, rows_of


def checks(session: Session, batch: Sequence[Seen]) -> Iterator[Fault]:
    """Yield the entries whose check or findings are missing or say something else."""
    rows = by(_check_rows(session, [int(each.number("facts") or 0) for each in batch]), "facts_id")
    findings = _findings(session, [int(row["id"] or 0) for some in rows.values() for row in some])
    for seen in batch:
        found = rows.get(seen.number("facts") or "", [])
        expected = {
            "assignment": seen.subject("assignment"),
            "checked_at": seen.entry.at,
            "cause": seen.entry.data["cause"],
            "policy": seen.entry.data["policy"],
            "verdict": seen.entry.data["verdict"],
        }
        yield from one(seen, "the check", found, expected)
        yield from _found(seen, findings.get(found[0]["id"] or "", []) if found else [])


def _check_rows(session: Session, numbers: Sequence[int]) -> list[Texts]:
    columns = {
        "id": ConflictCheck.id,
        "facts_id": ConflictCheck.facts_id,
        "assignment": Assignment.ref,
        "checked_at": ConflictCheck.checked_at,
        "cause": ConflictCheck.cause,
        "policy": PolicyVersion.ref,
        "verdict": ConflictCheck.verdict,
    }
    return rows_of(
        session,
        columns,
        lambda query: (
            query.join(Assignment, Assignment.id == ConflictCheck.assignment_id)
            .join(PolicyVersion, PolicyVersion.id == ConflictCheck.policy_id)
            .where(ConflictCheck.facts_id.in_(numbers))
        ),
    )


def _findings(session: Session, checks: Sequence[int]) -> dict[str, list[Texts]]:
    columns = {
        "check_id": FindingRow.check_id,
        "position": FindingRow.position,
        "rule": FindingRow.rule,
        "verdict": FindingRow.verdict,
        "fingerprint": FindingRow.fingerprint,
        "reason": FindingRow.sentence,
        "path": FindingRow.reasons,
        "connection": FindingRow.connection_ref,
    }
    rows = rows_of(
        session, columns, lambda query: query.where(FindingRow.check_id.in_(checks)).order_by(FindingRow.position)
    )
    return by(rows, "check_id")


def looked_at(session: Session, batch: Sequence[Seen]) -> dict[int, str | None]:
    """Return for each entry the number of the check of its assignment that was the latest then: it was acted upon."""
    subjects = {each.entry.seq: f"assignment:{each.subject('assignment')}" for each in batch}
    checked = (
        select(HistorySubject.subject, HistorySubject.seq, cast(ConflictCheck.id, String))
        .join(HistoryWords, HistoryWords.seq == HistorySubject.seq)
        .join(ConflictCheck, ConflictCheck.facts_id == HistoryWords.words_id)
        .where(HistorySubject.subject.in_(set(subjects.values())))
        .order_by(HistorySubject.seq)
    )
    made: dict[str, list[tuple[int, str]]] = {}
    for subject, seq, check in session.execute(checked):
        made.setdefault(subject, []).append((seq, check))
    latest: dict[int, str | None] = {}
    for number, subject in subjects.items():
        latest[number] = next((check for seq, check in reversed(made.get(subject, [])) if seq < number), None)
    return latest


def _found(seen: Seen, rows: Sequence[Texts]) -> Iterator[Fault]:
    stated = seen.entry.data["findings"]
    if len(rows) != len(stated):
        yield seen.entry.seq, f"the check had {len(stated)} findings, and the database holds {len(rows)}"
        return
    words = seen.words.get("findings")
    said = words.value if words is not None and words.value is not None else stated
    for number, (brief, full, row) in enumerate(zip(stated, said, rows, strict=True), start=1):
        expected = {**full, **brief, "position": number}
        if "path" in expected:
            expected["path"] = _ordered(expected["path"])
        yield from one(seen, f"finding {number}", [{**row, "path": _ordered(row["path"])}], expected)


def _ordered(path: object) -> str:
    """Return a chain of facts as text that does not depend on the order of its keys."""
    try:
        value = json.loads(path) if isinstance(path, str) else path
    except ValueError:
        return str(path)
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
