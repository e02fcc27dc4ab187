"""The figures of compliance are what a count over the export gives, and each is as long as its list."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.export_figures import counted
from tests.support.export_report import gone
from tests.support.life import Life
from tests.support.objecting import objects, placed
from tests.support.random_links import Chooser
from tests.support.ungraded import ungraded
from tests.support.world import DECIDER, EXAMPLE, OTHER_DECIDER, SCHEDULER, SYSTEM, TODAY, Stage, employed_at, staged
from tracker.domain.access import Actor, Permission, Role
from tracker.domain.errors import TrackerError
from tracker.domain.lifecycle import Ruling, State
from tracker.domain.people import InspectorDetails
from tracker.models import Assignment, Decision, FindingRow, Inspection, Mitigation
from tracker.queries import compliance, history, policies
from tracker.queries import mitigations as listed
from tracker.queries.compliance import Asked
from tracker.queries.compliance.over_time import deciders, verdicts_by_month
from tracker.queries.scrutiny.watching import readers
from tracker.services import decisions, inspectors, moving, objections, people
from tracker.services import policies as acts
from tracker.services.bare import enter
from tracker.services.decisions import Decide
from tracker.services.exports import ExportList, export_list
from tracker.services.mitigations import Mitigate
from tracker.services.moving import Move
from tracker.services.passwords import LOWEST_COST
from tracker.services.people import AddPerson

OWNER = AddPerson("Sue Scheduler", "sue@example.org", "three words here", (Role.SCHEDULER,))


def asked(stage: Stage) -> Asked:
    today = stage.now.date()
    return Asked(stage.session, today, policies.all_in_force(stage.session, today))


def told(stage: Stage) -> dict[str, int]:
    return {each.key: each.number for each in compliance.figures(asked(stage))}


@pytest.mark.parametrize("seed", range(3))
def test_the_figures_are_those_of_an_independent_count_over_the_export(session: Session, seed: int) -> None:
    pick = Random(seed).choice
    stage = Stage(session)
    life = Life(stage, pick)
    life.begin()
    stage.inspector("N1", "Never Declared")
    owner = people.add(session, SYSTEM, OWNER, at=stage.tick(), cost=LOWEST_COST)
    stage.adopts(EXAMPLE.read_text("utf-8") + "# Of another day\n", date(2026, 3, 16))
    for _ in range(15):
        life.act()
        places(stage, pick)
        decides(stage, pick, owner.ref)
        moves_up(stage, pick)
        stage.now += timedelta(days=pick([0, 0, 3, 40, 170]))
        figures = told(stage)
        lines = list(history.exported(session, with_words=True))
        export = counted(lines, stage.now.date())
        assert {key: figures[key] for key in export} == export
        assert figures["unreviewed"] == ungraded(session, stage.tick(), gone(lines, stage.now.date()))


def decides(stage: Stage, pick: Chooser, owner: str) -> None:
    """Let a decision-maker decide on some finding of an open place, mostly allow it, and ask for something to be done.

    Decisions come in twos, so that now and then enough of them are of one mind.
    """
    query = (
        select(Assignment.ref, FindingRow.fingerprint, Inspection.starts_on)
        .join(FindingRow, FindingRow.check_id == Assignment.check_id)
        .join(Inspection, Inspection.id == Assignment.inspection_id)
        .where(Assignment.state != State.RELEASED)
        .order_by(Assignment.id, FindingRow.position)
    )
    found, today = stage.session.execute(query).all(), stage.now.date()
    if found:
        ref, fingerprint, starts_on = pick(pick([found, found[-2:]]))
        due_on = pick([today, max(today, starts_on - timedelta(days=pick([1, 4]))), today + timedelta(days=30)])
        ruling = pick([*[Ruling.ALLOW] * 5, Ruling.UPHOLD])
        for who in pick([[DECIDER, OTHER_DECIDER], [DECIDER, OTHER_DECIDER], [DECIDER]]):
            asked_for = (Mitigate("Another reads it.", owner, due_on),) if ruling is Ruling.ALLOW else ()
            with suppress(TrackerError):
                command = Decide(ref, fingerprint, ruling, "Because.", asked_for)
                decisions.decide(stage.session, who, command, at=stage.tick())


def places(stage: Stage, pick: Chooser) -> None:
    """Plan an inspection some weeks ahead, and propose somebody who may have something to declare."""
    starts_on = stage.now.date() + timedelta(days=pick([20, 60]))
    with suppress(TrackerError):
        days = {"starts_on": starts_on, "ends_on": starts_on + timedelta(days=1)}
        planned = stage.inspection(f"AHEAD-{stage.tick():%j%H%M}", pick(["gias:900001", "gias:900002"]), **days)
        for each in pick([list(stage.people.values())[:2], list(stage.people.values())[1:]]):
            stage.proposes(planned, each)


def moves_up(stage: Stage, pick: Chooser) -> None:
    """Move an inspection, mostly to begin before something is done that was to be done before it."""
    query = (
        select(Inspection.reference, Inspection.starts_on)
        .join(Assignment, Assignment.inspection_id == Inspection.id)
        .join(Decision, Decision.assignment_id == Assignment.id)
        .join(Mitigation, Mitigation.decision_id == Decision.id)
        .where(Inspection.starts_on > stage.now.date(), Mitigation.due_on < Inspection.starts_on)
        .order_by(Mitigation.id)
    )
    found = stage.session.execute(query).all()
    if found:
        reference, starts_on = pick(found)
        days = timedelta(days=pick([0, 1, (starts_on - stage.now.date()).days // 2, 90]))
        first = stage.now.date() + days
        with suppress(TrackerError):
            command = Move(reference, first, first + timedelta(days=1), "The school asked.")
            moving.move(stage.session, SCHEDULER, command, at=stage.tick())


def test_each_figure_is_as_long_as_its_list_and_every_page_of_it(session: Session) -> None:
    life = Life(Stage(session), Random(9).choice)
    life.begin()
    for _ in range(30):
        life.act()
    for key, measure in compliance.MEASURES.items():
        listing = measure.listing(asked(life.stage))
        number = listing.count(session)
        rows = [row for start in range(0, number + 2, 2) for row in listing.page(session, start, 2)]
        assert len(rows) == number, key
        assert measure.means.endswith("."), key


def allows(stage: Stage, assignment: Assignment, by: Actor, *wanted: Mitigate) -> None:
    query = select(FindingRow.fingerprint).where(FindingRow.check_id == assignment.check_id)
    (fingerprint,) = stage.session.scalars(query)
    command = Decide(assignment.ref, fingerprint, Ruling.ALLOW, "Because.", wanted)
    decisions.decide(stage.session, by, command, at=stage.tick())


def test_a_real_conflict_counts_once_and_only_when_enough_decision_makers_allow_it(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, employed_at("gias:900002"))
    assignment = stage.proposes(stage.inspection(), ines)
    seen = []
    for by in (DECIDER, DECIDER, OTHER_DECIDER):
        allows(stage, assignment, by)
        seen.append(told(stage)["exceptions"])
    assert seen == [0, 0, 1]
    stage.confirms(assignment)
    stage.now += timedelta(days=40)
    assert told(stage)["exceptions"] == 1
    one, other = deciders(session, stage.now.date())
    assert sorted([(one.allowed, one.upheld), (other.allowed, other.upheld)]) == [(1, 0), (2, 0)]
    assert sum(each.total for each in verdicts_by_month(session, stage.now.date())) == 2


def test_lists_date_what_was_by_the_clock_in_the_united_kingdom(session: Session) -> None:
    stage = staged(session)
    stage.now = datetime(2026, 6, 1, 23, 20, tzinfo=UTC)
    ines = stage.inspector()
    odd = employed_at("org:Choir", "2020", nature="other", note="Sings there.")
    stage.declares(ines, employed_at("gias:900002"), odd)
    days = {"starts_on": date(2026, 6, 9), "ends_on": date(2026, 6, 9)}
    assignment = stage.proposes(stage.inspection(**days), ines)
    for by in (DECIDER, OTHER_DECIDER):
        allows(stage, assignment, by)
    for key, says in (("exceptions", "Allowed on 2 June 2026"), ("unreviewed", "Known since 2 June 2026")):
        (row,) = compliance.MEASURES[key].listing(asked(stage)).page(session, 0, 2)
        assert row.detail == says


def test_a_real_conflict_that_never_went_ahead_is_none_that_was_allowed(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, employed_at("gias:900002"))
    assignment = stage.proposes(stage.inspection(), ines)
    for by in (DECIDER, OTHER_DECIDER):
        allows(stage, assignment, by)
    stage.now += timedelta(days=40)
    assert told(stage)["exceptions"] == 0


def test_a_mitigation_is_overdue_for_an_auditor_just_when_it_is_for_decision_makers(session: Session) -> None:
    stage = staged(session)
    owner = people.add(session, SYSTEM, OWNER, at=stage.tick(), cost=LOWEST_COST)
    ines = stage.inspector()
    stage.declares(ines, employed_at("gias:900003", holder="partner"))
    assignment = stage.proposes(stage.inspection(starts_on=date(2026, 5, 4), ends_on=date(2026, 5, 5)), ines)
    allows(stage, assignment, DECIDER, Mitigate("Another reads it.", owner.ref, date(2026, 3, 10)))
    stage.now += timedelta(days=20)
    assert told(stage)["mitigations"] == 1
    stage.declares(ines)
    waiting = listed.waiting(session, OTHER_DECIDER, stage.now.date(), start=0, size=9)
    assert (told(stage)["mitigations"], waiting.numbers[listed.Which.OVERDUE]) == (0, 0)


def test_what_a_new_policy_has_not_looked_at_yet_is_counted_until_it_has(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines)
    stage.proposes(stage.inspection(starts_on=date(2026, 5, 4), ends_on=date(2026, 5, 5)), ines)
    stage.adopts(EXAMPLE.read_text("utf-8") + "# From today\n")
    assert told(stage)["superseded"] == 0
    stage.adopts(EXAMPLE.read_text("utf-8") + "# From Thursday\n", TODAY + timedelta(days=3))
    assert told(stage)["superseded"] == 0
    stage.now += timedelta(days=3)
    assert told(stage)["superseded"] == 1
    acts.bring_into_force(session, SYSTEM, at=stage.tick())
    assert told(stage)["superseded"] == 0


def test_whose_engagement_changed_was_looked_at_under_the_policy_for_it(session: Session) -> None:
    stage = staged(session)
    both, contracted = 'engagements = ["staff", "contracted"]', 'engagements = ["contracted"]'
    stage.adopts(EXAMPLE.read_text("utf-8").replace(both, contracted))
    ines = stage.inspector()
    stage.declares(ines)
    stage.proposes(stage.inspection(), ines)
    assert told(stage)["superseded"] == 0
    details = InspectorDetails("T100", "Ines Pector", "t100@example.org", "HMI", "contracted", "schools", "")
    inspectors.import_many(session, SYSTEM, [details], at=stage.tick())
    assert told(stage)["superseded"] == 0


@pytest.mark.parametrize(("days", "number"), [(366, 0), (367, 1)])
def test_a_renewal_is_late_from_the_day_after_a_declaration_ceased_to_serve(
    session: Session, days: int, number: int
) -> None:
    stage = staged(session)
    stage.now = stage.now.replace(year=2027, month=3, day=2)
    ines = stage.inspector()
    stage.declares(ines)
    stage.now += timedelta(days=days)
    stage.declares(ines)
    assert told(stage)["late"] == number


def test_opened_objections_and_lists_taken_away_count_as_readings_of_what_is_personal(session: Session) -> None:
    stage = staged(session)
    made = objects(stage, placed(stage))
    auditor = Actor("person:AUDITOR", "Ada Auditor", frozenset({Role.AUDITOR}))
    objections.open_words(session, auditor, (made.ref,), at=stage.tick())
    taking = ExportList("late", "csv", (), Permission.READ_HISTORY)
    enter(session, export_list(auditor, taking), at=stage.tick())
    (reader,) = readers(session, stage.now.date())
    assert (reader.opened, reader.taken) == (1, 1)


def test_a_declaration_is_due_before_it_is_out_of_date(session: Session) -> None:
    stage = staged(session)
    stage.declares(stage.inspector())
    seen = []
    for days in (0, 334, 336, 365, 366):
        stage.now = stage.now.replace(year=2026, month=3, day=2) + timedelta(days=days)
        figures = told(stage)
        seen.append((figures["in-date"], figures["due"], figures["overdue"]))
    assert seen == [(1, 0, 0), (1, 0, 0), (1, 1, 0), (1, 1, 0), (0, 0, 1)]
