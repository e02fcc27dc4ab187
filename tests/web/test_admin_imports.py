"""The administrator's pages of registers: every kind is offered in plain words, and a form sent twice does no harm."""

import io
from collections.abc import Iterator
from threading import Thread

import pytest
from flask.testing import FlaskClient

from tests.support.extracts import ROWS, csv_bytes
from tests.support.web import Site, get, parsed, running_site, token
from tracker.domain.access import Role
from tracker.domain.register import Kind

PAGE = "/admin/registers/import"


@pytest.fixture
def site(fresh: object) -> Iterator[Site]:
    with running_site(fresh()) as started:  # type: ignore[operator]
        with started.staging() as stage:
            stage.policy()
        yield started


def send(
    client: FlaskClient, kind: Kind, name: str, *rows: dict[str, str], crumb: str = "", **more: str
) -> tuple[int, str]:
    """Send a file, and return the status and where it leads."""
    data = {"kind": str(kind), "file": (io.BytesIO(csv_bytes(kind, *rows)), name), **more}
    data["csrf_token"] = crumb or token(client, PAGE)
    answer = client.post(PAGE, data=data, base_url="https://localhost", headers={"Referer": "https://localhost"})
    return answer.status_code, answer.location or answer.text


def test_every_kind_is_offered_with_what_it_holds_and_what_comes_before_it(site: Site) -> None:
    page = get(site.client_for(Role.ADMINISTRATOR), PAGE)
    parsed(page)
    for kind in Kind:
        assert f'value="{kind}"' in page.text
        assert kind.description in page.text
        assert kind.contents in page.text


def test_every_kind_can_be_tried_and_imported_and_shows_its_age_on_the_first_page(site: Site) -> None:
    client = site.client_for(Role.ADMINISTRATOR)
    home = get(client, "/admin").text
    assert home.count("never imported") == len(Kind)
    for kind, rows in ROWS.items():
        status, page = send(client, kind, f"{kind}20251201.csv", *rows, options="try")
        assert (status, "nothing has been changed" in page) == (200, True), kind
        status, where = send(client, kind, f"{kind}20251201.csv", *rows)
        assert status == 303, kind
        parsed(get(client, where))
    home = get(client, "/admin").text
    assert "never imported" not in home
    assert home.count("3 months old") == len(Kind)
    assert "Import the registers that your inspectorate needs" not in home


def test_a_form_that_is_sent_twice_at_once_imports_once_and_then_changes_nothing(site: Site) -> None:
    clients = [site.client_for(Role.ADMINISTRATOR) for _ in range(2)]
    rows = [{"URN": str(100_000 + number)} for number in range(200)]
    crumbs = [token(client, PAGE) for client in clients]
    answers: list[tuple[int, str]] = []

    def press(client: FlaskClient, crumb: str) -> None:
        answers.append(send(client, Kind.GIAS, "edubasealldata20260301.csv", *rows, crumb=crumb))

    threads = [Thread(target=press, args=pair) for pair in zip(clients, crumbs, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status for status, _ in answers] == [303, 303]
    pages = sorted(" ".join(get(clients[0], where).text.split()) for _, where in answers)
    added = [sum(f"<dt>added</dt><dd>{number}</dd>" in page for page in pages) for number in (0, 200)]
    assert added == [1, 1]
    assert get(clients[0], "/admin/registers/imports").text.count("GIAS establishments") == 2


def test_an_import_meets_another_that_changed_what_it_passed_over_and_reads_it_again(site: Site) -> None:
    client = site.client_for(Role.ADMINISTRATOR)
    rows = [{"URN": str(100_000 + number)} for number in range(200)]
    send(client, Kind.GIAS, "edubasealldata20260301.csv", *rows)
    later = [{**row, "EstablishmentName": f"School {number}"} for number, row in enumerate(rows)]
    clients = [site.client_for(Role.ADMINISTRATOR) for _ in range(2)]
    crumbs = [token(each, PAGE) for each in clients]
    statuses: list[int] = []

    def press(client: FlaskClient, crumb: str, of: list[dict[str, str]]) -> None:
        statuses.append(send(client, Kind.GIAS, "edubasealldata20260401.csv", *of, crumb=crumb)[0])

    threads = [Thread(target=press, args=each) for each in zip(clients, crumbs, (later, rows), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303, 303]
    # Whichever came last, its file is what is known now: nothing of it is left to change.
    outcomes = [send(client, Kind.GIAS, "x20260401.csv", *of, options="try")[1] for of in (rows, later)]
    assert sum("Nothing differs from what was known" in page for page in outcomes) == 1
