"""All that is held on one inspector, as that inspector may have it: nothing of others, no words to others."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.domain.access import Role
from tracker.models import (
    Account,
    Assignment,
    ConflictCheck,
    Declaration,
    Draft,
    HistoryEntry,
    HistorySubject,
    Inspector,
    InspectorAnswer,
    InspectorQuestion,
    KeptForm,
    LeadAnswer,
    LeadOpen,
    Mitigation,
    MitigationDone,
    NoticeChoice,
    Objection,
    OutboxMessage,
    Words,
)
from tracker.queries import confirmations, declarations, leavings, moves, objections
from tracker.queries.receipts import FILINGS, VOUCHING

# Who may have opened it, by the act that leaves the entry.
OPENINGS = {"declaration:opened": Role.AUDITOR, "connection:opened": Role.DECISION_MAKER}
DOOR = ("person:signed-in", "person:signed-out", "sign-in:refused", "person:locked-out")
_STAFF_LIST = (
    *("staff_no", "name", "email", "title", "engagement", "remits", "home_postcode", "easting", "northing"),
    *("employer", "added_at", "left_on"),
)
Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Opening:
    """That somebody opened a detail of what an inspector declared: when, and in which role; no name."""

    seq: int
    at: datetime
    role: Role


def openings(session: Session, staff_no: str, *, limit: int | None = None) -> list[Opening]:
    """Return who opened details of what an inspector declared, by role, the latest first."""
    query = _entries(f"inspector:{staff_no}", tuple(OPENINGS)).order_by(HistoryEntry.seq.desc()).limit(limit)
    return [Opening(row.seq, row.at, OPENINGS[row.event]) for row in session.scalars(query)]


def _entries(subject: str, events: Sequence[str]) -> Any:  # noqa: ANN401 (a select of entries)
    return (
        select(HistoryEntry)
        .join(HistorySubject, HistorySubject.seq == HistoryEntry.seq)
        .where(HistorySubject.subject == subject, HistoryEntry.event.in_(events))
    )


def filings(session: Session, staff_no: str) -> dict[str, int]:
    """Return the entry of each own filing, withdrawal and word for an inspection, by the name of its receipt's file."""
    query = _entries(f"inspector:{staff_no}", (*FILINGS, *VOUCHING)).order_by(HistoryEntry.seq)
    named: dict[str, int] = {}
    for row in session.scalars(query):
        kind = "assignment" if row.event in VOUCHING else "declaration"
        subjects = json.loads(row.entry)["subjects"]
        ref = next(each.partition(":")[2] for each in subjects if each.startswith(f"{kind}:"))
        named[f"receipt-{ref}.json"] = row.seq
    return named


def held(session: Session, inspector_id: int) -> Plain:
    """Return all that is held on an inspector as plain values, ready to be written as JSON or shown."""
    inspector = session.get_one(Inspector, inspector_id)
    account = session.scalars(
        select(Account).where(Account.inspector_id == inspector_id).options(selectinload(Account.grants))
    ).one_or_none()
    draft = session.get(Draft, inspector_id)
    return {
        "staff_list": {name: _plain(getattr(inspector, name)) for name in _STAFF_LIST},
        "leaving": _leavings(session, inspector.staff_no),
        "account": _account(account) if account else None,
        "declarations": [_declaration(each) for each in declarations.all_of(session, inspector_id)],
        "draft": json.loads(draft.content) if draft else None,
        "sent_after_a_session_ended": _kept(session, account) if account else [],
        "inspections": _assignments(session, inspector_id),
        "questions_of_the_registers": _leads(session, inspector_id),
        "questions_of_decision_makers": _questions(session, inspector_id),
        "asked_to_see_to": _mitigations(session, account) if account else [],
        "notices": _notices(session, account) if account else [],
        "notices_not_wanted": _unwanted(session, account) if account else [],
        "opened_by": [
            {"at": _plain(each.at), "role": str(each.role)} for each in openings(session, inspector.staff_no)
        ],
        "sign_ins": _sign_ins(session, account) if account else [],
    }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _leavings(session: Session, staff_no: str) -> list[Plain]:
    return [
        {"at": _plain(each.at), "left_on": _plain(each.left_on), "remark": _words(each.remark)}
        for each in leavings.changes(session, staff_no)
    ]


def _account(account: Account) -> Plain:
    roles = [
        {"role": str(each.role), "granted_at": _plain(each.granted_at), "revoked_at": _plain(each.revoked_at)}
        for each in account.grants
    ]
    return {"name": account.name, "email": account.email, "added_at": _plain(account.added_at), "roles": roles}


def _declaration(row: Declaration) -> Plain:
    return {
        "ref": row.ref,
        "kind": str(row.kind),
        "made_at": _plain(row.made_at),
        "recorded_at": _plain(row.recorded_at),
        "imported": row.is_imported,
        "certified": row.wording.words if row.wording else None,
        "reason": _words(row.reason),
        "connections": [
            {
                "nature": str(each.nature),
                "holder": str(each.holder),
                "with": each.target,
                "name": each.target_name,
                "began_on": each.began_on,
                "ended_on": each.ended_on,
                "note": _words(each.note),
            }
            for each in row.connections
        ],
    }


def _words(words: Words | None) -> str | None:
    if words is None:
        return None
    return "(erased under the retention rule)" if words.value is None else str(json.loads(words.value))


def _assignments(session: Session, inspector_id: int) -> list[Plain]:
    rows = session.scalars(
        select(Assignment)
        .where(Assignment.inspector_id == inspector_id)
        .options(joinedload(Assignment.inspection))
        .options(selectinload(Assignment.checks).selectinload(ConflictCheck.findings))
        .order_by(Assignment.id)
    ).all()
    names = declarations.target_names(session, {each.inspection.provider for each in rows})
    words = confirmations.given(session, [each.id for each in rows])
    objected = objections.of_assignments(session, [each.id for each in rows])
    planned = moves.known_to_inspectors(session, rows)
    return [
        {
            "ref": each.ref,
            "inspection": each.inspection.reference,
            "provider": names.get(each.inspection.provider, each.inspection.provider),
            "starts_on": _plain(planned[each.id].starts_on),
            "ends_on": _plain(planned[each.id].ends_on),
            "called_off_at": _plain(planned[each.id].called_off_at),
            "role": each.role,
            "state": str(each.state),
            "proposed_at": _plain(each.proposed_at),
            "own_word": {"at": _plain(given.confirmed_at), "words": given.wording}
            if (given := words.get(each.id))
            else None,
            "provider_objected": [_objection(said) for said in objected[each.id]],
            "checks": [
                {
                    "checked_at": _plain(check.checked_at),
                    "verdict": str(check.verdict),
                    "findings": [finding.sentence for finding in check.findings],
                }
                for check in each.checks
            ],
        }
        for each in rows
    ]


def _objection(row: Objection) -> Plain:
    """Return what a provider said of the inspector, and was told; not of which office whoever said it is."""
    answer = row.answer
    told = {"told_on": _plain(answer.told_on), "words": _words(answer.words)} if answer else None
    return {"received_on": _plain(row.received_on), "words": _words(row.words), "answer": told}


def _sign_ins(session: Session, account: Account) -> list[Plain]:
    query = _entries(f"person:{account.ref}", DOOR).order_by(HistoryEntry.seq)
    return [{"at": _plain(row.at), "what": row.event} for row in session.scalars(query)]


def _kept(session: Session, account: Account) -> list[Plain]:
    rows = session.scalars(select(KeptForm).where(KeptForm.account_id == account.id).order_by(KeptForm.id))
    return [{"at": _plain(row.kept_at), "to": row.path, "fields": json.loads(row.fields)} for row in rows]


def _leads(session: Session, inspector_id: int) -> list[Plain]:
    given = session.scalars(
        select(LeadAnswer)
        .where(LeadAnswer.inspector_id == inspector_id)
        .options(joinedload(LeadAnswer.question))
        .order_by(LeadAnswer.id)
    )
    told: list[Plain] = [
        {
            "kind": str(row.kind),
            "question": _words(row.question),
            "answer": str(row.answer),
            "at": _plain(row.answered_at),
        }
        for row in given
    ]
    waiting = session.scalars(
        select(LeadOpen).where(LeadOpen.inspector_id == inspector_id).order_by(LeadOpen.arisen_at)
    )
    return [*told, *({"kind": str(row.kind), "open_since": _plain(row.arisen_at)} for row in waiting)]


def _questions(session: Session, inspector_id: int) -> list[Plain]:
    asked = session.execute(
        select(InspectorQuestion, Assignment.ref)
        .join(Assignment, Assignment.id == InspectorQuestion.assignment_id)
        .where(Assignment.inspector_id == inspector_id)
        .options(joinedload(InspectorQuestion.words), joinedload(InspectorQuestion.finding))
        .options(joinedload(InspectorQuestion.answer).joinedload(InspectorAnswer.words))
        .order_by(InspectorQuestion.id)
    )
    return [
        {
            "assignment": ref,
            "about": row.finding.sentence,
            "asked_at": _plain(row.asked_at),
            "question": _words(row.words),
            "answered_at": _plain(row.answer.answered_at) if row.answer else None,
            "answer": _words(row.answer.words) if row.answer else None,
        }
        for row, ref in asked
    ]


def _mitigations(session: Session, account: Account) -> list[Plain]:
    """Return what the inspector was asked to see to; the evidence is told only where it is the own word."""
    rows = session.scalars(
        select(Mitigation)
        .where(Mitigation.owner_id == account.id)
        .options(joinedload(Mitigation.what), joinedload(Mitigation.done).joinedload(MitigationDone.evidence))
        .order_by(Mitigation.id)
    )
    return [
        {
            "ref": row.ref,
            "what": _words(row.what),
            "asked_for_by": _plain(row.due_on),
            "done_at": _plain(row.done.done_at) if row.done else None,
            "evidence": _words(row.done.evidence) if row.done and row.done.done_by == f"person:{account.ref}" else None,
        }
        for row in rows
    ]


def _notices(session: Session, account: Account) -> list[Plain]:
    rows = session.scalars(
        select(OutboxMessage).where(OutboxMessage.account_id == account.id).order_by(OutboxMessage.id)
    )
    return [{"kind": str(row.kind), "queued_at": _plain(row.queued_at), "sent_at": _plain(row.sent_at)} for row in rows]


def _unwanted(session: Session, account: Account) -> list[str]:
    query = select(NoticeChoice.kind).where(NoticeChoice.account_id == account.id, NoticeChoice.is_wanted.is_(False))
    return sorted(map(str, session.scalars(query)))
