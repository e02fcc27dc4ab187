"""What every answer has in common: headers, errors, the guard, and the first page."""

import psycopg
import pytest
from flask import abort
from psycopg.sql import SQL, Identifier
from sqlalchemy.exc import OperationalError

from tests.support.databases import Fresh
from tests.support.postgres import Postgres
from tests.support.web import HTTPS, Site, get, parsed, post, running_site, shown
from tracker.domain.access import Permission, Role
from tracker.domain.errors import IllegalTransitionError, NotFoundError, NotPermittedError, OutOfDateError, RefusedError
from tracker.web.access import UnguardedError, public, refuse_unguarded, requires

PAGES = ("/sign-in", "/accessibility", "/privacy", "/nowhere", "/health/live", "/static/app.js")


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_bears_the_headers(site: Site, path: str) -> None:
    headers = get(site.client(), path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == ("no-cache" if path.startswith("/static") else "no-store")


def test_an_asset_is_kept_for_ever_at_the_address_of_its_content(site: Site) -> None:
    page = get(site.client(), "/sign-in").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = get(site.client(), address)
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/sign-in", "/accessibility", "/privacy", "/nowhere"])
def test_every_page_is_whole_html_without_inline_code(site: Site, path: str) -> None:
    answer = get(site.client(), path)
    parsed(answer)
    assert " style=" not in answer.text
    assert "<script>" not in answer.text
    assert answer.text.count("<h1") == 1


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (NotPermittedError("secret"), 404, "Page not found"),
        (NotFoundError("secret"), 404, "Page not found"),
        (OutOfDateError("It changed."), 409, "It changed."),
        (IllegalTransitionError("Not now."), 409, "Not now."),
        (RefusedError("Mend <this>."), 422, "Mend &lt;this&gt;."),
        (OperationalError("secret", {}, Exception("secret")), 503, "Busy"),
        (ZeroDivisionError("secret"), 500, "Something went wrong"),
    ],
)
def test_errors_have_their_status_and_tell_no_secrets(site: Site, error: Exception, status: int, says: str) -> None:
    @site.app.get("/fails")
    @public
    def fails() -> str:
        raise error

    site.app.testing = False
    answer = get(site.client(), "/fails")
    assert answer.status_code == status
    assert says in answer.text
    assert "secret" not in answer.text
    parsed(answer)


@pytest.mark.parametrize("path", ["/inspections/objections", "/inspections", "/inspections/assignments?need=waiting"])
def test_a_database_that_is_away_is_said_on_a_page_and_is_there_again_when_it_is(
    postgres_fresh: Fresh, postgres: Postgres, path: str
) -> None:
    with running_site(postgres_fresh()) as site:
        site.app.testing = False
        client = site.client_for(Role.SCHEDULER)
        assert get(client, path).status_code == 200
        name = site.engine.url.database
        with psycopg.connect(host=str(postgres.folder), user="postgres", autocommit=True) as keeper:
            keeper.execute(SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(Identifier(name or "")))
            keeper.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            answer = get(client, path)
            keeper.execute(SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(Identifier(name or "")))
        assert answer.status_code == 503
        assert "The records did not answer in time." in answer.text
        parsed(answer)
        assert get(client, path).status_code == 200


def test_http_errors_have_pages_too(site: Site) -> None:
    @site.app.get("/teapot")
    @public
    def teapot() -> str:
        abort(418)

    assert get(site.client(), "/teapot").status_code == 418
    answer = site.client().put("/privacy", base_url=HTTPS)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"


def test_a_form_without_its_token_is_refused_with_a_way_back(site: Site) -> None:
    answer = site.client().post("/sign-in", data={"email": "a@example.org"}, base_url=HTTPS)
    assert answer.status_code == 400
    assert 'href="/sign-in"' in answer.text
    assert "Nothing was saved" in answer.text


def test_a_form_that_is_too_large_is_refused(site: Site) -> None:
    answer = site.client().post("/sign-in", data={"email": "x" * 2_000_000}, base_url=HTTPS)
    assert answer.status_code == 413


def test_what_is_not_ones_own_looks_as_if_it_were_not_there(site: Site) -> None:
    @site.app.get("/people-only")
    @requires(Permission.MANAGE_PEOPLE)
    def people_only() -> str:
        return "secret"

    client = site.client_for(Role.AUDITOR)
    forbidden, absent = get(client, "/people-only"), get(client, "/people-none")
    assert forbidden.status_code == absent.status_code == 404
    assert shown(forbidden) == shown(absent)
    stranger = get(site.client(), "/people-only?page=2")
    assert stranger.headers["Location"] == "/sign-in?next=/people-only?page%3D2"
    assert get(site.client_for(Role.ADMINISTRATOR), "/people-only").text == "secret"


def test_an_endpoint_without_a_mark_is_shut_and_stops_the_start(site: Site) -> None:
    site.app.add_url_rule("/unmarked", "unmarked", lambda: "secret")
    assert get(site.client(), "/unmarked").status_code == 404
    assert get(site.client_for(Role.ADMINISTRATOR), "/unmarked").status_code == 404
    with pytest.raises(UnguardedError, match="unmarked"):
        refuse_unguarded(site.app)


def test_a_person_without_a_role_is_told_so_and_can_leave(site: Site) -> None:
    client = site.client_for()
    assert "no role that opens a page" in get(client, "/").text
    assert post(client, "/sign-out", of="/").status_code == 302


def test_health_is_told_to_everybody(site: Site) -> None:
    assert get(site.client(), "/health/live").json == {"status": "live"}
    assert get(site.client(), "/health/ready").json == {"status": "ready"}
