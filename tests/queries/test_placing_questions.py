"""What stands between an assignment and its confirmation, and the lists that say so, on both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.support.world import ALLOCATION, DECIDER, OTHER_DECIDER, SCHEDULER, TODAY, Stage, employed_at, staged
from tracker.domain.access import Actor, Role
from tracker.domain.errors import NotFoundError, NotPermittedError
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import Ruling
from tracker.models import Assignment
from tracker.queries import decisions, inspections, policies, reviews
from tracker.queries.board import Wanted
from tracker.queries.board_rows import rows
from tracker.queries.decisions import Need
from tracker.queries.inspections import Work
from tracker.services import assignments, declarations
from tracker.services import decisions as acts
from tracker.services.assignments import Propose, Release
from tracker.services.decisions import Decide
from tracker.services.declarations import GradeConnection
from tracker.services.notes import OpenNote, open_note

VALE = employed_at("gias:900003", holder="partner", note="A note.")
RIDGE = employed_at("gias:900001", "2015", "2025-07")
ODD = employed_at("gias:900002", "2020", nature="other", note="Sings there.")


@pytest.fixture
def stage(session: Session) -> Stage:
    return staged(session)


def work(stage: Stage, actor: Actor = SCHEDULER, on: date = TODAY) -> dict[Work, list[int]]:
    numbers = inspections.work_numbers(stage.session, on, actor)
    lists = {need: inspections.work(stage.session, need, on, actor, start=0, size=9) for need in Work}
    assert {need: len(some) for need, some in lists.items()} == numbers
    return {need: [each.id for each in some] for need, some in lists.items() if some}


def queue(stage: Stage, actor: Actor = DECIDER, on: date = TODAY) -> dict[Need, list[int]]:
    book = policies.all_in_force(stage.session, TODAY)
    found = decisions.queue(stage.session, book, on, actor)
    return {need: [each.id for each in pending] for need, pending in found.items() if pending}


def allow(stage: Stage, assignment: Assignment, actor: Actor, ruling: Ruling = Ruling.ALLOW) -> None:
    stage.session.expire_all()
    found = decisions.one(stage.session, assignment.ref)
    assert found is not None
    assert found.check is not None
    command = Decide(found.ref, found.check.findings[0].fingerprint, ruling, "Reasons.")
    acts.decide(stage.session, actor, command, at=stage.tick())


def test_a_real_finding_moves_from_one_decision_maker_to_the_other_and_is_then_ready(stage: Stage) -> None:
    ines = stage.inspector()
    stage.declares(ines, RIDGE)
    found = stage.proposes(stage.inspection(), ines)
    assert work(stage) == {Work.WAITING: [found.id]}
    assert queue(stage) == {Need.EXCEPTION: [found.id]}
    allow(stage, found, DECIDER)
    assert queue(stage) == {Need.OTHERS: [found.id]}
    assert queue(stage, OTHER_DECIDER) == {Need.EXCEPTION: [found.id]}
    allow(stage, found, OTHER_DECIDER)
    assert queue(stage) == queue(stage, OTHER_DECIDER) == {}
    assert work(stage) == {Work.READY: [found.id]}


def test_what_is_questioned_is_on_both_lists_until_it_is_settled(stage: Stage) -> None:
    ines = stage.inspector()
    stage.declares(ines)
    found = stage.proposes(stage.inspection(), ines)
    assert work(stage) == {Work.READY: [found.id]}
    assert stage.confirms(found).confirmed
    assert work(stage) == queue(stage) == {}
    stage.declares(ines, VALE)
    assert work(stage) == {Work.QUESTIONED: [found.id]}
    assert queue(stage) == {Need.QUESTIONED: [found.id]}
    allow(stage, found, DECIDER)
    assert queue(stage) == {}
    assert work(stage) == {Work.QUESTIONED: [found.id]}


def test_ones_own_are_on_no_list_and_own_proposals_are_for_others(stage: Stage) -> None:
    ines = stage.inspector()
    found = stage.proposes(stage.inspection(), ines)
    roles = frozenset(Role)
    assert work(stage, Actor("person:X", "Ines", roles, ines.id)) == {}
    assert queue(stage, Actor("person:X", "Ines", roles, ines.id)) == {}
    assert queue(stage, Actor(SCHEDULER.ref, "Sam", roles)) == {Need.OTHERS: [found.id]}


def test_what_one_proposed_before_somebody_else_did_is_for_others_too(stage: Stage) -> None:
    ines, inspection = stage.inspector(), stage.inspection()
    first = stage.proposes(inspection, ines)
    assignments.release(stage.session, SCHEDULER, Release(first.ref, "Ill."), at=stage.tick())
    other = Actor("person:OTHER-S", "Sid Scheduler", frozenset({Role.SCHEDULER}))
    command = Propose(inspection.reference, ines.staff_no, "team")
    again = assignments.propose(stage.session, other, command, rules=ALLOCATION, at=stage.tick())
    for who in (SCHEDULER, other):
        deciding = Actor(who.ref, who.name, frozenset({Role.DECISION_MAKER}))
        assert queue(stage, deciding) == {Need.OTHERS: [again.id]}
    assert queue(stage) == {Need.DECISION: [again.id]}


def test_a_questioned_assignment_stays_on_the_lists_after_its_inspection_until_it_is_decided(stage: Stage) -> None:
    ines = stage.inspector()
    stage.declares(ines)
    found = stage.proposes(stage.inspection(starts_on=TODAY + timedelta(5), ends_on=TODAY + timedelta(6)), ines)
    assert stage.confirms(found).confirmed
    later = TODAY + timedelta(7)
    assert work(stage, on=later) == queue(stage, on=later) == {}
    stage.declares(ines, VALE)
    assert work(stage, on=later) == {Work.QUESTIONED: [found.id]}
    assert queue(stage, on=later) == {Need.QUESTIONED: [found.id]}
    allow(stage, found, DECIDER)
    assert work(stage, on=later) == queue(stage, on=later) == {}


def test_lists_begin_with_the_soonest_inspection_and_leave_out_what_has_ended(stage: Stage) -> None:
    ines = stage.inspector()
    later = stage.proposes(stage.inspection("INS-2", starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 2)), ines)
    sooner = stage.proposes(stage.inspection("INS-1"), ines)
    ended = stage.inspection("INS-0", starts_on=TODAY - timedelta(3), ends_on=TODAY - timedelta(1))
    stage.proposes(ended, ines)
    assert queue(stage) == {Need.DECISION: [sooner.id, later.id]}


def test_places_count_the_team_and_a_decision_frees_one(stage: Stage) -> None:
    row = stage.inspection(team_size=2, starts_on=TODAY + timedelta(14))
    for number, role in enumerate(("lead", "team", "observer")):
        person = stage.inspector(f"T{number}")
        stage.declares(person, *([VALE] if role == "team" else []))
        made = stage.proposes(row, person, role)
        if role == "team":
            allow(stage, made, DECIDER, Ruling.UPHOLD)
        else:
            assert stage.confirms(made).confirmed
    (listed,) = inspections.to_fill(stage.session, TODAY, start=0, size=5)
    number = inspections.number_to_fill(stage.session, TODAY)
    assert (number, listed.taken, listed.proposed, listed.places_open) == (1, 1, 0, 1)
    freed = inspections.freed(stage.session, [row.id], SCHEDULER)
    assert [each.staff_no for each in freed[row.id]] == ["T1"]
    assert inspections.number_to_fill(stage.session, TODAY - timedelta(1)) == 0


def test_every_word_must_be_found_and_a_percent_sign_is_only_a_sign(stage: Stage) -> None:
    for reference, provider in (("INS-1", "gias:900002"), ("INS-2", "gias:900004"), ("100%", "gias:999999")):
        stage.inspection(reference, provider)

    def found(text: str) -> list[str]:
        return [each.reference for each in rows(stage.session, Wanted(TODAY, text=text), start=0, size=9)]

    assert found("ridge") == ["INS-1"]
    assert found("OAK ins-2") == ["INS-2"]
    assert found("ridge oak") == []
    assert found("%") == ["100%"]
    assert found("999999") == ["100%"]
    unknown = inspections.by_reference(stage.session, "100%")
    assert unknown is not None
    assert unknown.provider == "gias:999999"


def test_a_connection_awaits_its_grade_once_also_when_it_is_declared_again(stage: Stage) -> None:
    ines = stage.inspector()
    stage.declares(ines, ODD)
    (review,) = reviews.awaiting(stage.session, DECIDER, TODAY, start=0, size=9)
    assert reviews.count_awaiting(stage.session, Actor("person:X", "I", frozenset(Role), ines.id), TODAY) == 0
    grade = GradeConnection(review.connection.ref, Verdict.CLEAR, "A choir.")
    declarations.grade(stage.session, DECIDER, grade, at=stage.tick())
    assert reviews.count_awaiting(stage.session, DECIDER, TODAY) == 0
    stage.declares(ines, ODD)
    assert reviews.count_awaiting(stage.session, DECIDER, TODAY) == 0
    assert reviews.one(stage.session, review.connection.ref) is None


def test_a_note_opens_only_for_whom_it_is_before(stage: Stage) -> None:
    ines = stage.inspector()
    stage.declares(ines, VALE)
    found = stage.proposes(stage.inspection(), ines)
    stage.session.expire_all()
    row = decisions.one(stage.session, found.ref)
    assert row is not None
    assert row.check is not None
    ref = str(row.check.findings[0].connection_ref)
    assert open_note(stage.session, DECIDER, OpenNote(ref, found.ref), at=stage.tick()) == "A note."
    both = frozenset({Role.SCHEDULER, Role.DECISION_MAKER})
    for actor in (SCHEDULER, Actor(SCHEDULER.ref, "Sam", both), Actor("person:X", "Ines", both, ines.id)):
        with pytest.raises(NotPermittedError):
            open_note(stage.session, actor, OpenNote(ref, found.ref), at=stage.tick())
    with pytest.raises(NotFoundError):
        open_note(stage.session, DECIDER, OpenNote(ref), at=stage.tick())
    allow(stage, found, DECIDER, Ruling.UPHOLD)
    with pytest.raises(NotFoundError):
        open_note(stage.session, DECIDER, OpenNote(ref, found.ref), at=stage.tick())
