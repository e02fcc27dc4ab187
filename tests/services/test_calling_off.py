"""Calling an inspection off: its team is released in the same act, and it counts nowhere any more."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import EXAMPLE_ALLOCATION, EXAMPLE_RETENTION
from tests.support.planning import ready_plan
from tests.support.world import DECIDER, SCHEDULER, SYSTEM, TODAY, Stage, employed_at, staged
from tracker.allocation.suggestions import planned as planned_for
from tracker.domain.access import Role
from tracker.domain.allocation_rules import parse
from tracker.domain.errors import NotFoundError, NotPermittedError, OutOfDateError, RefusedError
from tracker.domain.facts import Verdict
from tracker.domain.fitting import Bar
from tracker.domain.lifecycle import State
from tracker.domain.moving import CALLED_OFF
from tracker.domain.notices import Kind
from tracker.domain.retention import ERASED, Field
from tracker.domain.retention import parse as schedule_of
from tracker.models import Assignment, FindingRow, HistoryEntry, Inspection, OutboxMessage
from tracker.queries import asat, board, history, inspections, loads, moves, outbox, questions, stays, verification
from tracker.queries.board import Wanted
from tracker.queries.independence import independence_file
from tracker.queries.retention import due_words
from tracker.services import assignments, calling_off, moving, people, plan_applying, retention
from tracker.services import questions as asking
from tracker.services.assignments import Release
from tracker.services.calling_off import CallOff, Ended
from tracker.services.history import words_of
from tracker.services.moving import Move
from tracker.services.passwords import LOWEST_COST
from tracker.services.people import AddPerson
from tracker.services.questions import AskInspector
from tracker.services.retention import LiftHold, PlaceHold

WAS = date(2026, 3, 17), date(2026, 3, 18)
RULES = parse(EXAMPLE_ALLOCATION.read_text("utf-8"))


@pytest.fixture
def stage(session: Session) -> Stage:
    """T1 with a job at another school of the trust, which is perceived, and T2 with nothing."""
    stage = staged(session)
    stage.declares(stage.inspector("T1", "Rex Once"), employed_at("gias:900003", "2015", holder="partner"))
    stage.declares(stage.inspector("T2", "Rea Clear"))
    stage.inspection("INS-1")
    return stage


def row(stage: Stage, reference: str = "INS-1") -> Inspection:
    return stage.session.scalars(select(Inspection).filter_by(reference=reference)).one()


def called_off(stage: Stage, reference: str = "INS-1", **changes: object) -> Ended:
    command = CallOff(reference, **{"reason": "The school burnt down.", **changes})
    return calling_off.call_off(stage.session, SCHEDULER, command, at=stage.tick())


def placed(stage: Stage, staff_no: str, reference: str = "INS-1") -> Assignment:
    return stage.proposes(row(stage, reference), stage.people[staff_no])


def test_everybody_is_released_with_an_entry_and_a_reason_of_their_own(stage: Stage) -> None:
    proposed, confirmed = placed(stage, "T1"), placed(stage, "T2")
    assert stage.confirms(confirmed).confirmed
    done = called_off(stage)
    assert (done.released, done.is_new) == (2, True)
    assert [each.state for each in (proposed, confirmed)] == [State.RELEASED] * 2
    events = stage.session.scalars(select(HistoryEntry.event).order_by(HistoryEntry.seq)).all()
    assert events[-3:] == ["inspection:called-off", "assignment:released", "assignment:released"]
    told = history.timeline(stage.session, "inspector:T2", limit=1).lines[0].sentence
    assert told == "SCHEDULER released Rea Clear from inspection INS-1 of Ridge Academy, which was called off."
    file = independence_file(stage.session, "INS-1")
    assert file is not None
    assert {words_of(turn.reason) for member in file.members for turn in member.turns if turn.is_release} == {
        CALLED_OFF
    }
    verification.verify(stage.session)


def test_the_history_tells_it_and_the_reason_is_kept_apart(stage: Stage) -> None:
    called_off(stage)
    (line,) = history.timeline(stage.session, "inspection:INS-1", limit=1).lines
    assert line.sentence == (
        "SCHEDULER called off inspection INS-1 of Ridge Academy, which was planned from 17 March 2026 to 18 March 2026."
    )
    assert "burnt" not in stage.session.scalars(select(HistoryEntry.entry).filter_by(seq=line.seq)).one()
    (change,) = moves.changes(stage.session, "INS-1")
    assert (change.was, words_of(change.reason)) == (None, "The school burnt down.")


def test_a_question_that_is_open_about_it_ceases(stage: Stage) -> None:
    assignment = placed(stage, "T1")
    fingerprint = stage.session.scalars(select(FindingRow.fingerprint).filter_by(check_id=assignment.check_id)).one()
    command = AskInspector(assignment.ref, fingerprint, "Since when?")
    asked = asking.ask(stage.session, DECIDER, command, at=stage.tick())
    number = stage.people["T1"].id
    assert [each.question.ref for each in questions.of_inspector(stage.session, number, TODAY)] == [asked.ref]
    called_off(stage)
    assert questions.of_inspector(stage.session, number, TODAY) == []


def test_it_counts_on_no_board_in_no_load_and_no_plan_and_has_no_places(stage: Stage) -> None:
    placed(stage, "T2")
    person = stage.people["T2"]

    def counts() -> tuple[int, int, int, int]:
        stage.session.expire_all()
        weeks = board.figures(stage.session, Wanted(TODAY))
        opened = stays.openings(stage.session, first=TODAY, last=date(2026, 12, 31))
        return (
            sum(each.all for each in weeks.values()),
            inspections.number_to_fill(stage.session, date(2026, 3, 10)),
            len(opened),
            loads.term(stage.session, person, RULES, WAS[0]).number,
        )

    assert counts() == (1, 1, 1, 1)
    called_off(stage)
    assert counts() == (0, 0, 0, 0)


def test_it_takes_nobody_any_more_and_is_not_moved(stage: Stage) -> None:
    called_off(stage)
    with pytest.raises(RefusedError, match="INS-1 was called off: nobody goes there any more"):
        placed(stage, "T2")
    later = Move("INS-1", date(2026, 4, 7), date(2026, 4, 8), "So.")
    with pytest.raises(RefusedError, match="was called off on 2 March 2026: plan it anew"):
        moving.move(stage.session, SCHEDULER, later, at=stage.tick())
    with pytest.raises(RefusedError, match="was called off"):
        planned_for(stage.session, "INS-1")


def test_later_inspections_are_checked_again_as_it_was_no_visit(stage: Stage) -> None:
    for reference, day in (("INS-A", 4), ("INS-B", 9)):
        stage.inspection(reference, starts_on=date(2026, 3, day), ends_on=date(2026, 3, day))
        assert stage.confirms(placed(stage, "T2", reference)).confirmed
    later = placed(stage, "T2")
    assert later.verdict is Verdict.PERCEIVED
    called_off(stage, "INS-B")
    assert later.verdict is Verdict.CLEAR
    verification.verify(stage.session)


def test_as_at_a_moment_before_it_was_planned_still(stage: Stage) -> None:
    placed(stage, "T2")
    before = stage.now
    called_off(stage)
    number = stage.people["T2"].id
    (then,), (now,) = (asat.assignments_of(stage.session, number, at) for at in (before, stage.now))
    assert (then.state, then.called_off_at, now.state, now.called_off_at) == (
        State.PROPOSED,
        None,
        State.RELEASED,
        stage.now,
    )


def test_the_same_asked_twice_is_done_once_and_a_stale_form_does_nothing(stage: Stage) -> None:
    with pytest.raises(OutOfDateError, match="moved by somebody else meanwhile"):
        called_off(stage, was=(WAS[0], WAS[0]))
    assert called_off(stage, was=WAS).is_new
    assert not called_off(stage, was=WAS).is_new
    told = stage.session.scalars(select(HistoryEntry).filter_by(event="inspection:called-off")).all()
    assert len(told) == 1


def test_what_has_ended_took_place_and_what_is_under_way_can_be_called_off(stage: Stage) -> None:
    stage.inspection("INS-2")
    stage.now += timedelta(days=16)
    assert called_off(stage).is_new
    stage.now += timedelta(days=1)
    with pytest.raises(RefusedError, match="It ended on 18 March 2026: what took place stays as it was"):
        called_off(stage, "INS-2")


def test_a_reason_is_asked_for_and_only_a_scheduler_calls_off(stage: Stage) -> None:
    with pytest.raises(RefusedError, match="Say why it is called off"):
        called_off(stage, reason=" ")
    with pytest.raises(NotPermittedError):
        calling_off.call_off(stage.session, DECIDER, CallOff("INS-1", "So."), at=stage.tick())
    with pytest.raises(NotFoundError):
        called_off(stage, "INS-9")


def test_a_plan_that_was_made_before_proposes_nobody_for_it(stage: Stage) -> None:
    ref = ready_plan(stage.session, [("INS-1", "T2", 1)])
    called_off(stage)
    at = stage.tick()
    plan_applying.begin_applying(stage.session, SCHEDULER, ref, at=at, beat=at)
    batch = plan_applying.apply_batch(stage.session, SCHEDULER, ref, at=at, beat=at)
    assert [bar for _, bar in batch.left_out] == [Bar.OFF]
    assert stage.session.scalars(select(Assignment)).all() == []


def test_whoever_is_on_it_is_told_once_that_it_changed_and_not_if_released_before(stage: Stage) -> None:
    for staff_no, name in (("T1", "Rex Once"), ("T2", "Rea Clear")):
        account = AddPerson(name, f"{staff_no}@example.org", "three words here", (Role.INSPECTOR,), staff_no)
        people.add(stage.session, SYSTEM, account, at=stage.tick(), cost=LOWEST_COST)
    gone, stays_on = placed(stage, "T1"), placed(stage, "T2")
    later = Move("INS-1", date(2026, 4, 7), date(2026, 4, 8), "So.")
    moving.move(stage.session, SCHEDULER, later, at=stage.tick())
    assignments.release(stage.session, SCHEDULER, Release(gone.ref, "Ill."), at=stage.tick())
    called_off(stage)
    told = stage.session.scalars(select(OutboxMessage).filter_by(kind=Kind.CHANGED).order_by(OutboxMessage.id)).all()
    refs = [each.about.rpartition("/")[2] for each in told]
    assert refs == [gone.ref, stays_on.ref, stays_on.ref]
    for each in told:
        stage.session.refresh(each, ["account"])
    assert [outbox.is_called_for(stage.session, each, TODAY) for each in told] == [False, True, True]
    assert not outbox.is_called_for(stage.session, told[1], date(2026, 4, 9))


def test_the_reasons_are_erased_when_their_time_has_come_and_not_while_somebody_of_the_team_is_held(
    stage: Stage,
) -> None:
    placed(stage, "T2")
    moving.move(stage.session, SCHEDULER, Move("INS-1", date(2026, 4, 7), date(2026, 4, 8), "So."), at=stage.tick())
    called_off(stage)

    def due(up_to: date) -> int:
        return len(due_words(stage.session, Field.RELEASE, up_to))

    assert (due(date(2026, 4, 7)), due(date(2026, 4, 8))) == (0, 3)
    hold = retention.place_hold(stage.session, SYSTEM, PlaceHold("A court asked.", staff_no="T2"), at=stage.tick())
    assert due(date(2026, 4, 8)) == 0
    retention.lift_hold(stage.session, SYSTEM, LiftHold(hold.ref, "It has decided."), at=stage.tick())
    found = [each.id for each in due_words(stage.session, Field.RELEASE, date(2026, 4, 8))]
    schedule = schedule_of(EXAMPLE_RETENTION.read_text("utf-8"))
    at = datetime(2033, 1, 1, tzinfo=UTC)
    assert retention.erase(stage.session, SYSTEM, schedule, Field.RELEASE, found, at=at)
    assert {words_of(each.reason) for each in moves.changes(stage.session, "INS-1")} == {ERASED}
    verification.verify(stage.session)
