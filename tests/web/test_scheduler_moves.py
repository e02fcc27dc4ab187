"""Moving an inspection in the browser: the new days, what they would mean, and the press that does it."""

from datetime import date, timedelta

import pytest
from werkzeug.test import TestResponse

from tests.support.placing import OWN_JOB, PARTNERS_JOB, Placing, placing_on
from tests.support.web import HTTPS, Site, get, parsed, post, shown
from tracker.domain.access import Role

MOVE, PAGE = "/inspections/move/INS-1", "/inspections/inspection/INS-1"
REASON = "The school asked for a deferral."
WAS, NEW = "2026-03-17/2026-03-18", (date(2026, 4, 7), date(2026, 4, 8))


@pytest.fixture
def placing(site: Site) -> Placing:
    placing = placing_on(site)
    placing.inspection("INS-1")
    return placing


def days(first: date, last: date, **changes: str) -> dict[str, object]:
    """The form's fields for some days."""
    both = {"starts_on": first, "ends_on": last}
    parts = {
        f"{name}-{part}": str(getattr(day, part)) for name, day in both.items() for part in ("day", "month", "year")
    }
    return {**parts, "reason": REASON, "was": WAS, **changes}


def seen(answer: TestResponse) -> str:
    """The digest that the page of what it would mean holds."""
    return answer.text.split('name="seen" value="')[1].split('"')[0]


def test_the_days_are_asked_for_shown_with_what_they_mean_and_then_moved(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Rea", PARTNERS_JOB)
    placing.inspector("T2", "Wyn")
    placing.proposed("INS-1", "T1")
    placing.proposed("INS-1", "T2", confirmed=True)
    placing.inspection("INS-2", provider="gias:900004", starts_on=NEW[1], ends_on=NEW[1])
    placing.proposed("INS-2", "T2")
    client = site.client_for(Role.SCHEDULER)
    assert MOVE in get(client, PAGE).text
    form = get(client, MOVE)
    parsed(form)
    assert "It is planned for 17 to 18 March 2026" in form.text
    check = post(client, MOVE, days(*NEW))
    assert check.status_code == 200
    parsed(check)
    assert "Check before you move inspection INS-1" in check.text
    assert "7 to 8 April 2026" in check.text
    assert "One of them is on another inspection on the new days" in check.text
    assert "INS-2, Lone Oak School" in check.text
    assert "Nothing changes" in check.text
    assert "17 to 18 March 2026" in get(client, PAGE).text
    done = post(client, MOVE, days(*NEW, seen=seen(check)))
    assert done.status_code == 303
    page = get(client, done.headers["Location"])
    parsed(page)
    assert "INS-1 is moved: it is planned for 7 to 8 April 2026 now." in page.text
    assert "What was changed" in page.text
    assert "moved by Pat Person 1: planned for 7 to 8 April 2026, and no longer for 17 to 18 March 2026" in page.text
    assert REASON in page.text


def test_the_press_sent_twice_moves_once(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)
    sent = days(*NEW, seen=seen(post(client, MOVE, days(*NEW))))
    for says in ("is moved: it is planned for 7 to 8 April", "is planned for 7 to 8 April 2026 already"):
        answer = post(client, MOVE, sent)
        assert answer.status_code == 303
        assert says in get(client, answer.headers["Location"]).text
    assert get(client, PAGE).text.count("moved by") == 1


def test_a_form_that_is_out_of_date_moves_nothing_and_says_what_holds_now(site: Site, placing: Placing) -> None:
    first, second = site.client_for(Role.SCHEDULER), site.client_for(Role.SCHEDULER)
    sent = days(*NEW, seen=seen(post(first, MOVE, days(*NEW))))
    other = days(date(2026, 5, 4), date(2026, 5, 5))
    post(second, MOVE, {**other, "seen": seen(post(second, MOVE, other))})
    answer = post(first, MOVE, sent)
    assert answer.status_code == 409
    parsed(answer)
    assert "INS-1 was moved meanwhile, and is planned for 4 to 5 May 2026 now." in answer.text
    assert "4 to 5 May 2026" in get(first, PAGE).text


def test_what_changed_between_reading_and_pressing_is_shown_first(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Rea")
    placing.proposed("INS-1", "T1")
    client = site.client_for(Role.SCHEDULER)
    sent = days(*NEW, seen=seen(post(client, MOVE, days(*NEW))))
    placing.declares("T1", OWN_JOB)
    answer = post(client, MOVE, sent)
    assert answer.status_code == 409
    parsed(answer)
    assert "Something changed since this page was shown" in answer.text
    assert "govuk-tag--red" in answer.text
    assert "17 to 18 March 2026" in get(client, PAGE).text
    assert post(client, MOVE, {**sent, "seen": seen(answer)}).status_code == 303


@pytest.mark.parametrize(
    ("changes", "says", "target"),
    [
        ({"starts_on-day": "40"}, "The first day must have a day from 1 to 31", "starts_on-day"),
        ({"starts_on-month": "2", "starts_on-day": "30"}, "The first day must be a real date", "starts_on-day"),
        ({"ends_on-year": ""}, "The last day must include a year", "ends_on-year"),
        ({"ends_on-day": "6"}, "It cannot end before it starts", "ends_on-day"),
        ({"ends_on-month": "9"}, "It would last more than 60 days", "ends_on-day"),
        ({"starts_on-month": "2"}, "It cannot be moved into the past: give today, 2 March 2026", "starts_on-day"),
        ({"reason": ""}, "Say why the days change", "reason"),
        ({"reason": "x" * 501}, "must be 500 characters or fewer", "reason"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    site: Site, placing: Placing, changes: dict[str, str], says: str, target: str
) -> None:
    client = site.client_for(Role.SCHEDULER)
    answer = post(client, MOVE, days(*NEW, **changes))
    assert answer.status_code == 422
    parsed(answer)
    assert says in answer.text
    assert f'href="#{target}"' in answer.text
    assert f'id="{target}"' in answer.text


def test_the_days_that_it_has_are_no_move_and_the_check_leads_back_to_the_form(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)
    same = post(client, MOVE, days(date(2026, 3, 17), date(2026, 3, 18)))
    assert (same.status_code, "These are its days already" in same.text) == (422, True)
    back = post(client, MOVE, days(*NEW, again="1"))
    assert back.status_code == 200
    assert 'value="7"' in back.text
    assert REASON in back.text


def test_what_has_ended_cannot_be_moved(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)
    site.wait(days=17)
    client = site.client_for(Role.SCHEDULER)
    assert MOVE not in get(client, PAGE).text
    asked = get(client, MOVE)
    assert "It ended on 18 March 2026" in get(client, asked.headers["Location"]).text
    sent = post(client, MOVE, days(*NEW), of="/inspections/plan/details?provider=gias:900002")
    assert "It ended on 18 March 2026" in get(client, sent.headers["Location"]).text


def test_what_has_begun_keeps_its_first_day(site: Site, placing: Placing) -> None:
    site.wait(days=16)
    client = site.client_for(Role.SCHEDULER)
    assert "It has begun: leave its first day" in get(client, MOVE).text
    answer = post(client, MOVE, days(*NEW))
    assert "It began on 17 March 2026: leave its first day" in answer.text
    assert post(client, MOVE, days(date(2026, 3, 17), date(2026, 3, 20))).status_code == 200


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.DECISION_MAKER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_whoever_may_not_plan_gets_the_same_answer_as_for_none(site: Site, placing: Placing, role: Role) -> None:
    client = site.client_for(role)
    there, nowhere = get(client, MOVE), get(client, "/inspections/move/INS-9")
    assert there.status_code == 404
    assert shown(there) == shown(nowhere)


def test_an_auditor_reads_the_days_of_then_and_the_move(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Rea")
    ref = placing.proposed("INS-1", "T1")
    scheduler = site.client_for(Role.SCHEDULER)
    site.set(now=placing.now + timedelta(minutes=30))
    scheduler = site.client_for(Role.SCHEDULER)
    post(scheduler, MOVE, days(*NEW, seen=seen(post(scheduler, MOVE, days(*NEW)))))
    auditor = site.client_for(Role.AUDITOR)
    then = f"day-day=2&day-month=3&day-year=2026&time={placing.now:%H:%M}"
    for path in ("/audit/of/inspection/INS-1", f"/audit/assignments/{ref}", "/audit/inspectors/T1"):
        now, before = get(auditor, path), get(auditor, f"{path}?{then}")
        parsed(now)
        parsed(before)
        assert "7 to 8 April 2026" in now.text, path
        assert "17 to 18 March 2026" in before.text, path
        assert "7 to 8 April 2026" not in before.text, path
    timeline = get(auditor, "/audit/of/inspection/INS-1").text
    assert "it was planned from 17 March 2026 to 18 March 2026, and is planned from 7 April 2026" in timeline
    assert REASON in timeline
    file = get(auditor, "/audit/independence/INS-1")
    parsed(file)
    assert "planned for 7 to 8 April 2026, and no longer for 17 to 18 March 2026" in file.text


def test_an_inspector_reads_when_it_was_moved_and_not_why(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Rea")
    ref = placing.proposed("INS-1", "T1")
    site.set(now=placing.now + timedelta(minutes=30))
    scheduler, inspector = site.client_for(Role.SCHEDULER), site.client_for(Role.INSPECTOR)
    post(scheduler, MOVE, days(*NEW, seen=seen(post(scheduler, MOVE, days(*NEW)))))
    placing.is_oneself(site.added[Role.INSPECTOR,], "T1")
    page = get(inspector, f"/declarations/assignments/{ref}")
    parsed(page)
    assert "On 2 March 2026 it was moved: planned until then for 17 to 18 March 2026, and from then on" in page.text
    assert "deferral" not in page.text
    first = get(inspector, "/declarations")
    parsed(first)
    assert "Moved on 2 March 2026.</strong> Until then it was planned for 17 to 18 March 2026." in first.text
    assert "deferral" not in first.text


def test_whoever_was_proposed_after_the_move_is_not_told_of_it(site: Site, placing: Placing) -> None:
    scheduler, inspector = site.client_for(Role.SCHEDULER), site.client_for(Role.INSPECTOR)
    post(scheduler, MOVE, days(*NEW, seen=seen(post(scheduler, MOVE, days(*NEW)))))
    placing.inspector("T1", "Rea")
    placing.proposed("INS-1", "T1")
    placing.is_oneself(site.added[Role.INSPECTOR,], "T1")
    first = get(inspector, "/declarations").text
    assert "7 to 8 April 2026" in first
    assert "Moved on" not in first


def test_whoever_was_chosen_for_the_old_days_is_not_proposed_for_the_new_ones(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Rea")
    client = site.client_for(Role.SCHEDULER)
    form = "/inspections/propose/INS-1?q=rea"
    assert f'name="was" value="{WAS}"' in get(client, form).text
    post(client, MOVE, days(*NEW, seen=seen(post(client, MOVE, days(*NEW)))))
    late = post(client, form, {"staff_no": "T1", "role": "team", "was": WAS})
    assert late.status_code == 409
    parsed(late)
    assert "INS-1 was moved meanwhile, and is planned for 7 to 8 April 2026 now. Nobody was proposed" in late.text
    again = {"staff_no": "T1", "role": "team", "was": "2026-04-07/2026-04-08"}
    assert post(client, form, again).status_code == 303


def test_who_is_on_its_team_is_told_that_another_scheduler_moves_it_or_calls_it_off(
    site: Site, placing: Placing
) -> None:
    placing.inspector("T1", "Rea")
    client = site.client_for(Role.SCHEDULER)
    sent = days(*NEW, seen=seen(post(client, MOVE, days(*NEW))))
    placing.proposed("INS-1", "T1")
    placing.is_oneself(site.added[Role.SCHEDULER,], "T1")
    page = get(client, PAGE)
    parsed(page)
    assert "You are on its team: another scheduler moves it or calls it off." in page.text
    assert MOVE not in page.text
    off = "/inspections/call-off/INS-1"
    assert off not in page.text
    for act in (
        lambda: client.get(MOVE, base_url=HTTPS),
        lambda: client.get(off, base_url=HTTPS),
        lambda: post(client, MOVE, sent, of=PAGE),
        lambda: post(client, off, {"reason": REASON, "was": WAS}, of=PAGE),
    ):
        answer = act()
        assert answer.status_code == 303
        said = "another scheduler moves it or calls it off. Nothing was changed."
        assert said in get(client, answer.headers["Location"]).text
    assert "17 to 18 March 2026" in get(site.client_for(Role.SCHEDULER, Role.AUDITOR), PAGE).text
