"""Whoever waits for another's act goes on with the rights that are held after it."""

import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.support.web import HTTPS, NOW, Site, get, sign_in, token
from tracker.database import begin_write
from tracker.domain.access import Actor, Role
from tracker.services import people
from tracker.services.people import ChangeRole

ADMINISTRATOR = Role.ADMINISTRATOR


def _waiting(site: Site, send: Callable[[], TestResponse], act: Callable[[Session], object]) -> TestResponse:
    """Send a form while another act holds the lock; let the act commit then, and return the answer to the form."""
    answers: list[TestResponse] = []
    thread = threading.Thread(target=lambda: answers.append(send()))
    with site.sessions() as session:
        begin_write(session)
        thread.start()
        time.sleep(0.5)
        assert answers == []
        act(session)
        session.commit()
    thread.join(60)
    return answers[0]


@pytest.fixture
def other(site: Site) -> Actor:
    return Actor(f"person:{site.account(site.person(ADMINISTRATOR)).ref}", "Other", frozenset({ADMINISTRATOR}))


def test_an_administrator_who_is_closed_while_waiting_does_nothing_more(site: Site, other: Actor) -> None:
    mine, client = site.person(ADMINISTRATOR), site.client()
    third = site.person(Role.AUDITOR)
    sign_in(client, mine)
    path = f"/admin/people/{site.account(third).ref}"
    sent = {"csrf_token": token(client, path)}
    answer = _waiting(
        site,
        lambda: client.post(f"{path}/close", data=sent, base_url=HTTPS),
        lambda session: people.close(session, other, mine, at=NOW),
    )
    assert answer.location is not None
    assert "/sign-in" in answer.location
    assert site.account(third).disabled_at is None


def test_whoever_lost_a_role_while_waiting_does_not_give_it_back_to_oneself(site: Site, other: Actor) -> None:
    mine, client = site.person(ADMINISTRATOR, Role.AUDITOR), site.client()
    sign_in(client, mine)
    path = f"/admin/people/{site.account(mine).ref}"
    sent = {"csrf_token": token(client, path), "role": ADMINISTRATOR.value}
    answer = _waiting(
        site,
        lambda: client.post(f"{path}/grant", data=sent, base_url=HTTPS),
        lambda session: people.revoke(session, other, ChangeRole(mine, ADMINISTRATOR), at=NOW),
    )
    assert answer.status_code == 404
    assert get(client, "/admin/people").status_code == 404


def test_who_stays_who_one_was_goes_on_after_waiting(site: Site, other: Actor) -> None:
    mine, third, client = site.person(ADMINISTRATOR), site.person(Role.AUDITOR), site.client()
    sign_in(client, mine)
    path = f"/admin/people/{site.account(third).ref}"
    sent = {"csrf_token": token(client, path)}
    answer = _waiting(
        site,
        lambda: client.post(f"{path}/close", data=sent, base_url=HTTPS),
        lambda session: people.end_sessions(session, other, third, at=NOW),
    )
    assert answer.status_code == 303
    assert site.account(third).disabled_at is not None
