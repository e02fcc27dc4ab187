"""An auditor gets by links alone from an act to what it changed, and from a finding to who knew of it before."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.databases import Fresh
from tests.support.everything import everything
from tests.support.placing import placing_on
from tests.support.web import Site, get, parsed, post, running_site
from tests.support.world import SCHEDULER, employed_at, staged
from tracker.domain.access import Actor, Role
from tracker.models import Account, ConnectionRow, Decision, Declaration, PolicyVersion, RegisterImport
from tracker.queries.scrutiny import knowing
from tracker.queries.scrutiny.known import Known, Visit
from tracker.services import calling_off
from tracker.services.audit import open_details
from tracker.services.bare import enter
from tracker.services.calling_off import CallOff

ACTS = {"import": RegisterImport.ref, "policy": PolicyVersion.ref, "decision": Decision.ref}
JOB = employed_at("gias:900001", "2015", "2023-07")


@pytest.fixture(scope="module")
def lived(fresh: Fresh) -> Iterator[Site]:
    with running_site(fresh(everything)) as site:
        site.wait(days=60)
        yield site


@pytest.fixture
def auditor(lived: Site) -> FlaskClient:
    return lived.client_for(Role.AUDITOR)


def links(page: str) -> list[str]:
    return [each.replace("&amp;", "&") for each in re.findall(r'href="([^"#]+)', page)]


@pytest.mark.parametrize("kind", ACTS)
def test_two_links_lead_from_the_first_page_to_what_each_act_changed(
    lived: Site, auditor: FlaskClient, kind: str
) -> None:
    listed = f"/audit/changing/{kind}"
    assert listed in links(get(auditor, "/audit").text)
    page = get(auditor, listed)
    parsed(page)
    with lived.sessions() as session:
        refs = session.scalars(select(ACTS[kind])).all()
    assert refs
    for ref in refs:
        assert f"/audit/of/{kind}/{ref}" in links(page.text)
        assert "What it changed" in get(auditor, f"/audit/of/{kind}/{ref}").text


def test_there_is_no_list_of_acts_that_change_nothing(auditor: FlaskClient) -> None:
    assert get(auditor, "/audit/changing/person").status_code == 404


def test_a_line_of_any_timeline_leads_to_what_its_act_changed(lived: Site, auditor: FlaskClient) -> None:
    with lived.sessions() as session:
        refs = session.scalars(select(Decision.ref)).all()
    shown = links(all_entries(auditor))
    assert {f"/audit/of/decision/{ref}" for ref in refs} <= set(shown)


def all_entries(auditor: FlaskClient) -> str:
    text, path = "", "/audit/entries"
    while path:
        page = get(auditor, path).text
        text += page
        older = re.search(r'href="(\?before=[0-9]+)', page)
        path = f"/audit/entries{older[1]}" if older else ""
    return text


@pytest.mark.parametrize("kind", [*ACTS, "connection"])
def test_the_search_finds_an_act_and_a_connection_by_the_reference(
    lived: Site, auditor: FlaskClient, kind: str
) -> None:
    with lived.sessions() as session:
        ref = session.scalars(select(ACTS.get(kind, ConnectionRow.ref))).first()
    page = get(auditor, f"/audit?q={str(ref).lower()}").text
    where = f"/audit/connections/{ref}" if kind == "connection" else f"/audit/of/{kind}/{ref}"
    assert where in links(page)
    assert get(auditor, where).status_code == 200


def test_an_inspection_is_found_by_the_number_of_its_provider_and_its_page_says_what_it_is(
    auditor: FlaskClient,
) -> None:
    page = get(auditor, "/audit?q=900002").text
    found = next(each for each in links(page) if each.startswith("/audit/of/inspection/"))
    shown = get(auditor, found)
    parsed(shown)
    assert "gias:900002" in shown.text
    assert "Who is or was proposed" in shown.text


def test_from_a_finding_one_link_leads_to_who_knew_before_the_inspection(lived: Site, auditor: FlaskClient) -> None:
    pages = [get(auditor, each).text for each in links(all_entries(auditor)) if each.startswith("/audit/assignments/")]
    asked = {each for page in pages for each in links(page) if each.startswith("/audit/connections/")}
    assert asked
    for each in asked:
        page = get(auditor, each)
        parsed(page)
        assert "Before inspection" in page.text
        assert "recorded it" in page.text
        assert "From that day on" in page.text


def test_who_knew_before_a_day_to_come_is_told_so_far_and_that_it_was_called_off_is_said(site: Site) -> None:
    placing = placing_on(site)
    placing.inspection()
    placing.inspector("T1", "Rea", JOB)
    placing.proposed("INS-1", "T1")
    with site.sessions() as session:
        ref = session.scalars(select(ConnectionRow.ref)).one()
    path = f"/audit/connections/{ref}?inspection=INS-1"
    site.set(now=placing.now + timedelta(minutes=1), session_minutes=60 * 24 * 90)
    auditor = site.client_for(Role.AUDITOR)
    page = get(auditor, path)
    parsed(page)
    assert "Before inspection INS-1, which begins on 17 March 2026" in page.text
    assert "That day is to come: who knew of it so far is told." in page.text
    assert "From that day on" not in page.text
    assert "began" not in page.text.partition("<main")[2].partition("whenever it began")[0]

    with placing.staging() as stage:
        calling_off.call_off(stage.session, SCHEDULER, CallOff("INS-1", "A storm."), at=stage.tick())
    page = get(auditor, path)
    parsed(page)
    assert "Before inspection INS-1, which was to begin on 17 March 2026" in page.text
    assert "The inspection was called off on 2 March 2026" in page.text

    site.wait(days=30)
    page = get(auditor, path)
    assert "The inspection was called off on 2 March 2026" in page.text
    assert "From that day on" in page.text


def test_a_moment_to_come_is_refused(auditor: FlaskClient) -> None:
    page = get(auditor, "/audit/inspectors/T100?day-day=1&day-month=1&day-year=9999")
    assert "The day is to come: nothing is known of it yet" in page.text
    assert "As it was known on" not in page.text


def test_a_declaration_was_not_there_before_it_was_recorded(lived: Site, auditor: FlaskClient) -> None:
    with lived.sessions() as session:
        ref = session.scalars(select(Declaration.ref)).first()
    page = get(auditor, f"/audit/declarations/{ref}?day-day=1&day-month=1&day-year=2020")
    parsed(page)
    assert "This declaration was not recorded then" in page.text
    assert "What it changed" not in page.text
    assert "Who knew of it" not in page.text


def test_a_check_that_is_run_again_tells_each_finding_in_its_sentence(auditor: FlaskClient) -> None:
    lines = all_entries(auditor)
    runs = [each for each in links(lines) if each.startswith("/audit/replay/")]
    pages = [get(auditor, each).text for each in runs]
    assert any("app-finding__sentence" in each for each in pages)


def test_what_an_earlier_declaration_said_of_the_same_counts_as_known_since_then(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    first = stage.declares(ines, JOB).declaration
    stage.now += timedelta(days=3)
    later = stage.declares(ines, employed_at("gias:900001", "2015", "2023-08")).declaration
    told = knowing.known(session, later)
    assert [(each.at, each.how, each.declaration) for each in told] == [
        (first.recorded_at, "recorded it", first.ref),
        (later.recorded_at, "recorded it", later.ref),
    ]
    ref = session.scalars(select(ConnectionRow.ref).where(ConnectionRow.declaration_id == later.id)).one()
    found = knowing.connection(session, ref)
    assert found is not None
    stated = knowing.same(session, ines.id, [found[0]])
    assert [each.ref for _, each in stated] == [first.ref, later.ref]
    assert knowing.known_of(session, stated) == told


def test_another_connection_of_the_same_inspector_is_not_taken_for_it(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines, employed_at("gias:900002", "2015", "2023-07"))
    later = stage.declares(ines, JOB).declaration
    assert [each.declaration for each in knowing.known(session, later)] == [later.ref]


def test_who_opened_an_earlier_declaration_knew_of_what_the_later_one_repeats(session: Session) -> None:
    stage = staged(session)
    ines = stage.inspector()
    first = stage.declares(ines, JOB).declaration
    enter(session, open_details(session, reader(), first.ref), at=stage.now)
    later = stage.declares(ines, JOB).declaration
    assert ("opened its details", first.ref) in {(each.how, each.declaration) for each in knowing.known(session, later)}


def reader() -> Actor:
    return Actor("person:PER-READER", "Rita Reader", roles=frozenset({Role.AUDITOR}))


def test_the_day_before_an_inspection_ends_on_the_clock_of_the_united_kingdom() -> None:
    visit = Visit("ASG-1", "INS-1", date(2026, 6, 10))
    found = [Known(datetime(2026, 6, 9, hour, 30, tzinfo=UTC), None, "found it", visit=visit) for hour in (22, 23)]
    assert [each.is_in_time for each in found] == [True, False]


def test_whoever_took_a_role_for_himself_or_herself_is_pointed_out(site: Site) -> None:
    placing_on(site)
    auditor = site.client_for(Role.AUDITOR)
    assert "Nobody did." in get(auditor, "/audit").text
    both = site.client_for(Role.ADMINISTRATOR)
    with site.sessions() as session:
        email, ref = session.execute(
            select(Account.email, Account.ref).where(Account.email.contains("administrator"))
        ).one()
    post(both, f"/admin/people/{ref}/grant", {"role": "scheduler"})
    page = get(auditor, "/audit").text
    assert "Roles that somebody took for himself or herself" in page
    assert "Nobody did." not in page
    assert email
