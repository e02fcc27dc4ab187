"""An administrator records in the browser when an inspector leaves, and what each page says of it from then on."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from tests.support.placing import Placing, placing_on
from tests.support.web import Site, get, parsed, post, shown, sign_in
from tests.support.world import SYSTEM
from tracker.domain.access import Role
from tracker.models import Inspector
from tracker.services import people
from tracker.services.passwords import LOWEST_COST
from tracker.services.people import AddPerson

LEAVING, STAYING = "/admin/leaving/T1", "/admin/staying/T1"
DAY: dict[str, object] = {"left_on-day": "17", "left_on-month": "3", "left_on-year": "2026", "was": ""}
SEEN: dict[str, object] = {**DAY, "seen": "1", "remark": "A headship in Wales."}


@pytest.fixture
def placing(site: Site) -> Placing:
    """Rea, for INS-1, which begins after 17 March, and for INS-2, which lasts over it."""
    placing = placing_on(site)
    placing.inspection("INS-1", starts_on=date(2026, 3, 24), ends_on=date(2026, 3, 25))
    placing.inspection("INS-2", provider="gias:900004", starts_on=date(2026, 3, 12), ends_on=date(2026, 3, 20))
    placing.inspector("T1", "Rea")
    placing.inspector("T2", "Wyn")
    return placing


def account_of(placing: Placing, staff_no: str = "T1", name: str = "Rea") -> str:
    """Give an inspector an account, and return the address of its page."""
    with placing.staging() as stage:
        command = AddPerson(name, f"{name.lower()}@example.org", "three words here", (Role.INSPECTOR,), staff_no)
        made = people.add(stage.session, SYSTEM, command, at=stage.tick(), cost=LOWEST_COST)
        return f"/admin/people/{made.ref}"


def recorded(client: FlaskClient) -> str:
    """Record that Rea leaves on 17 March, and return the page that follows."""
    done = post(client, LEAVING, SEEN)
    assert done.status_code == 303
    return shown(get(client, done.headers["Location"]))[1]


def test_who_may_see_the_schedule_reads_whom_it_releases_before_pressing(site: Site, placing: Placing) -> None:
    page_of_account = account_of(placing)
    placing.proposed("INS-1", "T1", confirmed=True)
    placing.proposed("INS-2", "T1")
    client = site.client_for(Role.ADMINISTRATOR, Role.SCHEDULER)
    person = get(client, page_of_account)
    parsed(person)
    assert LEAVING in person.text
    parsed(get(client, LEAVING))
    check = post(client, LEAVING, DAY)
    parsed(check)
    released, replaced = re.split("To be replaced by a scheduler", check.text)
    assert "INS-1, Ridge Academy" in released
    assert "INS-2" not in released
    assert "INS-2, Lone Oak School" in replaced
    assert f"{page_of_account}#close" in check.text
    page = recorded(client)
    assert "It is recorded that Rea leaves on 17 March 2026. Released from assignments: 1." in page
    assert "To be replaced by a scheduler: 1." in page
    assert "on 17 March 2026" in page
    assert "By the record" not in page


def test_who_may_not_see_the_schedule_learns_of_no_inspection_from_the_page_or_its_messages(
    site: Site, placing: Placing
) -> None:
    client = site.client_for(Role.ADMINISTRATOR)
    asked, check = shown(get(client, LEAVING)), shown(post(client, LEAVING, DAY))
    plain = recorded(client)
    back = post(client, STAYING, {"was": "2026-03-17"})
    assert "It is taken back" in get(client, back.headers["Location"]).text
    for reference in ("INS-1", "INS-2"):
        placing.proposed(reference, "T1")
    assert (shown(get(client, LEAVING)), shown(post(client, LEAVING, DAY))) == (asked, check)
    page = recorded(client)
    assert page == plain
    assert "the schedule is secret" in check[1]
    assert not any("INS-" in each or "Ridge" in each for each in (asked[1], check[1], page))


def test_only_administrators_come_to_it_and_none_records_the_own_leaving(site: Site, placing: Placing) -> None:
    for role in (Role.INSPECTOR, Role.SCHEDULER, Role.DECISION_MAKER, Role.AUDITOR):
        assert get(site.client_for(role), LEAVING).status_code in {403, 404}
    client = site.client_for(Role.INSPECTOR, Role.ADMINISTRATOR)
    with site.staging() as stage:
        own = stage.session.query(Inspector).filter(Inspector.staff_no.startswith("W")).all()[-1].staff_no
    page = get(client, f"/admin/leaving/{own}")
    parsed(page)
    assert "ask another administrator" in page.text
    sent = post(client, f"/admin/leaving/{own}", SEEN, of=LEAVING)
    assert sent.status_code in {403, 404}
    assert get(client, "/admin/leaving/T99").status_code == 404


def test_a_bad_day_is_refused_at_its_field_and_the_same_day_again_changes_nothing(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.ADMINISTRATOR)
    for sent, says in (
        (
            {**DAY, "left_on-year": "1999"},
            "It is more than 12 months ago: check the year; if it is right, let a staff list say it",
        ),
        ({"left_on-day": "", "left_on-month": "", "left_on-year": ""}, "Enter the day of leaving"),
    ):
        page = post(client, LEAVING, sent)
        parsed(page)
        assert (page.status_code, says in page.text) == (422, True)
    recorded(client)
    again = post(client, LEAVING, SEEN)
    assert "It is on record already that Rea leaves on 17 March 2026" in get(client, again.headers["Location"]).text
    stale = post(client, LEAVING, {**SEEN, "left_on-day": "18"})
    parsed(stale)
    assert (stale.status_code, "Nothing of yours was saved" in stale.text) == (409, True)


def test_it_can_be_taken_back_and_whoever_left_comes_back(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.ADMINISTRATOR)
    assert get(client, STAYING).status_code == 303
    recorded(client)
    page = get(client, STAYING)
    parsed(page)
    assert "stays released" in page.text
    done = post(client, STAYING, {"was": "2026-03-17", "remark": "It fell through."})
    assert "It is taken back that Rea leaves." in get(client, done.headers["Location"]).text
    late = post(client, STAYING, {"was": "2026-03-17"}, of=LEAVING)
    assert "No day is on record on which Rea leaves." in get(client, late.headers["Location"]).text


def test_an_inspector_without_an_account_is_found_by_the_staff_number(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.ADMINISTRATOR)
    assert "/admin/leaving" in get(client, "/admin/people").text
    parsed(get(client, "/admin/leaving"))
    assert get(client, "/admin/leaving?staff_no=T1").headers["Location"].endswith(LEAVING)
    missed = get(client, "/admin/leaving?staff_no=T99")
    parsed(missed)
    assert (missed.status_code, "No inspector has the staff number “T99”" in missed.text) == (422, True)


def test_schedulers_read_who_leaves_before_the_inspection_ends_and_whose_account_is_closed(
    site: Site, placing: Placing
) -> None:
    account_of(placing)
    ref = placing.proposed("INS-2", "T1")
    with placing.staging() as stage:
        people.close(stage.session, SYSTEM, "rea@example.org", at=stage.tick())
    recorded(site.client_for(Role.ADMINISTRATOR))
    client = site.client_for(Role.SCHEDULER)
    for path in ("/inspections/inspection/INS-2", f"/inspections/assignments/{ref}"):
        page = get(client, path)
        parsed(page)
        assert "Leaves on 17 March 2026, before the inspection ends. Account closed: cannot declare or confirm." in (
            page.text
        )
    assert "Inspectors who leave before their inspection ends (1)" in get(client, "/inspections").text
    work = get(client, "/inspections/assignments?need=leaving")
    parsed(work)
    assert "Leaves on 17 March 2026." in work.text
    assert "Leaves before the inspection ends" in get(client, "/inspections/propose/INS-1?q=rea").text


def test_an_auditor_reads_it_as_at_and_between_and_the_inspector_on_the_own_first_page(
    site: Site, placing: Placing
) -> None:
    account_of(placing)
    recorded(site.client_for(Role.ADMINISTRATOR))
    auditor = site.client_for(Role.AUDITOR)
    page = get(auditor, "/audit/inspectors/T1")
    parsed(page)
    assert "Leaves on 17 March 2026" in page.text
    assert "A headship in Wales." in page.text
    before = get(auditor, "/audit/inspectors/T1?day-day=1&day-month=3&day-year=2026").text
    assert "17 March 2026" not in before
    between = get(auditor, "/audit/between").text
    (told,) = re.findall(r'id="left">(.*?)<h2', between, re.DOTALL)
    assert "recorded that Rea leaves on 17 March 2026" in told
    own = site.client()
    sign_in(own, "rea@example.org", "three words here")
    assert "By the record you leave on 17 March 2026." in get(own, "/declarations").text
