"""The policy's owner at work: comparing another policy, adopting what was compared, and the day it takes effect."""

import base64
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.support.crowd import engaged
from tests.support.databases import Fresh
from tests.support.owner import (
    ADMIN,
    FOR_CONTRACTED,
    OTHER,
    THIRD,
    adopted,
    adopts,
    compares,
    owned_site,
    populated,
    words,
)
from tests.support.policy import EXAMPLE
from tests.support.web import Site, get, parsed, post
from tests.support.world import employed_at
from tracker.domain.access import Role
from tracker.models import Assignment, HistoryEntry, HistoryHead, PolicyVersion


@pytest.fixture
def site(sqlite_fresh: Fresh) -> Iterator[Site]:
    with owned_site(sqlite_fresh()) as started:
        yield started


def test_comparing_shows_what_would_change_without_a_name_or_a_place_and_writes_nothing(site: Site) -> None:
    populated(site)
    client = site.client_for(Role.ADMINISTRATOR)
    with site.sessions() as session:
        root = session.scalar(select(HistoryHead.root))
        refs = {row.ref for row in session.scalars(select(Assignment))}
    answer = compares(client, OTHER)
    assert answer.status_code == 200, words(answer)
    parsed(answer)
    page = words(answer).partition("What it says")[0]
    assert "Example policy other, for staff and contracted inspectors, from today, 2 March 2026." in page
    shown = set(re.findall(r"ASG-[0-9A-Z]{4}-[0-9A-Z]{4}", page))
    assert shown <= refs
    assert f"compared 12 would differ {len(shown)}" in " ".join(re.sub(r"(\S+) (\d+)", r"\1 \2", page).split())
    for private in ("Ines", "gias:", "INS-", "Ridge", "C1 "):
        assert private not in page
    assert answer.text.count('role="img"') == 12 + 1
    assert adopted(site) == ["2026-1"]
    with site.sessions() as session:
        assert session.scalar(select(HistoryHead.root)) == root


def test_a_bad_file_is_answered_with_each_line_and_key_and_changes_nothing(site: Site) -> None:
    client = site.client_for(Role.ADMINISTRATOR)
    bad = OTHER.replace("valid_months = 7", "valid_month = 7").replace("gias = 6.25", "gias = 60")
    answer = compares(client, bad)
    assert answer.status_code == 422
    parsed(answer)
    page = words(answer)
    assert "The file has 3 faults, the first on line 12: declaration.valid_months" in page
    assert "13 declaration.valid_month is no key of a policy; did you mean declaration.valid_months?" in page
    assert "144 rules.neighbour.km.gias give a distance in kilometres" in page
    assert 'href="#file"' in answer.text
    assert adopted(site) == ["2026-1"]


HOSTILE: list[tuple[bytes, str]] = [
    (b"#" * 300_000, "larger than 200,000 bytes"),
    (b"[" * 4_000, "Line 1"),
    (b"a = " + b"[\n" * 50_000, "too deeply"),
    (OTHER.encode("utf-16"), "Line 1: holds what is not UTF-8"),
    (OTHER.replace("valid_months = 7", f"valid_months = {'9' * 4_500}").encode(), "more digits"),
    (OTHER.replace("valid_months = 7", "valid_months = 7\0").encode(), "Line 13: declaration.valid_months"),
    (OTHER.replace('"other"', '"oth\\u0000er"').encode(), "sign that cannot be shown"),
    (OTHER.replace("valid_months = 7", "valid_months = nan").encode(), "not nan"),
    (OTHER.replace("valid_months = 7", "valid_months = 2026-13-01").encode(), "Line 13"),
    (b"", "This file is empty"),
]


def test_a_hostile_file_is_refused_in_words(site: Site) -> None:
    client = site.client_for(Role.ADMINISTRATOR)
    for raw, says in HOSTILE:
        answer = compares(client, raw)
        assert answer.status_code == 422
        assert says in words(answer)
    assert adopted(site) == ["2026-1"]


def test_a_megabyte_is_refused_at_the_door(site: Site) -> None:
    answer = compares(site.client_for(Role.ADMINISTRATOR), b"x" * 1_000_000)
    # The test's own client keeps so much in a file.
    answer.request.environ["wsgi.input"].close()
    assert answer.status_code == 413


DAYS: list[tuple[dict[str, str], str, str]] = [
    ({"start": ""}, "Choose from when it is to be in force", "#start"),
    ({"start": "later"}, "Enter the later day", "#day-day"),
    ({"start": "later", "day-day": "2", "day-month": "3", "day-year": "2026"}, "must be after today", "#day-day"),
    ({"start": "later", "day-day": "31", "day-month": "2", "day-year": "2027"}, "must be a real date", "#day-day"),
]


def test_the_day_is_asked_for_and_never_one_that_has_passed(site: Site) -> None:
    client = site.client_for(Role.ADMINISTRATOR)
    for more, says, at in DAYS:
        answer = compares(client, OTHER, **more)
        assert answer.status_code == 422
        assert says in words(answer)
        assert f'href="{at}"' in answer.text


def test_what_was_compared_is_adopted_once_however_often_it_is_sent(site: Site) -> None:
    populated(site)
    client = site.client_for(Role.ADMINISTRATOR)
    compared = compares(client, "\ufeff" + OTHER.replace("\n", "\r\n"))
    questioned = int(re.search(r"would become questioned</dt><dd>(\d+)", compared.text)[1])  # type: ignore[index]
    first = adopts(client, compared)
    assert (first.status_code, first.location) == (303, ADMIN)
    page = words(get(client, ADMIN))
    assert "Example policy other is adopted, and in force from today." in page
    assert questioned
    assert f"Confirmed assignments that are questioned now: {questioned}." in page
    assert "Renewed" in page
    assert adopts(client, compared).status_code == 303
    assert "was adopted already, as POL-" in words(get(client, ADMIN))
    assert adopted(site) == ["2026-1", "other"]
    with site.sessions() as session:
        row = session.scalars(select(PolicyVersion).filter_by(version="other")).one()
        assert row.toml == "\ufeff" + OTHER.replace("\n", "\r\n")


def test_without_a_reason_the_comparison_stands_and_asks_for_one(site: Site) -> None:
    client = site.client_for(Role.ADMINISTRATOR)
    answer = adopts(client, compares(client, OTHER), reason=" ")
    assert answer.status_code == 422
    assert "Say why this policy is adopted" in words(answer)
    assert adopts(client, answer).status_code == 303
    assert adopted(site) == ["2026-1", "other"]


EXCHANGED: list[dict[str, str]] = [
    {"policy": base64.b64encode(THIRD.encode()).decode()},
    {"policy": "no base64 ÿ"},
    {"policy": ""},
    {"seal": ""},
    {"seal": "0" * 64 + '["", "2026-03-02", "", ""]'},
    {"seal": "ÿ" * 90},
]


def test_nothing_but_what_was_compared_is_adopted(site: Site) -> None:
    client = site.client_for(Role.ADMINISTRATOR)
    compared = compares(client, OTHER)
    for exchanged in EXCHANGED:
        answer = adopts(client, compared, **exchanged)
        assert answer.status_code == 422
        assert "What was sent is not what was compared" in words(answer)
    assert adopted(site) == ["2026-1"]


def test_what_another_administrator_compared_is_not_mine_to_adopt(site: Site) -> None:
    compared = compares(site.client_for(Role.ADMINISTRATOR, Role.AUDITOR), OTHER)
    assert adopts(site.client_for(Role.ADMINISTRATOR), compared).status_code == 422
    assert adopted(site) == ["2026-1"]


def test_what_changed_meanwhile_is_shown_before_anything_is_adopted(site: Site) -> None:
    populated(site)
    client = site.client_for(Role.ADMINISTRATOR)
    compared = compares(client, OTHER)
    with site.staging() as stage:
        stage.now += timedelta(minutes=5)
        person = engaged(stage, "LATE", "staff")
        stage.declares(person, employed_at("gias:900002", "2010", "2018-03-31"))
        stage.proposes(stage.inspection("INS-2"), person)
    answer = adopts(client, compared)
    assert answer.status_code == 409
    assert "other acts have changed what this policy would change. It was not adopted." in words(answer)
    assert len(re.findall(r"<th[^>]*>ASG-", answer.text)) == len(re.findall(r"<th[^>]*>ASG-", compared.text)) + 1
    assert adopted(site) == ["2026-1"]
    assert adopts(client, answer).status_code == 303
    assert adopted(site) == ["2026-1", "other"]


def test_acts_that_change_nothing_of_it_are_no_hindrance(site: Site) -> None:
    populated(site)
    client = site.client_for(Role.ADMINISTRATOR)
    compared = compares(client, OTHER)
    with site.staging() as stage:
        stage.now += timedelta(minutes=5)
        stage.proposes(stage.inspection("INS-2"), engaged(stage, "LATE", "staff"))
    assert adopts(client, compared).status_code == 303


def test_a_page_left_open_over_night_is_compared_anew_from_the_new_day(site: Site) -> None:
    client = site.client_for(Role.ADMINISTRATOR, Role.AUDITOR)
    compared = compares(client, OTHER)
    site.set(now=datetime(2026, 3, 3, 9, tzinfo=UTC), session_minutes=60 * 48)
    answer = adopts(client, compared)
    assert answer.status_code == 422
    assert "A policy is adopted from today, 3 March 2026, or from a later day" in words(answer)
    assert adopted(site) == ["2026-1"]


def test_the_policy_in_force_is_not_adopted_again(site: Site) -> None:
    client = site.client_for(Role.ADMINISTRATOR)
    again = compares(
        client, EXAMPLE.read_text("utf-8"), **{"start": "later", "day-day": "9", "day-month": "9", "day-year": "2026"}
    )
    answer = adopts(client, again)
    assert answer.status_code == 422
    assert "This very policy is adopted from 2 March 2026 already" in words(answer)


# The day on which a policy takes effect


def test_a_later_policy_is_shown_as_coming_and_the_first_act_of_its_day_brings_it_into_force(site: Site) -> None:
    populated(site)
    client = site.client_for(Role.ADMINISTRATOR)
    day = {"start": "later", "day-day": "9", "day-month": "3", "day-year": "2026"}
    compared = compares(client, OTHER, **day)
    assert "from 9 March 2026. Nothing has been adopted." in words(compared)
    assert adopts(client, compared).status_code == 303
    page = words(get(client, ADMIN))
    assert "Example policy other is adopted, and will be in force from 9 March 2026." in page
    assert "Staff Example policy 2026-1 2 March 2026 Example policy other from 9 March 2026" in page
    assert "the first act of the day on these pages, or the nightly tracker recheck" in page

    site.set(now=datetime(2026, 3, 9, 0, 1, tzinfo=UTC))
    before = verdicts(site)
    client = site.client_for(Role.ADMINISTRATOR)
    assert verdicts(site) == before, "who only signs in does not wait for it"
    assert "is in force since 9 March 2026, and nobody has acted since" in words(get(client, ADMIN))
    person = {"name": "Nia New", "email": "nia@example.org", "roles": "auditor", "password": "three quiet spoons"}
    assert post(client, "/admin/people/add", person).status_code == 303
    assert verdicts(site) != before
    assert "nobody has acted since" not in words(get(client, ADMIN))
    with site.sessions() as session:
        last = session.scalars(select(HistoryEntry).where(HistoryEntry.event == "policy:took-effect")).all()[-1]
        assert last.actor == "system:calendar"
    after = verdicts(site)
    assert post(client, "/admin/people/add", {**person, "email": "nia2@example.org"}).status_code == 303
    assert verdicts(site) == after


def test_it_takes_effect_also_when_the_first_act_of_the_day_fails(site: Site) -> None:
    populated(site)
    with site.staging() as stage:
        stage.now += timedelta(minutes=5)
        stage.adopts(OTHER, date(2026, 3, 9))
    site.set(now=datetime(2026, 3, 9, 0, 1, tzinfo=UTC))
    client, before = site.client_for(Role.ADMINISTRATOR), verdicts(site)
    ref = site.account(site.added[(Role.ADMINISTRATOR,)]).ref
    failed = post(client, f"/admin/people/{ref}/revoke/administrator", of=f"/admin/people/{ref}")
    assert failed.status_code == 409
    assert verdicts(site) != before


def verdicts(site: Site) -> dict[str, str]:
    with site.sessions() as session:
        return {row.ref: str(row.check_id) for row in session.scalars(select(Assignment))}


def test_just_after_midnight_on_summer_time_today_is_the_act_s_own_day_and_everybody_is_checked_again(
    site: Site,
) -> None:
    with site.staging() as stage:
        inspector = stage.inspector()
        stage.declares(inspector)
        stage.proposes(stage.inspection(starts_on=date(2027, 2, 20), ends_on=date(2027, 2, 21)), inspector)
    site.set(now=datetime(2026, 7, 1, 23, 30, tzinfo=UTC))
    client = site.client_for(Role.ADMINISTRATOR)
    assert adopts(client, compares(client, OTHER)).status_code == 303
    page = words(get(client, ADMIN))
    assert "in force from today. Verdicts that changed: 1." in page
    assert "Staff Example policy other 1 July 2026" in page


def test_two_policies_stand_on_the_first_page_of_the_administrator(site: Site) -> None:
    client = site.client_for(Role.ADMINISTRATOR)
    assert "Policy in force Example policy 2026-1, from 2 March 2026" in words(get(client, "/admin"))
    with site.staging() as stage:
        assert stage.adopts(FOR_CONTRACTED).is_new
    page = words(get(client, "/admin"))
    assert "Staff: Example policy 2026-1, from 2 March 2026 Contracted inspectors: Example policy other" in page
