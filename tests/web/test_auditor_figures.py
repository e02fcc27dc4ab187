"""The auditor's figures lead to their lists, and the questions of a period are answered or refused with the cure."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.support.databases import Fresh
from tests.support.everything import everything
from tests.support.web import get, parsed, post, running_site
from tracker.domain.access import Role
from tracker.queries.compliance import MEASURES
from tracker.queries.scrutiny import watching

QUESTIONS = ("/audit/repeat", "/audit/hindsight", "/audit/decided-again")


@pytest.fixture(scope="module")
def auditor(sqlite_fresh: Fresh) -> Iterator[FlaskClient]:
    with running_site(sqlite_fresh(everything)) as site:
        yield site.client_for(Role.AUDITOR)


def test_each_figure_of_the_first_page_is_the_number_on_its_own_page(auditor: FlaskClient) -> None:
    first = get(auditor, "/audit")
    parsed(first)
    found = re.findall(r'href="/audit/figures/([a-z-]+)">[^<]+</a></dt>\s*<dd>([0-9,]+)</dd>', first.text)
    assert [key for key, _ in found] == list(MEASURES)
    for key, number in found:
        page = get(auditor, f"/audit/figures/{key}")
        parsed(page)
        assert f"{MEASURES[key].title} ({number})" in page.text
        assert "What it counts:" in page.text


def test_a_figure_that_is_none_is_not_there(auditor: FlaskClient) -> None:
    assert get(auditor, "/audit/figures/secrets").status_code == 404


def test_what_checks_found_over_time_is_drawn_with_its_table_beside_it(auditor: FlaskClient) -> None:
    page = get(auditor, "/audit/over-time")
    parsed(page)
    assert "Verdicts by month, as columns. The table beneath says the same." in page.text
    assert page.text.count("<tr") > 12


@pytest.mark.parametrize("path", QUESTIONS)
def test_a_question_is_asked_of_the_last_year_unless_told_otherwise(auditor: FlaskClient, path: str) -> None:
    page = get(auditor, path)
    parsed(page)
    assert page.status_code == 200
    long_ago = f"{path}?first-day=1&first-month=1&first-year=1990&last-day=2&last-month=1&last-year=1990"
    assert "app-empty" in get(auditor, long_ago).text


@pytest.mark.parametrize("path", QUESTIONS)
def test_a_period_that_ends_before_it_begins_is_refused_with_the_cure(auditor: FlaskClient, path: str) -> None:
    page = get(auditor, f"{path}?first-day=2&first-month=1&first-year=2026&last-day=1&last-month=1&last-year=2026")
    parsed(page)
    assert "The last day is before the first: mend one of them" in page.text


@pytest.mark.parametrize("path", QUESTIONS)
def test_a_period_of_many_years_is_refused_with_the_cure(auditor: FlaskClient, path: str) -> None:
    page = get(auditor, f"{path}?first-day=2&first-month=1&first-year=2016&last-day=1&last-month=1&last-year=2026")
    parsed(page)
    assert "The period is longer than 400 days: ask for a year at a time" in page.text


def test_an_inspections_file_tells_who_was_proposed_checked_decided_on_and_in_which_words(auditor: FlaskClient) -> None:
    page = get(auditor, "/audit/independence/INS-1")
    parsed(page)
    for heading in (
        "Declaration in force now",
        "Own word",
        "Confirmed, questioned and released",
        "Checks",
        "Decisions",
    ):
        assert heading in page.text
    assert "under the policy Example policy" in page.text
    assert "Ill." in page.text
    assert get(auditor, "/audit/independence/NONE").status_code == 404


def test_who_opened_personal_details_is_told_and_pointed_out_when_it_is_often(
    auditor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "UNUSUAL", 2)
    ref = re.findall(r"DEC-[0-9A-Z]{4}-[0-9A-Z]{4}", get(auditor, "/audit/entries").text)[0]
    page = get(auditor, "/audit").text
    assert "Nobody read unusually much in the last 30 days." in page
    # By a question to ask, too.
    assert 'href="/audit/watching"' in page
    for _ in range(2):
        post(auditor, f"/audit/declarations/{ref}/open", {})
    first = get(auditor, "/audit")
    parsed(first)
    assert "details opened 2 times" in first.text
    assert 'href="/audit/watching#readers">Unusually many: ask why' in first.text
    page = get(auditor, "/audit/watching")
    parsed(page)
    assert 'id="readers"' in page.text
    assert "Unusually many: ask why" in page.text
