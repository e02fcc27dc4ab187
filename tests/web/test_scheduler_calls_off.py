"""Calling an inspection off in the browser, and what each page says of it from then on."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.objecting import objects
from tests.support.placing import PARTNERS_JOB, Placing, placing_on
from tests.support.web import Site, get, parsed, post, shown
from tracker.domain.access import Role
from tracker.services.checks import loaded

CALL_OFF, PAGE = "/inspections/call-off/INS-1", "/inspections/inspection/INS-1"
SENT: dict[str, object] = {"reason": "The school burnt down.", "was": "2026-03-17/2026-03-18"}


@pytest.fixture
def placing(site: Site) -> Placing:
    placing = placing_on(site)
    placing.inspection("INS-1")
    placing.inspector("T1", "Rea", PARTNERS_JOB)
    placing.inspector("T2", "Wyn")
    return placing


def test_whom_it_releases_is_said_first_and_then_every_page_says_that_it_was_called_off(
    site: Site, placing: Placing
) -> None:
    ref = placing.proposed("INS-1", "T1")
    placing.proposed("INS-1", "T2", confirmed=True)
    client = site.client_for(Role.SCHEDULER)
    assert CALL_OFF in get(client, PAGE).text
    asked = get(client, CALL_OFF)
    parsed(asked)
    assert "Rea, team" in asked.text
    assert "Wyn, team" in asked.text
    done = post(client, CALL_OFF, SENT)
    assert done.status_code == 303
    page = get(client, done.headers["Location"])
    parsed(page)
    assert "INS-1 is called off. 2 inspectors were released." in page.text
    assert "17 to 18 March 2026 (called off)" in page.text
    assert "It was called off on 2 March 2026." in page.text
    assert "The school burnt down." in page.text
    assert "Propose an inspector" not in page.text
    assert CALL_OFF not in page.text
    released = get(client, f"/inspections/assignments/{ref}")
    parsed(released)
    assert "The inspection was called off on 2 March 2026: nobody goes there." in released.text
    assert "INS-1" not in get(client, "/inspections").text
    assert "INS-1" not in get(client, "/inspections/places").text
    assert "Inspection INS-1</a> was called off" in get(client, "/inspections?q=ins-1").text


def test_nobody_can_be_proposed_for_it(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)
    form = "/inspections/propose/INS-1?q=wyn"
    open_page = get(client, form)
    assert "Wyn" in open_page.text
    post(client, CALL_OFF, SENT)
    page = get(client, form)
    parsed(page)
    assert "Inspection INS-1 was called off" in page.text
    assert "Wyn" not in page.text
    late = post(client, form, {"staff_no": "T2", "role": "team"}, of="/inspections/plan/details?provider=gias:900002")
    assert (late.status_code, "Nobody goes there" in late.text) == (409, True)


def test_the_form_sent_twice_calls_off_once(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)
    elsewhere = "/inspections/plan/details?provider=gias:900002"
    for says in ("INS-1 is called off.", "It was called off on 2 March 2026: plan it anew, under another reference."):
        answer = post(client, CALL_OFF, SENT, of=elsewhere)
        assert answer.status_code == 303
        assert says in get(client, answer.headers["Location"]).text
    assert get(client, PAGE).text.count("called off by") == 1
    asked = get(client, "/inspections/move/INS-1")
    assert "plan it anew" in get(client, asked.headers["Location"]).text


def test_a_form_that_is_out_of_date_calls_nothing_off(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)
    answer = post(client, CALL_OFF, {**SENT, "was": "2026-03-10/2026-03-11"})
    assert answer.status_code == 409
    parsed(answer)
    assert "INS-1 was moved meanwhile, and is planned for 17 to 18 March 2026 now." in answer.text
    assert "(called off)" not in get(client, PAGE).text


def test_a_reason_is_needed_and_what_has_ended_stays(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)
    answer = post(client, CALL_OFF, {**SENT, "reason": ""})
    parsed(answer)
    assert (answer.status_code, "Say why it is called off" in answer.text) == (422, True)
    site.wait(days=17)
    client = site.client_for(Role.SCHEDULER)
    late = get(client, CALL_OFF)
    assert "It ended on 18 March 2026" in get(client, late.headers["Location"]).text


def test_an_inspector_reads_that_it_was_called_off_and_not_why(site: Site, placing: Placing) -> None:
    ref = placing.proposed("INS-1", "T2")
    scheduler = site.client_for(Role.SCHEDULER)
    post(scheduler, CALL_OFF, SENT)
    inspector = site.client_for(Role.INSPECTOR)
    placing.is_oneself(site.added[Role.INSPECTOR,], "T2")
    for path in (f"/declarations/assignments/{ref}", "/declarations/history", "/declarations/everything"):
        page = get(inspector, path)
        parsed(page)
        assert "burnt" not in page.text, path
    own = get(inspector, f"/declarations/assignments/{ref}").text
    assert "The inspection was called off on 2 March 2026: nobody goes there." in own
    desk = get(inspector, "/declarations")
    parsed(desk)
    assert "17 to 18 March 2026 (called off)" in desk.text


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.DECISION_MAKER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_whoever_may_not_plan_gets_the_same_answer_as_for_none(site: Site, placing: Placing, role: Role) -> None:
    client = site.client_for(role)
    there, nowhere = get(client, CALL_OFF), get(client, "/inspections/call-off/INS-9")
    assert there.status_code == 404
    assert shown(there) == shown(nowhere)


def test_an_auditor_reads_that_it_was_called_off_and_before_that_it_was_not(site: Site, placing: Placing) -> None:
    ref = placing.proposed("INS-1", "T1")
    site.set(now=placing.now + timedelta(minutes=30))
    post(site.client_for(Role.SCHEDULER), CALL_OFF, SENT)
    auditor = site.client_for(Role.AUDITOR)
    then = f"day-day=2&day-month=3&day-year=2026&time={placing.now:%H:%M}"
    for path in ("/audit/of/inspection/INS-1", f"/audit/assignments/{ref}", "/audit/inspectors/T1"):
        now, before = get(auditor, path), get(auditor, f"{path}?{then}")
        parsed(now)
        parsed(before)
        assert "(called off)" in now.text, path
        assert "(called off)" not in before.text, path
    file = get(auditor, "/audit/independence/INS-1")
    parsed(file)
    assert "The school burnt down." in file.text
    assert "called off" in get(auditor, "/audit?q=INS-1").text


def test_an_objection_that_waits_waits_no_more_and_each_page_says_why(site: Site, placing: Placing) -> None:
    ref = placing.proposed("INS-1", "T1")
    with placing.staging() as stage:
        row = loaded(stage.session, ref)
        assert row is not None
        objects(stage, row)
    scheduler, auditor = site.client_for(Role.SCHEDULER), site.client_for(Role.AUDITOR)
    assert "Ridge Academy objects to Rea" in get(scheduler, "/inspections/objections").text
    site.set(now=placing.now + timedelta(minutes=30))
    assert post(scheduler, CALL_OFF, SENT).status_code == 303
    assert "No objection waits for an answer" in get(scheduler, "/inspections/objections").text
    page = get(scheduler, f"/inspections/assignments/{ref}")
    parsed(page)
    assert "The inspection was called off: nobody comes" in page.text
    assert "None is due: the inspection was called off" in page.text
    assert "Answer the provider" not in page.text
    address = f"/audit/assignments/{ref}"
    told = "Not answered, and none is due: the inspection was called off"
    assert told in get(auditor, address).text
    then = f"day-day=2&day-month=3&day-year=2026&time={placing.now:%H:%M}"
    before = get(auditor, f"{address}?{then}").text
    assert "Not answered" in before
    assert told not in before


def test_of_one_under_way_it_is_said_that_it_had_begun(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Rea")
    ref = placing.proposed("INS-1", "T1", confirmed=True)
    site.set(now=datetime(2026, 3, 18, 9, tzinfo=UTC))
    client = site.client_for(Role.SCHEDULER)
    asked = get(client, CALL_OFF)
    parsed(asked)
    assert "It began on 17 March 2026. Once it is called off, no check counts that anybody was there." in asked.text
    post(client, CALL_OFF, SENT)
    for page in (PAGE, f"/inspections/assignments/{ref}"):
        told = get(client, page)
        parsed(told)
        assert "it had begun on 17 March 2026, and nobody goes there any more" in told.text
