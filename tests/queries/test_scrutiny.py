"""What an auditor asks of a period: repeat exposure, hindsight, and who decided again for the same pair."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.world import DECIDER, Stage, employed_at, staged
from tracker.domain.facts import Verdict
from tracker.domain.lifecycle import Ruling
from tracker.models import Assignment, FindingRow, Inspector
from tracker.queries import policies
from tracker.queries.scrutiny.deciding_again import again
from tracker.queries.scrutiny.hindsight import missed
from tracker.queries.scrutiny.repeat import exposures
from tracker.services import decisions
from tracker.services.decisions import Decide

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


def test_what_was_clear_and_would_not_be_now_is_found_with_its_reason(session: Session) -> None:
    stage = staged(session)
    ines, otto = stage.inspector(), stage.inspector("T200", "Otto Other")
    stage.declares(ines)
    stage.declares(otto)
    visits(stage, ines, "INS-1", 0)
    visits(stage, otto, "INS-2", 7)
    stage.now += timedelta(days=60)
    book = policies.all_in_force(session, stage.now.date())
    assert missed(session, book, FIRST, LAST) == []
    stage.declares(ines, employed_at("gias:900002", "2015", "2025-07"))
    (found,) = missed(session, book, FIRST, LAST)
    assert found.assignment.inspector.staff_no == "T100"
    assert found.found[0].verdict is Verdict.REAL
    assert missed(session, book, date(2026, 3, 20), LAST) == []


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
