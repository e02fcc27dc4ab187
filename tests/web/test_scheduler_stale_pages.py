"""A page that no longer holds: the press does nothing, and shows what changed; and others elsewhere are told of."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.importing import PLAN, apply, send, signed
from tests.support.placing import OWN_JOB, Placing, placing_on
from tests.support.web import Site, get, parsed, post
from tests.support.world import SCHEDULER
from tests.web.test_scheduler_moves import days, seen
from tracker.domain.access import Role
from tracker.services import assignments, moving
from tracker.services.assignments import Release
from tracker.services.moving import Move

OAK = "gias:900004"
PLACES = "inspection,staff_no,role\nINS-1,T1,team\n"
CALL_OFF = "/inspections/call-off/INS-1"


@pytest.fixture
def placing(site: Site) -> Placing:
    placing = placing_on(site)
    placing.inspector("T1", "Rea")
    placing.inspection("INS-1")
    return placing


def moved(placing: Placing, reference: str = "INS-1") -> None:
    """Let another scheduler move an inspection meanwhile."""
    with placing.staging() as stage:
        command = Move(reference, date(2026, 4, 7), date(2026, 4, 8), "So.")
        moving.move(stage.session, SCHEDULER, command, at=stage.tick())


def hidden(page: TestResponse, *names: str) -> dict[str, object]:
    """What a page's form carries, of these names."""
    parsed(page)
    return {name: re.findall(rf'name="{name}" value="([^"]+)"', page.text)[0] for name in names}


def told_late(answer: TestResponse, *says: str) -> None:
    assert answer.status_code == 409
    parsed(answer)
    for each in says:
        assert each in answer.text


def test_whoever_read_the_old_days_confirms_nobody_for_the_new_ones(site: Site, placing: Placing) -> None:
    ref = placing.proposed("INS-1", "T1")
    client, path = site.client_for(Role.SCHEDULER), f"/inspections/assignments/{ref}"
    sent = hidden(get(client, path), "was")
    moved(placing)
    late = post(client, f"{path}/confirm", sent, of=path)
    told_late(late, "INS-1 was moved meanwhile, and is planned for 7 to 8 April 2026 now. It was not confirmed")
    assert placing.state(ref) == "proposed"
    assert post(client, f"{path}/confirm", hidden(late, "was"), of=path).status_code == 303
    assert placing.state(ref) == "confirmed"


def test_of_many_to_confirm_those_that_were_moved_are_left_and_told(site: Site, placing: Placing) -> None:
    placing.inspection("INS-2", provider=OAK, starts_on=date(2026, 3, 24), ends_on=date(2026, 3, 25))
    refs = [placing.proposed(each, "T1") for each in ("INS-1", "INS-2")]
    client, path = site.client_for(Role.SCHEDULER), "/inspections/assignments?need=ready"
    sent = hidden(get(client, path), "refs")
    moved(placing)
    page = get(client, post(client, "/inspections/assignments/confirm", sent, of=path).location)
    assert "1 is confirmed." in page.text
    says = "Not confirmed: Rea for INS-1 (INS-1 was moved meanwhile, and is planned for 7 to 8 April 2026 now)."
    assert says in page.text
    assert [placing.state(each) for each in refs] == ["proposed", "confirmed"]


def test_whoever_was_confirmed_meanwhile_is_not_released_by_a_page_that_says_proposed(
    site: Site, placing: Placing
) -> None:
    ref = placing.proposed("INS-1", "T1")
    client, path = site.client_for(Role.SCHEDULER), f"/inspections/assignments/{ref}/release"
    page = get(client, path)
    assert "Rea is proposed, and will no longer be on the team" in page.text
    sent = {"reason": "Ill.", **hidden(page, "was", "stands")}
    with placing.staging() as stage:
        assert assignments.confirm(stage.session, SCHEDULER, ref, at=stage.tick()).confirmed
    late = post(client, path, sent)
    told_late(late, "Rea is confirmed now: that changed since this page was shown. Nobody was released")
    assert placing.state(ref) == "confirmed"
    moved(placing)
    told_late(post(client, path, {"reason": "Ill.", **hidden(late, "was", "stands")}), "INS-1 was moved meanwhile")
    assert post(client, path, {"reason": "Ill.", **hidden(get(client, path), "was", "stands")}).status_code == 303


def test_whoever_was_confirmed_meanwhile_is_not_replaced_by_a_page_that_says_proposed(
    site: Site, placing: Placing
) -> None:
    placing.inspector("T2", "Wyn")
    ref = placing.proposed("INS-1", "T1")
    client, path = site.client_for(Role.SCHEDULER), f"/inspections/propose/INS-1?instead={ref}"
    page = get(client, path)
    assert "Rea is proposed, and is released as you choose somebody" in page.text
    sent = {"staff_no": "T2", "role": "team", "why": "ill", **hidden(page, "was", "stands")}
    with placing.staging() as stage:
        assert assignments.confirm(stage.session, SCHEDULER, ref, at=stage.tick()).confirmed
    late = post(client, path, sent)
    told_late(late, "Rea is confirmed now: that changed since this page was shown. Nobody was replaced")
    assert placing.state(ref) == "confirmed"
    assert post(client, path, {**sent, **hidden(late, "stands")}).status_code == 303


def test_whoever_came_to_the_team_meanwhile_is_not_released_by_calling_it_off(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)
    page = get(client, CALL_OFF)
    assert "Nobody is on the team." in page.text
    sent = {"reason": "Burnt.", **hidden(page, "was", "seen")}
    ref = placing.proposed("INS-1", "T1", confirmed=True)
    late = post(client, CALL_OFF, sent)
    told_late(late, "changed since this page was shown. It was not called off", "Rea, team")
    assert placing.state(ref) == "confirmed"
    with placing.staging() as stage:
        assignments.release(stage.session, SCHEDULER, Release(ref, "Ill."), at=stage.tick())
    assert post(client, CALL_OFF, sent).status_code == 303


def test_whoever_is_questioned_elsewhere_by_calling_off_is_told_of_first(site: Site, placing: Placing) -> None:
    placing.inspector("T2", "Wyn")
    for reference, day in (("INS-Z", date(2026, 3, 3)), ("INS-A", date(2026, 3, 4)), ("INS-C", date(2026, 4, 20))):
        placing.inspection(reference, starts_on=day, ends_on=day)
    placing.proposed("INS-1", "T2", confirmed=True)
    ref = placing.proposed("INS-C", "T1", confirmed=True)
    client = site.client_for(Role.SCHEDULER)
    before = get(client, CALL_OFF)
    assert "On other inspections" not in before.text
    for reference in ("INS-Z", "INS-A"):
        placing.proposed(reference, "T1", confirmed=True)
    late = post(client, CALL_OFF, {"reason": "Burnt.", **hidden(before, "was", "seen")})
    told_late(late, "What it would mean on other inspections", "One confirmed place would be questioned.", "INS-C")
    done = post(client, CALL_OFF, {"reason": "Burnt.", **hidden(late, "was", "seen")})
    says = "1 inspector was released. Confirmed places that are questioned: 1, 1 of them on other inspections."
    assert says in get(client, done.location).text
    assert placing.state(ref) == "questioned"


@pytest.fixture
def familiar(placing: Placing) -> str:
    """T1 at one school in March, April and May; were the last one in March too, the one in April would be a third."""
    for reference, day in (("INS-A", date(2026, 3, 4)), ("INS-B", date(2026, 5, 4)), ("INS-C", date(2026, 4, 1))):
        placing.inspection(reference, provider=OAK, starts_on=day, ends_on=day)
        ref = placing.proposed(reference, "T1", confirmed=True)
    return ref


def test_whoever_is_questioned_elsewhere_by_a_move_is_told_of_first(
    site: Site, placing: Placing, familiar: str
) -> None:
    client, path = site.client_for(Role.SCHEDULER), "/inspections/move/INS-B"
    asked = days(date(2026, 3, 9), date(2026, 3, 9), was="2026-05-04/2026-05-04")
    check = post(client, path, asked)
    parsed(check)
    assert "One confirmed place would be questioned." in check.text
    assert "INS-C, Lone Oak School" in check.text
    done = post(client, path, {**asked, "seen": seen(check)})
    assert "questioned: 1, 1 of them on other inspections." in get(client, done.location).text
    assert placing.state(familiar) == "questioned"


def test_a_file_tells_first_whom_it_would_question_elsewhere(site: Site, placing: Placing, familiar: str) -> None:
    client = site.client_for(Role.SCHEDULER)
    page = send(
        client, "inspections", f"{PLAN},moved_because\nINS-B,{OAK},Graded inspection,2026-03-09,2026-03-09,2,A fire.\n"
    )
    parsed(page)
    assert "what is found of Rea is clear, not perceived" in page.text
    assert "What it would mean on other inspections" in page.text
    assert "One confirmed place would be questioned." in page.text
    flash = get(client, apply(client, signed(page)).location)
    assert "Confirmed places that are questioned: 1, 1 of them on other inspections." in flash.text
    assert placing.state(familiar) == "questioned"


def sent_again(client: FlaskClient, page: TestResponse, says: str) -> None:
    late = apply(client, signed(page))
    told_late(late, "Nothing was imported.", says)
    for _ in range(2):
        assert apply(client, signed(late)).status_code == 303


def test_a_file_of_places_whose_inspection_was_moved_is_shown_again_first(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)
    page = send(client, "assignments", PLACES)
    assert "New, for 17 to 18 March 2026" in page.text
    moved(placing)
    sent_again(client, page, "New, for 7 to 8 April 2026")


def test_a_file_of_places_of_which_something_else_is_found_is_shown_again_first(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)
    page = send(client, "assignments", PLACES)
    placing.declares("T1", OWN_JOB)
    sent_again(client, page, "Not clear (1)")
