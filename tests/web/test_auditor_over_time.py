"""Each number that is told over time leads to a list of as many lines, and how long decisions take is told."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from tests.support.databases import Fresh
from tests.support.placing import OWN_JOB, PARTNERS_JOB, Placing, placing_on
from tests.support.web import Site, get, parsed, running_site
from tracker.domain.access import Role

PATH = "/audit/over-time"
NUMBER = re.compile(r'href="(/audit/over-time/[^"]+)">([0-9,]+)<')


@pytest.fixture(scope="module")
def placing(fresh: Fresh) -> Iterator[Placing]:
    with running_site(fresh(), session_minutes=60 * 24 * 30) as site:
        yield lived(site)


def lived(site: Site) -> Placing:
    """Let one decide at once and one after three days; one waits since two hours, and one since ten days."""
    placing = placing_on(site)
    placing.inspection("INS-1", team_size=9)
    decider = site.person(Role.DECISION_MAKER)
    refs = []
    for number in range(3):
        placing.inspector(f"T{number}", f"Inspector {number}", PARTNERS_JOB)
        refs.append(placing.proposed("INS-1", f"T{number}"))
    placing.decided(refs[0], decider)
    placing.now += timedelta(days=3)
    placing.decided(refs[1], decider)
    placing.now += timedelta(days=7)
    placing.inspector("T9", "Inspector 9", OWN_JOB)
    placing.proposed("INS-1", "T9")
    site.set(now=placing.now + timedelta(hours=2))
    return placing


@pytest.fixture
def auditor(placing: Placing) -> FlaskClient:
    return placing.site.client_for(Role.AUDITOR)


def cells(page: str, heading: str, row: str) -> list[str]:
    part = page.partition(f">{heading}</h2>")[2]
    found = re.search(rf'role="rowheader">{row}</th>(.*?)</tr>', part, re.DOTALL)
    assert found
    return re.findall(r'data-of="[^"]*">(?:<a [^>]*>)?([0-9,]+)', found[1])


def test_each_number_leads_to_a_list_of_that_length(auditor: FlaskClient) -> None:
    page = get(auditor, PATH)
    parsed(page)
    found = NUMBER.findall(page.text)
    assert {address.partition("?")[0].rpartition("/")[2] for address, _ in found} == {"checks", "decisions", "waiting"}
    for address, number in found:
        listed = get(auditor, unescape(address))
        parsed(listed)
        assert f"({number})</h1>" in listed.text, address
        assert "What it counts:" in listed.text
        assert listed.text.count("app-results__result") == int(number)


def test_how_long_decisions_took_and_how_long_others_wait_stands_beside_each_other(auditor: FlaskClient) -> None:
    page = get(auditor, PATH).text
    heading = "How long decisions take"
    assert cells(page, heading, "Within a day") == ["1", "1"]
    assert cells(page, heading, "Within a week") == ["1", "0"]
    assert cells(page, heading, "More than a week") == ["0", "1"]
    waits = get(auditor, f"{PATH}/waiting?wait=later").text
    assert "Inspector 2 for INS-1" in waits
    assert "Waits since 2 March 2026" in waits


def test_who_decided_bears_its_period_and_what_it_counts(auditor: FlaskClient) -> None:
    page = get(auditor, PATH).text
    told = "from 1 April 2025 to today counts, also where the decision has lapsed or was made anew."
    assert told in page.partition(">Who decided</h2>")[2]


def test_the_latest_month_comes_first_also_where_the_screen_is_narrow(auditor: FlaskClient) -> None:
    page = get(auditor, PATH).text
    months = re.findall(r'role="rowheader">([A-Z][a-z]+ 20[0-9]{2})</th>', page)
    assert (months[0], months[-1], len(months)) == ("March 2026", "April 2025", 12)
    assert "app-pane--from-end" in page


@pytest.mark.parametrize(
    "asked",
    [
        *("checks", "checks?month=2026-03", "checks?month=x&verdict=real", "checks?month=2020-01&verdict=real"),
        *(
            "checks?month=2026-03&verdict=bad",
            "decisions",
            "decisions?wait=x",
            "waiting",
            "decisions?by=x&outcome=y",
            "decisions?by=person:NOPE&outcome=allow",
        ),
    ],
)
def test_a_list_that_no_number_leads_to_is_not_there(auditor: FlaskClient, asked: str) -> None:
    assert get(auditor, f"{PATH}/{asked}").status_code == 404
