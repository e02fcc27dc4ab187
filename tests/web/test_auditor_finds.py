"""The auditor finds accounts, groups and entries, and gets from a number of reading or refusals to its entries."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.support.databases import Fresh
from tests.support.everything import everything
from tests.support.web import Site, get, parsed, post, running_site, sign_in
from tracker.domain.access import Role
from tracker.models import Account, HistoryEntry


@pytest.fixture
def site(fresh: Fresh) -> Iterator[Site]:
    with running_site(fresh(everything)) as site:
        yield site


@pytest.fixture
def auditor(site: Site) -> FlaskClient:
    return site.client_for(Role.AUDITOR)


def account(site: Site, role: Role) -> Account:
    with site.sessions() as session:
        return session.scalars(select(Account).where(Account.email == site.added[(role,)])).one()


def main(client: FlaskClient, path: str) -> str:
    page = get(client, path)
    assert page.status_code == 200, path
    parsed(page)
    return page.text.partition("<main")[2]


def test_an_account_is_found_by_its_reference_and_by_a_part_of_its_name(site: Site, auditor: FlaskClient) -> None:
    one = account(site, Role.AUDITOR)
    for words in (one.ref.lower(), one.name[:6].lower()):
        assert f'href="/audit/of/person/{one.ref}"' in main(auditor, f"/audit?q={words}")


def test_an_accounts_page_shows_its_roles_whether_it_is_open_and_its_staff_number(
    site: Site, auditor: FlaskClient
) -> None:
    site.client_for(Role.DECISION_MAKER)
    path = f"/audit/of/person/{account(site, Role.DECISION_MAKER).ref}"
    page = main(auditor, path)
    for said in ("Decision-maker", "Open", "None: it is no inspector’s"):
        assert said in page
    administrator = site.client_for(Role.ADMINISTRATOR)
    of = path.replace("/audit/of/person", "/admin/people")
    assert post(administrator, f"{of}/close", {}, of=of).status_code == 303
    assert "Closed on" in main(auditor, path)


@pytest.mark.parametrize("words", ["3", "entry 3"])
def test_an_entry_is_found_by_its_number_and_opened_among_the_others(auditor: FlaskClient, words: str) -> None:
    assert 'href="/audit/entries?entry=3"' in main(auditor, f"/audit?q={words}")
    page = main(auditor, "/audit/entries?entry=3")
    assert re.findall("Entry ([0-9]+)", page)[0] == "3"


@pytest.mark.parametrize("number", ["0", "999999", "abc", "-1"])
def test_an_entry_that_there_is_none_of_is_not_there(auditor: FlaskClient, number: str) -> None:
    assert get(auditor, f"/audit/entries?entry={number}").status_code == 404


def test_a_trust_is_found_by_its_name_with_the_inspections_of_its_providers(auditor: FlaskClient) -> None:
    assert 'href="/audit/groups/group:9001"' in main(auditor, "/audit?q=birch")
    period = "first-day=1&first-month=3&first-year=2026&last-day=31&last-month=12&last-year=2026"
    page = main(auditor, f"/audit/groups/group:9001?{period}")
    assert "Multi-academy trust" in page
    assert 'href="/audit/of/inspection/INS-' in page
    assert get(auditor, "/audit/groups/group:0").status_code == 404


def test_each_number_of_reading_leads_to_as_many_entries(site: Site, auditor: FlaskClient) -> None:
    with site.sessions() as session:
        text = session.scalars(select(HistoryEntry.entry).where(HistoryEntry.event == "declaration:recorded")).first()
    ref = re.findall("DEC-[0-9A-Z]{4}-[0-9A-Z]{4}", str(text))[0]
    for _ in range(2):
        post(auditor, f"/audit/declarations/{ref}/open", {})
    who = account(site, Role.AUDITOR).ref
    page = main(auditor, "/audit/watching")
    assert re.search(rf'href="/audit/watching/opened/person:{who}">2<', page)
    listed = main(auditor, f"/audit/watching/opened/person:{who}")
    assert "2 entries of the history" in listed
    assert f"opened the details of declaration {ref}" in listed


def test_each_number_of_refusals_leads_to_as_many_entries(site: Site, auditor: FlaskClient) -> None:
    one = account(site, Role.AUDITOR)
    for _ in range(2):
        sign_in(site.client(), one.email, "a wrong password")
    path = f"/audit/watching/refused/person:{one.ref}"
    assert f'href="{path}">2<' in main(auditor, "/audit/watching")
    assert "2 entries of the history" in main(auditor, path)
    for none in ("closed", "locked", "secrets"):
        assert get(auditor, f"/audit/watching/{none}/person:{one.ref}").status_code == 404
    with site.sessions() as session:
        assert session.scalar(select(func.count()).where(HistoryEntry.event == "sign-in:refused")) == 2
