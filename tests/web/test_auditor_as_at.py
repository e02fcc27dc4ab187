"""An inspection's page tells an auditor how it and its team stood at a moment, whatever happened since."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.support.databases import Fresh
from tests.support.placing import OWN_JOB, Placing, placing_on
from tests.support.web import Site, get, parsed, post, running_site
from tracker.domain.access import Role
from tracker.models import Declaration

PATH = "/audit/of/inspection/INS-1"


@pytest.fixture
def site(fresh: Fresh) -> Iterator[Site]:
    with running_site(fresh()) as site:
        yield site


@pytest.fixture
def placing(site: Site) -> Placing:
    return placing_on(site)


def asked(at: datetime) -> str:
    return f"?day-day={at.day}&day-month={at.month}&day-year={at.year}&time={at:%H:%M}"


def words(client: FlaskClient, at: datetime | None = None) -> str:
    page = get(client, PATH + (asked(at) if at else ""))
    parsed(page)
    return " ".join(re.sub("<[^>]*>", " ", page.text.partition("<main")[2]).split())


def test_as_at_a_moment_it_tells_the_team_its_states_and_the_places_held_of_then(site: Site, placing: Placing) -> None:
    before = placing.now
    placing.inspection()
    placing.inspector("T1", "Tess Teacher")
    planned = placing.now
    placing.proposed("INS-1", "T1", confirmed=True)
    confirmed = placing.now
    placing.declares("T1", OWN_JOB)
    questioned = placing.now
    site.set(now=placing.now + timedelta(minutes=30))
    called_off: dict[str, object] = {"reason": "The school burnt down.", "was": "2026-03-17/2026-03-18"}
    scheduler = site.client_for(Role.SCHEDULER)
    assert post(scheduler, "/inspections/call-off/INS-1", called_off).status_code == 303
    auditor = site.client_for(Role.AUDITOR)

    now = words(auditor)
    assert "(called off)" in now
    assert "Tess Teacher Team Released Real" in now
    assert "2 places, 0 held" in now

    then = words(auditor, questioned)
    assert "(called off)" not in then
    assert "2 places, 1 held" in then
    assert "Tess Teacher Team Questioned Real" in then

    then = words(auditor, confirmed)
    assert "2 places, 1 held" in then
    assert "Tess Teacher Team Confirmed Clear" in then

    then = words(auditor, planned)
    assert "2 places, 0 held" in then
    assert "Nobody had been proposed by then." in then
    assert "Tess" not in then

    then = words(auditor, before)
    assert "It was not yet planned then." in then
    assert "The history tells nothing of it by then." in then
    assert "18 March" not in then
    assert "Tess" not in then
    assert "held" not in then


def test_a_declaration_is_compared_with_none_that_was_made_after_the_moment(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Tess Teacher")
    for _ in range(3):
        placing.declares("T1")
        placing.now += timedelta(minutes=5)
    with site.sessions() as session:
        first, *others = session.scalars(select(Declaration.ref).order_by(Declaration.id))
        then = session.scalars(select(Declaration.recorded_at).where(Declaration.ref == first)).one()
    site.set(now=placing.now + timedelta(minutes=1))
    auditor = site.client_for(Role.AUDITOR)
    path = f"/audit/declarations/{first}"
    offered = [re.findall(r'<option value="([^"]+)"', get(auditor, path + each).text) for each in ("", asked(then))]
    assert offered == [others[::-1], []]


def test_from_the_page_as_at_a_moment_a_link_leads_to_the_assignment_as_at_the_same(
    site: Site, placing: Placing
) -> None:
    placing.inspection()
    placing.inspector("T1", "Tess Teacher")
    ref = placing.proposed("INS-1", "T1")
    site.set(now=placing.now + timedelta(minutes=1))
    auditor = site.client_for(Role.AUDITOR)
    then = f"?day-day=2&day-month=3&day-year=2026&time={placing.now:%H:%M}"
    assert f"/audit/assignments/{ref}{then}" in unquote(unescape(get(auditor, PATH + then).text))


@pytest.mark.parametrize("written", ["9:10am", "9.10am", "09:10", "9:10 AM", "09.10"])
def test_a_time_is_taken_as_pages_print_it(site: Site, placing: Placing, written: str) -> None:
    placing.inspection()
    site.set(now=placing.now + timedelta(days=1))
    page = get(site.client_for(Role.AUDITOR), f"{PATH}?day-day=2&day-month=3&day-year=2026&time={written}")
    assert page.status_code == 200
    assert "As it was known on 2 March 2026 at 9:10am" in page.text


@pytest.mark.parametrize("path", [PATH, "/audit/inspectors/T1", "/audit/assignments/{}", "/audit/declarations/{}"])
@pytest.mark.parametrize("fault", ["day-day=2&day-month=3&day-year=2026&time=13:10pm", "time=9:10", "day-day=99"])
def test_a_question_as_at_that_has_a_fault_is_answered_as_one_each_time(
    site: Site, placing: Placing, path: str, fault: str
) -> None:
    placing.inspection()
    placing.inspector("T1", "Tess Teacher")
    assignment = placing.proposed("INS-1", "T1")
    with site.sessions() as session:
        declaration = session.scalars(select(Declaration.ref)).one()
    site.set(now=placing.now + timedelta(days=1))
    auditor = site.client_for(Role.AUDITOR)
    address = f"{path.format(assignment if 'assignments' in path else declaration)}?{fault}"
    for _ in range(2):
        page = get(auditor, address)
        parsed(page)
        assert page.status_code == 422
        assert "There is a problem" in page.text
