"""What was decided before stands beside what is to be decided, and what lapsed says so."""

from datetime import timedelta

import pytest

from tests.support.mitigating import (
    REASONS,
    SCHEDULER,
    WHAT,
    allows,
    page_of,
)
from tests.support.placing import OTHER, OWN_JOB, PARTNERS_JOB, Placing, placing_on
from tests.support.statements import counted
from tests.support.web import HTTPS, Site, get, parsed, post, token
from tests.support.world import days_apart, employed_at
from tracker.domain.access import Role


@pytest.fixture
def placing(site: Site) -> Placing:
    placing = placing_on(site)
    placing.inspection("INS-1", team_size=4)
    placing.inspector("T1", "Per", PARTNERS_JOB)
    return placing


def test_the_second_of_two_reads_what_the_first_said_and_asked_for(site: Site, placing: Placing) -> None:
    placing.inspector("T2", "Rea", OWN_JOB)
    ref = placing.proposed("INS-1", "T2")
    first = allows(site, placing, ref)
    assert "One more is needed" in get(first, page_of(ref)).text
    other = site.client_for(Role.DECISION_MAKER, Role.AUDITOR)
    page = get(other, page_of(ref, placing.finding(ref)))
    parsed(page)
    for told in ("1 decision-maker of 2 allowed it so far. One more is needed.", REASONS, WHAT, "Pat Person"):
        assert told in page.text
    assert "What you record now takes the place of this" in get(first, page_of(ref, placing.finding(ref))).text
    again = {
        "outcome": "allow",
        "reasons": "Once more.",
        "csrf_token": token(first, page_of(ref, placing.finding(ref))),
    }
    first.post(page_of(ref, placing.finding(ref)), data=again, base_url=HTTPS)
    assert "only as an exception (1)" in get(other, "/decisions").text, "the same person twice is one"


def test_what_was_decided_before_is_shown_the_very_same_first_and_how_like_it_is(site: Site, placing: Placing) -> None:
    for number in range(1, 8):
        placing.inspector(f"L{number}", f"Like {number}", PARTNERS_JOB)
        allows(site, placing, placing.proposed("INS-1", f"L{number}"), reasons=f"Reason {number} of a like one.")
    placing.inspection("INS-2", team_size=4, **days_apart(1))
    earlier = placing.proposed("INS-1", "T1")
    client = allows(site, placing, earlier, reasons="The very reason.")
    placing.inspector("O1", "Odd", OTHER)
    ref = placing.proposed("INS-2", "T1")
    with counted(site.engine) as statements:
        page = get(client, page_of(ref, placing.finding(ref)))
    parsed(page)
    assert len(statements) <= 24
    assert "What was decided before (8)" in page.text
    assert "7 decisions on findings that are like it" in page.text
    assert "employment, of close family or household" in page.text
    shown_here = ["The very reason.", *(f"Reason {number} of a like one." for number in (7, 6, 5, 4))]
    assert [page.text.index(each) for each in shown_here] == sorted(page.text.index(each) for each in shown_here)
    assert "Reason 3 of a like one." not in page.text
    assert page.text.count(WHAT) == 5


def test_nothing_of_a_decision_makers_own_findings_is_a_precedent_to_that_person(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.DECISION_MAKER, Role.INSPECTOR)
    staff_no = f"W{len(site.added)}00"
    placing.declares(staff_no, PARTNERS_JOB)
    allows(site, placing, placing.proposed("INS-1", staff_no), reasons="About yourself.")
    ref = placing.proposed("INS-1", "T1")
    page = get(client, page_of(ref, placing.finding(ref))).text
    assert "What was decided before (0)" in page
    assert "About yourself." not in page


def test_a_decision_that_lapsed_says_so_to_decision_makers_schedulers_and_auditors(
    site: Site, placing: Placing
) -> None:
    ref = placing.proposed("INS-1", "T1")
    dee = allows(site, placing, ref)
    sam = site.client_for(*SCHEDULER)
    post(sam, f"/inspections/assignments/{ref}/confirm", of=page_of(ref, room="inspections"))
    placing.declares("T1", employed_at("gias:900003", "2016", holder="partner"))
    assert placing.state(ref) == "questioned"
    site.set(now=placing.now + timedelta(hours=1), session_minutes=600)
    for client, room in ((dee, "decisions"), (sam, "inspections"), (site.client_for(Role.AUDITOR), "audit")):
        page = get(client, page_of(ref, room=room))
        parsed(page)
        assert "no longer holds since 2 March 2026, because the facts changed" in page.text, room
    assert "A decision lapsed" in get(sam, page_of(ref, room="inspections")).text
    assert "What is found now wants a decision of its own" in get(dee, page_of(ref)).text
    before = get(dee, page_of(ref, placing.finding(ref))).text
    assert "What was decided before (1)" in before, "what lapsed is a decision on a like finding"
    assert REASONS in before
