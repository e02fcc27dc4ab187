"""Closing an account: what it leaves open is shown before, as far as one may see it, and is on the lists after."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.mitigating import DECIDER, SCHEDULER, allows
from tests.support.placing import PARTNERS_JOB, Placing, placing_on
from tests.support.web import Site, get, parsed, post
from tracker.domain.access import Role
from tracker.models import Account

ADMINISTRATOR = (Role.ADMINISTRATOR,)
ON_THE_BOARD = "Inspectors whose account is closed (1)"


@pytest.fixture
def placing(site: Site) -> Placing:
    placing = placing_on(site)
    placing.inspection("INS-1", team_size=4)
    placing.inspector("T1", "Per", PARTNERS_JOB)
    return placing


def page_of(site: Site, *roles: Role) -> str:
    email = site.added.get(roles) or site.person(*roles)
    with site.sessions() as session:
        return f"/admin/people/{session.scalars(select(Account.ref).where(Account.email == email)).one()}"


def an_inspector(site: Site, placing: Placing) -> tuple[str, str]:
    """Somebody with an account who is confirmed: the account's page, and the assignment."""
    page = page_of(site, Role.INSPECTOR)
    placing.inspector("T9", "Ines")
    placing.is_oneself(site.added[(Role.INSPECTOR,)], "T9")
    return page, placing.proposed("INS-1", "T9", confirmed=True)


def test_an_inspectors_places_stand_on_the_schedulers_list_until_somebody_is_released(
    site: Site, placing: Placing
) -> None:
    page, ref = an_inspector(site, placing)
    admin, scheduler = site.client_for(*ADMINISTRATOR), site.client_for(*SCHEDULER)
    assert ON_THE_BOARD not in get(scheduler, "/inspections").text
    assert f"{page}/close" in get(admin, page).text
    asked = get(admin, f"{page}/close")
    parsed(asked)
    assert "Closing it releases" in asked.text
    assert post(admin, f"{page}/close", {}, of=page).status_code == 303
    board = get(scheduler, "/inspections")
    parsed(board)
    assert ON_THE_BOARD in board.text
    assert "Nothing waits for you" not in board.text
    listed = get(scheduler, "/inspections/closed-accounts")
    parsed(listed)
    assert "Ines for Ridge Academy" in listed.text
    assert "The account was closed on 2 March 2026." in listed.text
    assert get(admin, f"{page}/close").status_code == 302
    post(scheduler, f"/inspections/assignments/{ref}/release", {"reason": "She has left."})
    assert ON_THE_BOARD not in get(scheduler, "/inspections").text
    assert "There is none now" in get(scheduler, "/inspections/closed-accounts").text


def test_what_has_ended_is_nobodys_work_any_more(site: Site, placing: Placing) -> None:
    page, _ = an_inspector(site, placing)
    post(site.client_for(*ADMINISTRATOR), f"{page}/close", {}, of=page)
    site.wait(minutes=int(timedelta(days=20) / timedelta(minutes=1)))
    assert ON_THE_BOARD not in get(site.client_for(*SCHEDULER), "/inspections").text


def test_an_administrator_is_told_only_what_another_role_lets_one_see(site: Site, placing: Placing) -> None:
    page, _ = an_inspector(site, placing)
    placing.inspector("T8", "Una")
    free = page_of(site, Role.INSPECTOR, Role.AUDITOR)
    placing.is_oneself(site.added[(Role.INSPECTOR, Role.AUDITOR)], "T8")
    admin = site.client_for(*ADMINISTRATOR)
    said = [get(admin, f"{each}/close").text for each in (page, free)]
    assert all("You do not see which inspections anybody is on" in each for each in said)
    assert not any("1 place" in each or "No place" in each for each in said)
    both = site.client_for(Role.ADMINISTRATOR, Role.SCHEDULER)
    assert "1 place on inspections that have not ended. It stands on" in get(both, f"{page}/close").text
    assert "No place on an inspection that has not ended." in get(both, f"{free}/close").text


def test_mitigations_of_whoever_leaves_are_counted_for_decision_makers(site: Site, placing: Placing) -> None:
    page = page_of(site, *SCHEDULER)
    allows(site, placing, placing.proposed("INS-1", "T1"))
    assert "You do not see who was asked" in get(site.client_for(*ADMINISTRATOR), f"{page}/close").text
    both = site.client_for(Role.ADMINISTRATOR, Role.DECISION_MAKER)
    assert "1 mitigation to see to. It stands on every decision-maker’s first page" in get(both, f"{page}/close").text
    post(both, f"{page}/close", {}, of=page)
    assert "Mitigations whose owner’s account is closed (1)" in get(site.client_for(*DECIDER), "/decisions").text


def test_the_only_holder_of_a_role_is_named_as_that(site: Site, placing: Placing) -> None:
    page = page_of(site, *SCHEDULER)
    admin = site.client_for(*ADMINISTRATOR)
    says = "Nobody else with an open account has the role of scheduler"
    assert says in get(admin, f"{page}/close").text
    site.person(Role.SCHEDULER, Role.AUDITOR)
    assert says not in get(admin, f"{page}/close").text
