"""Asking an inspector before deciding: what each of the two is shown, and what becomes of the answer."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.support.placing import PARTNERS_JOB, Placing, placing_on
from tests.support.web import HTTPS, Site, get, parsed, post, token
from tracker.domain.access import Role

QUESTION, ANSWER = "Do you still meet anybody from there?", "Nobody, since the spring."


@pytest.fixture
def placing(site: Site) -> Placing:
    placing = placing_on(site)
    placing.inspection("INS-1", team_size=4)
    return placing


def inspector(site: Site, placing: Placing) -> tuple[FlaskClient, str]:
    """Return the browser of an inspector who is proposed with a perceived conflict, and the assignment."""
    client = site.client_for(Role.INSPECTOR)
    staff_no = f"W{len(site.added)}00"
    placing.declares(staff_no, PARTNERS_JOB)
    return client, placing.proposed("INS-1", staff_no)


def page_of(ref: str, finding: int = 0) -> str:
    return f"/decisions/assignments/{ref}" + (f"/findings/{finding}" if finding else "")


def asked(site: Site, placing: Placing, ref: str) -> FlaskClient:
    client = site.client_for(Role.DECISION_MAKER)
    answer = post(client, f"{page_of(ref, placing.finding(ref))}/ask", {"words": QUESTION})
    assert answer.status_code == 303
    return client


def question(ines: FlaskClient) -> str:
    """Return the page to which the inspector's first page leads."""
    return "/declarations/asked/" + get(ines, "/declarations").text.split("/declarations/asked/")[1].split('"')[0]


def test_a_question_waits_on_the_inspectors_first_page_and_apart_from_what_is_ready(
    site: Site, placing: Placing
) -> None:
    ines, ref = inspector(site, placing)
    dee = site.client_for(Role.DECISION_MAKER)
    form = f"{page_of(ref, placing.finding(ref))}/ask"
    bare = post(dee, form, {"words": " "})
    assert bare.status_code == 422
    assert "Write your question" in bare.text
    parsed(bare)
    asked(site, placing, ref)
    again = post(dee, form, {"words": "And?"}, of=page_of(ref))
    assert "has not answered yet" in again.text
    site.wait(days=3)
    site.set(session_minutes=60 * 24 * 9)
    first = get(dee, "/decisions")
    parsed(first)
    assert "Waiting for the inspector’s answer (1)" in first.text
    assert "Asked on 2 March 2026, waiting 3 days" in first.text
    assert "Nothing waits for your decision" in first.text
    assert "waiting 3 days" in get(dee, "/decisions/queue?need=asked").text
    page = get(dee, page_of(ref))
    parsed(page)
    assert QUESTION in page.text
    assert "Ask the inspector" not in page.text
    assert "Answer a decision-maker." in get(ines, "/declarations").text
    shown = get(ines, question(ines))
    parsed(shown)
    assert QUESTION in shown.text
    assert "A close family member of the inspector works at" in shown.text
    assert "Pat Person 2" not in shown.text, "who asks is not told"


def test_the_answer_is_given_once_in_words_and_comes_back(site: Site, placing: Placing) -> None:
    ines, ref = inspector(site, placing)
    dee = asked(site, placing, ref)
    path = question(ines)
    bare = post(ines, path, {"words": ""})
    assert bare.status_code == 422
    assert "Write your answer" in bare.text
    parsed(bare)
    sent = {"words": ANSWER, "csrf_token": token(ines, path)}
    for says in ("Your answer is recorded", "You have answered this already"):
        assert ines.post(path, data=sent, base_url=HTTPS).status_code == 303
        page = get(ines, path)
        parsed(page)
        assert says in page.text
    assert ANSWER in page.text
    assert "Answer a decision-maker." not in get(ines, "/declarations").text
    first = get(dee, "/decisions").text
    assert "Waiting for your decision (1)" in first
    assert "answered on 2 March 2026" in first
    for path in (page_of(ref), page_of(ref, placing.finding(ref))):
        page = get(dee, path)
        parsed(page)
        assert ANSWER in page.text
        assert "Ask the inspector" in page.text or "ask the inspector" in page.text
    site.set(now=placing.now + timedelta(hours=1), session_minutes=600)
    audited = get(site.client_for(Role.AUDITOR), f"/audit/assignments/{ref}")
    parsed(audited)
    assert QUESTION in audited.text
    assert ANSWER in audited.text
    assert "answered a question of a decision-maker" in audited.text


def test_after_the_release_an_answer_is_no_longer_needed(site: Site, placing: Placing) -> None:
    ines, ref = inspector(site, placing)
    asked(site, placing, ref)
    path = question(ines)
    sent = {"words": ANSWER, "csrf_token": token(ines, path)}
    sam = site.client_for(Role.SCHEDULER)
    post(sam, f"/inspections/assignments/{ref}/release", {"reason": "Ill."})
    page = get(ines, path)
    parsed(page)
    assert "no longer needed" in page.text
    assert "Send your answer" not in page.text
    assert ines.post(path, data=sent, base_url=HTTPS).status_code == 409
    assert "Answer a decision-maker." not in get(ines, "/declarations").text


def test_nobody_else_finds_the_question_and_no_scheduler_reads_of_it(site: Site, placing: Placing) -> None:
    ines, ref = inspector(site, placing)
    asked(site, placing, ref)
    path = question(ines)
    other = site.client_for(Role.INSPECTOR, Role.DECISION_MAKER)
    sam = site.client_for(Role.SCHEDULER)
    for client in (other, sam, site.client_for(Role.AUDITOR)):
        assert get(client, path).status_code == 404
    page = get(sam, f"/inspections/assignments/{ref}").text
    assert QUESTION not in page
    assert "asked" not in page.partition("<main")[2].lower()


def test_whoever_proposed_neither_asks_nor_reads_what_others_asked(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Per", PARTNERS_JOB)
    both = site.client_for(Role.SCHEDULER, Role.DECISION_MAKER)
    made = post(both, "/inspections/propose/INS-1?q=Per", {"staff_no": "T1", "role": "team"})
    ref = made.headers["Location"].rpartition("/")[2]
    dee = asked(site, placing, ref)
    assert "has no account to answer from yet" in get(dee, page_of(ref)).text
    page = get(both, page_of(ref)).text
    assert QUESTION not in page
    assert "Ask the inspector" not in page
    form = f"{page_of(ref, placing.finding(ref))}/ask"
    assert get(both, form).status_code == 302
    sent = {"words": QUESTION, "csrf_token": token(both, "/decisions")}
    assert both.post(form, data=sent, base_url=HTTPS).status_code == 404


def test_a_question_that_seems_to_name_somebody_is_asked_about_once(site: Site, placing: Placing) -> None:
    _, ref = inspector(site, placing)
    dee = site.client_for(Role.DECISION_MAKER)
    form = f"{page_of(ref, placing.finding(ref))}/ask"
    named = {"words": "Does your wife Anna Goosefoot still work there?"}
    warned = post(dee, form, named)
    parsed(warned)
    assert warned.status_code == 422
    assert "This seems to hold a name: “Anna Goosefoot”" in warned.text
    assert post(dee, form, {**named, "keep": "yes"}).status_code == 303
