"""Finding a provider on a page and for the list of choices, with a mistake in what was typed."""

import pytest

from tests.support.placing import placing_on
from tests.support.web import Site, get, parsed
from tracker.domain.access import Role


@pytest.fixture
def site(site: Site) -> Site:
    """The site with the small register."""
    placing_on(site)
    return site


def test_the_page_says_that_nothing_is_so_spelt_and_shows_what_is_close_to_it(site: Site) -> None:
    client = site.client_for(Role.SCHEDULER)
    page = get(client, "/inspections/plan?q=rigde acadmy")
    parsed(page)
    assert "Nothing was found for “rigde acadmy” as it is spelt. Close to it:" in page.text
    assert "/inspections/plan/details?provider=gias:900002" in page.text
    assert "as it is spelt" not in get(client, "/inspections/plan?q=ridge").text


def test_the_list_of_choices_holds_it_while_one_types(site: Site) -> None:
    client = site.client_for(Role.INSPECTOR)
    for words in ("hil", "hilt", "hilto", "hiltop", "hiltop prim"):
        assert "gias:900001" in [each["ref"] for each in client.get(f"/providers/search?q={words}").json]


def test_a_group_is_no_choice_for_an_inspection_however_it_is_typed(site: Site) -> None:
    client = site.client_for(Role.SCHEDULER)
    for words in ("birch", "brich trust"):
        assert client.get(f"/providers/search?q={words}").json != []
        assert client.get(f"/providers/search?only=providers&q={words}").json == []
