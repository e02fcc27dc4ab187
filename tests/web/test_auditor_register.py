"""The register of interests on its pages and as files: only what the rules let out, found, printed and entered."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.support.databases import Fresh
from tests.support.placing import Placing, placing_on
from tests.support.publication import changed_rules
from tests.support.statements import counted
from tests.support.web import Site, get, parsed, post, running_site, shown
from tests.support.world import employed_at
from tracker.domain.access import Role
from tracker.domain.statement import Statement
from tracker.models import HistoryEntry, Inspector

PATH = "/audit/register-of-interests"
NOTE = "Sings there on Thursdays, with Rosalind."
OWN = employed_at("gias:900001", "2015-09-07", "2025-07-31", note=NOTE)
DISPUTE = employed_at("gias:900004", "2024", nature="dispute", note=NOTE)


@pytest.fixture
def placing(site: Site) -> Placing:
    placing = placing_on(site)
    placing.inspector("T1", "Ona Own", OWN, DISPUTE)
    placing.inspector("T2", "Nia Nil")
    placing.inspector("T3", "Una Unsaid", declares=False)
    return placing


def taken(client: FlaskClient, kind: str) -> bytes:
    answer = post(client, f"{PATH}/export", {"as": kind}, of=PATH)
    assert answer.status_code == 200
    return answer.data


def rows(client: FlaskClient) -> list[list[str]]:
    return list(csv.reader(io.StringIO(taken(client, "csv").decode("utf-8-sig"), newline="")))


@pytest.mark.usefixtures("placing")
def test_the_first_page_leads_to_the_preview_which_holds_the_rules_in_words(site: Site) -> None:
    client = site.client_for(Role.AUDITOR)
    assert f'href="{PATH}"' in get(client, "/audit").text
    for path in (PATH, f"{PATH}/print"):
        page = get(client, path)
        parsed(page)
        for says in ("Ona Own", "Employment: Hilltop Primary School, from September 2015 until July 2025", "2 March"):
            assert says in page.text
        assert page.text.count("No interest that is published</li>") == 1
        assert page.text.count("No declaration is held</li>") == 1
        for secret in (NOTE, "Lone Oak", "DEC-", "CON-"):
            assert secret not in page.text
    assert "Published whole: employment" in get(client, PATH).text


@pytest.mark.usefixtures("placing")
def test_the_files_hold_the_same_and_leave_an_entry(site: Site) -> None:
    client = site.client_for(Role.AUDITOR)
    assert rows(client) == [
        ["Name", "Staff number", "Interest", "With", "From", "Until"],
        ["Nia Nil", "T2", "No interest that is published", "", "", ""],
        ["Ona Own", "T1", "Employment", "Hilltop Primary School", "2015-09", "2025-07"],
        ["Una Unsaid", "T3", "No declaration is held", "", "", ""],
    ]
    with zipfile.ZipFile(io.BytesIO(taken(client, "xlsx"))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "Hilltop Primary School" in sheet
    assert "Lone Oak" not in sheet
    with site.sessions() as session:
        entries = list(session.scalars(select(HistoryEntry.entry).where(HistoryEntry.event == "list:exported")))
    assert len(entries) == 2
    assert '"list":"register of interests"' in entries[0]


def test_no_cell_is_a_formula(site: Site, placing: Placing) -> None:
    with site.staging() as stage:
        stage.session.scalars(select(Inspector).filter_by(staff_no="T2")).one().name = "=HYPERLINK(A1)"
    placing.declares("T3", employed_at("org:+Makers", "2020", nature="consultancy"))
    found = [cell for row in rows(site.client_for(Role.AUDITOR)) for cell in row]
    assert {"'=HYPERLINK(A1)", "'+Makers"} <= set(found)


@pytest.mark.usefixtures("placing")
def test_what_is_published_is_found_and_what_is_held_back_is_not(site: Site) -> None:
    client = site.client_for(Role.AUDITOR)
    found = get(client, f"{PATH}?q=hilltop+september")
    parsed(found)
    assert "1 inspector found for “hilltop september”" in found.text
    assert "Nia Nil" not in found.text
    for words in ("lone+oak", "dispute+T1", "thursdays", "%25", "T1+7+september"):
        none = get(client, f"{PATH}?q={words}")
        parsed(none)
        assert "Nothing that is published holds these words" in none.text


def test_a_long_register_is_paged_and_found_pages_keep_their_words(site: Site, placing: Placing) -> None:
    for number in range(41):
        placing.inspector(f"L{number:02}", f"Long {number:02}", declares=False)
    client = site.client_for(Role.AUDITOR)
    second = get(client, f"{PATH}?q=long&page=2")
    parsed(second)
    assert "Long 20" in second.text
    assert "Long 19" not in second.text
    assert f'href="{PATH}?page=3&amp;q=long"' in second.text
    assert "There is none on this page" in get(client, f"{PATH}?page=9").text
    printed = get(client, f"{PATH}/print").text
    assert all(f"Long {number:02}" in printed for number in range(41))


def test_statements_do_not_grow_with_inspectors(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.AUDITOR)

    def sent() -> list[int]:
        numbers = []
        for ask in (
            lambda: get(client, PATH),
            lambda: get(client, f"{PATH}?q=own"),
            lambda: get(client, f"{PATH}/print"),
        ):
            with counted(site.engine) as statements:
                assert ask().status_code == 200
            numbers.append(len(statements))
        # The entry of the first finds that others wrote since the last.
        taken(client, "csv")
        with counted(site.engine) as statements:
            taken(client, "csv")
        return [*numbers, len(statements)]

    few = sent()
    for number in range(30):
        placing.inspector(f"L{number:02}", f"Long {number:02}", OWN)
    assert sent() == few


def test_staff_numbers_alone_are_published_where_the_rules_say_so(site: Site, placing: Placing, tmp_path: Path) -> None:
    assert placing
    path = tmp_path / "ours.toml"
    path.write_text(changed_rules(('inspectors = "names"', 'inspectors = "staff numbers"')), encoding="utf-8")
    site.set(publication=path)
    client = site.client_for(Role.AUDITOR)
    assert [row[0] for row in rows(client)] == ["Staff number", "T1", "T2", "T3"]
    for asked in (PATH, f"{PATH}/print"):
        page = get(client, asked)
        parsed(page)
        assert "Nia" not in page.text
    assert "Nothing that is published holds these words" in get(client, f"{PATH}?q=nia").text


@pytest.mark.parametrize("text", [None, 'precision = "week"', "\xff"])
def test_faulty_rules_publish_nothing_and_say_what_to_mend(
    site: Site, placing: Placing, tmp_path: Path, text: str | None
) -> None:
    assert placing
    path = tmp_path / "ours.toml"
    if text:
        path.write_bytes(changed_rules(('precision = "month"', text)).encode("latin-1", "replace"))
    client = site.client_for(Role.AUDITOR)
    before = len(rows(client))
    site.set(publication=path)
    for asked in (PATH, f"{PATH}/print"):
        page = get(client, asked)
        parsed(page)
        assert page.status_code == 422
        assert "TRACKER_PUBLICATION" in page.text
        assert "Ona Own" not in page.text
    assert before == 4
    answer = post(client, f"{PATH}/export", {"as": "csv"}, of="/audit")
    assert (answer.status_code, b"Ona Own" in answer.data) == (422, False)


def world(fresh: Fresh, *withheld: Statement) -> list[object]:
    """What an auditor sees and takes of a register in which one inspector declared this too."""
    with running_site(fresh()) as site:
        placing = placing_on(site)
        placing.inspector("T1", "Ona Own", *withheld, OWN)
        placing.inspector("T2", "Nia Nil", *withheld)
        client = site.client_for(Role.AUDITOR)
        pages = [shown(get(client, path)) for path in (PATH, f"{PATH}/print", f"{PATH}?q=lone")]
        return [*pages, taken(client, "csv")]


def test_two_worlds_that_differ_in_what_is_held_back_publish_the_same_bytes(fresh: Fresh) -> None:
    used = employed_at("gias:900004", "2020", nature="service_use", holder="child", note=NOTE)
    assert world(fresh) == world(fresh, DISPUTE, used)
    job, other = (
        employed_at("gias:900004", year, holder=whose) for year, whose in (("2019", "partner"), ("2021", "parent"))
    )
    assert world(fresh, job) == world(fresh, other, job) != world(fresh)
