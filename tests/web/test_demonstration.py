"""The demonstration's own door: invented people, no password, and nobody else."""

from collections.abc import Iterator

import pytest

from tests.support.databases import Fresh
from tests.support.web import Site, get, parsed, post, running_site
from tracker.domain.access import Role


@pytest.fixture
def demonstration(sqlite_fresh: Fresh) -> Iterator[Site]:
    with running_site(sqlite_fresh(), demonstration=True) as started:
        yield started


def test_the_sign_in_page_offers_one_invented_person_a_role(demonstration: Site) -> None:
    one = demonstration.person(Role.AUDITOR, is_demonstration=True)
    two = demonstration.person(Role.AUDITOR, is_demonstration=True)
    real = demonstration.person(Role.SCHEDULER)
    page = get(demonstration.client(), "/sign-in")
    assert one in page.text
    assert two not in page.text
    assert real not in page.text
    parsed(page)


def test_an_invented_person_enters_without_a_password(demonstration: Site) -> None:
    ref = demonstration.account(demonstration.person(Role.AUDITOR, is_demonstration=True)).ref
    client = demonstration.client()
    assert post(client, "/sign-in/demonstration", {"person": ref}, of="/sign-in").status_code == 303
    assert "Sign out" in get(client, "/privacy").text


def test_a_real_person_does_not(demonstration: Site) -> None:
    ref = demonstration.account(demonstration.person(Role.AUDITOR)).ref
    client = demonstration.client()
    assert post(client, "/sign-in/demonstration", {"person": ref}, of="/sign-in").status_code == 404
    assert "Sign out" not in get(client, "/privacy").text
