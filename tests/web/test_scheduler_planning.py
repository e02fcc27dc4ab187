"""Planning an inspection, finding it again, and what a scheduler must do now."""

import re
from datetime import date, timedelta

import pytest

from tests.support.placing import OWN_JOB, PARTNERS_JOB, Placing, placing_on
from tests.support.statements import counted
from tests.support.web import Site, get, parsed, post
from tracker.domain.access import Role
from tracker.domain.lifecycle import Ruling

PLAN = "/inspections/plan/details"
DETAILS = {
    "provider": "gias:900002",
    "reference": "INS-7",
    "framework": "Graded inspection",
    "starts_on-day": "17",
    "starts_on-month": "3",
    "starts_on-year": "2026",
    "ends_on-day": "18",
    "ends_on-month": "March",
    "ends_on-year": "2026",
    "team_size": "3",
}


@pytest.fixture
def placing(site: Site) -> Placing:
    return placing_on(site)


def test_a_provider_is_found_without_scripts_and_an_inspection_planned(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)
    found = get(client, "/inspections/plan?q=ridge")
    parsed(found)
    assert "/inspections/plan/details?provider=gias:900002" in found.text
    assert "Ridge Academy" in get(client, f"{PLAN}?provider=gias:900002").text

    answer = post(client, PLAN, DETAILS, of=f"{PLAN}?provider=gias:900002")
    assert answer.status_code == 303
    page = get(client, answer.headers["Location"])
    parsed(page)
    assert "Ridge Academy" in page.text
    assert "17 to 18 March 2026" in page.text
    assert "3 of 3" in page.text
    assert "Propose an inspector" in page.text


def test_the_same_form_sent_twice_plans_once(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)
    first = post(client, PLAN, DETAILS, of=f"{PLAN}?provider=gias:900002")
    second = post(client, PLAN, DETAILS, of=f"{PLAN}?provider=gias:900002")
    assert first.headers["Location"] == second.headers["Location"]
    assert get(client, "/inspections").text.count("INS-7 ·") == 1


@pytest.mark.parametrize(
    ("changes", "says", "target"),
    [
        ({"reference": ""}, "Enter a reference", "reference"),
        ({"reference": "x" * 41}, "40 characters", "reference"),
        ({"reference": "INS-1"}, "already an inspection INS-1", "reference"),
        ({"reference": "ins-1"}, "already an inspection INS-1", "reference"),
        ({"ends_on-year": "2027"}, "It would last more than 60 days", "ends_on-day"),
        ({"starts_on-year": "1950", "ends_on-year": "1950"}, "Give a year from 1990 to 2099", "starts_on-day"),
        ({"framework": ""}, "Enter the framework", "framework"),
        ({"starts_on-day": ""}, "The first day must include a day", "starts_on-day"),
        ({"ends_on-day": "16"}, "It cannot end before it starts", "ends_on-day"),
        ({"team_size": "two"}, "Team size must be a whole number", "team_size"),
        ({"team_size": "0"}, "Give a team size from 1 to 50", "team_size"),
        ({"provider": "Ridge"}, "Choose a provider", "provider"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    site: Site, placing: Placing, changes: dict[str, str], says: str, target: str
) -> None:
    placing.inspection("INS-1")
    client = site.client_for(Role.SCHEDULER)
    answer = post(client, PLAN, {**DETAILS, **changes}, of=f"{PLAN}?provider=gias:900002")
    assert answer.status_code == 422
    parsed(answer)
    assert says in answer.text
    assert f'href="#{target}"' in answer.text
    assert f'id="{target}"' in answer.text


def test_a_script_gets_the_same_search_as_json_and_only_those_who_may(site: Site, placing: Placing) -> None:
    (found,) = get(site.client_for(Role.SCHEDULER), "/providers/search?q=ridge+academy&only=providers").json
    assert (found["ref"], found["name"]) == ("gias:900002", "Ridge Academy")
    assert get(site.client_for(Role.AUDITOR), "/providers/search?q=ridge").status_code == 404
    assert get(site.client_for(Role.INSPECTOR), "/providers/search?q=ridge").status_code == 200


def test_an_empty_search_says_what_to_do(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)
    assert "Try fewer words" in get(client, "/inspections/plan?q=nonesuch").text
    assert "No inspection is planned yet" in get(client, "/inspections").text
    assert "Nothing waits for you" in get(client, "/inspections").text


def test_the_first_page_shows_what_must_be_done_first(site: Site, placing: Placing) -> None:
    placing.inspection("INS-1", team_size=4, starts_on=date(2026, 3, 12))
    decider = site.person(Role.DECISION_MAKER)
    for staff_no, name in (("T1", "Quinn"), ("T2", "Rea"), ("T3", "Wyn"), ("T4", "Upton")):
        placing.inspector(staff_no, name, *([PARTNERS_JOB] if staff_no in {"T3", "T4"} else []))
    placing.proposed("INS-1", "T1", confirmed=True)
    placing.proposed("INS-1", "T2")
    placing.proposed("INS-1", "T3")
    placing.decided(placing.proposed("INS-1", "T4"), decider, Ruling.UPHOLD)
    placing.declares("T1", OWN_JOB)

    client = site.client_for(Role.SCHEDULER)
    page = get(client, "/inspections")
    parsed(page)
    said = page.text
    places = ["Questioned assignments (1)", "you can confirm (1)", "await a decision (1)", "Places to fill"]
    assert [said.index(each) for each in places] == sorted(said.index(each) for each in places)
    assert "Settle it before 12 March 2026" in said
    assert "Hilltop Primary School" in said.split("Settle it")[0]
    assert "3 places open" in said
    assert "3 places open of 4; 2 proposed" in get(client, "/inspections/places").text
    assert "A decision released Upton" in get(client, "/inspections/places").text


def test_filters_stand_in_the_address_and_the_counts_equal_the_lists(site: Site, placing: Placing) -> None:
    for number in range(25):
        day = date(2026, 3, 9) + timedelta(days=7 * (number % 5))
        placing.inspection(f"INS-{number:02}", starts_on=day, ends_on=day, team_size=1)
    client = site.client_for(Role.SCHEDULER)

    def rows(query: str) -> list[str]:
        return re.findall(r">(INS-\d\d) ·", get(client, f"/inspections{query}").text)

    assert len(rows("")) == 20
    assert len(rows("?page=2")) == 5
    assert "25 inspections" in get(client, "/inspections").text
    assert len(rows("?from=2026-03-16&to=2026-03-23")) == 10
    assert rows("?q=ridge+INS-07") == ["INS-07"]
    assert rows("?q=lone") == []
    assert "No inspection fits" in get(client, "/inspections?q=lone").text
    assert len(rows("?from=nonsense&page=-1&to=1")) == 20
    assert rows("?state=open&q=INS-03") == ["INS-03"]
    placing.inspector("T1", "Rea")
    placing.proposed("INS-03", "T1", confirmed=True)
    assert rows("?state=open&q=INS-03") == []
    assert "page=2&amp;from=2026-03-02" in get(client, "/inspections?from=2026-03-02").text


def test_the_first_page_sends_as_many_statements_for_many_as_for_few(site: Site, placing: Placing) -> None:
    placing.inspection("INS-1", team_size=9)
    client = site.client_for(Role.SCHEDULER)

    def sent() -> int:
        with counted(site.engine) as statements:
            assert get(client, "/inspections").status_code == 200
        return len(statements)

    assert sent()
    for number in range(2):
        placing.inspector(f"T{number}", f"Rea {number}", PARTNERS_JOB)
        placing.proposed("INS-1", f"T{number}")
    few = sent()
    for number in range(2, 8):
        placing.inspection(f"INS-{number}")
        placing.inspector(f"T{number}", f"Rea {number}", PARTNERS_JOB)
        placing.proposed(f"INS-{number}", f"T{number}")
    assert sent() == few
    assert few <= 20
