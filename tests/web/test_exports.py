"""Lists taken away as files: all rows, the columns of the page, no formula, no more than the page tells; an entry."""

import csv
import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.support.placing import NOTE, OWN_JOB, PARTNERS_JOB, Placing, placing_on
from tests.support.web import Site, get, post
from tracker.domain.access import Role
from tracker.models import HistoryEntry, Inspector
from tracker.web import exporting
from tracker.web.exporting import defused


@pytest.fixture
def placing(site: Site) -> Placing:
    return placing_on(site)


def taken(client: FlaskClient, path: str, of: str, kind: str = "csv") -> TestResponse:
    answer = post(client, path, {"as": kind}, of=of)
    assert answer.status_code == 200
    return answer


def cells(answer: TestResponse) -> list[dict[str, str]]:
    text = answer.data.decode("utf-8-sig")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def entries(site: Site) -> list[str]:
    with site.sessions() as session:
        query = select(HistoryEntry.entry).where(HistoryEntry.event == "list:exported").order_by(HistoryEntry.seq)
        return list(session.scalars(query))


def test_the_board_is_taken_away_whole_with_its_filters_and_the_history_says_so(site: Site, placing: Placing) -> None:
    for number in range(25):
        day = date(2026, 3, 9) + timedelta(days=7 * (number % 5))
        placing.inspection(f"INS-{number:02}", starts_on=day, ends_on=day, team_size=1)
    placing.inspector("T1", "Rea Real", OWN_JOB)
    placing.proposed("INS-07", "T1")
    client = site.client_for(Role.SCHEDULER)
    answer = taken(client, "/inspections/export", "/inspections")
    assert 'filename="inspections-2026-03-02.csv"' in answer.headers["Content-Disposition"]
    rows = cells(answer)
    assert [each["Reference"] for each in rows] == sorted(
        (x["Reference"] for x in rows), key=lambda x: (int(x[4:]) % 5, x)
    )
    assert len(rows) == 25
    (row,) = cells(taken(client, "/inspections/export?q=INS-07&state=blocked", "/inspections"))
    assert row["Team"] == "Rea Real (team, proposed, real)"
    assert row["What blocks it"] == "Rea Real: real: release, or two decision-makers; 1 place open"
    assert (row["First day"], row["Worst verdict"], row["Places open"]) == ("2026-03-23", "real", "1")
    whole, narrowed = entries(site)
    assert '"list":"inspections"' in whole
    assert '"filters":[]' in whole
    assert '"filters":["words","state blocked"]' in narrowed
    assert "INS-07" not in narrowed
    assert (
        len(cells(taken(client, "/inspections/export?region=Rea+has+a+child+there&state=nonsense", "/inspections")))
        == 25
    )
    assert '"filters":[]' in entries(site)[-1]
    auditor = site.client_for(Role.AUDITOR)
    assert (
        "took the list “inspections” away as csv, narrowed by words, state blocked."
        in get(auditor, "/audit/entries").text
    )


def test_a_workbook_holds_numbers_and_days_that_can_be_added_up_and_sorted(site: Site, placing: Placing) -> None:
    starts_on = date(2026, 3, 23)
    placing.inspection("INS-1", team_size=3, starts_on=starts_on, ends_on=starts_on)
    answer = taken(site.client_for(Role.SCHEDULER), "/inspections/export", "/inspections", "xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert '<sheet name="Inspections"' in book.read("xl/workbook.xml").decode()
        assert 'formatCode="yyyy-mm-dd"' in book.read("xl/styles.xml").decode()
    assert f"<v>{(starts_on - date(1899, 12, 30)).days}</v>" in sheet
    assert "<v>3</v>" in sheet


def test_what_one_sheet_cannot_hold_goes_on_in_the_next_under_the_same_columns(
    site: Site, placing: Placing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "SHEET", 4)
    for number in range(7):
        placing.inspection(f"INS-{number}")
    answer = taken(site.client_for(Role.SCHEDULER), "/inspections/export", "/inspections", "xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        names = sorted(each for each in book.namelist() if each.startswith("xl/worksheets/sheet"))
        sheets = [book.read(each).decode() for each in names]
        assert '<sheet name="Inspections 3"' in book.read("xl/workbook.xml").decode()
    assert [each.count("<row ") for each in sheets] == [4, 4, 2]
    assert all(">Reference<" in each for each in sheets)
    assert [sum(f">INS-{number}<" in each for each in sheets) for number in range(7)] == [1] * 7


def test_a_cell_that_a_workbook_would_cut_is_refused_before_it_is_entered_and_csv_holds_it(
    site: Site, placing: Placing
) -> None:
    placing.inspection("INS-1")
    placing.inspector("T1", "Rea")
    placing.proposed("INS-1", "T1")
    with site.staging() as stage:
        stage.session.scalars(select(Inspector).filter_by(staff_no="T1")).one().name = "x" * 32_768
    client, of = site.client_for(Role.SCHEDULER), "/inspections/assignments?need=ready"
    path = "/inspections/assignments/export?need=ready"
    answer = post(client, path, {"as": "xlsx"}, of=of)
    assert answer.status_code == 422
    assert "take it as CSV" in answer.text
    assert entries(site) == []
    assert len(cells(taken(client, path, of))[0]["Inspector"]) == 32_768


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_a_file_begins_as_a_formula_does(site: Site, placing: Placing, begins: str) -> None:
    assert defused(f"{begins}1+1") == f"'{begins}1+1"
    placing.inspection("INS-1")
    placing.inspector("T1", "Rea")
    placing.proposed("INS-1", "T1")
    with site.staging() as stage:
        stage.session.scalars(select(Inspector).filter_by(staff_no="T1")).one().name = f"{begins}HYPERLINK(A1)"
    client = site.client_for(Role.SCHEDULER)
    path, of = "/inspections/assignments/export?need=ready", "/inspections/assignments?need=ready"
    (row,) = cells(taken(client, path, of))
    assert row["Inspector"].startswith("'") or begins == "\r"
    assert not row["Inspector"].startswith(("=", "+", "-", "@", "\t", "\r"))
    answer = taken(client, path, of, "xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "HYPERLINK(A1)" in sheet
    assert "<f>" not in sheet


def test_a_file_tells_no_more_than_its_page(site: Site, placing: Placing) -> None:
    placing.inspection("INS-1")
    site.person(Role.SCHEDULER, Role.INSPECTOR)
    client = site.client_for(Role.SCHEDULER, Role.INSPECTOR)
    own = f"W{len(site.added)}00"
    placing.declares(own, OWN_JOB)
    placing.inspector("T1", "Per", PARTNERS_JOB)
    placing.proposed("INS-1", own)
    placing.proposed("INS-1", "T1")
    rows = cells(taken(client, "/inspections/export", "/inspections"))
    assert rows[0]["Team"].startswith("You (team, proposed; another scheduler looks after this); Per (")
    assert rows[0]["Worst verdict"] == "perceived"
    waiting = cells(
        taken(client, "/inspections/assignments/export?need=waiting", "/inspections/assignments?need=waiting")
    )
    assert [each["Inspector"] for each in waiting] == ["Per"]
    for said in (str(rows), str(waiting)):
        assert NOTE not in said
        assert "partner" not in said.casefold()


def test_decision_makers_and_auditors_take_their_lists_and_nobody_elses(site: Site, placing: Placing) -> None:
    placing.inspection("INS-1")
    placing.inspector("T1", "Per", PARTNERS_JOB)
    ref = placing.proposed("INS-1", "T1")
    decider, auditor = site.client_for(Role.DECISION_MAKER), site.client_for(Role.AUDITOR)
    (row,) = cells(taken(decider, "/decisions/queue/export?need=decision", "/decisions/queue?need=decision"))
    assert (row["Inspector"], row["Verdict"], row["Reference"]) == ("Per", "perceived", "INS-1")
    assert NOTE not in str(row)
    placing.decided(ref, site.added[(Role.DECISION_MAKER,)])
    (row,) = cells(taken(decider, "/decisions/decided/export", "/decisions/decided"))
    assert (row["Decision"], row["Inspector"]) == ("Allowed", "Per")
    assert cells(taken(decider, "/decisions/to-review/export", "/decisions/queue?need=decision")) is not None
    rows = cells(taken(auditor, "/audit/entries/export", "/audit"))
    numbers = [int(each["Entry"]) for each in rows]
    assert numbers == list(range(len(numbers), 0, -1))
    assert re.fullmatch(r"2026-03-02T\d\d:\d\d:\d\d\+00:00", rows[0]["When"])
    (proposed,) = (each for each in rows if each["Event"] == "assignment:proposed")
    assert f"assignment:{ref}, inspection:INS-1, inspector:T1" in proposed["Subjects"]
    assert proposed["Actor"].startswith(("person:", "system:"))
    for which in ("questioned", "exceptions", "late"):
        assert cells(taken(auditor, f"/audit/{which}/export", "/audit")) == []
    for path in ("/audit/entries/export", "/inspections/export"):
        assert post(decider, path, {"as": "csv"}, of="/decisions").status_code == 404
    assert post(auditor, "/audit/entries/export", {"as": "exe"}, of="/audit").status_code == 404
