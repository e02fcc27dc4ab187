"""Signs that no reference has: whatever stands in an address or is typed, no page breaks, on either database."""

from collections.abc import Iterator

import pytest

from tests.support.declaring import RIDGE
from tests.support.web import HTTPS, Site, get, post, running_site, token
from tests.support.world import staged
from tracker.domain.access import Role

ASKED = ("q", "page", "need", "from", "to", "with", "target", "provider", "then", "time", "day-day", "before", "next")


@pytest.fixture
def both(database_url: str) -> Iterator[Site]:
    """The application on each kind of database: they differ in what they refuse to compare."""
    with running_site(database_url) as started:
        with started.staging() as stage:
            staged(stage.session)
        yield started


@pytest.mark.parametrize("odd", ["%00", "a%00b", "%FF%0A", "%E2%80%AE", "%F0%9F%98%80'", "x" * 3000])
def test_a_reference_that_cannot_be_is_found_by_nobody(both: Site, odd: str) -> None:
    client = both.client_for(*Role)
    csrf = {"csrf_token": token(client, "/privacy")}
    wrong = []
    for rule in both.app.url_map.iter_rules():
        holes = {name for name in rule.arguments if name != "key"}
        with both.app.test_request_context():
            path = rule.build({**dict.fromkeys(holes, "ODD"), "key": 1})[1] if holes else ""
        for method in (rule.methods or set()) & {"GET", "POST"} if holes else ():
            answer = client.open(
                path.replace("ODD", odd), method=method, base_url=HTTPS, data=csrf if method == "POST" else None
            )
            if answer.status_code != 404:
                wrong.append((method, path, answer.status_code))
    assert wrong == []


def test_a_number_that_no_database_can_hold_is_found_by_nobody(both: Site) -> None:
    client = both.client_for(*Role)
    holes = [
        each for each in both.app.url_map.iter_rules() if "key" in each.arguments and "GET" in (each.methods or ())
    ]
    assert holes
    for rule in holes:
        path = rule.rule.replace("<int:key>", "9" * 20).replace("<ref>", "ASG-1")
        assert get(client, path).status_code == 404, path


def test_no_question_in_an_address_breaks_a_page(both: Site) -> None:
    client = both.client_for(*Role)
    rules = [each for each in both.app.url_map.iter_rules() if not each.arguments and "GET" in (each.methods or ())]
    addresses = [f"{rule.rule}?{name}=a%00" for rule in rules for name in ASKED]
    statuses = {address: get(client, address).status_code for address in addresses}
    assert set(statuses.values()) == {404}


def test_signs_that_no_database_holds_are_refused_where_they_were_typed(both: Site) -> None:
    client = both.client_for(Role.ADMINISTRATOR)
    person = {"name": "A\0da", "email": "ada@example.org", "roles": "auditor", "password": "three words here"}
    answer = post(client, "/admin/people/add", person)
    assert answer.status_code == 422
    assert "Full name must not hold signs that cannot be shown" in answer.text
    assert 'href="#name"' in answer.text


def test_a_stranger_who_sends_odd_signs_is_refused_like_any_other(both: Site) -> None:
    answer = post(both.client(), "/sign-in", {"email": "a\0@example.org", "password": "b\0"})
    assert answer.status_code == 422


@pytest.mark.parametrize("reference", ["INS//9", "/INS", "INS/", "..", "INS/./9", "INS\n9"])
def test_an_inspection_is_not_planned_under_a_reference_whose_page_would_not_open(site: Site, reference: str) -> None:
    with site.staging() as stage:
        staged(stage.session)
    client = site.client_for(Role.SCHEDULER)
    path = f"/inspections/plan/details?provider={RIDGE}"
    plan: dict[str, object] = {"reference": reference, "provider": RIDGE, "framework": "Graded", "team_size": "1"}
    days = {
        f"{name}-{part}": value
        for name in ("starts_on", "ends_on")
        for part, value in (("day", "1"), ("month", "4"), ("year", "2026"))
    }
    answer = post(client, "/inspections/plan/details", {**plan, **days}, of=path)
    assert answer.status_code == 422
    assert 'href="#reference"' in answer.text
    planned = post(client, "/inspections/plan/details", {**plan, **days, "reference": "INS/9 b"}, of=path)
    assert get(client, planned.headers["Location"]).status_code == 200
