"""A register is as old as its extract, on every page that says how old it is, however lately it was imported."""

import csv
import io
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.support.databases import Fresh
from tests.support.extracts import ROWS, imported
from tests.support.web import NOW, Site, get, parsed, post, running_site
from tests.support.world import Stage
from tracker.domain.access import Role
from tracker.domain.register import Kind
from tracker.queries.registers import ages

YEAR = "first-day=1&first-month=9&first-year=2025&last-day=31&last-month=8&last-year=2026"


def registers(session: Session) -> None:
    """Import an old extract of one register, and a file without a day of another."""
    Stage(session).policy()
    imported(session, Kind.GIAS, *ROWS[Kind.GIAS], name="edubasealldata20180331.csv", at=NOW)
    imported(session, Kind.AUTHORITIES, *ROWS[Kind.AUTHORITIES], name="authorities.csv", at=NOW)


@pytest.fixture(scope="module")
def site(fresh: Fresh) -> Iterator[Site]:
    with running_site(fresh(registers)) as site:
        yield site


def test_an_old_extract_that_was_imported_today_is_old_on_every_page(site: Site) -> None:
    for role, path in (
        (Role.ADMINISTRATOR, "/admin"),
        (Role.AUDITOR, "/audit/over-time"),
        (Role.AUDITOR, f"/audit/annual-report?{YEAR}"),
        (Role.AUDITOR, f"/audit/annual-report/print?{YEAR}"),
    ):
        page = get(site.client_for(role), path)
        parsed(page)
        assert "7 years old" in page.text, path
        assert "31 March 2018" in page.text, path
        assert "not known" in page.text, path


def test_the_file_of_the_report_gives_the_age_of_the_extract_in_days(site: Site) -> None:
    answer = post(site.client_for(Role.AUDITOR), f"/audit/annual-report/export?{YEAR}", {"as": "csv"}, of="/audit")
    rows = [row for row in csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))) if row[0] == "Registers"]
    assert [row[3] for row in rows] == ["", str((NOW.date() - date(2018, 3, 31)).days)]
    assert "its age is not known" in rows[0][2]
    assert "the extract of 31 March 2018, imported on 2 March 2026" in rows[1][2]


def test_what_was_imported_later_makes_no_register_younger_before(site: Site) -> None:
    with site.sessions() as session:
        assert ages(session, NOW.date(), NOW) == []
        assert {each.kind for each in ages(session, NOW.date())} == {Kind.GIAS, Kind.AUTHORITIES}
