"""Asking the inspector before deciding: once at a time, answered once, and only while the answer is of use."""

import pytest
from sqlalchemy.orm import Session

from tests.services.test_mitigations import Scene, told, waiting
from tests.services.test_mitigations import scene as scene  # noqa: PLC0414 (a fixture)
from tests.support.world import DECIDER, SCHEDULER, TODAY, employed_at
from tracker.domain.access import Actor, Role
from tracker.domain.errors import IllegalTransitionError, NotPermittedError, OutOfDateError, RefusedError
from tracker.domain.notices import Kind
from tracker.models import InspectorQuestion
from tracker.queries import decisions as queue
from tracker.queries import held, outbox, policies, questions, verification
from tracker.queries.decisions import Need
from tracker.services import assignments
from tracker.services import questions as acts
from tracker.services.assignments import Release
from tracker.services.history import words_of
from tracker.services.questions import AnswerQuestion, AskInspector


def asks(scene: Scene, words: str = "Since when?", by: Actor | None = None) -> InspectorQuestion:
    command = AskInspector(scene.assignment.ref, scene.fingerprint, words)
    return acts.ask(scene.stage.session, by or scene.actor("Dan"), command, at=scene.stage.tick())


def answers(scene: Scene, asked: InspectorQuestion, words: str = "Since spring.") -> bool:
    ines = scene.stage.actor(scene.stage.people["T100"])
    return acts.answer(scene.stage.session, ines, AnswerQuestion(asked.ref, words), at=scene.stage.tick())


def need(scene: Scene) -> set[Need]:
    session = scene.stage.session
    lists = queue.queue(session, policies.all_in_force(session, TODAY), TODAY, DECIDER)
    return {need for need, found in lists.items() if found}


def test_a_question_goes_to_the_inspector_and_its_answer_comes_back_to_whoever_asked(
    session: Session, scene: Scene
) -> None:
    assert need(scene) == {Need.DECISION}
    asked = asks(scene)
    assert need(scene) == {Need.ASKED}, "kept apart from what is ready to decide"
    assert told(session, Kind.ASKED) == ["Ines Person"]
    (put,) = questions.of_inspector(session, scene.assignment.inspector_id, TODAY)
    assert words_of(put.question.words) == "Since when?"
    assert answers(scene, asked)
    assert not answers(scene, asked, "Something else.")
    assert need(scene) == {Need.DECISION}
    assert told(session, Kind.ANSWERED) == ["Dan Person"]
    assert questions.of_inspector(session, scene.assignment.inspector_id, TODAY) == []
    record = held.held(session, scene.assignment.inspector_id)["questions_of_decision_makers"]
    assert [(each["question"], each["answer"]) for each in record] == [("Since when?", "Since spring.")]
    verification.verify(session)


def test_nobody_asks_without_words_twice_at_once_or_about_what_is_not_theirs_to_decide(
    session: Session, scene: Scene
) -> None:
    with pytest.raises(RefusedError, match="Write your question"):
        asks(scene, " ")
    both = Actor(SCHEDULER.ref, "Sam", frozenset({Role.DECISION_MAKER}))
    with pytest.raises(NotPermittedError):
        asks(scene, by=both)
    asks(scene)
    with pytest.raises(RefusedError, match="has not answered yet"):
        asks(scene, by=DECIDER)
    with pytest.raises(OutOfDateError):
        acts.ask(session, DECIDER, AskInspector(scene.assignment.ref, "none", "?"), at=scene.stage.tick())


def test_only_the_inspector_answers_and_never_without_words(session: Session, scene: Scene) -> None:
    asked = asks(scene)
    other = scene.stage.inspector("T300", "Nia")
    stranger = scene.stage.actor(other)
    for somebody in (stranger, DECIDER, SCHEDULER):
        with pytest.raises(NotPermittedError):
            acts.answer(session, somebody, AnswerQuestion(asked.ref, "I say."), at=scene.stage.tick())
    with pytest.raises(RefusedError, match="Write your answer"):
        answers(scene, asked, " ")


@pytest.mark.parametrize("end", ["release", "facts", "decision"])
def test_an_answer_is_no_longer_needed_once_what_was_asked_about_is_settled(
    session: Session, scene: Scene, end: str
) -> None:
    asked = asks(scene)
    assert outbox.is_called_for(session, waiting(session, Kind.ASKED), TODAY)
    if end == "release":
        assignments.release(session, SCHEDULER, Release(scene.assignment.ref, "Ill."), at=scene.stage.tick())
    elif end == "facts":
        scene.stage.declares(scene.stage.people["T100"], employed_at("gias:900003", "2016", holder="partner"))
    else:
        scene.decides()
    assert questions.of_inspector(session, scene.assignment.inspector_id, TODAY) == []
    assert not outbox.is_called_for(session, waiting(session, Kind.ASKED), TODAY)
    with pytest.raises(IllegalTransitionError, match="no longer needed"):
        answers(scene, asked)
