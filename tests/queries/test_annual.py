"""The annual report tells what a count over the export gives, as it was known when its period ended."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.queries.test_compliance import OWNER, allows, decides, moves_up, places
from tests.queries.test_compliance import told as compliance_told
from tests.support import export_report
from tests.support.life import Life
from tests.support.statements import counted
from tests.support.ungraded import ungraded
from tests.support.world import DECIDER, OTHER_DECIDER, SCHEDULER, SYSTEM, Stage, employed_at, staged
from tracker.domain.errors import TrackerError
from tracker.models import Mitigation
from tracker.queries import history
from tracker.queries.annual import Period, Report, report
from tracker.queries.compliance import MEASURES
from tracker.queries.declarations import in_force
from tracker.services import assignments, calling_off, declarations, mitigations, people
from tracker.services.assignments import Release
from tracker.services.calling_off import CallOff
from tracker.services.declarations import WithdrawDeclaration
from tracker.services.mitigations import Mitigate, SayDone
from tracker.services.passwords import LOWEST_COST


def told(found: Report, *, before: bool = False) -> dict[tuple[str, str], int]:
    return {(part.heading, line.title): line.number[before] for part in found.parts for line in part.lines}


@pytest.mark.parametrize("seed", range(3))
def test_the_report_is_what_an_independent_count_over_the_export_gives(session: Session, seed: int) -> None:
    pick = Random(seed).choice
    stage = Stage(session)
    life = Life(stage, pick)
    life.begin()
    stage.inspector("N1", "Never Declared")
    owner = people.add(session, SYSTEM, OWNER, at=stage.tick(), cost=LOWEST_COST)
    began, ended = stage.now.date(), []
    for _ in range(30):
        life.act()
        places(stage, pick)
        decides(stage, pick, owner.ref)
        moves_up(stage, pick)
        if pick([True, False]):
            does(stage)
        stage.now += timedelta(days=pick([0, 0, 3, 40, 90]), hours=pick([0, 5, 11]))
        # The day before has ended, so that nothing done from now on belongs to it.
        last = stage.now.date() - timedelta(days=1)
        period = Period(min(last, max(began, last - timedelta(days=pick([0, 20, 364])))), last)
        ended.append((period, report(session, period)))
    export = list(history.exported(session, with_words=True))
    for period, then in ended:
        now = report(session, period)
        assert now == then
        for each, found in ((period, told(now)), (period.before, told(now, before=True))):
            own = export_report.counted(export, each.first, each.last)
            assert {key: found[key] for key in own} == own, each
            waiting = ungraded(session, each.end, export_report.gone(export, each.last))
            assert found["Review of what only a person can judge", "Waiting at the end"] == waiting
        assert {each.rule: each.number[0] for each in now.rules if each.number[0]} == export_report.found(
            export, period.first, period.last
        )


def does(stage: Stage) -> None:
    """Let the oldest mitigation that waits be done."""
    ref = stage.session.scalar(select(Mitigation.ref).where(~Mitigation.done.has()).order_by(Mitigation.id).limit(1))
    with suppress(TrackerError), stage.session.begin_nested():
        if ref:
            mitigations.say_done(stage.session, DECIDER, SayDone(ref, "It was done."), at=stage.tick())


def test_a_day_begins_by_the_clock_in_the_united_kingdom() -> None:
    summer = Period(date(2026, 3, 30), date(2026, 10, 25))
    assert summer.start == datetime(2026, 3, 29, 23, tzinfo=UTC)
    assert summer.end == datetime(2026, 10, 26, tzinfo=UTC)
    assert Period(date(2026, 3, 29), date(2026, 3, 29)).start == datetime(2026, 3, 29, tzinfo=UTC)
    assert Period(date(2025, 9, 1), date(2026, 8, 31)).before == Period(date(2024, 9, 1), date(2025, 8, 31))


def test_two_who_allow_a_real_conflict_are_named_and_the_inspector_is_not(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, employed_at("gias:900002"))
    assignment = stage.proposes(stage.inspection(), ines)
    for by in (DECIDER, OTHER_DECIDER):
        allows(stage, assignment, by)
    day = stage.now.date()
    found = report(session, Period(day, day))
    (only,) = found.exceptions
    assert (only.assignment, only.rule, len(only.by)) == (assignment.ref, "direct", 2)
    assert ines.name not in repr(found)
    assert not only.is_alone
    assert report(session, Period(day - timedelta(days=9), day - timedelta(days=1))).exceptions == []


def test_whoever_allowed_a_real_conflict_before_the_period_is_named_with_who_did_in_it(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, employed_at("gias:900002"))
    assignment = stage.proposes(stage.inspection(), ines)
    allows(stage, assignment, DECIDER)
    first = stage.now.date()
    stage.now += timedelta(days=3)
    allows(stage, assignment, OTHER_DECIDER)
    second = stage.now.date()
    (alone,) = report(session, Period(first, first)).exceptions
    (both,) = report(session, Period(second, second)).exceptions
    assert (len(alone.by), alone.is_alone) == (1, True)
    assert (len(both.by), both.is_alone) == (2, False)


def test_a_mitigation_counts_as_shown_when_evidence_ended_it_and_as_in_time_by_the_end_of_its_day(
    session: Session,
) -> None:
    stage = staged(session)
    owner = people.add(session, SYSTEM, OWNER, at=stage.tick(), cost=LOWEST_COST)
    ines = stage.inspector()
    stage.declares(ines, employed_at("gias:900003", holder="partner"))
    assignment = stage.proposes(stage.inspection(starts_on=date(2026, 5, 4), ends_on=date(2026, 5, 5)), ines)
    day = stage.now.date()
    wanted = [Mitigate(f"No. {number}.", owner.ref, day + timedelta(days=number)) for number in (1, 1, 1)]
    allows(stage, assignment, DECIDER, *wanted)
    first, second, _ = session.scalars(select(Mitigation.ref).order_by(Mitigation.id)).all()
    for ref, later in ((first, 1), (second, 1)):
        stage.now += timedelta(days=later)
        mitigations.say_done(session, DECIDER, SayDone(ref, "It was done."), at=stage.tick())
    found = told(report(session, Period(day, day + timedelta(days=5))))
    shown = [found["Mitigations", each] for each in ("Due in the period", "Shown to be done", "Done in time")]
    assert [*shown, found["Mitigations", "Overdue at the end"]] == [3, 2, 1, 1]


@pytest.mark.parametrize("ends", ["released", "called off", "decided anew"])
def test_a_mitigation_is_overdue_in_the_report_just_when_it_is_on_todays_list(session: Session, ends: str) -> None:
    stage = staged(session)
    owner = people.add(session, SYSTEM, OWNER, at=stage.tick(), cost=LOWEST_COST)
    ines = stage.inspector()
    stage.declares(ines, employed_at("gias:900003", holder="partner"))
    assignment = stage.proposes(stage.inspection(starts_on=date(2026, 5, 4), ends_on=date(2026, 5, 5)), ines)
    allows(stage, assignment, DECIDER, Mitigate("Another reads it.", owner.ref, stage.now.date() + timedelta(days=1)))
    stage.now += timedelta(days=5)
    day = stage.now.date()
    late = report(session, Period(day - timedelta(days=9), day))
    assert told(late)["Mitigations", "Overdue at the end"] == compliance_told(stage)["mitigations"] == 1

    stage.now += timedelta(days=1)
    match ends:
        case "released":
            assignments.release(session, SCHEDULER, Release(assignment.ref, "Ill."), at=stage.tick())
        case "called off":
            calling_off.call_off(session, SCHEDULER, CallOff("INS-1", "A storm."), at=stage.tick())
        case _:
            allows(stage, assignment, DECIDER)
    today = stage.now.date()
    now = report(session, Period(day - timedelta(days=9), today))
    assert told(now)["Mitigations", "Overdue at the end"] == compliance_told(stage)["mitigations"] == 0
    assert report(session, Period(day - timedelta(days=9), day)) == late


def test_what_is_overdue_means_the_same_in_the_report_and_on_todays_list(session: Session) -> None:
    Stage(session).policy()
    found = report(session, Period(date(2019, 9, 1), date(2020, 8, 31)))
    line = next(each for part in found.parts for each in part.lines if each.title == "Overdue at the end")
    assert line.figure == "mitigations"
    assert MEASURES["mitigations"].means in line.means


def test_a_declaration_after_a_withdrawal_takes_the_place_of_none(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    for _ in range(2):
        stage.declares(ines, employed_at("gias:900002"))
    given_up = WithdrawDeclaration(ines.id, in_force(session, ines.id).ref, "By mistake.")
    declarations.withdraw(session, stage.actor(ines), given_up, at=stage.tick())
    stage.declares(ines)
    day = stage.now.date()
    found = told(report(session, Period(day, day)))
    shown = [found["Declarations", each] for each in ("Declarations filed", "In place of another", "Withdrawals")]
    assert shown == [3, 1, 1]
    assert export_report.counted(history.exported(session, with_words=True), day, day).items() <= found.items()


def test_an_empty_database_has_a_report_of_nothing(session: Session) -> None:
    Stage(session).policy()
    found = report(session, Period(date(2019, 9, 1), date(2020, 8, 31)))
    assert set(told(found).values()) == {0}


def test_it_sends_as_many_statements_for_many_as_for_few(session: Session) -> None:
    life = Life(Stage(session), Random(4).choice)
    life.begin()
    sent = []
    for _ in range(2):
        session.expunge_all()
        day = life.stage.now.date()
        with counted(session.get_bind().engine) as statements:
            report(session, Period(day - timedelta(days=300), day))
        sent.append(len(statements))
        for _ in range(25):
            life.act()
    assert sent[0] == sent[1]
