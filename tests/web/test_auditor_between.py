"""What changed between two moments, who knew, what an act changed, a check run again, and a file taken away."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from tests.support.databases import Fresh
from tests.support.everything import everything
from tests.support.tampering import unguard
from tests.support.web import Site, get, parsed, post, running_site
from tracker.database import writing
from tracker.domain.access import Role
from tracker.models import Decision, Declaration, HistoryEntry, RegisterImport

PATH = "/audit/between"
ONE_DAY = "since-day=1&since-month=1&since-year=2026&until-day=1&until-month=1&until-year=2026"
WHOLE = "since-day=1&since-month=1&since-year=2026&until-day=31&until-month=12&until-year=2026"


@pytest.fixture(scope="module")
def lived(sqlite_fresh: Fresh) -> Iterator[Site]:
    with running_site(sqlite_fresh(everything)) as site:
        yield site


@pytest.fixture
def auditor(lived: Site) -> FlaskClient:
    return lived.client_for(Role.AUDITOR)


def test_the_first_page_leads_to_what_changed_in_the_last_week(auditor: FlaskClient) -> None:
    assert f'href="{PATH}"' in get(auditor, "/audit").text
    page = get(auditor, PATH)
    parsed(page)
    assert "Assignments that stand otherwise" in page.text


def test_inspections_that_were_moved_or_called_off_between_the_moments_are_told(auditor: FlaskClient) -> None:
    page = get(auditor, f"{PATH}?{WHOLE}").text
    (told,) = re.findall(r'id="moved">(.*?)<h2', page, re.DOTALL)
    assert "moved inspection INS-1 of Ridge Academy: it was planned from 17 March 2026" in told
    assert "called off inspection INS-4 of Lone Oak School" in told
    (about,) = re.findall(r'id="moved">(.*?)<h2', get(auditor, f"{PATH}?{WHOLE}&about=INS-4").text, re.DOTALL)
    assert "INS-1" not in about
    (none,) = re.findall(r'id="moved">(.*?)<h2', get(auditor, f"{PATH}?{ONE_DAY}").text, re.DOTALL)
    assert "None." in none


def test_each_kind_of_act_leads_to_its_lines_and_older_ones(auditor: FlaskClient) -> None:
    page = get(auditor, f"{PATH}?{WHOLE}")
    found = re.findall(r'href="(/audit/between\?kind=[a-z]+[^"#]*)#lines">([^<]+)</a>: ([0-9,]+) entr', page.text)
    assert {"Checks", "Registers", "Policies"} <= {title for _, title, _ in found}
    for href, _, number in found:
        lines = get(auditor, href.replace("&amp;", "&"))
        parsed(lines)
        assert lines.text.count("app-timeline__entry") == min(50, int(number))
    assert "Not proposed" in page.text


def test_the_file_holds_who_stands_otherwise_and_taking_it_is_an_entry(auditor: FlaskClient) -> None:
    page = get(auditor, f"{PATH}?{WHOLE}")
    number = re.search(r"([0-9]+) assignments?, what changed last first", page.text)
    answer = post(auditor, f"{PATH}/export?{WHOLE}", {"as": "csv"}, of=PATH)
    assert number is not None
    assert len(answer.data.decode("utf-8-sig").splitlines()) == int(number[1]) + 1
    assert "took the list “assignments that stand otherwise” away" in get(auditor, "/audit/entries").text


@pytest.mark.parametrize(
    ("asked", "cure"),
    [
        (WHOLE.replace("until-year=2026", "until-year=2025"), "The second moment is not after the first"),
        (WHOLE.replace("since-year=2026", "since-year=2016"), "The span is longer than 400 days"),
        (f"{WHOLE}&since_time=noon", "The time must be hours and minutes, like 14:30"),
        (WHOLE.replace("since-day=1", "since-day=41"), "The first day must have a day from 1 to 31"),
        (f"{ONE_DAY}&since_time=14:30&until_time=14:00", "The second moment is not after the first"),
    ],
)
def test_moments_that_cannot_be_are_refused_with_the_cure(auditor: FlaskClient, asked: str, cure: str) -> None:
    page = get(auditor, f"{PATH}?{asked}")
    parsed(page)
    assert cure in page.text


@pytest.mark.parametrize(
    "path", [PATH, "/audit/annual-report", "/audit/annual-report/print", "/audit/repeat", "/audit/hindsight"]
)
def test_a_last_day_far_ahead_is_refused_and_breaks_no_page(auditor: FlaskClient, path: str) -> None:
    names = ("since", "until") if path == PATH else ("first", "last")
    asked = "&".join(f"{each}-day=31&{each}-month=12&{each}-year=9999" for each in names)
    page = get(auditor, f"{path}?{asked}")
    assert page.status_code == 200
    cure = "go back and choose one" if path.endswith("print") else "The last day is more than 400 days ahead"
    assert cure in page.text


def test_the_question_can_be_narrowed_to_an_inspector_or_an_inspection_and_no_other_word(auditor: FlaskClient) -> None:
    for about in ("T100", "INS-1"):
        page = get(auditor, f"{PATH}?{WHOLE}&about={about}")
        parsed(page)
        assert "Connections in force that came, changed or went" in page.text
        assert "Decisions that ceased to hold" in page.text
        assert f"about={about}" in page.text
    assert "and no inspection the reference “NONE”" in get(auditor, f"{PATH}?{WHOLE}&about=NONE").text


def test_an_act_that_is_of_no_kind_is_not_there(auditor: FlaskClient) -> None:
    assert get(auditor, f"{PATH}?{WHOLE}&kind=secrets").status_code == 404


def test_a_minute_that_is_named_last_is_meant_to_its_end(lived: Site, auditor: FlaskClient) -> None:
    with lived.sessions() as session:
        at = session.scalars(select(HistoryEntry.at).order_by(HistoryEntry.seq)).first()
    assert at is not None
    day = f"since-day={at.day}&since-month={at.month}&since-year={at.year}"
    until = day.replace("since", "until")
    page = get(auditor, f"{PATH}?{day}&{until}&since_time={at:%H:%M}&until_time={at:%H:%M}")
    assert "What was done" in page.text
    assert "Nothing: the history has no entry" not in page.text


def test_a_declaration_says_who_knew_of_it_and_what_it_changed(lived: Site, auditor: FlaskClient) -> None:
    with lived.sessions() as session:
        refs = session.scalars(select(Declaration.ref)).all()
    pages = [get(auditor, f"/audit/declarations/{ref}").text for ref in refs]
    assert all("Who knew of it, and since when" in each and "What it changed" in each for each in pages)
    assert any("a check found it" in each for each in pages)


def test_an_import_says_what_it_changed(lived: Site, auditor: FlaskClient) -> None:
    with lived.sessions() as session:
        ref = session.scalars(select(RegisterImport.ref)).first()
    page = get(auditor, f"/audit/of/import/{ref}")
    parsed(page)
    assert "What it changed" in page.text


def checks(site: Site) -> list[int]:
    with site.sessions() as session:
        return list(session.scalars(select(HistoryEntry.seq).where(HistoryEntry.event == "assignment:checked")))


def test_every_check_can_be_run_again_from_its_line_and_answers_the_same(lived: Site, auditor: FlaskClient) -> None:
    assert re.search(r'href="/audit/replay/[0-9]+">Run this check again', get(auditor, "/audit/entries").text)
    for seq in checks(lived):
        page = get(auditor, f"/audit/replay/{seq}")
        parsed(page)
        assert "It answers the same when it is run again." in page.text or "were erased under" in page.text


@pytest.mark.parametrize("number", ["1", "0", "x", "9" * 30, "-1", "١"])
def test_what_is_no_check_cannot_be_run_again(auditor: FlaskClient, number: str) -> None:
    assert get(auditor, f"/audit/replay/{number}").status_code == 404


def test_a_check_whose_facts_were_changed_is_not_run_again_but_pointed_out(site: Site) -> None:
    with writing(site.sessions) as session:
        everything(session)
    seq = checks(site)[-1]
    with writing(site.sessions) as session:
        unguard(session.connection())
        named = "SELECT words_id FROM history_words WHERE seq = :seq AND name = 'facts'"
        session.execute(text(f"UPDATE words SET value = '{{}}' WHERE id = ({named})"), {"seq": seq})  # noqa: S608
    page = get(site.client_for(Role.AUDITOR), f"/audit/replay/{seq}")
    assert "are not those that it commits to: run “tracker history verify”" in page.text


def test_an_inspections_file_is_taken_away_whole_and_that_is_an_entry(auditor: FlaskClient) -> None:
    path = "/audit/independence-file/export?reference=INS-1"
    answer = post(auditor, path, {"as": "csv"}, of="/audit/independence/INS-1")
    head, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
    assert head == ["Inspection", "Provider", "Inspector", "Role", "Entry", "When", "What", "Who", "Detail"]
    assert 'filename="independence-file-INS-1-' in answer.headers["Content-Disposition"]
    assert {row[0] for row in rows} == {"INS-1"}
    assert "its root was" in rows[0][8]
    (moved,) = (row for row in rows if row[6].startswith("Moved"))
    assert (moved[6], moved[8]) == ("Moved to 24 to 26 March 2026, from 17 to 18 March 2026", "“The school asked.”")
    told = {row[6].partition(":")[0] for row in rows}
    expected = {
        "Proposed",
        "Declaration in force now",
        "Own word",
        "Checked",
        "Finding",
        "Allowed",
        "Released",
    }
    assert expected <= told
    assert post(auditor, path, {"as": "xlsx"}, of="/audit/independence/INS-1").data.startswith(b"PK")
    assert (
        "took the list “independence file” away as csv, narrowed by reference INS-1"
        in get(auditor, "/audit/entries").text
    )
    gone = post(auditor, path.replace("INS-1", "NONE"), {"as": "csv"}, of="/audit/independence/INS-1")
    assert gone.status_code == 404


@pytest.mark.parametrize("about", ["T100", "t100"])
def test_a_staff_number_is_found_in_whatever_case(auditor: FlaskClient, about: str) -> None:
    page = get(auditor, f"{PATH}?{WHOLE}&about={about}")
    parsed(page)
    assert "No inspector has the staff number" not in page.text
    assert "What was done" in page.text


def test_that_to_allow_changes_nothing_by_itself_is_told_of_decisions_alone(lived: Site, auditor: FlaskClient) -> None:
    said, told = "To allow a finding changes neither by itself", {}
    with lived.sessions() as session:
        refs = {
            "import": session.scalars(select(RegisterImport.ref)).all(),
            "decision": session.scalars(select(Decision.ref)).all(),
        }
    for kind, some in refs.items():
        told[kind] = any(said in get(auditor, f"/audit/of/{kind}/{ref}").text for ref in some)
    assert told == {"import": False, "decision": True}
