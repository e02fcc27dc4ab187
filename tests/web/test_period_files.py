"""What the questions of a period found is taken away as files, of the period that the page was asked for."""

import csv
import io
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.support.databases import Fresh
from tests.support.everything import everything
from tests.support.web import get, post, running_site
from tests.web.test_auditor_figures import QUESTIONS
from tracker.domain.access import Role


@pytest.fixture(scope="module")
def auditor(sqlite_fresh: Fresh) -> Iterator[FlaskClient]:
    with running_site(sqlite_fresh(everything)) as site:
        yield site.client_for(Role.AUDITOR)


@pytest.mark.parametrize("path", QUESTIONS)
def test_what_a_question_found_is_taken_away_of_the_same_period(auditor: FlaskClient, path: str) -> None:
    answer = post(auditor, f"{path}/export?endpoint=x", {"as": "csv"}, of="/audit")
    assert answer.status_code == 200
    assert "-to-" in answer.headers["Content-Disposition"]
    head, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    page = get(auditor, f"{path}?endpoint=x").text
    assert all(row[head.index("Inspector")] in page for row in rows)
    assert bool(rows) == (f'action="{path}/export"' in page)
    nothing = post(auditor, f"{path}/export?first-day=40", {"as": "csv"}, of="/audit")
    assert len(nothing.data.decode().splitlines()) == 1
