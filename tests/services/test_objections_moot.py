"""An objection that waits when its inspection is called off waits no more, and says why wherever it is read."""

import pytest
from sqlalchemy.orm import Session

from tests.support.objecting import answers, objects, placed
from tests.support.world import DECIDER, SCHEDULER, TODAY, Stage, staged
from tracker.domain.access import Actor, Role
from tracker.domain.errors import IllegalTransitionError
from tracker.domain.objecting import Became
from tracker.models import Assignment
from tracker.queries import objections as questions
from tracker.queries import policies
from tracker.queries.annual import Period, report
from tracker.queries.compliance import Asked, figures
from tracker.services import calling_off
from tracker.services import questions as asking
from tracker.services.calling_off import CallOff
from tracker.services.checks import loaded
from tracker.services.questions import AnswerQuestion, AskInspector


@pytest.fixture
def stage(session: Session) -> Stage:
    return staged(session)


def calls_off(stage: Stage) -> None:
    calling_off.call_off(stage.session, SCHEDULER, CallOff("INS-1", "The school burnt down."), at=stage.tick())


def counted(stage: Stage) -> tuple[int, int, int]:
    """How many wait: by the number on the first pages, by the list, and by what an auditor counts."""
    book = policies.all_in_force(stage.session, TODAY)
    listed = questions.unanswered(stage.session, book, TODAY, SCHEDULER)
    asked = Asked(stage.session, TODAY, book)
    of_auditor = {each.key: each.number for each in figures(asked)}["objections"]
    return questions.number_unanswered(stage.session, SCHEDULER), len(listed), of_auditor


def standing(stage: Stage, assignment: Assignment) -> questions.Standing:
    _, policy = policies.in_force(stage.session, TODAY, "staff")
    (found,) = questions.standings(stage.session, assignment, policy)
    return found


def test_it_is_on_no_list_and_in_no_count_and_says_that_it_is_moot(stage: Stage) -> None:
    first = placed(stage)
    objects(stage, first)
    assert counted(stage) == (1, 1, 1)
    calls_off(stage)
    assert counted(stage) == (0, 0, 0)
    found = standing(stage, first)
    assert (found.became, found.is_moot, found.is_to_answer) == (Became.MOOT, True, False)


def test_the_report_of_a_period_that_ended_before_still_counts_it_as_open(stage: Stage) -> None:
    objects(stage, placed(stage))
    stage.now = stage.now.replace(day=stage.now.day + 1)
    calls_off(stage)

    def open_at_the_end(period: Period) -> int:
        (part,) = [each for each in report(stage.session, period).parts if each.heading == "Objections of providers"]
        (line,) = [each for each in part.lines if each.title == "Open at the end"]
        return line.number[0]

    stage.now = stage.now.replace(day=stage.now.day + 2)
    assert open_at_the_end(Period(TODAY, TODAY)) == 1
    after = TODAY.replace(day=TODAY.day + 1)
    assert open_at_the_end(Period(after, after)) == 0


def test_what_the_provider_was_told_all_the_same_is_still_recorded(stage: Stage) -> None:
    first = placed(stage)
    made = objects(stage, first)
    calls_off(stage)
    answers(stage, made, words="That nobody comes.")
    found = standing(stage, first)
    assert (found.became, found.is_moot) == (Became.MOOT, False)


def test_a_question_to_the_inspector_says_that_the_inspection_was_called_off(stage: Stage) -> None:
    first = placed(stage)
    objects(stage, first)
    row = loaded(stage.session, first.ref)
    assert row is not None
    assert row.check is not None
    ask = AskInspector(row.ref, row.check.findings[0].fingerprint, "Did you teach there?")
    asked = asking.ask(stage.session, DECIDER, ask, at=stage.tick())
    calls_off(stage)
    own = Actor("person:T100", "Ines Pector", frozenset({Role.INSPECTOR}), first.inspector_id)
    with pytest.raises(IllegalTransitionError, match="no longer needed: the inspection was called off"):
        asking.answer(stage.session, own, AnswerQuestion(asked.ref, "No."), at=stage.tick())
