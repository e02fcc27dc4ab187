"""The auditor's pages: the history whole or not, timelines, what was known when, and details that leave an entry."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from tests.support.databases import Fresh
from tests.support.paths import ROOT
from tests.support.web import Site, get, parsed, post, running_site, shown
from tests.support.world import NOW, employed_at, put_register
from tracker.domain.access import Role
from tracker.models import HistoryEntry, Inspector

SECRET_NOTE = "Sings in its choir every Thursday"


@dataclass
class Audited:
    """A site with an inspector who declared twice, and whose confirmed assignment was questioned."""

    site: Site
    first: str
    second: str
    assignment: str
    client: FlaskClient

    def events(self) -> list[str]:
        """The names of all entries, in order."""
        with self.site.sessions() as session:
            return list(session.scalars(select(HistoryEntry.event).order_by(HistoryEntry.seq)))


@pytest.fixture
def audited(fresh: Fresh) -> Iterator[Audited]:
    with _audited(fresh) as made:
        yield made


@pytest.fixture(scope="module")
def read_alone(fresh: Fresh) -> Iterator[Audited]:
    """One for all the tests that only read."""
    with _audited(fresh) as made:
        yield made


@contextmanager
def _audited(fresh: Fresh) -> Iterator[Audited]:
    with running_site(fresh()) as site:
        with site.staging() as stage:
            put_register(stage.session)
            stage.policy()
            ines = stage.inspector("T100", "Ines Pector")
            first = stage.declares(ines).declaration.ref
            assignment = stage.proposes(stage.inspection(), ines)
            assert stage.confirms(assignment).confirmed
            stage.now += timedelta(days=1)
            joined = employed_at("gias:900001", "2015", "2023-07", note=SECRET_NOTE)
            second = stage.declares(ines, joined).declaration.ref
            ref = assignment.ref
        site.wait(days=3)
        yield Audited(site, first, second, ref, site.client_for(Role.AUDITOR))


def test_the_assignments_in_question_tell_which_wait_only_to_be_confirmed_again(audited: Audited) -> None:
    path = "/audit/figures/questioned"
    page = get(audited.client, path).text
    assert "0 of these:" in page
    assert "Real; begins" in page
    with audited.site.staging() as stage:
        stage.declares(stage.session.scalars(select(Inspector)).one())
    page = get(audited.client, path).text
    assert "1 of these:" in page
    assert "Waits only to be confirmed again; begins" in page


def test_the_first_page_shows_the_standing_and_what_deserves_a_look(read_alone: Audited) -> None:
    page = get(read_alone.client, "/audit")

    parsed(page)
    assert "Never" in page.text
    assert "The confirmed assignment of Ines Pector to inspection INS-1 of Ridge Academy was questioned" in page.text
    assert "which the declaration of 2 March 2026 left out" in page.text


@pytest.mark.parametrize("words", ["ines", "T100", "INS-1", "ridge"])
def test_a_name_a_number_and_a_reference_find(read_alone: Audited, words: str) -> None:
    page = get(read_alone.client, f"/audit?q={words}")

    parsed(page)
    assert re.search(r'href="/audit/(inspectors|of|assignments)/', page.text)
    assert "Nothing was found" in get(read_alone.client, "/audit?q=nobody%25").text
    assert (
        f"/audit/declarations/{read_alone.first}" in get(read_alone.client, f"/audit?q={read_alone.first.lower()}").text
    )


def test_the_check_of_a_whole_history_says_so_and_is_itself_an_entry(audited: Audited) -> None:
    answer = post(audited.client, "/audit/verification", of="/audit")

    assert answer.status_code == 303
    page = get(audited.client, "/audit")
    parsed(page)
    assert "The history is whole" in page.text
    assert audited.events()[-1] == "history:verified"


def test_the_check_of_a_changed_history_names_the_first_bad_entry(audited: Audited) -> None:
    with audited.site.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER history_entry_update"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE history_entry SET actor = 'person:X' WHERE seq = 5"))

    post(audited.client, "/audit/verification", of="/audit")

    page = get(audited.client, "/audit")
    parsed(page)
    assert "found a fault: entry 5" in page.text
    assert audited.events()[-1] == "history:doubted"


def test_an_inspectors_page_tells_what_was_known_at_a_moment(audited: Audited) -> None:
    now = get(audited.client, "/audit/inspectors/T100")
    then = get(audited.client, "/audit/inspectors/T100?day-day=2&day-month=3&day-year=2026&time=23:00")
    long_ago = get(audited.client, "/audit/inspectors/T100?day-day=1&day-month=1&day-year=2026")

    for page in (now, then, long_ago):
        parsed(page)
    assert audited.second in now.text
    assert "Questioned" in now.text
    assert audited.second not in then.text
    assert audited.first in then.text
    assert "Confirmed" in then.text
    assert "2 March 2026 at 11:00pm" in then.text
    assert "No declaration was in force" in long_ago.text


@pytest.mark.parametrize("query", ["day-day=31&day-month=2&day-year=2026", "day-year=x", "time=25:00", "time=9"])
def test_a_moment_that_is_none_is_refused_at_its_field(read_alone: Audited, query: str) -> None:
    page = get(read_alone.client, f"/audit/inspectors/T100?{query}")

    parsed(page)
    assert "There is a problem" in page.text


def test_a_declarations_details_open_by_a_button_and_leave_an_entry(audited: Audited) -> None:
    path = f"/audit/declarations/{audited.second}"
    closed = get(audited.client, path)
    parsed(closed)
    assert SECRET_NOTE not in closed.text
    assert "employment" not in closed.text.casefold()
    assert audited.events().count("declaration:opened") == 0

    answer = post(audited.client, f"{path}/open", of=path)
    page = get(audited.client, answer.location)
    parsed(page)

    assert SECRET_NOTE in page.text
    assert "Hilltop Primary School" in page.text
    assert audited.events().count("declaration:opened") == 1
    assert f"opened the details of declaration {audited.second} of Ines Pector" in page.text
    audited.site.wait(minutes=20)
    assert SECRET_NOTE not in get(audited.client, path).text


def test_two_declarations_stand_side_by_side_once_both_are_opened(audited: Audited) -> None:
    chosen = get(audited.client, f"/audit/declarations/{audited.second}/compare?with={audited.first}")
    closed = get(audited.client, chosen.location)
    parsed(closed)
    assert SECRET_NOTE not in closed.text

    answer = post(audited.client, chosen.location)
    page = get(audited.client, answer.location)
    parsed(page)

    assert "Added" in page.text
    assert SECRET_NOTE in page.text
    assert audited.events().count("declaration:opened") == 2
    assert get(audited.client, f"/audit/declarations/{audited.first}/compare/{audited.first}").status_code == 404


def test_an_assignments_page_shows_findings_with_their_chain_and_its_timeline(read_alone: Audited) -> None:
    path = f"/audit/assignments/{read_alone.assignment}"
    page = get(read_alone.client, path)
    then = get(read_alone.client, f"{path}?day-day=2&day-month=3&day-year=2026")

    for each in (page, then):
        parsed(each)
    assert "Hilltop Primary School became Ridge Academy" in page.text
    assert "confirmed Ines Pector for inspection INS-1 of Ridge Academy" in page.text
    assert "The check found nothing" in then.text


@pytest.mark.parametrize("path", ["/entries", "/of/inspection/INS-1", "/of/provider/gias:900002"])
def test_other_timelines_are_there(read_alone: Audited, path: str) -> None:
    page = get(read_alone.client, f"/audit{path}")

    parsed(page)
    assert "planned inspection INS-1 of Ridge Academy, from 17 March 2026 to 18 March 2026" in page.text


def test_a_long_timeline_goes_on_page_by_page(audited: Audited) -> None:
    with audited.site.staging() as stage:
        for number in range(60):
            stage.inspector(f"L{number}", f"Person {number}")
    page = get(audited.client, "/audit/entries")
    older = re.search(r'href="(\?before=\d+)#timeline"', page.text)
    assert older

    rest = get(audited.client, f"/audit/entries{older[1]}")

    parsed(rest)
    assert "adopted the policy" not in page.text
    assert "adopted the policy" in rest.text


def test_the_download_verifies_with_one_file_and_holds_no_personal_words(audited: Audited, tmp_path: Path) -> None:
    before = len(audited.events())
    answer = post(audited.client, "/audit/history.jsonl", of="/audit")
    assert answer.status_code == 200
    # That it was taken is an entry, which what is taken holds already.
    assert audited.events()[before:] == ["history:exported"]
    assert answer.data.count(b'"event"') == before + 1
    assert "took the history away, without the personal words." in get(audited.client, "/audit/entries").text
    assert SECRET_NOTE.encode() not in answer.data
    path = tmp_path / "history.jsonl"
    path.write_bytes(answer.data)

    done = subprocess.run([sys.executable, ROOT / "tracker/domain/tree.py", path], check=False, capture_output=True)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.AUDITOR])
def test_nobody_else_learns_even_that_there_is_such_a_page(read_alone: Audited, role: Role) -> None:
    client = read_alone.site.client_for(role)
    missing = shown(get(client, "/audit/inspectors/NOBODY"))
    paths = (
        "inspectors/T100",
        f"declarations/{read_alone.second}",
        f"assignments/{read_alone.assignment}",
        "watching",
    )

    for path in paths:
        assert shown(get(client, f"/audit/{path}")) == missing, path


@pytest.mark.parametrize(
    "path", ["inspectors/NO", "declarations/NO", "assignments/NO", "of/inspection/NO", "of/secret/NO", "of/person/NO"]
)
def test_what_is_not_there_is_not_found(read_alone: Audited, path: str) -> None:
    assert get(read_alone.client, f"/audit/{path}").status_code == 404


def test_the_clock_of_the_moment_is_the_united_kingdoms(read_alone: Audited) -> None:
    page = get(read_alone.client, "/audit/inspectors/T100?day-day=1&day-month=7&day-year=2025&time=0.30")

    assert "1 July 2025 at 12:30am" in page.text
    assert NOW.month == 3


def test_an_inspector_whose_staff_number_holds_a_slash_has_a_page(audited: Audited) -> None:
    with audited.site.staging() as stage:
        stage.inspector("12/345", "Sal Slash")
    found = get(audited.client, "/audit?q=Sal").text
    assert 'href="/audit/inspectors/12/345"' in found
    assert "Sal Slash" in get(audited.client, "/audit/inspectors/12/345").text
