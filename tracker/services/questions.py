"""Asking the inspector about a finding before deciding on it, and the inspector's answer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission, Subject
from tracker.domain.errors import IllegalTransitionError, NotFoundError, RefusedError
from tracker.domain.uk_time import in_uk
from tracker.models import InspectorAnswer, InspectorQuestion
from tracker.queries import moves, questions
from tracker.services import telling
from tracker.services.checks import subjects
from tracker.services.decisions import found_now
from tracker.services.history import new_ref, recording
from tracker.services.permit import permit


@dataclass(frozen=True, slots=True)
class AskInspector:
    """Ask the inspector of an assignment about one finding, named by its fingerprint as the decision-maker saw it."""

    assignment: str
    fingerprint: str
    words: str


@dataclass(frozen=True, slots=True)
class AnswerQuestion:
    """Answer a question, by its reference."""

    question: str
    words: str


def ask(session: Session, actor: Actor, command: AskInspector, *, at: datetime) -> InspectorQuestion:
    """Put a question to the inspector. One at a time on each finding: the next can be asked once it is answered."""
    with recording(session, actor, at) as history:
        assignment, finding = found_now(session, actor, command.assignment, command.fingerprint, to="ask")
        if not command.words.strip():
            raise RefusedError("Write your question", field="words")
        if command.fingerprint in questions.waiting(session, in_uk(at).date()).get(assignment.id, ()):
            raise RefusedError("The inspector was asked about this finding already, and has not answered yet.")
        words, fingerprint = history.keep(command.words.strip()), history.keep(command.fingerprint)
        row = InspectorQuestion(
            ref=new_ref("QUE"),
            assignment_id=assignment.id,
            finding_id=finding.id,
            asked_at=at,
            asked_by=actor.ref,
            words_id=words.id,
        )
        session.add(row)
        session.flush()
        named = (f"question:{row.ref}", *subjects(assignment))
        data = {"rule": finding.rule, "verdict": str(finding.verdict)}
        history.append("question:asked", named, data, {"words": words, "fingerprint": fingerprint})
        telling.tell_of_inspectors_question(history, row, assignment.inspector_id)
        return row


def answer(session: Session, actor: Actor, command: AnswerQuestion, *, at: datetime) -> bool:
    """Keep the inspector's answer and tell whoever asked; tell whether this was the first: sent twice, it is kept once.

    Refused once nobody waits for it any more: the inspector was released, or what was asked about is settled.
    """
    with recording(session, actor, at) as history:
        found = questions.one(session, command.question, in_uk(at).date())
        if found is None:
            message = "There is no such question."
            raise NotFoundError(message)
        permit(actor, Permission.ANSWER_QUESTIONS, Subject(inspector_id=found.assignment.inspector_id))
        if found.question.answer is not None:
            return False
        if not found.is_needed:
            # Whoever was released before is not told that it was called off later.
            known = moves.known_to_inspectors(session, [found.assignment])[found.assignment.id]
            is_off = known.called_off_at is not None
            why = "the inspection was called off" if is_off else "what it was about is settled"
            message = f"Your answer is no longer needed: {why}."
            raise IllegalTransitionError(message)
        if not command.words.strip():
            raise RefusedError("Write your answer", field="words")
        words = history.keep(command.words.strip())
        session.add(InspectorAnswer(question_id=found.question.id, answered_at=at, words_id=words.id))
        session.flush()
        named = (f"question:{found.question.ref}", *subjects(found.assignment))
        history.append("question:answered", named, {}, {"words": words})
        telling.tell_of_answer(history, found.question, found.assignment.ref)
        return True
