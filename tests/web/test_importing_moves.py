"""Moving inspections and calling them off by a file: the preview says what that means for whom."""

from datetime import date

import pytest

from tests.support.importing import PAGE, PLAN, apply, send, signed
from tests.support.placing import Placing, placing_on
from tests.support.web import Site, get, parsed
from tracker.domain.access import Role

MOVES = f"{PLAN},moved_because"


@pytest.fixture
def placing(site: Site) -> Placing:
    return placing_on(site)


def test_a_known_inspection_on_other_days_is_said_to_be_moved_and_then_is(site: Site, placing: Placing) -> None:
    placing.inspection("INS-1")
    placing.inspection("INS-2", provider="gias:900004", starts_on=date(2026, 3, 25), ends_on=date(2026, 3, 25))
    placing.inspection("INS-3", starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 1))
    placing.inspector("T1", "Rea")
    for reference in ("INS-1", "INS-2", "INS-3"):
        placing.proposed(reference, "T1")
    client = site.client_for(Role.SCHEDULER)
    moved = "INS-1,gias:900002,Graded inspection,2026-03-24,2026-03-25,2,,The school asked"
    off = "INS-3,gias:900002,Graded inspection,2026-04-01,2026-04-01,2,Burnt down,"
    data = f"{PLAN},called_off,moved_because\n{moved}\n{off}\n"
    page = send(client, "inspections", data)
    parsed(page)
    assert "Inspections to be moved (1)" in page.text
    assert "moved: planned for 24 to 25 March 2026, and no longer for 17 to 18 March 2026" in page.text
    assert "Rea is on INS-2, Lone Oak School, then" in page.text
    assert "Inspections to be called off (1)" in page.text
    assert "1 inspector is released" in page.text
    assert "Import 2 rows" in page.text
    for says in ("0 inspections planned, 1 moved, 1 called off, 0 as they were", "0 inspections planned, 2 as they"):
        answer = apply(client, signed(page))
        assert says in get(client, answer.location).text
    timeline = get(site.client_for(Role.AUDITOR), "/audit/of/inspection/INS-1").text
    assert "moved inspection INS-1 of Ridge Academy, by a file: it was planned from 17 March 2026" in timeline
    assert "The school asked" in get(client, "/inspections/inspection/INS-1").text


def test_a_move_that_means_something_else_by_now_is_shown_again_first(site: Site, placing: Placing) -> None:
    placing.inspection("INS-1")
    placing.inspector("T1", "Rea")
    placing.proposed("INS-1", "T1")
    client = site.client_for(Role.SCHEDULER)
    page = send(client, "inspections", f"{MOVES}\nINS-1,gias:900002,Graded inspection,2026-03-24,2026-03-25,2,Ice\n")
    assert "Nothing changes for its team" in page.text
    placing.inspection("INS-2", provider="gias:900004", starts_on=date(2026, 3, 25), ends_on=date(2026, 3, 25))
    placing.proposed("INS-2", "T1")
    late = apply(client, signed(page))
    parsed(late)
    assert late.status_code == 409
    assert "Nothing was imported." in late.text
    assert "Rea is on INS-2, Lone Oak School, then" in late.text
    assert apply(client, signed(late)).status_code == 303


def test_of_one_inspection_a_file_says_one_thing(site: Site, placing: Placing) -> None:
    placing.inspection("INS-1")
    client = site.client_for(Role.SCHEDULER)
    rows = [f"INS-1,gias:900002,Graded inspection,2026-03-{day},2026-03-{day},2,Ice" for day in (24, 25)]
    page = send(client, "inspections", "\n".join([MOVES, *rows]))
    assert page.status_code == 422
    assert "row 2 of this file has INS-1 too, with another starts_on, ends_on: keep one" in page.text


def test_a_row_with_other_days_says_why_they_change(site: Site, placing: Placing) -> None:
    placing.inspection("INS-1")
    client = site.client_for(Role.SCHEDULER)
    row = "gias:900002,Graded inspection,2026-03-24,2026-03-25,2"
    for data, says in (
        (f"{PLAN}\nINS-1,{row}\n", "is planned for 17 to 18 March 2026: say in a column moved_because why its days"),
        (f"{MOVES}\nINS-1,{row},\n", "say in a column moved_because why its days change"),
        (f"{MOVES}\nINS-1,{row},{'x' * 501}\n", "moved_because is longer than 500 characters"),
        (f"{MOVES}\nINS-9,{row},Ice\n", "There is no inspection INS-9 that could be moved"),
    ):
        page = send(client, "inspections", data)
        assert page.status_code == 422
        assert says in page.text
    assert "moved_because" in get(client, PAGE).text


def test_a_file_that_changes_nothing_says_so_and_offers_nothing_to_press(site: Site, placing: Placing) -> None:
    placing.inspection("INS-1")
    client = site.client_for(Role.SCHEDULER)
    page = send(client, "inspections", f"{PLAN}\nINS-1,gias:900002,Graded inspection,2026-03-17,2026-03-18,2\n")
    parsed(page)
    assert "There is nothing to import:" in page.text
    assert "Choose another file" in page.text
    assert 'name="sent"' not in page.text
