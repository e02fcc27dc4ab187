"""What an auditor asks of a period: repeat exposure, hindsight, and who decided again for the same pair."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.world import DECIDER, Stage, employed_at, staged
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import Ruling
from tracker.models import Assignment, FindingRow, Inspector
from tracker.queries import declarations as questions
from tracker.queries import policies
from tracker.queries.scrutiny.deciding_again import again
from tracker.queries.scrutiny.hindsight import Hindsight, hindsight
from tracker.queries.scrutiny.repeat import exposures
from tracker.services import decisions, declarations
from tracker.services.decisions import Decide
from tracker.services.declarations import WithdrawDeclaration

FIRST, LAST = date(2026, 3, 1), date(2026, 12, 31)


def visits(stage: Stage, inspector: Inspector, reference: str, days: int, provider: str = "gias:900002") -> Assignment:
    return held(stage, inspector, reference, days, provider=provider, role="team")


def held(stage: Stage, inspector: Inspector, reference: str, days: int, *, provider: str, role: str) -> Assignment:
    day = date(2026, 3, 17) + timedelta(days=days)
    made = stage.proposes(stage.inspection(reference, provider, starts_on=day, ends_on=day), inspector, role)
    assert stage.confirms(made).confirmed
    return made


def test_whoever_took_part_twice_in_one_groups_inspections_is_named_with_the_share(session: Session) -> None:
    stage = staged(session)
    ines, otto = stage.inspector(), stage.inspector("T200", "Otto Other")
    stage.declares(ines)
    stage.declares(otto)
    held(stage, ines, "INS-1", 0, provider="gias:900002", role="lead")
    visits(stage, ines, "INS-2", 7)
    visits(stage, otto, "INS-3", 14)
    visits(stage, otto, "INS-4", 21, "gias:900003")
    (one,) = exposures(session, FIRST, LAST)
    assert (one.staff_no, one.number, one.led, one.of) == ("T100", 2, 1, 3)
    assert exposures(session, FIRST, date(2026, 3, 20)) == []


def test_an_observer_and_a_proposal_expose_nobody(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines)
    held(stage, ines, "INS-1", 0, provider="gias:900002", role="observer")
    visits(stage, ines, "INS-2", 7)
    stage.proposes(stage.inspection("INS-3", starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 1)), ines)
    assert exposures(session, FIRST, LAST) == []


def looked_back(stage: Stage, first: date = FIRST) -> Hindsight:
    return hindsight(stage.session, policies.all_in_force(stage.session, stage.now.date()), first, LAST)


def withdraws(stage: Stage, inspector: Inspector) -> None:
    current = questions.in_force(stage.session, inspector.id)
    assert current is not None
    command = WithdrawDeclaration(inspector.id, current.ref, "Mistaken.")
    declarations.withdraw(stage.session, stage.actor(inspector), command, at=stage.tick())


def led_clear(session: Session) -> tuple[Stage, Inspector]:
    """Return a world in which an inspector with nothing declared led an inspection, sixty days after."""
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines)
    visits(stage, ines, "INS-1", 0)
    stage.now += timedelta(days=60)
    return stage, ines


def test_what_was_clear_and_would_not_be_now_is_found_with_its_reason(session: Session) -> None:
    stage, ines = led_clear(session)
    otto = stage.inspector("T200", "Otto Other")
    stage.declares(otto)
    assert looked_back(stage) == Hindsight([], [])
    stage.declares(ines, employed_at("gias:900002", "2015", "2025-07"))
    (found,) = looked_back(stage).missed
    assert found.assignment.inspector.staff_no == "T100"
    assert found.found[0].verdict is Verdict.REAL
    assert not found.former
    assert looked_back(stage, date(2026, 3, 20)).missed == []


@pytest.mark.parametrize("then", ["withdrawn", "stated without it", "withdrawn and stated without it"])
def test_what_was_once_stated_is_still_known_when_it_is_stated_no_more(session: Session, then: str) -> None:
    stage, ines = led_clear(session)
    stage.declares(ines, employed_at("gias:900001", "2015", "2025-07"))
    if "withdrawn" in then:
        withdraws(stage, ines)
    if "without it" in then:
        stage.declares(ines, employed_at("gias:900004", "2019"))
    told = looked_back(stage)
    (found,) = told.missed
    assert [(each.rule, each.verdict) for each in found.found] == [("succession", Verdict.REAL)]
    assert found.former == {found.found[0].connection}
    assert told.untold == []


def test_what_is_stated_alike_once_more_counts_once_and_as_stated_now(session: Session) -> None:
    stage, ines = led_clear(session)
    for _ in range(2):
        stage.declares(ines, employed_at("gias:900002", "2015", "2025-07"))
        withdraws(stage, ines)
    stage.declares(ines, employed_at("gias:900002", "2015", "2025-07"))
    (found,) = looked_back(stage).missed
    assert (len(found.found), found.former) == (1, frozenset())


def test_of_whoever_withdrew_and_stated_nothing_since_it_cannot_be_told(session: Session) -> None:
    stage, ines = led_clear(session)
    withdraws(stage, ines)
    told = looked_back(stage)
    assert told.missed == []
    assert [each.assignment.inspector.staff_no for each in told.untold] == ["T100"]
    stage.declares(ines)
    assert looked_back(stage) == Hindsight([], [])


def test_a_check_on_the_first_day_in_the_united_kingdom_is_not_one_before_the_inspection_began(
    session: Session,
) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines)
    day = date(2026, 6, 10)
    made = stage.proposes(stage.inspection("INS-1", starts_on=day, ends_on=day), ines)
    assert stage.confirms(made).confirmed
    # Half past midnight there, when UTC still has the day before.
    stage.now = datetime(2026, 6, 9, 23, 30, tzinfo=UTC)
    stage.declares(ines, employed_at("gias:900002", "2015", "2025-07"))
    assert made.verdict is Verdict.REAL
    assert len(looked_back(stage).missed) == 1


def test_a_second_decision_by_the_same_person_for_the_same_pair_is_named(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, employed_at("gias:900002", "2010", "2021-07"))
    placed = []
    for number in (1, 2):
        day = date(2026, 3, 16 + number)
        made = stage.proposes(stage.inspection(f"INS-{number}", starts_on=day, ends_on=day), ines)
        finding = session.scalars(select(FindingRow.fingerprint).where(FindingRow.check_id == made.check_id)).first()
        assert finding is not None
        decisions.decide(session, DECIDER, Decide(made.ref, finding, Ruling.ALLOW, "Because."), at=stage.tick())
        placed.append(made.ref)
    (one,) = again(session, FIRST, LAST)
    assert (one.reference, one.outcome, one.rule) == ("INS-2", "allow", "direct")
    assert one.earlier == (("INS-1", placed[0]),)


def test_a_period_ends_with_its_last_day_by_the_clock_in_the_united_kingdom(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, employed_at("gias:900002"))
    # Half past midnight on 2 June in the United Kingdom, when UTC still has the day before.
    for reference, when in (("INS-1", stage.now), ("INS-2", datetime(2026, 6, 1, 23, 30, tzinfo=UTC))):
        stage.now = when
        day = date(2026, 6, 10) + timedelta(days=int(reference[-1]))
        made = stage.proposes(stage.inspection(reference, "gias:900002", starts_on=day, ends_on=day), ines, "team")
        (finding,) = session.scalars(select(FindingRow.fingerprint).filter_by(check_id=made.check_id, rule="direct"))
        decisions.decide(session, DECIDER, Decide(made.ref, finding, Ruling.ALLOW, "Because."), at=stage.tick())
    assert again(session, FIRST, date(2026, 6, 1)) == []
    assert len(again(session, date(2026, 6, 2), date(2026, 6, 2))) == 1
