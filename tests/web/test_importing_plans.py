"""Importing inspections and assignments by page: a preview that writes nothing, then the file, whole or not at all."""

import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from tests.support.importing import PAGE, PLAN, apply, send, signed
from tests.support.placing import OWN_JOB, PARTNERS_JOB, Placing, placing_on
from tests.support.web import Site, get, parsed
from tests.support.world import EXAMPLE, employed_at
from tracker.domain.access import Role
from tracker.models import Assignment, HistoryHead, Inspection
from tracker.web.scheduler import importing

ONE = "INS-1,gias:900002,Graded inspection,2026-03-17,2026-03-18,2"
PLACES = "inspection,staff_no,role"


@pytest.fixture
def placing(site: Site) -> Placing:
    return placing_on(site)


def count(site: Site, model: type) -> int:
    with site.sessions() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def size(site: Site) -> int:
    with site.sessions() as session:
        return session.scalars(select(HistoryHead.size)).one()


def test_a_file_is_shown_first_and_then_imported_once_however_often_it_is_sent(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)
    before = size(site)
    page = send(client, "inspections", f"{PLAN}\n{ONE}\nINS-2,gias:900004,Monitoring,2026-03-17,2026-03-17,1\n")
    parsed(page)
    assert page.status_code == 200
    assert "Nothing has been written yet" in page.text
    assert "Import 2 rows" in page.text
    assert (count(site, Inspection), size(site)) == (0, before)
    for says in ("2 inspections planned, 0 as they were", "0 inspections planned, 2 as they were"):
        answer = apply(client, signed(page))
        assert answer.status_code == 303
        assert says in get(client, answer.location).text
    assert count(site, Inspection) == 2
    again = send(client, "inspections", f"{PLAN}\n{ONE}\n")
    assert "As it is" in again.text
    assert "schools" in _remits(site)


def test_the_preview_counts_the_providers_on_no_register_and_says_what_their_checks_will_say(
    site: Site, placing: Placing
) -> None:
    client = site.client_for(Role.SCHEDULER)
    page = send(client, "inspections", f"{PLAN}\n{ONE}\nINS-2,gias:777777,Monitoring,2026-03-17,2026-03-17,1\n")
    parsed(page)
    assert re.search(r"Of a provider on no imported register\s*</dt>\s*<dd[^>]*>\s*1\s*</dd>", page.text)
    assert "Rows to look at (1)" in page.text
    assert "gias:777777 is on no imported register: whoever is proposed will be undetermined" in page.text
    assert apply(client, signed(page)).status_code == 303
    wrong = send(client, "inspections", f"{PLAN}\nINS-3,urn:1,Monitoring,2026-03-17,2026-03-16,1\n")
    assert wrong.status_code == 422
    assert "“urn” is no known scheme: give one of gias" in wrong.text
    assert "ends_on: It cannot end before it starts" in wrong.text


def _remits(site: Site) -> set[str]:
    with site.sessions() as session:
        return set(session.scalars(select(Inspection.remit)))


def test_the_preview_of_assignments_says_what_the_proposals_then_find(site: Site, placing: Placing) -> None:
    placing.inspection("INS-1")
    placing.inspector("T1", "Rea", OWN_JOB)
    placing.inspector("T2", "Per", PARTNERS_JOB)
    placing.inspector("T3", "Sol")
    client = site.client_for(Role.SCHEDULER)
    page = send(client, "assignments", f"{PLACES}\nINS-1,T1,team\nINS-1,T2,lead\nINS-1,T3,observer\n")
    parsed(page)
    assert count(site, Assignment) == 0
    odd = page.text.split("All others")[0]
    assert "Not clear (2)" in odd
    assert "Connection with a predecessor or successor" in odd
    assert "Connection with another provider of the same group" in odd
    assert odd.index("INS-1, T1, team") < odd.index("INS-1, T2, lead")
    answer = apply(client, signed(page))
    said = get(client, answer.location).text
    assert "3 proposed (1 real, 1 perceived, 0 undetermined, 1 clear), 0 as they were" in said
    with site.sessions() as session:
        verdicts = {str(each.verdict) for each in session.scalars(select(Assignment))}
    assert verdicts == {"real", "perceived", "clear"}


def test_the_preview_of_assignments_names_who_cannot_go_and_warns_as_the_list_of_candidates_does(
    site: Site, placing: Placing
) -> None:
    placing.inspection("INS-1")
    placing.inspection("INS-2", provider="gias:900004", team_size=1)
    for staff_no, name in (("T1", "Rea"), ("T2", "Sol")):
        placing.inspector(staff_no, name)
    client = site.client_for(Role.SCHEDULER)
    page = send(client, "assignments", f"{PLACES}\nINS-1,T1,lead\nINS-2,T1,lead\n")
    parsed(page)
    assert page.status_code == 422
    assert "Rows to mend (1)" in page.text
    assert "Rea cannot go (busy on those days): row 2 of this file already sends them to INS-1" in page.text
    assert 'name="sent"' not in page.text
    page = send(client, "assignments", f"{PLACES}\nINS-2,T1,lead\nINS-2,T2,team\n")
    parsed(page)
    assert page.status_code == 200
    assert "The list of candidates would warn of the same" in page.text
    assert "INS-2 has 1 proposed or confirmed for 1 place already (row 2 of this file among them)" in page.text
    # Somebody takes one of the two elsewhere before the file is sent.
    placing.proposed("INS-1", "T2")
    answer = apply(client, signed(page))
    assert answer.status_code == 422
    assert "Sol cannot go (busy on those days): choose somebody else" in answer.text
    assert count(site, Assignment) == 1


def test_past_midnight_in_london_the_preview_and_the_import_go_by_one_day(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Rea", employed_at("gias:900002", "2015", "2024-05"))
    placing.inspection("INS-1", starts_on=date(2026, 6, 9), ends_on=date(2026, 6, 10))
    rule = '[natures.employment]\ncurrent = "real"\nreal_years = '
    with site.staging() as stage:
        # From 1 June on, such a job is perceived only.
        stage.adopts(EXAMPLE.read_text("utf-8").replace(f"{rule}3", f"{rule}1"), date(2026, 6, 1))
    site.set(now=datetime(2026, 5, 31, 23, 10, tzinfo=UTC))
    client = site.client_for(Role.SCHEDULER)
    page = send(client, "assignments", f"{PLACES}\nINS-1,T1,lead\n")
    assert re.search(r"New and real\s*</dt>\s*<dd[^>]*>\s*1\s*</dd>", page.text)
    said = get(client, apply(client, signed(page)).location).text
    assert "1 proposed (1 real, 0 perceived" in said


def test_every_wrong_row_is_named_with_its_cure_and_none_is_imported(site: Site, placing: Placing) -> None:
    placing.inspection("INS-1")
    email = site.person(Role.SCHEDULER)
    placing.inspector("T1", "Rea")
    placing.inspector("T2", "Sol")
    placing.is_oneself(email, "T2")
    placing.proposed("INS-1", "T1")
    client = site.client_for(Role.SCHEDULER)
    rows = [
        *("INS-9,T1,team", "INS-1,T9,team", "INS-1,T1,cook", "INS-1,T1,lead", "INS-1,T2,team", "INS-1,T1,team"),
        *("INS-1,T1", ",T1,team", "=1+1,T1,team", "INS-1,T\x021,team"),
    ]
    page = send(client, "assignments", "\n".join((PLACES, *rows)))
    assert page.status_code == 422
    parsed(page)
    said = page.text
    for row, says in (
        (2, "There is no inspection INS-9"),
        (3, "There is no inspector with staff number T9"),
        (4, "“cook” is no role"),
        (5, "already proposed for INS-1, in another role"),
        (6, "You cannot propose yourself"),
        (8, "has 2 cells where the header has 3"),
        (9, "inspection is empty"),
        (10, "begins with “=”, as a formula does"),
        (11, "staff_no holds signs that cannot be shown"),
    ):
        line = said.split(f'<td class="govuk-table__cell">{row}</td>')[1].split("</tr>", maxsplit=1)[0]
        assert says in line
    assert "Rows to mend (9)" in said
    assert 'name="sent"' not in said
    assert count(site, Assignment) == 1


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04rest\0", "is an Excel workbook or a .zip, not a CSV file: save it as CSV"),
        (b"reference\0,provider", "holds signs that no text has, on line 1: save it from"),
        (b"staff_no,role\nT1,lead\n", "lacks the column inspection"),
        (f"{PLACES},role\n".encode(), "stands twice in the header"),
        (f"{PLACES}\n".encode(), "has a header and no row"),
        (b"<html></html>", "is a web page"),
        (
            f"{PLACES}\n".encode() + b"INS-1,T1,team\n" * 501,
            "501 rows, and this page takes 500: split it, or have",
        ),
    ],
)
def test_what_is_no_such_file_is_refused_plainly(site: Site, placing: Placing, data: bytes, says: str) -> None:
    page = send(site.client_for(Role.SCHEDULER), "assignments", data)
    assert page.status_code == 422
    parsed(page)
    assert says in page.text
    assert 'href="#file"' in page.text


def test_a_file_that_is_too_large_for_the_page_is_sent_to_the_command(
    site: Site, placing: Placing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MOST_BYTES", 50)
    page = send(site.client_for(Role.SCHEDULER), "assignments", f"{PLACES}\n" + "INS-1,T1,team\n" * 9)
    assert page.status_code == 422
    assert "is larger than" in page.text
    assert "have an administrator run “tracker assignments import FILE”" in page.text


def test_an_older_encoding_is_read_and_what_follows_a_broken_row_is_not_guessed(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)
    page = send(client, "inspections", f"{PLAN}\n{ONE.replace('Graded', 'Überraschung')}\n".encode("latin-1"))
    assert apply(client, signed(page)).status_code == 303
    with site.sessions() as session:
        assert session.scalars(select(Inspection.framework)).one() == "Überraschung inspection"
    broken = send(client, "inspections", f'{PLAN}\n{ONE}\nINS-3,"x"y,z\n')
    assert broken.status_code == 422
    assert "is not CSV" in broken.text


def test_a_preview_is_its_senders_alone_and_cannot_be_changed_on_the_way(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)
    sent = signed(send(client, "inspections", f"{PLAN}\n{ONE}\n"))
    other = site.client_for(Role.SCHEDULER, Role.AUDITOR)
    for who, text in ((other, sent), (client, sent[:-2] + "xx"), (client, "nonsense")):
        answer = apply(who, text)
        assert answer.status_code == 303
        assert "The file was not imported" in get(who, answer.location).text
    assert count(site, Inspection) == 0


def test_what_changed_since_the_preview_is_shown_as_it_is_now(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)
    sent = signed(send(client, "inspections", f"{PLAN}\n{ONE}\n"))
    placing.inspection("INS-1", team_size=5)
    answer = apply(client, sent)
    assert answer.status_code == 422
    assert "INS-1 is planned already, with another team_size" in answer.text


def test_templates_can_be_downloaded_and_read_and_only_schedulers_import(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)
    assert get(client, "/inspections/import/template/cooks.csv").status_code == 404
    for kind in ("inspections", "assignments"):
        answer = get(client, f"/inspections/import/template/{kind}.csv")
        assert answer.mimetype == "text/csv"
        assert "lacks the column" not in send(client, kind, answer.data).text
    for role in (Role.INSPECTOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.DECISION_MAKER):
        assert get(site.client_for(role), PAGE).status_code == 404
    assert PAGE in get(client, "/inspections/plan").text


def test_where_rows_are_wrong_every_right_one_is_listed_too_whatever_its_check_finds(
    site: Site, placing: Placing
) -> None:
    placing.inspection("INS-1")
    placing.inspector("T1", "Rea", OWN_JOB)
    placing.inspector("T2", "Sol")
    page = send(
        site.client_for(Role.SCHEDULER), "assignments", f"{PLACES}\nINS-1,T1,lead\nINS-1,T2,team\nINS-9,T2,team\n"
    )
    parsed(page)
    assert page.status_code == 422
    assert "Right (2)" in page.text
    assert "INS-1, T1, lead" in page.text


def test_a_row_is_not_measured_by_a_wrong_one_of_the_same_inspection(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)
    wrong = ONE.replace("2026-03-18,2", "2026-03-16,3")
    page = send(client, "inspections", f"{PLAN}\n{wrong}\n{ONE}\n")
    assert "Rows to mend (1)" in page.text
    assert "is planned already" not in page.text
    page = send(client, "inspections", f"{PLAN}\n{ONE}\n{ONE[:-1]}4\n")
    assert "row 2 of this file has INS-1 too, with another team_size: keep one" in page.text
