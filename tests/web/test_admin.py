"""The administrator's pages: registers, people and the policy."""

import io
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from tests.support.web import Site, get, parsed, post, running_site, token
from tracker.domain.access import Role
from tracker.models import HistoryEntry

HEADER = (
    "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (name),"
    "EstablishmentTypeGroup (name),EstablishmentStatus (name),OpenDate,CloseDate,PhaseOfEducation (name),"
    "UKPRN,Town,Postcode,Easting,Northing\r\n"
)
ROW = (
    "{urn},990,Wenshire,2001,{name},Community school,Local authority maintained schools,{status},,,Primary,"
    ",Wenford,WE1 1AA,500000,200000\r\n"
)
FILE = (
    HEADER
    + ROW.format(urn=990001, name="Far Oak School", status="Open")
    + ROW.format(urn=990002, name="Near Oak School", status="Nonsense")
)


@pytest.fixture
def site(sqlite_fresh: object) -> Iterator[Site]:
    with running_site(sqlite_fresh()) as started:  # type: ignore[operator]
        with started.staging() as stage:
            stage.policy()
        yield started


def _send(client: object, text: str, name: str = "edubasealldata20260301.csv", **more: object) -> object:
    data = {"kind": "gias", "file": (io.BytesIO(text.encode("cp1252")), name), **more}
    return post(client, "/admin/registers/import", data)  # type: ignore[arg-type]


def test_every_page_is_there_and_parses_strictly(site: Site) -> None:
    client = site.client_for(Role.ADMINISTRATOR)
    for path in ("", "/registers/import", "/registers/imports", "/people", "/people/add", "/policy"):
        answer = get(client, f"/admin{path}")
        assert answer.status_code == 200, path
        parsed(answer)


def test_an_import_from_the_page_shows_the_summary_and_the_rejected_row_with_its_reason(site: Site) -> None:
    client = site.client_for(Role.ADMINISTRATOR)

    answer = _send(client, FILE)
    assert answer.status_code == 303, answer.text
    page = get(client, answer.location)

    parsed(page)
    assert "990002" in page.text
    assert "Nonsense" in page.text
    assert "1 March 2026" in page.text
    assert get(client, "/admin/registers/imports").text.count("GIAS establishments") == 1


def test_trying_an_import_changes_nothing(site: Site) -> None:
    client = site.client_for(Role.ADMINISTRATOR)

    answer = _send(client, FILE, options="try")

    assert answer.status_code == 200
    parsed(answer)
    assert "nothing has been changed" in answer.text
    assert "Nothing has been imported yet" in get(client, "/admin/registers/imports").text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<!DOCTYPE html><html></html>", "web page"),
        ("", "empty"),
        (HEADER.replace("EstablishmentName,", ""), "EstablishmentName"),
        (FILE[: len(FILE) - 60], "stops in the middle"),
    ],
)
def test_a_wrong_file_is_refused_at_its_field_and_changes_nothing(site: Site, text: str, says: str) -> None:
    client = site.client_for(Role.ADMINISTRATOR)

    answer = _send(client, text)

    assert answer.status_code == 422
    parsed(answer)
    assert says in answer.text
    assert 'href="#file"' in answer.text
    assert "Nothing has been imported yet" in get(client, "/admin/registers/imports").text


def test_a_person_is_added_with_a_role_and_can_sign_in_and_lose_it_again(site: Site) -> None:
    client = site.client_for(Role.ADMINISTRATOR)
    data = {"name": "Nia New", "email": "Nia@example.org", "roles": "auditor", "password": "three quiet spoons"}

    answer = post(client, "/admin/people/add", data)
    assert answer.status_code == 303, answer.text
    page = get(client, answer.location)
    assert "Auditor" in page.text
    post(client, f"{answer.location}/revoke/auditor", of=answer.location)

    assert "No role" in get(client, answer.location).text
    granted = post(client, f"{answer.location}/grant", {"role": "scheduler"}, of=answer.location)
    assert granted.status_code == 303
    assert "has the role of scheduler now." in get(client, granted.location).text
    assert "Scheduler" in get(client, answer.location).text


def test_an_inspector_without_a_staff_number_is_refused_with_the_cure(site: Site) -> None:
    client = site.client_for(Role.ADMINISTRATOR)
    data = {"name": "Ian", "email": "ian@example.org", "roles": "inspector", "password": "three quiet spoons"}

    answer = post(client, "/admin/people/add", data)

    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert "three quiet spoons" not in answer.text
    assert "ian@example.org" not in get(client, "/admin/people").text


def test_an_account_without_a_staff_number_is_given_one_and_then_the_role_of_inspector(site: Site) -> None:
    with site.staging() as stage:
        stage.inspector("T100", "Ines Pector")
    client = site.client_for(Role.ADMINISTRATOR)
    data = {"name": "Sam", "email": "sam@example.org", "roles": "scheduler", "password": "three quiet spoons"}
    page = post(client, "/admin/people/add", data).location
    refused = post(client, f"{page}/grant", {"role": "inspector"}, of=page)
    assert "needs the staff number" in refused.text
    for staff_no, says in (("", "Enter the staff number"), ("T9", "No inspector has the staff number “T9”")):
        answer = post(client, f"{page}/identify", {"staff_no": staff_no}, of=page)
        assert answer.status_code == 422
        parsed(answer)
        assert f'<a href="#staff_no">{says}' in answer.text
    assert post(client, f"{page}/identify", {"staff_no": " t100 "}, of=page).status_code == 303
    said = get(client, page)
    parsed(said)
    assert "This is the account of the inspector Ines Pector now" in said.text
    assert "Give the staff number" not in said.text
    assert post(client, f"{page}/grant", {"role": "inspector"}, of=page).status_code == 303
    with site.sessions() as session:
        assert session.scalars(select(HistoryEntry.event).where(HistoryEntry.event == "person:identified")).all()


def test_the_last_administrator_cannot_be_revoked(site: Site) -> None:
    client = site.client_for(Role.ADMINISTRATOR)
    ref = site.account(site.added[(Role.ADMINISTRATOR,)]).ref

    answer = client.post(
        f"/admin/people/{ref}/revoke/administrator",
        data={"csrf_token": token(client, f"/admin/people/{ref}")},
        base_url="https://localhost",
    )

    assert answer.status_code == 409
    assert "last administrator" in answer.text


def test_an_account_is_closed_whose_open_sessions_end_at_once_and_opened_again(site: Site) -> None:
    client, gone = site.client_for(Role.ADMINISTRATOR), site.client_for(Role.AUDITOR)
    page = f"/admin/people/{site.account(site.added[(Role.AUDITOR,)]).ref}"
    said = client.get(post(client, f"{page}/close", {}, of=page).location, base_url="https://localhost").text
    assert "signed out everywhere, and signs in no more" in said
    assert "closed since" in said
    assert "Close the account" not in said
    assert get(gone, "/audit").status_code == 302
    assert "(closed)" in get(client, "/admin/people").text
    twice = post(client, f"{page}/close", {}, of=page)
    assert twice.status_code == 409
    assert "closed already" in twice.text
    said = client.get(post(client, f"{page}/reopen", {}, of=page).location, base_url="https://localhost").text
    assert "can sign in again" in said
    assert "Open the account again" not in said
    assert "(closed)" not in get(client, "/admin/people").text


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.SCHEDULER, Role.DECISION_MAKER, Role.AUDITOR])
def test_to_other_roles_the_pages_do_not_exist(site: Site, role: Role) -> None:
    client = site.client_for(role)
    for path in ("", "/registers/import", "/registers/imports", "/people", "/people/add", "/policy"):
        assert get(client, f"/admin{path}").status_code == 404
