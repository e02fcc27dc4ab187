"""The navigation shows each person just the pages that open, and `/` leads there."""

import re

import pytest

from tests.support.web import Site, get
from tests.support.world import staged
from tracker.domain.access import Role
from tracker.web.navigation import FIRST_PAGES, PLACES


@pytest.mark.parametrize("role", list(Role))
def test_every_link_opens_and_no_page_that_opens_is_missing(site: Site, role: Role) -> None:
    with site.staging() as stage:
        staged(stage.session)
    client = site.client_for(role)
    shown = re.findall(r'govuk-service-navigation__link" href="([^"]+)"', get(client, "/privacy").text)
    assert shown == [place.path for place in PLACES if get(client, place.path).status_code == 200]
    for path in shown:
        assert 'aria-current="page"' in get(client, path).text


@pytest.mark.parametrize("role", list(Role))
def test_the_first_page_is_the_role_s_own(site: Site, role: Role) -> None:
    with site.staging() as stage:
        staged(stage.session)
    client = site.client_for(role)
    (own,) = (page.path for page in FIRST_PAGES if page.role is role)
    answer = get(client, "/")
    if get(client, own).status_code == 200:
        assert answer.headers["Location"] == own
    else:
        assert "no role that opens a page" in answer.text


def test_a_stranger_sees_no_navigation(site: Site) -> None:
    assert "govuk-service-navigation" not in get(site.client(), "/privacy").text
