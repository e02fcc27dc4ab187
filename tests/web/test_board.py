"""The board as a scheduler reads it: its rows, its figures that lead to their lists, and an inspector's load."""

import re
from datetime import date, timedelta
from html import unescape
from itertools import count
from random import Random

import pytest

from tests.support.life import Life
from tests.support.placing import OWN_JOB, PARTNERS_JOB, Placing, placing_on
from tests.support.statements import counted
from tests.support.web import Site, get, parsed
from tests.support.world import SCHEDULER, days_apart
from tracker.domain.access import Role
from tracker.models import ProviderRow
from tracker.services import calling_off, moving
from tracker.services.calling_off import CallOff
from tracker.services.moving import Move

FIGURE = re.compile(r'<a class="govuk-link" href="(/inspections(?:\?[^"#]*)?)#coming">([0-9,]+) (?!place)')
SHOWN = re.compile(r"<strong>([0-9,]+) ")
ROW = 'class="app-board__row"'
FEW, MANY = 5, 45


@pytest.fixture
def placing(site: Site) -> Placing:
    return placing_on(site)


def test_every_figure_on_the_board_leads_to_a_list_of_that_length(site: Site) -> None:
    with site.staging() as stage:
        life = Life(stage, Random(4).choice)
        life.begin()
        for _ in range(12):
            life.act()
    client = site.client_for(Role.SCHEDULER)
    page = get(client, "/inspections")
    parsed(page)
    figures = {(unescape(href), int(number)) for href, number in FIGURE.findall(page.text)}
    assert len(figures) > 4
    for href, number in figures:
        led_to = get(client, href).text
        assert SHOWN.findall(led_to)[0] == f"{number:,}", href
        assert led_to.count(ROW) == min(number, 20), href


def test_a_row_tells_the_team_the_worst_verdict_the_places_and_what_blocks_it(site: Site, placing: Placing) -> None:
    placing.inspection("INS-1", team_size=3)
    placing.inspector("T1", "Rea", OWN_JOB)
    placing.inspector("T2", "Per", PARTNERS_JOB)
    placing.inspector("T3", "Cleo")
    placing.inspector("T4", "Una", declares=False)
    for staff_no in ("T1", "T2", "T3", "T4"):
        placing.proposed("INS-1", staff_no)
    with site.staging() as stage:
        stage.session.query(ProviderRow).filter_by(ref="gias:900002").one().region = "Wenshire"
    page = get(site.client_for(Role.SCHEDULER), "/inspections?region=Wenshire&remit=schools")
    parsed(page)
    for said in (
        "Rea: real: release, or two decision-makers",
        "Per: perceived: awaits a decision",
        "Cleo can be confirmed",
        "Una: has no declaration",
        "3 places open",
        'worst verdict <strong class="govuk-tag govuk-tag--red app-verdict">Real',
        "INS-1 · 17 to 18 March 2026 · schools · Wenshire",
    ):
        assert said in page.text, said
    assert "No inspection fits" in get(site.client_for(Role.SCHEDULER), "/inspections?remit=early+years").text


def test_a_scheduler_who_inspects_learns_nothing_of_own_verdicts(site: Site, placing: Placing) -> None:
    site.person(Role.SCHEDULER, Role.INSPECTOR)
    client = site.client_for(Role.SCHEDULER, Role.INSPECTOR)
    own = f"W{len(site.added)}00"
    placing.inspection("INS-1")
    placing.declares(own)
    placing.proposed("INS-1", own, confirmed=True)
    before = get(client, "/inspections?state=questioned").text
    placing.declares(own, PARTNERS_JOB)
    page = get(client, "/inspections")
    assert "You, team, questioned. Another scheduler looks after this." in page.text
    assert "erceived" not in page.text
    assert "0 questioned" in page.text
    assert "No inspection fits" in before
    assert "No inspection fits" in get(client, "/inspections?state=questioned").text
    assert get(client, f"/inspections/inspectors/{own}").status_code == 404
    assert "1 questioned" in get(site.client_for(Role.SCHEDULER), "/inspections").text


def test_an_inspectors_weeks_are_drawn_and_told_against_the_limits(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Rea")
    for number, day in enumerate((9, 11, 13)):
        placing.inspection(f"INS-{number}", starts_on=date(2026, 3, day), ends_on=date(2026, 3, day + 1))
        placing.proposed(f"INS-{number}", "T1", confirmed=number == 0)
    client = site.client_for(Role.SCHEDULER)
    page = get(client, "/inspections/inspectors/T1")
    parsed(page)
    assert "<strong>3 of at most 26</strong>" in page.text
    assert "3 of 2<strong>: over the limit</strong>" in page.text
    assert page.text.count("app-load__box--proposed") == 2
    assert page.text.count("app-load__box--confirmed") == 1
    week = page.text.split("9 March 2026</th>")[1].split("</tr>")[0]
    assert week.count("Ridge Academy") == 3
    assert 'data-of="Days away">6</td>' in week
    after = get(client, "/inspections/inspectors/T1?term=2026-04-16")
    assert "The term from 16 April 2026: <strong>0 of at most 26" in after.text
    assert get(client, "/inspections/inspectors/T1?term=9999-12-31").status_code == 200
    assert get(client, "/inspections/inspectors/T404").status_code == 404
    assert get(site.client_for(Role.INSPECTOR), "/inspections/inspectors/T1").status_code == 404


def test_no_list_sends_more_statements_for_many_than_for_few(site: Site, placing: Placing) -> None:
    decider = site.person(Role.DECISION_MAKER)
    scheduler, deciding = site.client_for(Role.SCHEDULER), site.client_for(Role.DECISION_MAKER)
    lists = {
        "/inspections": scheduler,
        "/inspections?state=open&q=ridge&remit=schools": scheduler,
        "/inspections/places": scheduler,
        "/inspections/inspectors/T1": scheduler,
        **{f"/inspections/assignments?need={need}": scheduler for need in ("questioned", "ready", "waiting")},
        "/decisions": deciding,
        "/decisions/decided": deciding,
        "/decisions/to-review": deciding,
        **{f"/decisions/queue?need={need}": deciding for need in ("questioned", "decision", "exception", "others")},
    }

    def sent() -> dict[str, int]:
        found = {}
        for path, client in lists.items():
            with counted(site.engine) as statements:
                assert get(client, path).status_code == 200
            found[path] = len(statements)
        return found

    _plan(placing, decider, range(FEW))
    few = sent()
    _plan(placing, decider, range(FEW, MANY))
    many = sent()
    assert many == few
    assert max(many.values()) <= 27, many


def _plan(placing: Placing, decider: str, numbers: range) -> None:
    """Plan inspections, each with one who is clear, and one on whom somebody must decide, or has decided."""
    for number in numbers:
        day = date(2026, 3, 9) + timedelta(days=number % 5)
        placing.inspection(f"INS-{number}", starts_on=day, ends_on=day, team_size=3)
        placing.inspector(f"C{number}", f"Cleo {number}")
        placing.proposed(f"INS-{number}", f"C{number}", confirmed=number % 2 == 0)
        placing.inspector(f"T{number}", f"Rea {number}", PARTNERS_JOB)
        ref = placing.proposed(f"INS-{number}", f"T{number}")
        if number % 4 == 0:
            placing.decided(ref, decider)


def test_a_proposal_for_a_full_team_is_not_ready_to_confirm(site: Site, placing: Placing) -> None:
    placing.inspection("INS-1", team_size=1)
    placing.inspector("T1", "Cleo")
    placing.inspector("T2", "Clem")
    placing.proposed("INS-1", "T2")
    client = site.client_for(Role.SCHEDULER)
    assert "1 ready to confirm" in get(client, "/inspections").text
    placing.proposed("INS-1", "T1", confirmed=True)
    page = get(client, "/inspections").text
    assert "0 ready to confirm" in page
    assert "Proposals for full teams (1)" in page


@pytest.fixture
def changed(placing: Placing) -> Placing:
    """Three inspections: the first was moved, the second called off, and the third stands as it was planned."""
    for number, name in enumerate(("INS-1", "INS-2", "INS-3")):
        placing.inspection(name, **days_apart(number))
    placing.inspector("T1", "Rea")
    placing.proposed("INS-2", "T1")
    with placing.staging() as stage:
        moved = Move("INS-1", date(2026, 4, 7), date(2026, 4, 8), "The school asked.")
        moving.move(stage.session, SCHEDULER, moved, at=stage.tick())
        calling_off.call_off(stage.session, SCHEDULER, CallOff("INS-2", "It burnt down."), at=stage.tick())
    return placing


def named(text: str) -> set[str]:
    """The references of the inspections that a board shows."""
    return set(re.findall(r"(INS-[0-9]+) ·", text))


@pytest.mark.usefixtures("changed")
def test_what_was_moved_and_what_was_called_off_is_shown_to_whoever_asks_for_it(site: Site) -> None:
    client = site.client_for(Role.SCHEDULER)
    assert named(get(client, "/inspections").text) == {"INS-1", "INS-3"}
    page = get(client, "/inspections?changed=called-off")
    parsed(page)
    assert named(page.text) == {"INS-2"}
    assert "Called off on 2 March 2026: nobody goes there" in page.text
    assert '<strong class="govuk-tag govuk-tag--grey">Called off</strong>' in page.text
    assert "<strong>1 inspection</strong>" in page.text
    assert "0 with places open" in page.text
    assert "0 places open in all" in page.text
    page = get(client, "/inspections?changed=moved")
    parsed(page)
    assert named(page.text) == {"INS-1"}
    assert "Moved: it was planned for 17 to 18 March 2026" in page.text
    assert '<option value="moved" selected>' in page.text
    assert named(get(client, "/inspections?changed=nonsense").text) == {"INS-1", "INS-3"}


def test_whoever_does_not_ask_what_was_moved_pays_no_statement_for_it(site: Site, changed: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)

    def sent(address: str) -> list[str]:
        # After an act no answer is sent again.
        changed.inspector(f"T{next(numbers)}", "Rea")
        with counted(site.engine) as statements:
            assert get(client, address).status_code == 200
        return statements

    numbers = count(10)

    def of_history(address: str) -> int:
        return sum("history_subject" in each for each in sent(address))

    assert of_history("/inspections") == of_history("/inspections?changed=called-off") == 0
    # The conditions of the figures and of the two lists, and where from they were moved.
    assert of_history("/inspections?changed=moved") == 4
