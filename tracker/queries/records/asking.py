"""Whether the mitigations, and the questions to inspectors, are as the history says."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from tracker.models import (
    Account,
    Assignment,
    Decision,
    FindingRow,
    InspectorAnswer,
    InspectorQuestion,
    Mitigation,
    MitigationDone,
)
from tracker.queries.records.checks import looked_at
from tracker.queries.records.comparing import Fault, Seen, by, one, rows_of


def mitigations(session: Session, batch: Sequence[Seen]) -> Iterator[Fault]:
    """Yield the entries whose mitigation is missing or says something else."""
    columns = {
        "ref": Mitigation.ref,
        "decision": Decision.ref,
        "owner": Account.ref,
        "due_on": Mitigation.due_on,
        "what_id": Mitigation.what_id,
    }
    refs = [each.subject("mitigation") for each in batch]

    def narrow(query: Select[Any]) -> Select[Any]:
        owned = query.join(Decision, Decision.id == Mitigation.decision_id).join(
            Account, Account.id == Mitigation.owner_id
        )
        return owned.where(Mitigation.ref.in_(refs))

    rows = by(rows_of(session, columns, narrow), "ref")
    for seen in batch:
        expected = {
            "decision": seen.subject("decision"),
            "owner": seen.subject("person"),
            "due_on": seen.entry.data["due_on"],
            "what_id": seen.number("what"),
        }
        yield from one(seen, "the mitigation", rows.get(seen.subject("mitigation"), []), expected)


def mitigations_done(session: Session, batch: Sequence[Seen]) -> Iterator[Fault]:
    """Yield the entries whose word that a mitigation is done is missing or says something else."""
    columns = {
        "ref": Mitigation.ref,
        "done_at": MitigationDone.done_at,
        "done_by": MitigationDone.done_by,
        "evidence_id": MitigationDone.evidence_id,
    }
    refs = [each.subject("mitigation") for each in batch]
    found = rows_of(
        session,
        columns,
        lambda query: query.join(Mitigation, Mitigation.id == MitigationDone.mitigation_id).where(
            Mitigation.ref.in_(refs)
        ),
    )
    rows = by(found, "ref")
    for seen in batch:
        expected = {"done_at": seen.entry.at, "done_by": seen.entry.actor, "evidence_id": seen.number("evidence")}
        yield from one(seen, "the mitigation’s being done", rows.get(seen.subject("mitigation"), []), expected)


def questions(session: Session, batch: Sequence[Seen]) -> Iterator[Fault]:
    """Yield the entries whose question to an inspector is missing or says something else."""
    columns = {
        "ref": InspectorQuestion.ref,
        "assignment": Assignment.ref,
        "asked_at": InspectorQuestion.asked_at,
        "asked_by": InspectorQuestion.asked_by,
        "words_id": InspectorQuestion.words_id,
        "rule": FindingRow.rule,
        "verdict": FindingRow.verdict,
        "of": FindingRow.fingerprint,
        "check": FindingRow.check_id,
    }
    refs = [each.subject("question") for each in batch]

    def narrow(query: Select[Any]) -> Select[Any]:
        placed = query.join(Assignment, Assignment.id == InspectorQuestion.assignment_id)
        found = placed.join(FindingRow, FindingRow.id == InspectorQuestion.finding_id)
        return found.where(InspectorQuestion.ref.in_(refs))

    rows = by(rows_of(session, columns, narrow), "ref")
    checks = looked_at(session, batch)
    for seen in batch:
        kept = seen.words.get("fingerprint")
        expected = {
            **({} if kept is None or kept.value is None else {"of": kept.value}),
            "assignment": seen.subject("assignment"),
            "asked_at": seen.entry.at,
            "asked_by": seen.entry.actor,
            "words_id": seen.number("words"),
            "check": checks[seen.entry.seq],
            "rule": seen.entry.data["rule"],
            "verdict": seen.entry.data["verdict"],
        }
        yield from one(seen, "the question", rows.get(seen.subject("question"), []), expected)


def answers(session: Session, batch: Sequence[Seen]) -> Iterator[Fault]:
    """Yield the entries whose answer of an inspector is missing or says something else."""
    columns = {
        "ref": InspectorQuestion.ref,
        "answered_at": InspectorAnswer.answered_at,
        "words_id": InspectorAnswer.words_id,
    }
    refs = [each.subject("question") for each in batch]
    found = rows_of(
        session,
        columns,
        lambda query: query.join(InspectorQuestion, InspectorQuestion.id == InspectorAnswer.question_id).where(
            InspectorQuestion.ref.in_(refs)
        ),
    )
    rows = by(found, "ref")
    for seen in batch:
        expected = {"answered_at": seen.entry.at, "words_id": seen.number("words")}
        yield from one(seen, "the answer", rows.get(seen.subject("question"), []), expected)
