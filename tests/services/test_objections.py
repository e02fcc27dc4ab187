"""A provider's objection: recorded, decided like any finding, and answered once that is done."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support.objecting import WORDS, answers, decides, inspection_of, objects, placed
from tests.support.statements import counted
from tests.support.world import DECIDER, OTHER_DECIDER, SCHEDULER, SYSTEM, Stage, employed_at, staged
from tracker.domain.access import Actor, Role
from tracker.domain.errors import NotFoundError, NotPermittedError, RefusedError
from tracker.domain.lifecycle import Ruling, State
from tracker.domain.objecting import Became
from tracker.models import Assignment, HistoryEntry, Objection
from tracker.queries import objections as questions
from tracker.queries import policies, verification
from tracker.queries.facts import facts_for
from tracker.queries.replays import replay
from tracker.services import objections
from tracker.services.assignments import Release, release
from tracker.services.checks import loaded, pair_of, recheck
from tracker.services.history import words_of
from tracker.services.objections import RecordObjection


@pytest.fixture
def stage(session: Session) -> Stage:
    return staged(session)


def became(stage: Stage) -> list[Became]:
    book = policies.all_in_force(stage.session, stage.now.date())
    found = questions.unanswered(stage.session, book, stage.now.date(), SCHEDULER)
    assert questions.number_unanswered(stage.session, SCHEDULER) == len(found)
    return [each.standing.became for each in found]


def rules(stage: Stage, assignment: Assignment) -> list[str]:
    row = loaded(stage.session, assignment.ref)
    assert row is not None
    assert row.check is not None
    return [each.rule for each in row.check.findings]


def test_a_proposal_that_the_provider_objected_to_cannot_be_confirmed_until_it_is_allowed(stage: Stage) -> None:
    assignment = placed(stage)
    made = objects(stage, assignment)

    assert rules(stage, assignment) == ["objection"]
    assert not stage.confirms(assignment).confirmed
    assert became(stage) == [Became.WAITS]
    decides(stage, assignment, made)

    assert became(stage) == [Became.ALLOWED]
    assert stage.confirms(assignment).confirmed
    verification.verify(stage.session)


def test_a_confirmed_place_is_questioned_at_once_and_a_decision_holds_through_later_checks(stage: Stage) -> None:
    assignment = placed(stage, confirmed=True)
    made = objects(stage, assignment)
    assert assignment.state is State.QUESTIONED
    decides(stage, assignment, made)
    assert stage.confirms(assignment).confirmed

    stage.declares(stage.people["T100"], employed_at("gias:900004"))

    assert recheck(stage.session, SYSTEM, cause="command", at=stage.tick()) == []
    assert assignment.state is State.CONFIRMED
    assert rules(stage, assignment) == ["objection"]


def test_a_second_objection_needs_a_decision_of_its_own(stage: Stage) -> None:
    assignment = placed(stage)
    decides(stage, assignment, objects(stage, assignment))
    second = objects(stage, assignment, words="And her sister works here.")

    assert rules(stage, assignment) == ["objection", "objection"]
    assert sorted(became(stage)) == [Became.ALLOWED, Became.WAITS]
    assert not stage.confirms(assignment).confirmed
    decides(stage, assignment, second)
    assert stage.confirms(assignment).confirmed


def test_a_check_with_an_objection_takes_no_more_than_two_statements(stage: Stage) -> None:
    assignment = placed(stage)
    objects(stage, assignment)
    objects(stage, assignment, words="And once more.")
    row = loaded(stage.session, assignment.ref)
    assert row is not None

    with counted(stage.session.get_bind().engine) as sent:
        (facts,) = facts_for(stage.session, [pair_of(row, stage.now.date())])

    assert len(facts.objections) == 2
    assert len(sent) <= 2


def test_an_objection_to_one_inspector_is_none_to_the_rest_of_the_team(stage: Stage) -> None:
    assignment = placed(stage)
    omar = stage.inspector("T200", "Omar Inspector")
    stage.declares(omar)
    other = stage.proposes(inspection_of(stage), omar)

    objects(stage, assignment)

    assert recheck(stage.session, SYSTEM, cause="command", at=stage.tick()) == []
    assert rules(stage, other) == []


def test_the_same_objection_sent_twice_is_recorded_once(stage: Stage) -> None:
    assignment = placed(stage)

    assert objects(stage, assignment).ref == objects(stage, assignment).ref
    assert stage.session.scalar(select(func.count()).select_from(Objection)) == 1


def test_an_upheld_objection_releases_the_inspector_and_is_answered_so(stage: Stage) -> None:
    assignment = placed(stage)
    made = objects(stage, assignment)
    decides(stage, assignment, made, Ruling.UPHOLD)

    assert assignment.state is State.RELEASED
    assert became(stage) == [Became.RELEASED]
    given = answers(stage, made, words="Somebody else comes.")
    assert answers(stage, made, words="Somebody else comes.", told_on=given.told_on).id == given.id
    assert became(stage) == []
    with pytest.raises(RefusedError, match="answered already"):
        answers(stage, made, words="Another comes.")
    verification.verify(stage.session)


def test_nobody_answers_before_it_is_decided(stage: Stage) -> None:
    made = objects(stage, placed(stage))

    with pytest.raises(RefusedError, match="Nobody has decided"):
        answers(stage, made)


def test_a_decision_maker_answers_what_he_or_she_decided_and_nothing_else(stage: Stage) -> None:
    assignment = placed(stage)
    made = objects(stage, assignment)
    decides(stage, assignment, made)

    with pytest.raises(NotPermittedError):
        answers(stage, made, OTHER_DECIDER)
    answers(stage, made, DECIDER)
    found = questions.by_ref(stage.session, made.ref)
    assert found is not None
    assert found.answer is not None
    assert words_of(found.answer.words) == "It was weighed, and she comes."


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"received_on": timedelta(days=1)}, "received_on"),
        ({"received_on": timedelta(days=-1)}, "received_on"),
        ({"made_by": " "}, "made_by"),
        ({"made_by": "Mr Jonathan Smith"}, "made_by"),
        ({"words": " "}, "words"),
    ],
)
def test_what_is_missing_or_cannot_be_is_refused_at_its_field(
    stage: Stage, changes: dict[str, object], field: str
) -> None:
    assignment = placed(stage)
    said = {key: stage.now.date() + each if isinstance(each, timedelta) else each for key, each in changes.items()}

    with pytest.raises(RefusedError) as refused:
        objects(stage, assignment, **said)
    assert refused.value.field == field
    assert rules(stage, assignment) == []


def test_an_answer_is_not_dated_before_the_objection_or_after_today(stage: Stage) -> None:
    assignment = placed(stage)
    made = objects(stage, assignment)
    decides(stage, assignment, made)

    for days in (-1, 1):
        with pytest.raises(RefusedError) as refused:
            answers(stage, made, told_on=stage.now.date() + timedelta(days=days))
        assert refused.value.field == "told_on"


def test_nobody_objects_to_whoever_was_released_nor_after_the_inspection(stage: Stage) -> None:
    gone = placed(stage)
    release(stage.session, SCHEDULER, Release(gone.ref, "Ill."), at=stage.tick())
    with pytest.raises(RefusedError, match="was released"):
        objects(stage, gone)
    again = stage.proposes(inspection_of(stage), stage.people["T100"])
    stage.now += timedelta(days=60)
    with pytest.raises(RefusedError, match="has ended"):
        objects(stage, again)


def test_an_objection_that_comes_while_the_inspection_is_under_way_questions_the_place(stage: Stage) -> None:
    assignment = placed(stage, confirmed=True)
    stage.now = stage.now.replace(month=3, day=18, hour=9)

    objects(stage, assignment)

    assert assignment.state is State.QUESTIONED
    assert "objection" in rules(stage, assignment)


def test_only_schedulers_record_and_none_about_him_or_herself(stage: Stage) -> None:
    assignment = placed(stage)
    own = Actor("person:S2", "Sched Two", frozenset({Role.SCHEDULER, Role.INSPECTOR}), assignment.inspector_id)

    for who in (DECIDER, stage.actor(stage.people["T100"]), own):
        with pytest.raises(NotPermittedError):
            objects(stage, assignment, who)
    with pytest.raises(NotFoundError):
        objections.record(
            stage.session, SCHEDULER, RecordObjection("ASG-X", stage.now.date(), "Head", "Words"), at=stage.tick()
        )


def test_its_words_and_its_office_are_in_no_entry_no_fact_and_no_finding(stage: Stage) -> None:
    assignment = placed(stage)
    made = objects(stage, assignment)
    decides(stage, assignment, made)
    answers(stage, made)
    row = loaded(stage.session, assignment.ref)
    assert row is not None
    assert row.check is not None

    entries = "\n".join(stage.session.scalars(select(HistoryEntry.entry)))
    told = "\n".join(each.sentence + each.reasons for each in row.check.findings)
    for secret in (WORDS, "Headteacher", "It was weighed"):
        assert secret not in entries + told
    seq = stage.session.scalar(select(func.max(HistoryEntry.seq)).where(HistoryEntry.event == "assignment:checked"))
    again = replay(stage.session, seq or 0)
    assert again.differences == ()
    assert again.outcome.rules == ("objection",)
