"""The day on which an inspector leaves: who is released by it, what the history tells, and what becomes of it later."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import EXAMPLE_ALLOCATION, EXAMPLE_RETENTION
from tests.support.world import DECIDER, SCHEDULER, SYSTEM, TODAY, Stage, staged
from tracker.allocation.suggestions import Seeking, choices
from tracker.domain.access import Actor, Role
from tracker.domain.allocation_rules import parse
from tracker.domain.choosing import SHUT_OUT
from tracker.domain.errors import BadFileError, NotFoundError, NotPermittedError, OutOfDateError, RefusedError
from tracker.domain.facts import Verdict
from tracker.domain.leaving import LEAVES
from tracker.domain.lifecycle import State
from tracker.domain.notices import Kind
from tracker.domain.people import InspectorDetails
from tracker.domain.retention import ERASED, Field
from tracker.domain.retention import parse as schedule_of
from tracker.models import Assignment, HistoryEntry, Inspection, OutboxMessage
from tracker.queries import history, inspections, leavings, outbox, policies, stays, verification
from tracker.queries.held import held
from tracker.queries.independence import independence_file
from tracker.queries.inspections import Work
from tracker.queries.retention import due_words
from tracker.services import inspectors, people, retention
from tracker.services import leavings as acts
from tracker.services.history import words_of
from tracker.services.leavings import Leaving, RecordLeaving, WithdrawLeaving
from tracker.services.passwords import LOWEST_COST
from tracker.services.people import AddPerson

ADMINISTRATOR = Actor("person:ADMIN", "Ada Ministrator", frozenset({Role.ADMINISTRATOR}))
RULES = parse(EXAMPLE_ALLOCATION.read_text("utf-8"))
REA = InspectorDetails("T1", "Rea Clear", "t1@example.org", "HMI", "staff", "schools", "")


@pytest.fixture
def stage(session: Session) -> Stage:
    """T1 and T2 with nothing to declare; INS-1 on 17 and 18 March, INS-2 a week before, INS-3 a week after."""
    stage = staged(session)
    for staff_no, name in (("T1", "Rea Clear"), ("T2", "Ray Clear")):
        stage.declares(stage.inspector(staff_no, name))
    stage.inspection("INS-1")
    for reference, day in (("INS-2", 10), ("INS-3", 24)):
        days = {"starts_on": date(2026, 3, day), "ends_on": date(2026, 3, day + 1)}
        stage.inspection(reference, "gias:900004", **days)
    return stage


def placed(stage: Stage, reference: str, staff_no: str = "T1") -> Assignment:
    row = stage.session.scalars(select(Inspection).filter_by(reference=reference)).one()
    return stage.proposes(row, stage.people[staff_no])


def leaves(stage: Stage, day: date = date(2026, 3, 17), staff_no: str = "T1", **more: object) -> Leaving:
    return acts.record(stage.session, ADMINISTRATOR, RecordLeaving(staff_no, day, **more), at=stage.tick())


def account(stage: Stage, name: str, *roles: Role, staff_no: str | None = None) -> int:
    added = AddPerson(name, f"{name.lower()}@example.org", "three words here", roles, staff_no)
    return people.add(stage.session, SYSTEM, added, at=stage.tick(), cost=LOWEST_COST).id


def told(stage: Stage, kind: Kind) -> list[OutboxMessage]:
    found = stage.session.scalars(select(OutboxMessage).filter_by(kind=kind).order_by(OutboxMessage.id)).all()
    for each in found:
        stage.session.refresh(each, ["account"])
    return list(found)


def test_whoever_leaves_is_released_from_what_begins_on_that_day_or_later_and_nothing_else(stage: Stage) -> None:
    before, on, after = (placed(stage, reference) for reference in ("INS-2", "INS-1", "INS-3"))
    other = placed(stage, "INS-3", "T2")
    assert stage.confirms(on).confirmed
    done = leaves(stage, remark="A headship in Wales.")
    assert [each.ref for each in done.released] == [on.ref, after.ref]
    assert [each.state for each in (before, on, after, other)] == [
        *(State.PROPOSED, State.RELEASED, State.RELEASED, State.PROPOSED)
    ]
    events = stage.session.scalars(select(HistoryEntry.event).order_by(HistoryEntry.seq)).all()
    assert events[-3:] == ["leaving:recorded", "assignment:released", "assignment:released"]
    verification.verify(stage.session)


def test_whoever_leaves_while_an_inspection_lasts_stays_until_a_scheduler_finds_another(stage: Stage) -> None:
    spanning = placed(stage, "INS-1")
    done = leaves(stage, date(2026, 3, 18))
    assert ([each.ref for each in done.to_replace], done.released) == ([spanning.ref], ())
    assert spanning.state is State.PROPOSED
    work = inspections.work(stage.session, Work.LEAVING, TODAY, SCHEDULER, start=0, size=9)
    assert [each.ref for each in work] == [spanning.ref]
    assert inspections.work_numbers(stage.session, TODAY, SCHEDULER)[Work.LEAVING] == 1
    own = replace(SCHEDULER, inspector_id=stage.people["T1"].id)
    assert inspections.work_numbers(stage.session, TODAY, own)[Work.LEAVING] == 0


def test_the_history_tells_the_day_and_keeps_the_remark_apart(stage: Stage) -> None:
    released = placed(stage, "INS-1")
    leaves(stage, remark="A headship in Wales.")
    leaves(stage, date(2026, 4, 1))
    acts.withdraw(stage.session, ADMINISTRATOR, WithdrawLeaving("T1"), at=stage.tick())
    lines = history.timeline(stage.session, "inspector:T1", limit=4).lines
    assert [each.sentence for each in lines] == [
        "ADMIN took back that Rea Clear leaves on 1 April 2026.",
        "ADMIN recorded that Rea Clear leaves on 1 April 2026, and no longer on 17 March 2026.",
        "ADMIN released Rea Clear from inspection INS-1 of Ridge Academy, because the inspector leaves.",
        "ADMIN recorded that Rea Clear leaves on 17 March 2026.",
    ]
    entries = stage.session.scalars(select(HistoryEntry.entry)).all()
    assert not any("Wales" in each for each in entries)
    first, *_, last = leavings.changes(stage.session, "T1")
    assert (words_of(first.remark), first.left_on, last.left_on, last.was) == (
        *("A headship in Wales.", date(2026, 3, 17), None, date(2026, 4, 1)),
    )
    file = independence_file(stage.session, "INS-1")
    assert file is not None
    assert {words_of(turn.reason) for member in file.members for turn in member.turns if turn.is_release} == {LEAVES}
    assert released.state is State.RELEASED
    verification.verify(stage.session)


def test_later_inspections_are_checked_again_as_if_there_had_been_no_visit(stage: Stage) -> None:
    early, late = (date(2026, 3, 4), date(2026, 3, 9))
    for reference, day in (("INS-A", early), ("INS-B", late)):
        stage.inspection(reference, starts_on=day, ends_on=day)
        assert stage.confirms(placed(stage, reference)).confirmed
    later = placed(stage, "INS-1")
    assert later.verdict is Verdict.PERCEIVED
    stage.now += timedelta(days=1)
    leaves(stage, late)
    assert later.state is State.RELEASED
    acts.withdraw(stage.session, ADMINISTRATOR, WithdrawLeaving("T1"), at=stage.tick())
    assert placed(stage, "INS-1").verdict is Verdict.CLEAR
    verification.verify(stage.session)


def test_whoever_left_some_time_ago_keeps_what_took_place_and_loses_what_is_under_way(stage: Stage) -> None:
    over, lasts = placed(stage, "INS-2"), placed(stage, "INS-1")
    assert stage.confirms(over).confirmed
    stage.now += timedelta(days=15)
    done = leaves(stage, date(2026, 3, 9))
    assert [each.ref for each in done.released] == [lasts.ref]
    assert over.state is State.CONFIRMED


def test_nobody_who_left_is_found_among_the_inspectors_or_proposed_and_who_comes_back_is(stage: Stage) -> None:
    session, inspection = stage.session, stage.session.scalars(select(Inspection).filter_by(reference="INS-1")).one()

    def found() -> tuple[list[str], list[str], int, list[str]]:
        everybody = choices(session, Seeking(inspection, "team", RULES), policies.all_in_force(session, today), today)
        able = [each.known.staff_no for each in everybody.free]
        listed = [each.staff_no for each in inspections.inspectors(session, "clear", today, limit=9)]
        return able, listed, everybody.barred, [each.staff_no for each in stays.people(session, today)]

    today = stage.now.date()
    leaves(stage)
    assert found() == (["T2"], ["T2", "T1"], 1, ["T1", "T2"])
    with pytest.raises(
        RefusedError, match=r"Rea Clear cannot go \(leaves before the inspection ends\): choose somebody else"
    ):
        placed(stage, "INS-1")
    today = date(2026, 3, 17)
    assert found() == (["T2"], ["T2"], 0, ["T2"])
    acts.withdraw(session, ADMINISTRATOR, WithdrawLeaving("T1"), at=stage.tick())
    assert found()[0] == ["T1", "T2"]
    assert placed(stage, "INS-1").state is State.PROPOSED


def test_the_same_asked_twice_is_done_once_and_a_stale_form_does_nothing(stage: Stage) -> None:
    assert leaves(stage, was=None).is_new
    assert not leaves(stage, was=None).is_new
    with pytest.raises(OutOfDateError, match="Somebody else changed meanwhile when Rea Clear leaves"):
        leaves(stage, date(2026, 4, 1), was=None)
    stale = WithdrawLeaving("T1", was=date(2026, 4, 1))
    with pytest.raises(OutOfDateError):
        acts.withdraw(stage.session, ADMINISTRATOR, stale, at=stage.tick())
    assert [
        acts.withdraw(stage.session, ADMINISTRATOR, WithdrawLeaving("T1"), at=stage.tick()).is_new for _ in range(2)
    ] == [True, False]
    number = select(HistoryEntry).where(HistoryEntry.event.in_(leavings.TOLD))
    assert len(stage.session.scalars(number).all()) == 2


def test_only_an_administrator_records_it_and_never_the_own_leaving(stage: Stage) -> None:
    own = replace(ADMINISTRATOR, inspector_id=stage.people["T1"].id)
    for actor in (SCHEDULER, DECIDER, stage.actor(stage.people["T1"]), own):
        with pytest.raises(NotPermittedError):
            acts.record(stage.session, actor, RecordLeaving("T1", TODAY), at=stage.tick())
        with pytest.raises(NotPermittedError):
            acts.withdraw(stage.session, actor, WithdrawLeaving("T1"), at=stage.tick())
    assert acts.record(stage.session, own, RecordLeaving("T2", TODAY), at=stage.tick()).is_new
    with pytest.raises(NotFoundError, match="There is no inspector with staff number T9"):
        leaves(stage, staff_no="T9")
    with pytest.raises(RefusedError, match="more than 12 months ago"):
        leaves(stage, date(2020, 1, 1))
    with pytest.raises(RefusedError, match="at most 500 characters"):
        leaves(stage, remark="x" * 501)


def test_the_inspector_and_the_schedulers_are_told_the_same_whatever_inspections_there_are(stage: Stage) -> None:
    rea = account(stage, "Rea", Role.INSPECTOR, staff_no="T1")
    sam = account(stage, "Sam", Role.SCHEDULER)
    leaves(stage, date(2026, 12, 1))
    first = [(each.account_id, each.about) for each in (*told(stage, Kind.OWN_LEAVING), *told(stage, Kind.LEAVING))]
    assert first == [(rea, "/declarations"), (sam, "/inspections")]
    placed(stage, "INS-1")
    placed(stage, "INS-3")
    leaves(stage)
    acts.withdraw(stage.session, ADMINISTRATOR, WithdrawLeaving("T1"), at=stage.tick())
    # One that waits to be sent says all that the next would say.
    assert [each.account_id for each in told(stage, Kind.LEAVING)] == [sam]
    own = told(stage, Kind.OWN_LEAVING)
    assert [each.account_id for each in own] == [rea] * 3
    assert told(stage, Kind.CHANGED) == []
    assert all(outbox.is_called_for(stage.session, each, TODAY) for each in (*own, *told(stage, Kind.LEAVING)))


def test_nobody_is_reminded_of_a_declaration_from_the_day_of_leaving_on(stage: Stage) -> None:
    rea = account(stage, "Rea", Role.INSPECTOR, staff_no="T1")
    leaves(stage)
    much_later = date(2027, 6, 1)
    notice = OutboxMessage(account_id=rea, kind=Kind.RENEWAL, about="/declarations", ref="M", once="o")
    notice.queued_at = notice.not_before = stage.now
    stage.session.add(notice)
    stage.session.flush()
    stage.session.refresh(notice, ["account"])
    assert [*outbox.renewals(stage.session, much_later)] == []
    assert not outbox.is_called_for(stage.session, notice, much_later)
    acts.withdraw(stage.session, ADMINISTRATOR, WithdrawLeaving("T1"), at=stage.tick())
    assert [each for each, _ in outbox.renewals(stage.session, much_later)] == [rea]
    stage.session.refresh(notice, ["account"])
    assert outbox.is_called_for(stage.session, notice, much_later)


def test_whose_account_is_closed_comes_after_those_who_can_give_their_word_and_it_is_said_why(stage: Stage) -> None:
    account(stage, "Rea", Role.INSPECTOR, staff_no="T1")
    people.close(stage.session, SYSTEM, "rea@example.org", at=stage.tick())
    inspection = stage.session.scalars(select(Inspection).filter_by(reference="INS-1")).one()
    book = policies.all_in_force(stage.session, TODAY)
    found = choices(stage.session, Seeking(inspection, "team", RULES), book, TODAY).free
    assert [(each.known.staff_no, each.bends) for each in found] == [("T2", ()), ("T1", (SHUT_OUT,))]


def test_an_inspector_reads_the_remark_in_the_own_copy_until_it_is_erased(stage: Stage) -> None:
    leaves(stage, remark="A headship in Wales.")
    number = stage.people["T1"].id
    assert [each["remark"] for each in held(stage.session, number)["leaving"]] == ["A headship in Wales."]
    schedule, at = schedule_of(EXAMPLE_RETENTION.read_text("utf-8")), datetime(2033, 1, 1, tzinfo=UTC)
    assert due_words(stage.session, Field.LEAVING, date(2026, 3, 1)) == []
    due = [each.id for each in due_words(stage.session, Field.LEAVING, TODAY)]
    assert retention.erase(stage.session, SYSTEM, schedule, Field.LEAVING, due, at=at)
    assert [each["remark"] for each in held(stage.session, number)["leaving"]] == [ERASED]
    verification.verify(stage.session)


def test_a_staff_list_says_who_leaves_and_whoever_it_leaves_out_stays(stage: Stage) -> None:
    on = placed(stage, "INS-1")
    wanted = [replace(REA, left_on=date(2026, 3, 17)), replace(REA, staff_no="T3", left_on=date(2026, 9, 1))]
    foreseen = inspectors.preview(stage.session, SYSTEM, wanted, TODAY)
    assert (foreseen.added, foreseen.changed, foreseen.unchanged, on.state) == (1, 0, 0, State.PROPOSED)
    assert [each.ref for left in foreseen.leaving for each in left.released] == [on.ref]
    done = inspectors.import_many(stage.session, SYSTEM, wanted, at=stage.tick())
    assert [(each.inspector.staff_no, len(each.released)) for each in done.leaving] == [("T1", 1), ("T3", 0)]
    assert on.state is State.RELEASED
    assert stage.people["T2"].left_on is None
    line = history.timeline(stage.session, "inspector:T3", limit=1).lines[0]
    assert line.sentence.endswith("recorded that Rea Clear leaves on 1 September 2026, by a file.")
    again = inspectors.import_many(stage.session, SYSTEM, [REA, replace(REA, staff_no="T3")], at=stage.tick())
    assert (again.unchanged, again.leaving, stage.people["T1"].left_on) == (2, [], date(2026, 3, 17))
    with pytest.raises(BadFileError, match="T1: left_on: It is more than 20 years ago"):
        inspectors.import_many(stage.session, SYSTEM, [replace(REA, left_on=date(1999, 1, 1))], at=stage.tick())
    verification.verify(stage.session)
