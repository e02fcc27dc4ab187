"""Moving an inspection to begin before a mitigation is due: who is told of it, before and after."""

from datetime import UTC, date, datetime

import pytest

from tests.support.importing import PLAN, send
from tests.support.mitigating import DECIDER, SCHEDULER, WHAT, allows, mitigation, owner, page_of, wanted
from tests.support.placing import PARTNERS_JOB, Placing, placing_on
from tests.support.web import Site, get, parsed, post
from tests.support.world import SCHEDULER as SAM
from tests.support.world import SYSTEM
from tests.web.test_scheduler_moves import MOVE, days, seen
from tracker.domain.access import Role
from tracker.services import assignments, people

NEW = (date(2026, 3, 9), date(2026, 3, 10))
SAYS = (
    "he mitigation “Another inspector reads the report”, which Pat Person 1 sees to by 12 March 2026, was to be done "
    "before the inspection begins: it would have to be done by 8 March 2026"
)
SECTION = "Mitigations that a move left too late (1)"


@pytest.fixture
def placing(site: Site) -> Placing:
    placing = placing_on(site)
    placing.inspection("INS-1")
    placing.inspector("T1", "Per", PARTNERS_JOB)
    return placing


def allowed(site: Site, placing: Placing) -> str:
    """An assignment that is allowed if something is done by 12 March, before the inspection begins."""
    sam = owner(site, *SCHEDULER)
    ref = placing.proposed("INS-1", "T1")
    allows(site, placing, ref, **wanted(sam, day=date(2026, 3, 12)))
    return ref


def test_the_move_warns_of_it_and_the_decision_maker_and_the_owner_find_it_on_their_lists(
    site: Site, placing: Placing
) -> None:
    ref = allowed(site, placing)
    client = site.client_for(*SCHEDULER)
    check = post(client, MOVE, days(*NEW))
    parsed(check)
    assert f"T{SAYS}." in check.text
    assert "puts it on the decision-makers’ list" in " ".join(check.text.split())
    assert SECTION not in get(site.client_for(*DECIDER), "/decisions").text
    assert post(client, MOVE, days(*NEW, seen=seen(check))).status_code == 303
    first = get(site.client_for(*DECIDER), "/decisions")
    parsed(first)
    assert SECTION in first.text
    assert "Nothing waits for your decision" not in first.text
    due = "due 8 March 2026, before the inspection begins: it was asked for by 12 March 2026, and the inspection was"
    for page in ("/decisions", "/decisions/mitigations?only=moved-up", page_of(ref)):
        assert due in " ".join(get(site.client_for(*DECIDER), page).text.split())
    for page in ("/mitigations", page_of(ref, room="inspections")):
        assert due in " ".join(get(client, page).text.split())
    assert "Due 8 March 2026" in get(client, mitigation(site)).text
    assert get(site.client_for(*DECIDER), "/decisions/mitigations?only=nonsense").status_code == 404


def test_a_file_that_moves_it_says_so_too(site: Site, placing: Placing) -> None:
    allowed(site, placing)
    row = "INS-1,gias:900002,Graded inspection,2026-03-09,2026-03-10,2,The school asked"
    page = send(site.client_for(*SCHEDULER), "inspections", f"{PLAN},moved_because\n{row}\n")
    parsed(page)
    assert f"t{SAYS}" in page.text


def test_whoever_would_be_inspected_by_oneself_learns_nothing_of_it(site: Site, placing: Placing) -> None:
    allowed(site, placing)
    email = site.person(Role.SCHEDULER, Role.AUDITOR)
    placing.is_oneself(email, "T1")
    client = site.client_for(Role.SCHEDULER, Role.AUDITOR)
    check = post(client, MOVE, days(*NEW), of="/inspections")
    assert check.status_code == 303
    assert WHAT not in get(client, check.headers["Location"]).text


def test_an_owner_whose_account_is_closed_is_named_as_that_and_stands_on_the_decision_makers_list(
    site: Site, placing: Placing
) -> None:
    ref = allowed(site, placing)
    with site.staging() as stage:
        people.close(stage.session, SYSTEM, site.added[SCHEDULER], at=stage.tick())
    first = get(site.client_for(*DECIDER), "/decisions")
    parsed(first)
    assert "Mitigations whose owner’s account is closed (1)" in first.text
    assert "Pat Person 1 (account closed)" in first.text
    assert "Pat Person 1 (account closed)" in get(site.client_for(*DECIDER), page_of(ref)).text


def test_a_year_that_is_far_ahead_is_to_be_looked_at(site: Site, placing: Placing) -> None:
    client = site.client_for(*SCHEDULER)
    far = (date(2036, 3, 10), date(2036, 3, 11))
    assert "days, in 2036: check the year." in post(client, MOVE, days(*far)).text
    assert "check the year" not in post(client, MOVE, days(date(2027, 3, 10), date(2027, 3, 11))).text
    row = "gias:900002,Graded inspection,2036-03-09,2036-03-10,2,"
    page = send(client, "inspections", f"{PLAN},moved_because\nINS-1,{row}Ice\nINS-2,{row}\n")
    assert page.status_code == 200
    assert page.text.count("in 2036: check the year") == 2


def confirmed_and_moved(site: Site, placing: Placing) -> None:
    """The inspection of a confirmed place is moved to begin before its mitigation is due; it is the first new day."""
    ref, client = allowed(site, placing), site.client_for(*SCHEDULER)
    with placing.staging() as stage:
        assert assignments.confirm(stage.session, SAM, ref, at=stage.tick()).confirmed
    check = post(client, MOVE, days(*NEW))
    assert post(client, MOVE, days(*NEW, seen=seen(check))).status_code == 303
    site.set(now=datetime(2026, 3, 9, 9, tzinfo=UTC))


def test_the_page_of_the_inspection_says_the_day_that_counts(site: Site, placing: Placing) -> None:
    confirmed_and_moved(site, placing)
    page = get(site.client_for(*SCHEDULER), "/inspections/inspection/INS-1")
    parsed(page)
    assert "See to your mitigation: overdue, it was due on 8 March 2026" in page.text
    other = (Role.SCHEDULER, Role.AUDITOR)
    assert "was to see to it by 8 March 2026" in get(site.client_for(*other), "/inspections/inspection/INS-1").text


def test_what_was_done_after_the_day_that_counted_is_told_with_that_day(site: Site, placing: Placing) -> None:
    confirmed_and_moved(site, placing)
    client = site.client_for(*SCHEDULER)
    assert post(client, mitigation(site), {"evidence": "Quin read it."}).status_code == 303
    said = " ".join(get(client, "/mitigations").text.split())
    assert "due 8 March 2026" in said
    assert "it was asked for by 12 March 2026" in said
    assert "done on 9 March 2026" in said
