"""Signing in and out, as a browser meets it."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from tests.support.web import HTTPS, PASSWORD, Site, get, parsed, post, running_site, shown, sign_in, token
from tests.support.world import SYSTEM
from tracker.domain.access import Role
from tracker.models import HistoryEntry, RoleGrant
from tracker.services import people

HOME = "/accessibility"


def events(site: Site) -> list[str]:
    with site.sessions() as session:
        return list(session.scalars(select(HistoryEntry.event).order_by(HistoryEntry.seq)))


def is_signed_in(client: object) -> bool:
    return "Sign out" in get(client, HOME).text


def test_a_person_signs_in_and_out(site: Site) -> None:
    client = site.client_for(Role.AUDITOR)
    assert is_signed_in(client)
    assert post(client, "/sign-out", of=HOME).status_code == 302
    assert not is_signed_in(client)
    assert events(site)[-2:] == ["person:signed-in", "person:signed-out"]


def test_the_address_may_be_typed_in_any_case(site: Site) -> None:
    email = site.person(Role.AUDITOR)
    assert sign_in(site.client(), f" {email.upper()} ").status_code == 303


def test_a_wrong_password_an_unknown_address_and_a_locked_account_answer_alike(site: Site) -> None:
    email = site.person(Role.AUDITOR)
    client = site.client()
    answers = [sign_in(client, email, "wrong password") for _ in range(6)]
    answers += [sign_in(client, email), sign_in(client, "nobody@example.org")]
    assert {answer.status_code for answer in answers} == {422}
    texts = {answer.text.replace(email, "X").replace("nobody@example.org", "X") for answer in answers}
    assert len({text[text.index("<main") :].split("csrf_token")[0] for text in texts}) == 1
    parsed(answers[0])


def test_five_failures_lock_the_account_for_fifteen_minutes(site: Site) -> None:
    email = site.person(Role.AUDITOR)
    client = site.client()
    for _ in range(5):
        sign_in(client, email, "wrong password")
    assert sign_in(client, email).status_code == 422
    assert events(site)[-2:] == ["sign-in:refused", "person:locked-out"]
    site.wait(minutes=14, seconds=59)
    assert sign_in(client, email).status_code == 422
    site.wait(seconds=1)
    assert sign_in(client, email).status_code == 303


@pytest.mark.parametrize("password", [PASSWORD, "wrong password"])
def test_who_tries_a_closed_account_learns_nothing_and_the_auditor_reads_of_it(site: Site, password: str) -> None:
    email = site.person(Role.INSPECTOR)
    unknown = sign_in(site.client(), "nobody@example.org", password)
    with site.staging() as stage:
        stage.policy()
        people.close(stage.session, SYSTEM, email, at=stage.tick())
    refused = sign_in(site.client(), email, password)
    assert refused.status_code == 422
    assert shown(refused)[1].replace(email, "X") == shown(unknown)[1].replace("nobody@example.org", "X")
    assert events(site)[-1] == "sign-in:refused"
    auditor = site.client_for(Role.AUDITOR)
    name = site.account(email).name
    for path in ("/audit", "/audit/watching"):
        page = get(auditor, path)
        parsed(page)
        assert name in page.text
    assert "refused 1 time in 30 days" in get(auditor, "/audit").text
    assert f"A sign-in to the account of {name}, which is closed, was refused." in get(auditor, "/audit/entries").text


def test_a_closed_account_is_locked_after_five_tries_and_opens_unlocked(site: Site) -> None:
    email = site.person(Role.AUDITOR)
    with site.staging() as stage:
        people.close(stage.session, SYSTEM, email, at=stage.tick())
    for _ in range(7):
        assert sign_in(site.client(), email).status_code == 422
    assert events(site).count("sign-in:refused") == 5
    assert events(site)[-1] == "person:locked-out"
    with site.staging() as stage:
        people.reopen(stage.session, SYSTEM, email, at=stage.tick())
    assert sign_in(site.client(), email).status_code == 303


def test_a_success_forgets_the_failures_before_it(site: Site) -> None:
    email = site.person(Role.AUDITOR)
    for _ in range(4):
        sign_in(site.client(), email, "wrong password")
    assert sign_in(site.client(), email).status_code == 303
    assert site.account(email).failed_attempts == 0


@pytest.mark.parametrize("data", [{}, {"email": "", "password": ""}, {"email": "x" * 300, "password": PASSWORD}])
def test_an_incomplete_form_says_what_to_mend_and_links_there(site: Site, data: dict[str, object]) -> None:
    answer = post(site.client(), "/sign-in", data)
    assert answer.status_code == 422
    assert "<title>Error: Sign in" in answer.text
    assert 'href="#email"' in answer.text
    parsed(answer)


def test_after_signing_in_one_comes_where_one_wanted_to_go(site: Site) -> None:
    email = site.person(Role.AUDITOR)
    assert sign_in(site.client(), email, path="/sign-in?next=/privacy?a=1").headers["Location"] == "/privacy?a=1"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/%0a/evil",
        "evil",
        "/\t/evil.example",
    ],
)
def test_nobody_is_led_elsewhere(site: Site, elsewhere: str) -> None:
    email = site.person(Role.AUDITOR)
    client = site.client()
    answer = sign_in(client, email, path=f"/sign-in?next={elsewhere}")
    assert not urlsplit(answer.headers["Location"]).netloc
    assert answer.headers["Location"].strip("/").partition("/")[0] in ("", "%0a")


def test_a_session_ends_when_it_is_idle(site: Site) -> None:
    client = site.client_for(Role.AUDITOR)
    for _ in range(3):
        site.wait(minutes=59)
        assert is_signed_in(client)
    site.wait(minutes=61)
    assert not is_signed_in(client)


def test_a_copied_cookie_dies_with_the_sign_out(site: Site) -> None:
    client = site.client_for(Role.AUDITOR)
    copied = client.get_cookie("__Host-tracker")
    assert copied is not None
    post(client, "/sign-out", of=HOME)
    thief = site.client()
    thief.set_cookie("__Host-tracker", copied.value, secure=True)
    assert not is_signed_in(thief)


def test_a_session_from_before_the_sign_in_is_not_taken_over(site: Site) -> None:
    client = site.client()
    with client.session_transaction(base_url="https://localhost") as planted:
        planted["planted"] = "yes"
    sign_in(client, site.person(Role.AUDITOR))
    with client.session_transaction(base_url="https://localhost") as session:
        assert "planted" not in session


def test_a_forged_cookie_is_nobody(site: Site) -> None:
    email = site.person(Role.AUDITOR)
    client = site.client()
    client.set_cookie("__Host-tracker", f"eyJwZXJzb24iOiJ{site.account(email).ref}.x.y", secure=True)
    assert not is_signed_in(client)


def test_a_revoked_role_is_gone_with_the_next_request(site: Site) -> None:
    client = site.client_for(Role.AUDITOR)
    with site.staging() as stage:
        stage.session.query(RoleGrant).update({"revoked_at": stage.now})
    assert "no role that opens a page" in get(client, "/").text


def test_an_invented_person_cannot_sign_in_outside_a_demonstration(site: Site) -> None:
    email = site.person(Role.AUDITOR, is_demonstration=True)
    assert sign_in(site.client(), email).status_code == 422
    assert site.client().post("/sign-in/demonstration").status_code in (400, 404)
    assert "Look around" not in get(site.client(), "/sign-in").text


def test_the_cookie_is_kept_from_scripts_and_from_plain_http(site: Site) -> None:
    cookie = sign_in(site.client(), site.person(Role.AUDITOR)).headers["Set-Cookie"]
    assert cookie.startswith("__Host-tracker=")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie


def tries(site: Site, caller: str, number: int, email: str = "nobody@example.org", **headers: str) -> list[int]:
    client = site.client()
    client.environ_base["REMOTE_ADDR"] = caller
    csrf = token(client, "/sign-in")
    data = {"csrf_token": csrf, "email": email, "password": PASSWORD if number == 1 else "wrong words"}
    return [client.post("/sign-in", data=data, base_url=HTTPS, headers=headers).status_code for _ in range(number)]


def test_a_network_that_guesses_at_many_accounts_is_refused_for_a_while_and_others_are_not(site: Site) -> None:
    email = site.person(Role.AUDITOR)
    assert set(tries(site, "192.0.2.7", 30)) == {422}
    before = events(site)
    assert tries(site, "192.0.2.7", 1, email) == [429]
    assert events(site) == before
    assert tries(site, "192.0.2.8", 1, email) == [303]
    site.wait(minutes=15)
    assert tries(site, "192.0.2.7", 1, email) == [303]


def test_one_network_s_many_addresses_count_as_one(site: Site) -> None:
    for number in range(30):
        assert tries(site, f"2001:db8::{number + 1:x}", 1) == [422]
    assert tries(site, "2001:db8::ffff", 1) == [429]
    assert tries(site, "2001:db8:0:1::1", 1) == [422]


def test_behind_a_proxy_the_caller_counts_and_without_a_word_of_one_nobody_does(site: Site) -> None:
    assert set(tries(site, "127.0.0.1", 31)) == {422}
    with running_site(str(site.engine.url), proxies=1) as proxied:
        forged = {"X-Forwarded-For": "203.0.113.9, 192.0.2.7"}
        assert set(tries(proxied, "127.0.0.1", 30, **forged)) == {422}
        assert tries(proxied, "127.0.0.1", 1, **forged) == [429]
        assert tries(proxied, "127.0.0.1", 1, **{"X-Forwarded-For": "192.0.2.8"}) == [422]
