"""Recording a provider's objection to an inspector of the team, and what the provider was told in answer."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.access import Actor, Permission, Role, Subject
from tracker.domain.check import check
from tracker.domain.errors import NotFoundError, NotPermittedError, RefusedError
from tracker.domain.lifecycle import State
from tracker.domain.naming import seems_to_name
from tracker.domain.objecting import Became
from tracker.domain.uk_time import in_uk
from tracker.models import Assignment, Objection, ObjectionAnswer
from tracker.queries import decisions, policies
from tracker.queries import objections as questions
from tracker.queries.facts import facts_for
from tracker.queries.objections import Standing
from tracker.services.checks import loaded, pair_of, question, store, subjects
from tracker.services.history import Recording, new_ref, recording, words_of
from tracker.services.permit import permit
from tracker.services.weighing import uncovered

LONGEST_OFFICE = 80


@dataclass(frozen=True, slots=True)
class RecordObjection:
    """A provider objects to an assignment: when that came in, the office of whoever made it, and in which words."""

    assignment: str
    received_on: date
    made_by: str
    words: str


@dataclass(frozen=True, slots=True)
class AnswerObjection:
    """What the provider was told of its objection, and on which day."""

    objection: str
    told_on: date
    words: str


def record(session: Session, actor: Actor, command: RecordObjection, *, at: datetime) -> Objection:
    """Record an objection and check the assignment again at once; the same one sent twice is recorded once.

    It is a finding from then on: a proposal cannot be confirmed, and a confirmed place is questioned, until
    decision-makers allow it.
    """
    with recording(session, actor, at) as history:
        assignment = _assignment(session, command.assignment)
        permit(actor, Permission.RECORD_OBJECTION, Subject(inspector_id=assignment.inspector_id))
        said = command.words.strip()
        for each in questions.to_whom(session, assignment):
            told = (each.received_on, words_of(each.office), words_of(each.words))
            if told == (command.received_on, command.made_by.strip(), said):
                return each
        _refuse_bad(assignment, command, in_uk(at).date())
        words, office = history.keep_many([said, command.made_by.strip()])
        row = Objection(
            ref=new_ref("OBJ"),
            assignment_id=assignment.id,
            received_on=command.received_on,
            recorded_at=at,
            recorded_by=actor.ref,
            words_id=words.id,
        )
        session.add(row)
        session.flush()
        history.append(
            "objection:recorded",
            (f"objection:{row.ref}", *subjects(assignment)),
            {"received_on": row.received_on.isoformat()},
            {"words": words, "office": office},
        )
        _check_again(history, assignment)
        return row


def _refuse_bad(assignment: Assignment, command: RecordObjection, today: date) -> None:
    inspection, person = assignment.inspection, assignment.inspector.name
    proposed_on = in_uk(assignment.proposed_at).date()
    problems = (
        (assignment.state is State.RELEASED, None, f"{person} was released: there is nobody left to object to"),
        (
            inspection.ends_on < today,
            None,
            "The inspection has ended: what the provider says of it now is a complaint, and goes that way",
        ),
        (command.received_on > today, "received_on", "The day on which it came in must not be in the future"),
        (
            command.received_on < proposed_on,
            "received_on",
            "The day on which it came in must not be before the day on which the inspector was proposed",
        ),
        (not command.made_by.strip(), "made_by", "Enter the office of whoever objected"),
        (len(command.made_by) > LONGEST_OFFICE, "made_by", f"Use at most {LONGEST_OFFICE} characters"),
        (
            bool(seems_to_name(command.made_by)),
            "made_by",
            "This seems to hold a name: enter the office alone, for example “Headteacher”",
        ),
        (not command.words.strip(), "words", "Enter the words of the objection"),
    )
    for bad, field, sentence in problems:
        if bad:
            raise RefusedError(sentence, field=field)


def _check_again(history: Recording, assignment: Assignment) -> None:
    """Check the assignment on all that is known now, also while its inspection is under way."""
    session, at = history.session, history.at
    version, policy = policies.in_force(session, at.date(), assignment.inspector.engagement)
    (facts,) = facts_for(session, [pair_of(assignment, at.date())])
    outcome = check(facts, policy)
    store(history, assignment, facts, outcome, policy=version, cause="objection")
    if uncovered(session, assignment, outcome, policy) and assignment.state is State.CONFIRMED:
        question(history, assignment, "objection")


def answer(session: Session, actor: Actor, command: AnswerObjection, *, at: datetime) -> ObjectionAnswer:
    """Record what the provider was told, once all that its objection needs was decided; the same sent twice is once."""
    with recording(session, actor, at) as history:
        found = questions.by_ref(session, command.objection)
        if found is None:
            raise NotFoundError("There is no such objection.")
        assignment = questions.bearer(session, found)
        standing = _standing(session, assignment, found, at)
        _permit_answer(actor, assignment, standing)
        if found.answer is not None and _is_same(found.answer, command):
            return found.answer
        _refuse_answer(standing, command, in_uk(at).date())
        words = history.keep(command.words.strip())
        row = ObjectionAnswer(
            objection_id=found.id,
            told_on=command.told_on,
            answered_at=at,
            answered_by=actor.ref,
            words_id=words.id,
        )
        session.add(row)
        session.flush()
        history.append(
            "objection:answered",
            (f"objection:{found.ref}", *subjects(assignment)),
            {"told_on": row.told_on.isoformat()},
            {"words": words},
        )
        return row


def _permit_answer(actor: Actor, assignment: Assignment, standing: Standing) -> None:
    """Let schedulers answer, and of the decision-makers those who decided on it."""
    permit(actor, Permission.ANSWER_OBJECTION, Subject(inspector_id=assignment.inspector_id))
    if not actor.is_system and Role.SCHEDULER not in actor.roles and actor.ref not in standing.decided_by:
        raise NotPermittedError("A scheduler answers this objection, or a decision-maker who decided on it.")


def _refuse_answer(standing: Standing, command: AnswerObjection, today: date) -> None:
    there = standing.objection.answer
    problems = (
        (there is not None, None, "The provider was answered already: look at the answer as it was recorded"),
        (
            standing.became is Became.WAITS,
            None,
            "Nobody has decided on this objection yet: the provider is answered once that is done",
        ),
        (command.told_on > today, "told_on", "The day on which the provider was told must not be in the future"),
        (
            command.told_on < standing.objection.received_on,
            "told_on",
            "The day on which the provider was told must not be before the objection came in",
        ),
        (not command.words.strip(), "words", "Enter what the provider was told"),
    )
    for bad, field, sentence in problems:
        if bad:
            raise RefusedError(sentence, field=field)


def _is_same(there: ObjectionAnswer, command: AnswerObjection) -> bool:
    return (there.told_on, words_of(there.words)) == (command.told_on, command.words.strip())


def _standing(session: Session, assignment: Assignment, found: Objection, at: datetime) -> Standing:
    _, policy = policies.in_force(session, at.date(), assignment.inspector.engagement)
    listed = questions.standings(session, assignment, policy)
    return next(each for each in listed if each.objection.id == found.id)


def _assignment(session: Session, ref: str) -> Assignment:
    found = loaded(session, ref)
    if found is None:
        raise NotFoundError("There is no such assignment.")
    return found


def _of(session: Session, found: Objection) -> Assignment:
    return decisions.whole(session, [found.assignment_id])[found.assignment_id]


def open_words(session: Session, actor: Actor, refs: tuple[str, ...], *, at: datetime) -> None:
    """Leave in the history that an auditor opens the words of these objections and of their answers."""
    with recording(session, actor, at) as history:
        permit(actor, Permission.OPEN_OBJECTION)
        for ref in dict.fromkeys(refs):
            found = questions.by_ref(session, ref)
            if found is None:
                raise NotFoundError("There is no such objection.")
            history.append("objection:opened", (f"objection:{ref}", *subjects(_of(session, found))), {})
