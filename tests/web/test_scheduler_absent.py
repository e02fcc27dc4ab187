"""After a move, or once it is known that somebody leaves: who cannot be there is told, and is not confirmed."""

from datetime import date

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.support.placing import Placing, placing_on
from tests.support.web import Site, get, parsed, post
from tests.support.world import SCHEDULER
from tracker.domain.access import Role
from tracker.domain.lifecycle import State
from tracker.models import Assignment, Inspector
from tracker.services import assignments, moving
from tracker.services.assignments import Release
from tracker.services.moving import Move

BOARD, ONE, TWO = "/inspections", "/inspections/inspection/INS-1", "/inspections/inspection/INS-2"
LATER = date(2026, 4, 7), date(2026, 4, 8)


@pytest.fixture
def placing(site: Site) -> Placing:
    """Rea, confirmed for INS-2 in April and proposed for INS-1 in March."""
    made = placing_on(site)
    made.inspector("T1", "Rea Clear")
    made.inspection("INS-1")
    made.inspection("INS-2", provider="gias:900004", starts_on=LATER[0], ends_on=LATER[1])
    made.proposed("INS-2", "T1", confirmed=True)
    return made


def moves(placing: Placing, *days: date) -> None:
    with placing.staging() as stage:
        moving.move(stage.session, SCHEDULER, Move("INS-1", *days, "The school asked."), at=stage.tick())


def opened(site: Site, path: str) -> str:
    page = get(site.client_for(Role.SCHEDULER), path)
    parsed(page)
    return page.text


def confirms(site: Site, ref: str) -> TestResponse:
    page = f"/inspections/assignments/{ref}"
    return post(site.client_for(Role.SCHEDULER), f"{page}/confirm", of=f"{page}/release")


def test_a_double_booking_is_told_on_the_board_and_on_both_inspections(site: Site, placing: Placing) -> None:
    ref = placing.proposed("INS-1", "T1")
    assert "then" not in opened(site, ONE)
    assert "Rea Clear can be confirmed" in opened(site, BOARD)
    moves(placing, *LATER)
    board = opened(site, BOARD)
    assert "<li>Rea Clear is on INS-2 then</li>" in board
    assert "<li>Rea Clear is on INS-1 then</li>" in board
    assert "Rea Clear can be confirmed" not in board
    assert "Cannot be confirmed<br><strong>On INS-2 then.</strong>" in opened(site, ONE)
    assert "To be settled<br><strong>On INS-1 then.</strong>" in opened(site, TWO)
    page = opened(site, f"/inspections/assignments/{ref}")
    assert "On INS-2 then.</strong> Release or replace Rea Clear here or there." in page
    assert "Until that is settled, Rea Clear cannot be confirmed." in page
    assert "You can confirm" not in page


def test_nobody_is_confirmed_who_is_elsewhere_then_until_that_is_settled(site: Site, placing: Placing) -> None:
    ref = placing.proposed("INS-1", "T1")
    moves(placing, *LATER)
    late = confirms(site, ref)
    parsed(late)
    assert late.status_code == 422
    assert "Rea Clear is on INS-2 then: release or replace Rea Clear here or there" in late.text
    assert placing.state(ref) == State.PROPOSED
    listed = "/inspections/assignments?need=ready"
    client = site.client_for(Role.SCHEDULER)
    answer = post(client, "/inspections/assignments/confirm", {"refs": ref}, of=listed)
    assert "Not confirmed: Rea Clear for INS-1 (Rea Clear is on INS-2 then" in get(client, str(answer.location)).text
    moves(placing, date(2026, 4, 9), date(2026, 4, 10))
    assert confirms(site, ref).status_code == 303
    assert placing.state(ref) == State.CONFIRMED


def test_who_leaves_before_the_new_days_is_told_of_and_not_confirmed(site: Site, placing: Placing) -> None:
    ref = placing.proposed("INS-1", "T1")
    leaves(placing, date(2026, 4, 8))
    assert "Leaves on" not in opened(site, ONE)
    moves(placing, date(2026, 4, 9), date(2026, 4, 9))
    says = "Rea Clear leaves on 8 April 2026, before it ends"
    assert f"<li>{says}</li>" in opened(site, BOARD)
    assert "Cannot be confirmed<br><strong>Leaves on 8 April 2026" in opened(site, ONE)
    # The day of leaving is no day of work: INS-2 ends on it.
    assert "To be settled<br><strong>Leaves on 8 April 2026" in opened(site, TWO)
    assert f"{says}: release or replace Rea Clear here" in confirms(site, ref).text


def leaves(placing: Placing, day: date) -> None:
    with placing.staging() as stage:
        stage.session.scalars(select(Inspector).filter_by(staff_no="T1")).one().left_on = day


def test_a_place_that_was_given_up_keeps_nobody_from_being_confirmed(site: Site, placing: Placing) -> None:
    ref = placing.proposed("INS-1", "T1")
    moves(placing, *LATER)
    with placing.staging() as stage:
        two = stage.session.scalars(select(Assignment).where(Assignment.ref != ref)).one()
        assignments.release(stage.session, SCHEDULER, Release(two.ref, "Ill."), at=stage.tick())
    assert "is on INS-2 then" not in opened(site, BOARD)
    assert confirms(site, ref).status_code == 303
