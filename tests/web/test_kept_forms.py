"""What is sent after a session ended: kept for its sender alone, until it is saved or a day has passed."""

import re

import pytest

from tests.support.declaring import BASE, HILLTOP, RIDGE, VALE, Desk, desk
from tests.support.web import HTTPS, Site, get, parsed, sign_in, token
from tests.support.world import SYSTEM
from tracker.domain.access import Role
from tracker.services import people


@pytest.fixture
def ines(site: Site) -> Desk:
    """An inspector who has begun a draft with one connection."""
    made = desk(site)
    made.begins()
    made.adds(HILLTOP)
    return made


def test_what_two_windows_send_after_the_session_ended_is_kept_until_each_is_saved(ines: Desk) -> None:
    paths = [f"/draft/add?target={target}&nature=governance" for target in (RIDGE, VALE)]
    sent = [{**ines.told(path), "csrf_token": token(ines.client, BASE), "version": "99"} for path in paths]
    ines.site.wait(minutes=61)
    for path, data in zip(paths, sent, strict=True):
        answer = ines.client.post(BASE + path, data=data, base_url=HTTPS)
        assert answer.headers["Location"] == "/sign-in?next=/kept"
    # A form with another's token is nobody's.
    assert "kept" not in ines.client.post(BASE + paths[0], data={**sent[0], "csrf_token": "x"}, base_url=HTTPS).location
    sign_in(ines.client, ines.site.added[(Role.INSPECTOR,)])
    assert "it was kept for you" in ines.opens("").text
    page = get(ines.client, "/kept").text
    kept = re.findall(r'name="kept_form" value="([0-9]+)"', page)
    assert len(kept) == 2
    # One that is refused stays; one that is saved goes.
    again = {**sent[1], "csrf_token": token(ines.client, "/kept"), "kept_form": kept[0]}
    assert ines.client.post(BASE + paths[1], data=again, base_url=HTTPS).status_code == 409
    assert get(ines.client, "/kept").text.count("kept_form") == 2
    saved = {**again, "version": str(ines.version)}
    assert ines.client.post(BASE + paths[1], data=saved, base_url=HTTPS).status_code == 303
    assert get(ines.client, "/kept").text.count("kept_form") == 1
    assert "Vale Academy" in ines.opens("/draft").text
    ines.site.wait(minutes=24 * 60 + 1)
    sign_in(ines.client, ines.site.added[(Role.INSPECTOR,)])
    assert get(ines.client, "/kept").status_code == 302


@pytest.mark.parametrize("minutes", [61, 0], ids=["the session ended", "the account was closed"])
def test_what_was_lost_or_only_kept_is_never_called_a_success(ines: Desk, minutes: int) -> None:
    sent = {**ines.told(f"/draft/add?target={RIDGE}&nature=governance"), "csrf_token": token(ines.client, BASE)}
    if minutes:
        ines.site.wait(minutes=minutes)
    else:
        with ines.site.staging() as stage:
            people.close(stage.session, SYSTEM, ines.site.added[(Role.INSPECTOR,)], at=stage.now)
    answer = ines.client.post(f"{BASE}/draft/add?target={RIDGE}&nature=governance", data=sent, base_url=HTTPS)
    page = get(ines.client, answer.location)
    parsed(page)
    assert ("It is kept for you" if minutes else "what you sent last was not saved") in page.text
    assert "govuk-notification-banner--success" not in page.text
    assert re.search(r"govuk-notification-banner__title[^>]*>\s*Important", page.text)


def test_an_ended_session_opens_nothing(ines: Desk) -> None:
    ines.site.wait(minutes=61)
    for _ in range(2):
        assert get(ines.client, BASE).headers["Location"] == "/sign-in?next=/declarations"
