"""A page that is kept is sent again as it was, without being looked for, to the browser that had it and to no other."""

from datetime import timedelta
from typing import Any

import pytest
from flask import request_started
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.support.placing import OWN_JOB, Placing, placing_on
from tests.support.statements import counted
from tests.support.web import HTTPS, Site, get, post
from tracker.domain.access import Role
from tracker.web import again

BOARD = "/inspections"
LOST = {
    "a role": "UPDATE role_grant SET revoked_at = granted_at",
    "the account": "UPDATE account SET disabled_at = '2026-01-01 00:00:00'",
    "every session": "UPDATE account SET session_epoch = session_epoch + 1",
}


@pytest.fixture
def placing(site: Site) -> Placing:
    made = placing_on(site)
    made.inspection("INS-1")
    return made


def reader_of(site: Site) -> FlaskClient:
    """Return a scheduler's browser to which the board can be sent again: its cookie holds all that it will."""
    client = site.client_for(Role.SCHEDULER)
    for _ in range(2):
        assert get(client, BOARD).status_code == 200
    return client


def looked_for(site: Site, client: FlaskClient, path: str = BOARD) -> tuple[bool, Any]:
    """Open a page; return whether the application was asked for it, and the answer."""
    started = list[object]()
    with request_started.connected_to(lambda *_args, **_more: started.append(1), site.app):
        answer = get(client, path)
    return bool(started), answer


def test_the_same_page_is_sent_again_to_the_byte_with_every_header(site: Site, placing: Placing) -> None:
    assert placing
    client = reader_of(site)
    was_looked_for, kept = looked_for(site, client)
    assert not was_looked_for
    anew = get(client, f"{BOARD}?")
    assert kept.status == anew.status
    assert kept.headers.to_wsgi_list() == anew.headers.to_wsgi_list()
    assert kept.data == anew.data


def test_who_it_is_is_asked_in_one_statement(site: Site, placing: Placing) -> None:
    assert placing
    client = reader_of(site)
    with counted(site.engine) as sent:
        assert not looked_for(site, client)[0]
    assert len(sent) == 1


@pytest.mark.parametrize("what", LOST)
def test_whoever_loses_something_is_sent_nothing_again(site: Site, placing: Placing, what: str) -> None:
    assert placing
    client = reader_of(site)
    with site.sessions() as session:
        session.execute(text(LOST[what]))
        session.commit()
    assert get(client, BOARD).status_code != 200


def test_an_act_of_anybody_is_shown_at_once(site: Site, placing: Placing) -> None:
    client = reader_of(site)
    placing.inspection("INS-2")
    assert "INS-2" in get(client, BOARD).text


def test_another_browser_is_sent_none_of_it(site: Site, placing: Placing) -> None:
    assert placing
    kept = get(reader_of(site), BOARD)
    for other in (site.client(), site.client_for(Role.INSPECTOR)):
        answer = get(other, BOARD)
        assert answer.status_code != 200
        assert answer.data != kept.data
    assert get(site.client_for(Role.SCHEDULER), BOARD).data != kept.data


def test_whoever_signs_out_is_sent_none_of_it(site: Site, placing: Placing) -> None:
    assert placing
    client = reader_of(site)
    post(client, "/sign-out", {}, of=BOARD)
    assert get(client, BOARD).status_code != 200


def test_the_session_goes_on_while_pages_are_sent_again(site: Site, placing: Placing) -> None:
    assert placing
    client = reader_of(site)
    site.wait(seconds=again.FRESH_SECONDS - 1)
    assert not looked_for(site, client)[0]
    site.wait(seconds=1)
    was_looked_for, answer = looked_for(site, client)
    assert was_looked_for
    assert "Set-Cookie" in answer.headers
    get(client, BOARD)
    assert not looked_for(site, client)[0]


def test_another_day_makes_another_page(site: Site, placing: Placing) -> None:
    assert placing
    now = site.config.now
    assert now is not None
    site.set(now=now.replace(hour=23, minute=59, second=50))
    client = reader_of(site)
    site.set(now=now.replace(hour=0, minute=0, second=10) + timedelta(days=1))
    assert looked_for(site, client)[0]


def test_only_so_many_are_remembered(site: Site, placing: Placing, monkeypatch: pytest.MonkeyPatch) -> None:
    assert placing
    monkeypatch.setattr(again, "MOST", 2)
    client = reader_of(site)
    for state in ("open", "blocked"):
        get(client, f"{BOARD}?state={state}")
    assert looked_for(site, client)[0]
    assert not looked_for(site, client, f"{BOARD}?state=blocked")[0]


def test_only_questions_are_answered_so(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Cleo", OWN_JOB)
    client = reader_of(site)
    assert client.head(BOARD, base_url=HTTPS).data == b""
    assert client.post(BOARD, base_url=HTTPS).status_code in (400, 405)
