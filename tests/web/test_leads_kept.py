"""What stays of a question: its day, for as long as it is the same; and nothing of whom it concerns no longer."""

from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.support.databases import Fresh
from tests.support.placing import Placing, placing_on
from tests.support.statements import counted
from tests.support.web import Site, get, running_site, shown
from tests.support.world import SYSTEM, employed_at
from tracker.domain.access import Role
from tracker.domain.errors import BadFileError
from tracker.domain.people import InspectorDetails
from tracker.domain.statement import Claim
from tracker.importers import tables
from tracker.models import Inspector
from tracker.queries import leads as questions
from tracker.services import declaration_imports, inspectors

HERE = "/decisions/to-review"
ODD = employed_at("gias:900004", "2020", nature="other", note="Sings there.")
MAKERS = employed_at("org:Makers UK", "2020", nature="consultancy")
INES = InspectorDetails("T1", "Ines Pector", "t1@example.org", "HMI", "staff", "schools", "")


@pytest.fixture
def placing(site: Site) -> Placing:
    site.set(session_minutes=10**6)
    return placing_on(site)


def reviewed(placing: Placing, what: str) -> str:
    return unescape(get(placing.site.client_for(Role.DECISION_MAKER), f"{HERE}?what={what}").text)


@pytest.mark.parametrize(("what", "said"), [("grade", ODD), ("organisation", MAKERS)])
def test_what_waits_does_not_grow_younger_when_it_is_declared_again(placing: Placing, what: str, said: object) -> None:
    placing.inspector("T1", "Otto Other", said)  # type: ignore[arg-type]
    placing.site.wait(days=30)
    placing.now = placing.site.config.now or placing.now
    placing.declares("T1", said)  # type: ignore[arg-type]
    assert "since 2 March 2026, 30 days" in reviewed(placing, what)


@pytest.mark.parametrize(("what", "said"), [("grade", ODD), ("organisation", MAKERS)])
def test_an_imported_declaration_waits_from_when_it_was_learned(placing: Placing, what: str, said: object) -> None:
    placing.inspector("T1", "Otto Other", declares=False)
    with placing.staging() as stage:
        claim = Claim((2,), "T1", datetime(2024, 3, 1, tzinfo=UTC), (said,))  # type: ignore[arg-type]
        declaration_imports.import_many(stage.session, SYSTEM, [claim], at=stage.tick())
    assert "since 2 March 2026, 0 days" in reviewed(placing, what)


def test_of_whoever_has_left_no_question_waits(placing: Placing) -> None:
    placing.inspector("T1", "Otto Other", employed_at("gias:900001"))
    placing.site.wait(days=20)
    assert "Otto Other" in reviewed(placing, "question")
    with placing.staging() as stage:
        stage.session.execute(update(Inspector).values(left_on=date(2026, 3, 10)))
    assert "Otto Other" not in reviewed(placing, "question")


def test_a_staff_list_without_employers_says_nothing_of_them(placing: Placing, tmp_path: Path) -> None:
    columns = "staff_no,name,email,title,engagement,remits,home_postcode"
    row = "T1,Ines Pector,t1@example.org,HMI,staff,schools,"
    path = tmp_path / "staff.csv"
    for head, line, employer in (
        (f"{columns},employer", f"{row},gias:900004", "gias:900004"),
        (columns, row, "gias:900004"),
        (f"{columns},employer", f"{row},", ""),
    ):
        path.write_text(f"{head}\n{line}\n", "utf-8")
        with placing.staging() as stage:
            inspectors.import_many(stage.session, SYSTEM, tables.inspectors(path), at=stage.tick())
        with placing.site.sessions() as session:
            assert session.scalars(select(Inspector.employer)).all() == [employer]


def test_a_new_employer_is_a_question_from_the_day_of_the_staff_list(placing: Placing) -> None:
    placing.inspector("T1", "Ines Pector")
    with placing.staging() as stage:
        inspectors.import_many(stage.session, SYSTEM, [replace(INES, employer="gias:900004")], at=stage.tick())
    placing.site.wait(days=20)
    assert "since 2 March 2026, 20 days" in reviewed(placing, "question")


def test_a_list_of_governors_without_a_line_does_not_take_the_place_of_one(tmp_path: Path) -> None:
    path = tmp_path / "governors.csv"
    path.write_text("provider,name\n", "utf-8")
    with pytest.raises(BadFileError):
        tables.governors(path)


def test_all_inspectors_are_asked_about_in_as_many_statements_as_one(placing: Placing) -> None:
    for number in range(12):
        placing.inspector(f"T{number}", f"Ines Number{number}", employed_at("gias:900001"), employed_at("la:990"))
    sent = []
    with placing.site.sessions() as session:
        everybody = questions.active(session, date(2026, 3, 2))
        for some in (everybody, everybody[:1], everybody):
            with counted(placing.site.engine) as statements:
                found = questions.of_inspectors(session, some, date(2026, 3, 2))
            assert all(len(each) == 1 for each in found.values())
            sent.append(len(statements))
    assert sent[1] == sent[2] <= 10


@pytest.mark.parametrize("then", ["child", "partner"])
def test_a_question_tells_reviewers_nothing_of_whose_a_connection_is_within_the_family(
    sqlite_fresh: Fresh, then: str
) -> None:
    pages = []
    for holder in ("partner", then):
        with running_site(sqlite_fresh(), session_minutes=10**6) as site:
            placing = placing_on(site)
            job = employed_at("gias:900001", holder="partner")
            placing.inspector("T1", "Ines Pector", job, employed_at("gias:900004", holder="partner"))
            again = employed_at("gias:900004", holder=holder)
            placing.declares("T1", job, employed_at("gias:900001", "2016", holder=holder), again)
            site.wait(days=20)
            client = site.client_for(Role.DECISION_MAKER)
            pages.append([shown(get(client, path)) for path in (HERE, f"{HERE}?what=question", "/decisions")])
            assert "not answered" in pages[-1][0][1]
    assert pages[0] == pages[1]


def test_every_line_of_the_queue_is_on_one_of_its_pages_and_counted(placing: Placing) -> None:
    for number in range(23):
        placing.inspector(f"T{number}", f"Ines Number{number}", declares=False)
    placing.inspector("T99", "Otto Other", ODD, MAKERS)
    client = placing.site.client_for(Role.DECISION_MAKER)
    pages = [get(client, f"{HERE}?page={number}").text for number in (1, 2, 3)]
    assert [page.count("app-work__item") for page in pages] == [20, 5, 0]
    for page in pages[:2]:
        assert "To review (25)" in page
        assert "Declarations that are out of date or missing</a> (23)" in page
    assert "There is nothing on this page" in pages[2]
    only = [get(client, f"{HERE}?what=declaration&page={number}").text for number in (1, 2)]
    assert [page.count("app-work__item") for page in only] == [20, 3]
    assert f"{HERE}?what=declaration&amp;page=1" in only[1] or f"{HERE}?page=1&amp;what=declaration" in only[1]
    assert "To review, with days and dates (25)" in get(client, "/decisions").text
