"""A page that is answered again is the page that would be made, whatever has happened, and whoever asks."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from time import sleep

import pytest
from flask import template_rendered
from sqlalchemy import select, text

from tests.support.databases import Fresh
from tests.support.life import Life
from tests.support.placing import OWN_JOB, Placing, placing_on
from tests.support.policy import EXAMPLE
from tests.support.web import HTTPS, Site, get, post, running_site, shown
from tracker import database
from tracker.database import make_engine
from tracker.domain.access import Role
from tracker.models import Inspection
from tracker.queries import figures

ACTS = 14
BOARD, PROPOSE = "/inspections", "/inspections/propose/INS-1"
TOKENS = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


@pytest.fixture
def placing(site: Site) -> Placing:
    made = placing_on(site)
    made.inspection("INS-1")
    return made


def times_made(site: Site, *paths: str) -> int:
    """Open pages as a scheduler, and return how many of them were made for it."""
    client, made = site.client_for(Role.SCHEDULER), list[object]()

    def note(_sender: object, template: object, **_more: object) -> None:
        made.append(template)

    with template_rendered.connected_to(note, site.app):
        for path in paths:
            assert get(client, path).status_code == 200
    return sum(getattr(each, "name", "").startswith("scheduler/") for each in made)


def test_a_page_is_made_once_while_people_come_read_and_go(site: Site, placing: Placing) -> None:
    assert placing
    paths = BOARD, PROPOSE
    assert times_made(site, *paths, *paths) == 2
    # Others sign in, read and take a list away; then so does this one, anew.
    post(site.client_for(Role.SCHEDULER), f"{BOARD}/export", {"as": "csv"}, of=BOARD)
    assert times_made(site, *paths) == 0
    assert times_made(site, f"{BOARD}?state=open", *paths) == 1


def test_after_any_act_each_page_is_as_it_would_be_made_anew(site: Site) -> None:
    with site.staging() as stage:
        life = Life(stage, Random(11).choice)
        life.begin()
    client = site.client_for(Role.SCHEDULER)
    changed = 0
    before: list[tuple[int, str]] = []
    for _ in range(ACTS):
        with site.staging() as stage:
            stage.now = life.stage.now
            life.stage = stage
            life.act()
        with site.sessions() as session:
            some = session.scalars(select(Inspection.reference).order_by(Inspection.id).limit(3)).all()
        paths = BOARD, f"{BOARD}?state=blocked", *(f"{BOARD}/propose/{each}" for each in some)
        again = [shown(get(client, path)) for path in paths]
        figures.forget()
        assert again == [shown(get(client, path)) for path in paths]
        changed, before = changed + (again != before), again
    assert changed > ACTS // 3


def test_each_person_gets_the_own_page_and_the_own_token(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Cleo", OWN_JOB)
    one, other = site.client_for(Role.SCHEDULER), site.client_for(Role.SCHEDULER, Role.INSPECTOR)
    assert "Pat Person 1" in get(one, BOARD).text
    assert "Pat Person 2" in get(other, BOARD).text
    for client in (one, other, one):
        path = "/inspections/propose/INS-1"
        answer = post(client, path, {"role": "team", "staff_no": "T1"})
        assert answer.status_code == 303
    assert post(site.client_for(Role.SCHEDULER), f"{BOARD}/export", {"as": "csv"}, of=BOARD).status_code == 200


def test_what_is_said_once_is_said_on_no_page_again(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Cleo")
    client = site.client_for(Role.SCHEDULER)
    get(client, BOARD)
    with client.session_transaction(base_url="https://localhost") as session:
        session["_flashes"] = [("message", "Said once.")]
    assert "Said once." in get(client, BOARD).text
    assert "Said once." not in get(client, BOARD).text


def test_whoever_loses_a_role_is_shown_nothing_from_then_on(site: Site, placing: Placing) -> None:
    assert placing
    client = site.client_for(Role.SCHEDULER)
    assert get(client, BOARD).status_code == 200
    with site.sessions() as session:
        session.execute(text("UPDATE role_grant SET revoked_at = granted_at"))
        session.commit()
    assert get(client, BOARD).status_code == 404


def test_the_day_and_the_rules_for_allocating_make_another_page(site: Site, placing: Placing, tmp_path: Path) -> None:
    placing.inspector("T1", "Cleo")
    path = "/inspections/propose/INS-1"
    rules = tmp_path / "own.toml"
    rules.write_text(site.config.allocation.read_text("utf-8"), "utf-8")
    site.set(allocation=rules)
    client = site.client_for(Role.SCHEDULER)
    first = shown(get(client, path))
    again = rules.read_text("utf-8")
    assert "week = 2" in again
    rules.write_text(again.replace("week = 2", "week = 7"), "utf-8")
    assert shown(get(client, path)) != first
    with site.sessions() as session:
        inspection = session.scalars(select(Inspection)).one()
        days = (inspection.ends_on - (site.config.now or inspection.ends_on).date()).days
    board = shown(get(client, BOARD))
    site.set(session_minutes=10**7)
    site.wait(days=days + 1)
    assert shown(get(client, BOARD)) != board


def test_a_page_of_the_evening_ends_with_the_day_whose_policy_it_follows(site: Site) -> None:
    # In summer that day begins at one o'clock in the United Kingdom; nobody acts meanwhile.
    evening, night = datetime(2026, 7, 2, 23, 30, tzinfo=UTC), datetime(2026, 7, 3, 0, 30, tzinfo=UTC)
    site.set(now=datetime(2026, 6, 1, 9, tzinfo=UTC))
    with site.staging() as stage:
        stage.policy()
        stage.declares(stage.inspector())
        shorter = re.sub(r"^valid_months = \d+", "valid_months = 1", EXAMPLE.read_text("utf-8"), flags=re.MULTILINE)
        stage.adopts(shorter.replace('version = "', 'version = "x-'), date(2026, 7, 3))
    site.set(now=evening)
    client, other = site.client_for(Role.AUDITOR), site.client_for(Role.AUDITOR)
    assert "Ines" not in get(client, "/audit/figures/overdue").text
    site.set(now=night)
    for each in (client, other):
        assert "Ines" in get(each, "/audit/figures/overdue").text


def end_connections(site: Site) -> None:
    """End every other connection to the database, as a server does that is started anew."""
    # By an engine of its own, or it would take the very connection that it is to end.
    other = make_engine(site.engine.url.render_as_string(hide_password=False))
    with other.connect() as connection:
        others = "pid <> pg_backend_pid() AND datname = current_database()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))  # noqa: S608
    other.dispose()


def test_a_database_that_was_started_anew_is_asked_before_it_is_trusted(
    postgres_fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_site(postgres_fresh()) as site:
        client = site.client_for(Role.SCHEDULER)
        get(client, BOARD)
        end_connections(site)
        monkeypatch.setattr(database, "IDLE_SECONDS", 0)
        assert get(client, BOARD).status_code == 200


@pytest.mark.parametrize(("path", "sent_to"), [(BOARD, f"{BOARD}/export"), (PROPOSE, PROPOSE)])
def test_no_page_bears_the_token_of_another_session(site: Site, placing: Placing, path: str, sent_to: str) -> None:
    placing.inspector("T1", "Cleo")
    one = site.client_for(Role.SCHEDULER)
    get(one, "/accessibility")
    get(one, "/accessibility")
    # Tokens tell the second in which they were signed.
    sleep(1.1)
    first = set(TOKENS.findall(get(one, path).text))
    other = site.client_for(Role.SCHEDULER)
    second = TOKENS.findall(get(other, path).text)
    assert first
    assert not first & set(second)
    for token in second:
        data = {"csrf_token": token, "as": "csv", "role": "team", "staff_no": "T1"}
        assert other.post(sent_to, data=data, base_url=HTTPS).status_code in (200, 303)


def test_a_page_is_found_or_made_also_while_another_thread_makes_room(site: Site, placing: Placing) -> None:
    assert placing

    class Emptied(dict[object, object]):
        def __contains__(self, key: object) -> bool:
            there = super().__contains__(key)
            self.clear()
            return there

    client = site.client_for(Role.SCHEDULER)
    get(client, BOARD)
    for shelf in figures._SHELVES[site.engine].values():
        shelf.found = Emptied(shelf.found)
    assert get(client, BOARD).status_code == 200


def test_a_connection_that_the_server_has_just_ended_is_replaced_and_none_is_lost(postgres_fresh: Fresh) -> None:
    with running_site(postgres_fresh()) as site:
        client = site.client_for(Role.SCHEDULER)
        get(client, BOARD)
        end_connections(site)
        assert get(client, BOARD).status_code == 200
        assert site.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_what_one_request_says_once_does_not_add_up_in_a_cookie_that_is_sent_again(site: Site) -> None:
    first = site.client().post(f"{BOARD}/export", base_url=HTTPS)
    cookie = first.headers["Set-Cookie"].partition(";")[0]

    def said() -> int:
        fresh = site.app.test_client(use_cookies=False)
        return len(fresh.post(f"{BOARD}/export", base_url=HTTPS, headers={"Cookie": cookie}).headers["Set-Cookie"])

    assert said() == said() == said()
