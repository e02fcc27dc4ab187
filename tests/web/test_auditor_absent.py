"""Who leaves before an inspection ends, or is elsewhere then, is nowhere said to wait only for a confirmation."""

from datetime import date, timedelta

import pytest

from tests.support.placing import OWN_JOB, Placing, placing_on
from tests.support.web import Site, get, parsed, post
from tests.support.world import SCHEDULER, SYSTEM
from tracker.domain.access import Role
from tracker.domain.lifecycle import Ruling
from tracker.services import leavings, moving
from tracker.services.leavings import RecordLeaving
from tracker.services.moving import Move

WAITS, SETTLED = "Waits only to be confirmed again", "1 of these:"
DAYS = date(2026, 3, 24), date(2026, 3, 25)


@pytest.fixture
def placing(site: Site) -> Placing:
    """Rea, whose assignment to INS-1 was questioned and would be clear again."""
    made = placing_on(site)
    made.inspector("T1", "Rea")
    made.inspection("INS-1")
    made.proposed("INS-1", "T1", confirmed=True)
    made.declares("T1", OWN_JOB)
    made.declares("T1")
    return made


def leaves(placing: Placing) -> None:
    with placing.staging() as stage:
        leavings.record(stage.session, SYSTEM, RecordLeaving("T1", date(2026, 3, 18), ""), at=stage.tick())


def goes_elsewhere(placing: Placing) -> None:
    placing.inspection("INS-2", provider="gias:900004", starts_on=DAYS[0], ends_on=DAYS[1])
    placing.proposed("INS-2", "T1", confirmed=True)
    with placing.staging() as stage:
        moving.move(stage.session, SCHEDULER, Move("INS-1", *DAYS, "The school asked."), at=stage.tick())


def figure(site: Site) -> str:
    page = get(site.client_for(Role.AUDITOR), "/audit/figures/questioned")
    parsed(page)
    return page.text


def test_an_assignment_in_question_waits_only_for_its_confirmation_while_its_inspector_can_go(
    site: Site, placing: Placing
) -> None:
    assert WAITS in figure(site)
    assert SETTLED in figure(site)
    leaves(placing)
    page = figure(site)
    assert "Cannot be confirmed: leaves on 18 March 2026, before it ends" in page
    assert WAITS not in page
    assert SETTLED not in page


def test_an_assignment_in_question_of_somebody_who_is_elsewhere_then_cannot_be_confirmed(
    site: Site, placing: Placing
) -> None:
    goes_elsewhere(placing)
    page = figure(site)
    assert "Cannot be confirmed: is on INS-2 then" in page
    assert SETTLED not in page


def test_after_the_inspection_nothing_waits_to_be_confirmed_again(site: Site, placing: Placing) -> None:
    site.set(now=placing.now, session_minutes=60 * 24 * 90)
    site.wait(days=60)
    page = figure(site)
    assert "The inspection has ended" in page
    assert SETTLED not in page


def objected(site: Site, placing: Placing) -> None:
    """Let the provider object to Rea, and a decision-maker allow it."""
    (ref,) = {each.split('"')[0] for each in figure(site).split("/audit/assignments/")[1:]}
    site.set(now=placing.now)
    on = {f"received_on-{part}": str(getattr(placing.now, part)) for part in ("day", "month", "year")}
    made = {**on, "made_by": "Headteacher", "words": "No."}
    assert post(site.client_for(Role.SCHEDULER), f"/inspections/assignments/{ref}/objection", made).status_code == 303
    placing.now += timedelta(minutes=1)
    site.person(Role.DECISION_MAKER)
    placing.decided(ref, site.added[(Role.DECISION_MAKER,)], Ruling.ALLOW)


def test_a_provider_is_not_to_be_told_that_somebody_comes_who_cannot(site: Site, placing: Placing) -> None:
    objected(site, placing)
    scheduler = site.client_for(Role.SCHEDULER)
    page = get(scheduler, "/inspections/objections")
    assert "Decided: the inspector may come. " in page.text
    assert "/answer" in page.text
    leaves(placing)
    page = get(scheduler, "/inspections/objections")
    parsed(page)
    assert "Decided: the inspector may come, but leaves on 18 March 2026, before it ends." in page.text
    assert "Release or replace Rea first: then the provider is told." in page.text
    assert "/answer" not in page.text
    page = get(site.client_for(Role.DECISION_MAKER), "/decisions/objections")
    assert "A scheduler releases or replaces Rea first: then the provider is told." in page.text


def test_an_independence_file_tells_the_day_of_leaving_on_its_page_and_as_a_file(site: Site, placing: Placing) -> None:
    leaves(placing)
    auditor = site.client_for(Role.AUDITOR)
    page = get(auditor, "/audit/independence/INS-1")
    parsed(page)
    assert "Leaves on 18 March 2026, recorded by" in page.text
    answer = post(
        auditor, "/audit/independence-file/export?reference=INS-1", {"as": "csv"}, of="/audit/independence/INS-1"
    )
    assert "Leaves on 18 March 2026" in answer.text
