"""The annual report on its page, on paper and as files: the same figures, and each taking away is an entry."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.support.databases import Fresh
from tests.support.everything import everything
from tests.support.web import get, parsed, post, running_site
from tracker.domain.access import Role

PATH = "/audit/annual-report"
YEAR = "first-day=1&first-month=9&first-year=2025&last-day=31&last-month=8&last-year=2026"
FIGURE = re.compile(r'role="rowheader">([^<]+)<.*?data-of="In the period">([0-9,]+)', re.DOTALL)


@pytest.fixture(scope="module")
def auditor(sqlite_fresh: Fresh) -> Iterator[FlaskClient]:
    with running_site(sqlite_fresh(everything)) as site:
        yield site.client_for(Role.AUDITOR)


def figures(text: str) -> list[tuple[str, int]]:
    return [(title, int(number.replace(",", ""))) for title, number in FIGURE.findall(text)]


def test_the_first_page_leads_to_the_report_of_the_last_whole_year(auditor: FlaskClient) -> None:
    assert f'href="{PATH}"' in get(auditor, "/audit").text
    page = get(auditor, PATH)
    parsed(page)
    assert "1 September 2024 to 31 August 2025" in page.text
    assert "The period before is 1 September 2023 to 31 August 2024" in page.text


def test_page_paper_and_files_tell_the_same(auditor: FlaskClient) -> None:
    page, paper = get(auditor, f"{PATH}?{YEAR}"), get(auditor, f"{PATH}/print?{YEAR}")
    parsed(page)
    parsed(paper)
    assert "The period ends on 31 August 2026: it is told as far as today." in page.text
    shown = figures(page.text)
    assert ("Inspectors", 3) in shown
    assert figures(paper.text) == shown
    answer = post(auditor, f"{PATH}/export?{YEAR}", {"as": "csv"}, of=PATH)
    head, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
    assert head[1:4] == ["Figure", "What it counts", "In the period"]
    listed = ("Exceptions on real conflicts", "Registers", "Policies", "The report")
    assert rows[0][:3] == ["The report", "Period", "From 1 September 2025 to 2 March 2026"]
    # To take it away is an entry, too.
    own = {"Entries": 1, "Lists and copies taken away": 1}
    expected = sorted((title, number + own.get(title, 0)) for title, number in shown)
    assert sorted((row[1], int(row[3])) for row in rows if row[0] not in listed) == expected
    workbook = post(auditor, f"{PATH}/export?{YEAR}", {"as": "xlsx"}, of=PATH)
    assert workbook.data.startswith(b"PK")
    told = get(auditor, "/audit/entries").text
    assert "took the list “annual report” away as csv, narrowed by period 2025-09-01-to-2026-03-02" in told


def test_it_names_no_inspector(auditor: FlaskClient) -> None:
    for path in (f"{PATH}?{YEAR}", f"{PATH}/print?{YEAR}"):
        text = get(auditor, path).text
        assert "Ines" not in text
        assert "Omar" not in text


def test_its_figures_lead_to_the_lists_of_today(auditor: FlaskClient) -> None:
    for key in set(re.findall(r'href="(/audit/figures/[a-z-]+)"', get(auditor, f"{PATH}?{YEAR}").text)):
        assert get(auditor, key).status_code == 200
    assert "/audit/figures/" not in get(auditor, f"{PATH}/print?{YEAR}").text


@pytest.mark.parametrize("path", [PATH, f"{PATH}/print"])
def test_a_wrong_period_is_refused_with_the_cure(auditor: FlaskClient, path: str) -> None:
    page = get(auditor, f"{path}?{YEAR.replace('2025', '2027')}")
    parsed(page)
    cure = "go back and choose one" if path.endswith("print") else "The last day is before the first: mend one of them"
    assert cure in page.text
