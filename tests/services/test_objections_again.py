"""An objection is to an inspector for an inspection: to be released and proposed anew does not end it."""

import pytest
from sqlalchemy.orm import Session

from tests.support.objecting import answers, decides, inspection_of, objects, placed
from tests.support.planning import RULES
from tests.support.world import ALLOCATION, SCHEDULER, Stage, days_apart, staged
from tracker.allocation.suggestions import Choice, Seeking, choices
from tracker.domain.allocation_rules import parse
from tracker.domain.errors import RefusedError
from tracker.domain.facts import Verdict
from tracker.domain.objecting import Became
from tracker.models import Assignment, Objection
from tracker.queries import objections as questions
from tracker.queries import policies, verification
from tracker.queries.objections import Unanswered
from tracker.services.assignments import Release, release
from tracker.services.replacing import Replace, replace


@pytest.fixture
def stage(session: Session) -> Stage:
    return staged(session)


def releases(stage: Stage, assignment: Assignment) -> None:
    release(stage.session, SCHEDULER, Release(assignment.ref, "Again."), at=stage.tick())


def listed(stage: Stage) -> list[Unanswered]:
    today = stage.now.date()
    return questions.unanswered(stage.session, policies.all_in_force(stage.session, today), today, SCHEDULER)


def again(stage: Stage, assignment: Assignment) -> Assignment:
    releases(stage, assignment)
    return stage.proposes(inspection_of(stage), stage.people["T100"])


def candidate(stage: Stage) -> Choice:
    today = stage.now.date()
    seeking = Seeking(inspection_of(stage), "team", parse(RULES))
    found = choices(stage.session, seeking, policies.all_in_force(stage.session, today), today)
    return next(each for each in found.free if each.known.staff_no == "T100")


def test_who_is_released_and_proposed_anew_is_still_objected_to(stage: Stage) -> None:
    first = placed(stage, confirmed=True)
    objects(stage, first)
    second = again(stage, first)

    assert second.in_the_way is Verdict.PERCEIVED
    assert not stage.confirms(second).confirmed
    (waiting,) = listed(stage)
    assert (waiting.standing.became, waiting.assignment.ref) == (Became.WAITS, second.ref)
    with pytest.raises(RefusedError, match="Nobody has decided"):
        answers(stage, waiting.standing.objection)


def test_what_was_decided_of_the_released_assignment_does_not_cover_the_new_one(stage: Stage) -> None:
    first = placed(stage)
    made = objects(stage, first)
    decides(stage, first, made)
    second = again(stage, first)

    assert not stage.confirms(second).confirmed
    decides(stage, second, made)

    assert stage.confirms(second).confirmed
    assert [each.standing.became for each in listed(stage)] == [Became.ALLOWED]
    answers(stage, made)
    verification.verify(stage.session)


def test_who_is_replaced_and_comes_back_is_still_objected_to(stage: Stage) -> None:
    first = placed(stage)
    made = objects(stage, first)
    omar = stage.inspector("T200", "Omar Inspector")
    stage.declares(omar)

    other = replace(stage.session, SCHEDULER, Replace(first.ref, "T200", "other"), rules=ALLOCATION, at=stage.tick())
    assert [each.standing.became for each in listed(stage)] == [Became.RELEASED]
    assert stage.confirms(other).confirmed
    back = replace(stage.session, SCHEDULER, Replace(other.ref, "T100", "other"), rules=ALLOCATION, at=stage.tick())

    assert not stage.confirms(back).confirmed
    assert [each.standing.became for each in listed(stage)] == [Became.WAITS]
    assert shown(stage, back) == [made.ref]


def shown(stage: Stage, assignment: Assignment) -> list[str]:
    return [each.ref for each in questions.to_whom(stage.session, assignment)]


def test_the_same_objection_sent_again_for_the_new_assignment_is_the_one_that_is_there(stage: Stage) -> None:
    first = placed(stage)
    made: Objection = objects(stage, first)

    assert objects(stage, again(stage, first)).ref == made.ref


def test_the_candidates_page_tells_that_the_provider_objected(stage: Stage) -> None:
    first = placed(stage)
    objects(stage, first)
    releases(stage, first)

    assert candidate(stage).outcome.verdict is Verdict.PERCEIVED
    assert "The provider objected on" in candidate(stage).outcome.findings[0].sentence


def test_an_objection_for_another_inspection_of_the_provider_is_none_for_this_one(stage: Stage) -> None:
    first = placed(stage)
    objects(stage, first)
    later = stage.inspection("INS-2", **days_apart(1))

    assert stage.proposes(later, stage.people["T100"]).in_the_way is Verdict.CLEAR
