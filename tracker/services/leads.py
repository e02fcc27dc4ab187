"""Answering leads, keeping which are open, and importing what some rest on."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.access import Actor, Permission, Subject
from tracker.domain.errors import OutOfDateError, RefusedError
from tracker.domain.leads import Answer, GovernorDetails, Kind, folded_name
from tracker.domain.uk_time import in_uk
from tracker.models import GovernorRow, Inspector, LeadAnswer, LeadOpen
from tracker.queries import leads as questions
from tracker.services.history import Recording, recording, words_of
from tracker.services.permit import permit

SOME = 500


@dataclass(frozen=True, slots=True)
class AnswerLead:
    """What an inspector says of one of the own leads, by its fingerprint."""

    inspector_id: int
    fingerprint: str
    answer: Answer


def answer(session: Session, actor: Actor, command: AnswerLead, *, at: datetime) -> bool:
    """Keep an inspector's answer with the words that were asked; False where just this was answered already.

    The lead does not come back while its facts stay, unless the answer is taken back; other facts ask anew.
    """
    permit(actor, Permission.DECLARE, Subject(inspector_id=command.inspector_id))
    with recording(session, actor, at) as history:
        last = _last(session, command)
        if last is not None and last.answer == command.answer:
            return False
        if command.answer is Answer.TAKEN_BACK:
            kind, words = _taken_back(last)
        else:
            kind, words = _asked(session, command, at)
        question = history.keep(words)
        session.add(
            LeadAnswer(
                inspector_id=command.inspector_id,
                fingerprint=command.fingerprint,
                kind=kind,
                answer=command.answer,
                answered_at=at,
                question_id=question.id,
            )
        )
        session.flush()
        staff_no = session.get_one(Inspector, command.inspector_id).staff_no
        # Neither the kind nor the answer in clear: an entry cannot be erased.
        said = history.keep({"kind": str(kind), "answer": str(command.answer)})
        history.append("lead:answered", (f"inspector:{staff_no}",), {}, {"question": question, "said": said})
        keep_open(history, [command.inspector_id])
        return True


def _last(session: Session, command: AnswerLead) -> LeadAnswer | None:
    mine = LeadAnswer.inspector_id == command.inspector_id, LeadAnswer.fingerprint == command.fingerprint
    query = select(LeadAnswer).where(*mine).options(joinedload(LeadAnswer.question))
    return session.scalars(query.order_by(LeadAnswer.id.desc()).limit(1)).one_or_none()


def _asked(session: Session, command: AnswerLead, at: datetime) -> tuple[Kind, str]:
    found = questions.of_inspectors(session, [command.inspector_id], in_uk(at).date())[command.inspector_id]
    lead = next((each for each in found if each.fingerprint == command.fingerprint), None)
    if lead is None:
        raise OutOfDateError("This question has gone meanwhile: it was answered, or what it rested on has changed.")
    if command.answer not in {each for each, _ in lead.answers}:
        raise RefusedError("Choose one of the answers of the page.")
    return lead.kind, f"{lead.why} {lead.question}"


def _taken_back(last: LeadAnswer | None) -> tuple[Kind, str]:
    if last is None:
        raise OutOfDateError("There is no such answer to be taken back.")
    return last.kind, words_of(last.question)


def keep_open(history: Recording, inspectors: Collection[int]) -> None:
    """Keep which leads of these inspectors are open; one that was open before keeps its day."""
    session, numbers, today = history.session, sorted(inspectors), in_uk(history.at).date()
    for start in range(0, len(numbers), SOME):
        some = numbers[start : start + SOME]
        now = {
            (number, each.fingerprint): each.kind
            for number, found in questions.of_inspectors(session, some, today).items()
            for each in found
        }
        rows = session.execute(
            select(LeadOpen.inspector_id, LeadOpen.fingerprint).where(LeadOpen.inspector_id.in_(some))
        )
        before = {(row.inspector_id, row.fingerprint) for row in rows}
        for inspector, fingerprint in sorted(before - set(now)):
            gone = LeadOpen.inspector_id == inspector, LeadOpen.fingerprint == fingerprint
            session.execute(delete(LeadOpen).where(*gone))
        fresh = [
            {"inspector_id": key[0], "fingerprint": key[1], "kind": kind, "arisen_at": history.at}
            for key, kind in now.items()
            if key not in before
        ]
        if fresh:
            session.execute(insert(LeadOpen), fresh)


def keep_all_open(session: Session, actor: Actor, *, at: datetime) -> None:
    """Keep which leads of all inspectors are open: the nightly work, after registers and days have moved on."""
    with recording(session, actor, at) as history:
        keep_open(history, questions.active(session, in_uk(at).date()))


def import_governors(session: Session, actor: Actor, rows: Iterable[GovernorDetails], *, at: datetime) -> int:
    """Put a published list of governors in place of the last one; return how many lines it has."""
    permit(actor, Permission.IMPORT_REGISTERS)
    with recording(session, actor, at) as history:
        session.execute(delete(GovernorRow))
        kept = [
            {
                "provider": each.provider,
                "name": each.name,
                "folded": " ".join(folded_name(each.name) or ()),
                "role": each.role,
            }
            for each in rows
        ]
        if kept:
            session.execute(insert(GovernorRow), kept)
        history.append("governors:imported", ("register:governors",), {"number": len(kept)})
        keep_open(history, questions.active(session, in_uk(at).date()))
        return len(kept)
