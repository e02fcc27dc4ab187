"""Whoever can be confirmed is confirmed in one press, each checked again; what cannot be is told with its reason."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.databases import Fresh
from tests.support.placing import OWN_JOB, Placing
from tests.support.web import Site, get, parsed, post
from tests.support.world import SCHEDULER, Stage, days_apart, staged
from tracker.domain.access import Actor, Role
from tracker.domain.errors import NotPermittedError, RefusedError
from tracker.services.confirming import MOST, confirm_many

LIST = "/inspections/assignments?need=ready"


@pytest.fixture
def placing(site: Site) -> Placing:
    made = Placing(site)
    made.begin()
    made.inspection("INS-1", team_size=1)
    return made


def test_all_that_can_be_are_confirmed_and_who_came_second_for_a_full_team_is_told(
    site: Site, placing: Placing
) -> None:
    placing.inspection("INS-2", **days_apart(1))
    for staff_no, name in (("T1", "Clem Clear"), ("T2", "Cora Clear"), ("T3", "Rea Real")):
        placing.inspector(staff_no, name, *((OWN_JOB,) if staff_no == "T3" else ()))
    first, second = placing.proposed("INS-1", "T1"), placing.proposed("INS-1", "T2")
    other, real = placing.proposed("INS-2", "T2"), placing.proposed("INS-2", "T3")
    client = site.client_for(Role.SCHEDULER)
    assert "Confirm all 3" in get(client, LIST).text

    answer = confirms(client)

    page = get(client, answer.headers["Location"])
    parsed(page)
    assert "2 are confirmed. Each was checked again just now." in page.text
    assert "Not confirmed: Cora Clear for INS-1 (The team of INS-1 is full" in page.text
    assert [placing.state(each) for each in (first, second, other, real)] == [
        *("confirmed", "proposed", "confirmed", "proposed"),
    ]
    assert "Proposals for full teams (1)" in get(client, "/inspections").text
    assert "But the team of INS-1 is full" in get(client, f"/inspections/assignments/{second}").text


def confirms(client: FlaskClient, page: str = "") -> TestResponse:
    """Press the button of the list as it was opened."""
    found = re.search(r'name="refs" value="([^"]*)"', page or get(client, LIST).text)
    assert found is not None
    return post(client, "/inspections/assignments/confirm", {"refs": found[1]}, of=LIST)


def test_whoever_came_onto_the_list_after_it_was_opened_is_not_confirmed(site: Site, placing: Placing) -> None:
    placing.inspection("INS-2")
    placing.inspector("T1", "Clem Clear")
    placing.inspector("T2", "Cora Clear")
    first, client = placing.proposed("INS-1", "T1"), site.client_for(Role.SCHEDULER)
    opened = get(client, LIST).text
    assert "Confirm it" in opened
    later = placing.proposed("INS-2", "T2")
    answer = confirms(client, opened)
    assert "1 is confirmed." in get(client, answer.headers["Location"]).text
    assert [placing.state(each) for each in (first, later)] == ["confirmed", "proposed"]
    assert "Nobody was confirmed." in get(client, confirms(client, opened).headers["Location"]).text
    assert placing.state(later) == "proposed"


def test_nothing_to_confirm_is_said_and_harms_nothing(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)
    answer = post(client, "/inspections/assignments/confirm", of="/inspections/plan")
    assert "Nobody was confirmed." in get(client, answer.headers["Location"]).text


def test_it_takes_leave_and_no_more_than_two_hundred_at_once(fresh: Fresh, site: Site) -> None:
    with site.staging() as stage:
        staged(stage.session)
        _refuses(stage)


def _refuses(stage: Stage) -> None:
    nobody = Actor("person:X", "X", frozenset({Role.AUDITOR}))
    with pytest.raises(NotPermittedError):
        confirm_many(stage.session, nobody, [], at=stage.tick())
    with pytest.raises(RefusedError, match="at most 200"):
        confirm_many(stage.session, SCHEDULER, [f"ASG-{number}" for number in range(MOST + 1)], at=stage.tick())
