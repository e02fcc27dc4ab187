"""An organisation on no register, from an inspector's search to a reviewer's link and what that changes."""

from html import unescape
from urllib.parse import quote

import pytest

from tests.support.declaring import BASE, Desk, desk
from tests.support.placing import Placing, placing_on
from tests.support.web import Site, get, parsed, post
from tests.support.world import employed_at
from tracker.domain.access import Role
from tracker.queries.organisations import Organisation

HERE = "/decisions/organisations"
MAKERS = f"{HERE}/{Organisation('org:makers uk').key}"


@pytest.fixture
def ines(site: Site) -> Desk:
    return desk(site)


@pytest.fixture
def placing(site: Site) -> Placing:
    placing = placing_on(site)
    placing.inspection("INS-1", team_size=4)
    placing.inspector("T1", "Otto", employed_at("org:Makers  UK", holder="partner"))
    return placing


def test_a_name_on_no_register_is_declared_without_scripts_and_shown_by_its_name(ines: Desk) -> None:
    ines.begins()
    ines.sends("/draft/question", {"natures": ["consultancy"]})
    page = ines.opens("/draft/find?q=makers").text
    assert "It is on no register: give the organisation’s name" in page
    assert 'value="makers"' in page.partition('id="organisation"')[2]

    asked = get(ines.client, f"{BASE}/draft/find?organisation={quote('  Makers  & Sons ')}")
    assert asked.status_code == 302
    to = asked.headers["Location"].removeprefix(BASE)
    assert "Makers &amp; Sons" in ines.opens(to).text
    to = ines.sends(to, {"nature": "consultancy"})
    ines.sends(to, ines.told(to))
    assert "Makers & Sons (on no register)" in unescape(ines.opens("/draft/check").text)
    ref = ines.files()
    for path in (f"/{ref}/recorded", f"/{ref}"):
        assert "Makers & Sons" in unescape(ines.opens(path).text)
        assert "org:" not in ines.opens(path).text


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\u0007b"])
def test_what_is_no_name_is_refused_where_it_was_typed(ines: Desk, name: str) -> None:
    ines.begins()
    page = ines.opens(f"/draft/find?organisation={quote(name)}", 422).text
    assert page.count("Give the organisation&#39;s name, in 200 characters or fewer") == 2


def test_the_names_that_others_declared_are_never_suggested(ines: Desk) -> None:
    with ines.site.staging() as stage:
        stage.declares(stage.inspector("T9", "Nona"), employed_at("org:Makers UK"))
    ines.begins()
    for words in ("makers", "Makers UK", "org:makers uk"):
        assert "Nothing was found for" in ines.opens(f"/draft/find?q={words}").text
        assert get(ines.client, f"/providers/search?q={words}").json == []


def test_a_reviewer_links_an_organisation_is_told_what_that_changed_and_takes_it_back(
    site: Site, placing: Placing
) -> None:
    ref = placing.proposed("INS-1", "T1", confirmed=True)
    client = site.client_for(Role.DECISION_MAKER)
    assert "Organisations on no register (1)" in get(client, "/decisions").text
    assert "linked with nothing" in get(client, HERE).text
    page = get(client, f"{MAKERS}?q=birch")
    parsed(page)
    assert "of close family or household" in page.text
    assert "Partner" not in page.text
    assert "target=group:9001" in page.text
    link = f"{MAKERS}/judge?target=group:9001"
    parsed(get(client, link))
    assert post(client, link, {"reasons": " "}).status_code == 422

    site.set(session_minutes=10**6)
    site.wait(minutes=90)
    assert post(client, link, {"reasons": "It is the trust’s own company."}).status_code == 303

    page = get(client, MAKERS)
    parsed(page)
    assert "The link is recorded; 1 assignment changed." in page.text
    assert f'href="/decisions/assignments/{ref}">Otto for INS-1</a>' in page.text
    assert "It is the trust’s own company." in page.text
    assert placing.state(ref) == "questioned"
    assert "Organisations on no register</a>: none without a link now" in get(client, "/decisions").text
    assert post(client, link, {"reasons": "Again."}).status_code == 422
    site.wait(minutes=10)
    assert post(client, f"{link}&act=unlink", {"reasons": "It was sold."}).status_code == 303
    page = get(client, MAKERS)
    assert "No longer linked with Birch Trust" in page.text
    assert "Nothing: it reaches no inspection." in page.text


@pytest.mark.parametrize("target", ["la:990", "gias:1", "org:Makers UK", ""])
def test_only_a_provider_or_a_group_can_be_linked(site: Site, placing: Placing, target: str) -> None:
    client = site.client_for(Role.DECISION_MAKER)
    assert placing.state(placing.proposed("INS-1", "T1")) == "proposed"
    answer = get(client, f"{MAKERS}/judge?target={target}")
    if answer.status_code == 200:
        answer = post(client, f"{MAKERS}/judge?target={target}", {"reasons": "So it is."})
        assert answer.status_code == 422
        assert "Choose a provider or a group" in answer.text
    else:
        assert answer.headers["Location"] == MAKERS
    assert "Nothing yet." in get(client, MAKERS).text


def test_for_whoever_declares_it_an_organisation_does_not_exist_here(site: Site, placing: Placing) -> None:
    roles = (Role.INSPECTOR, Role.DECISION_MAKER)
    client = site.client_for(*roles)
    assert get(client, MAKERS).status_code == 200
    placing.is_oneself(site.added[roles], "T1")
    assert get(client, MAKERS).status_code == 404
    assert get(client, f"{MAKERS}/judge?target=group:9001").status_code == 404
    assert "Makers" not in get(client, HERE).text
    assert "Organisations on no register (1)" not in get(client, "/decisions").text
