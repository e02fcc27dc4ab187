"""Whether the decisions, the policies and the imports are as the history says."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from tracker.domain.register import names_digest
from tracker.domain.tree import leaf_hash
from tracker.models import Assignment, Decision, FindingRow, NameUntil, PolicyVersion, RegisterImport
from tracker.queries.records.checks import looked_at
from tracker.queries.records.comparing import Fault, Seen, Texts, by, one, rows_of


def decisions(session: Session, batch: Sequence[Seen]) -> Iterator[Fault]:
    """Yield the entries whose decision is missing or says something else."""
    rows = by(_decision_rows(session, [each.subject("decision") for each in batch]), "ref")
    checks = looked_at(session, batch)
    for seen in batch:
        data = seen.entry.data
        kept = seen.words.get("fingerprint")
        said = {} if kept is None or kept.value is None else {"fingerprint": kept.value, "of": kept.value}
        expected = {
            **said,
            "assignment": seen.subject("assignment"),
            "outcome": {"finding:allowed": "allow", "finding:upheld": "uphold"}[seen.entry.event],
            "decided_at": seen.entry.at,
            "decided_by": seen.entry.actor,
            "reasons_id": seen.number("reasons"),
            "check": checks[seen.entry.seq],
            "rule": data["rule"],
            "verdict": data["verdict"],
        }
        yield from one(seen, "the decision", rows.get(seen.subject("decision"), []), expected)


def _decision_rows(session: Session, refs: Sequence[str]) -> list[Texts]:
    columns = {
        "ref": Decision.ref,
        "assignment": Assignment.ref,
        "fingerprint": Decision.fingerprint,
        "outcome": Decision.outcome,
        "decided_at": Decision.decided_at,
        "decided_by": Decision.decided_by,
        "reasons_id": Decision.reasons_id,
        "rule": FindingRow.rule,
        "verdict": FindingRow.verdict,
        "of": FindingRow.fingerprint,
        "check": FindingRow.check_id,
    }
    return rows_of(
        session,
        columns,
        lambda query: (
            query.join(Assignment, Assignment.id == Decision.assignment_id)
            .join(FindingRow, FindingRow.id == Decision.finding_id)
            .where(Decision.ref.in_(refs))
        ),
    )


def policies(session: Session, batch: Sequence[Seen]) -> Iterator[Fault]:
    """Yield the entries whose adopted policy is missing or says something else, its whole text included."""
    columns = {
        "ref": PolicyVersion.ref,
        "name": PolicyVersion.name,
        "version": PolicyVersion.version,
        "digest": PolicyVersion.digest,
        "effective_on": PolicyVersion.effective_on,
        "adopted_at": PolicyVersion.adopted_at,
        "adopted_by": PolicyVersion.adopted_by,
        "reason_id": PolicyVersion.reason_id,
        "toml": PolicyVersion.toml,
    }
    refs = [each.subject("policy") for each in batch]
    rows = by(rows_of(session, columns, lambda query: query.where(PolicyVersion.ref.in_(refs))), "ref")
    for seen in batch:
        data, found = seen.entry.data, rows.get(seen.subject("policy"), [])
        expected = {
            **{name: data[name] for name in ("name", "version", "digest", "effective_on")},
            "adopted_at": seen.entry.at,
            "adopted_by": seen.entry.actor,
            "reason_id": seen.number("reason"),
        }
        yield from one(seen, "the policy", found, expected)
        if found and leaf_hash((found[0]["toml"] or "").encode()).hex() != data["digest"]:
            yield seen.entry.seq, "the policy's text is not that of its digest"


def imports(session: Session, batch: Sequence[Seen]) -> Iterator[Fault]:
    """Yield the entries whose import of a register is missing or says something else."""
    told = {"file": "file_name", "digest": "file_digest"}
    told |= {name: name for name in ("kind", "extract_on", "rows", "added", "changed", "gone", "rejected")}
    columns = {column: getattr(RegisterImport, column) for column in ("ref", "imported_at", "imported_by")}
    columns |= {name: getattr(RegisterImport, column) for name, column in told.items()}
    refs = [each.subject("import") for each in batch]
    rows = by(rows_of(session, columns, lambda query: query.where(RegisterImport.ref.in_(refs))), "ref")
    called = _called_until(session, refs)
    for seen in batch:
        ref, data = seen.subject("import"), seen.entry.data
        expected = {
            **{name: data[name] for name in told},
            "imported_at": seen.entry.at,
            "imported_by": seen.entry.actor,
        }
        yield from one(seen, "the import", rows.get(ref, []), expected)
        # An earlier version told nothing of them.
        if "names_until" in data and names_digest(called.get(ref, ())) != data["names_until"]:
            yield seen.entry.seq, "what providers and groups were called until the import is not what it kept of that"


def _called_until(session: Session, imports: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Return what was called how until each of these imports, which gave it another name."""
    columns = {"ref": NameUntil.ref, "name": NameUntil.name, "source": NameUntil.source}
    found = by(rows_of(session, columns, lambda query: query.where(NameUntil.source.in_(imports))), "source")
    return {ref: [(each["ref"] or "", each["name"] or "") for each in rows] for ref, rows in found.items()}
