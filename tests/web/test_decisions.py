"""What a decision-maker sees first, deciding, and separation of duties in the browser's path."""

import pytest

from tests.support.placing import NOTE, OTHER, OWN_JOB, PARTNERS_JOB, Placing, placing_on
from tests.support.statements import counted
from tests.support.web import HTTPS, Site, get, parsed, post, token
from tracker.domain.access import Role
from tracker.domain.lifecycle import Ruling

ALLOW = {"outcome": "allow", "reasons": "It was long ago, and small."}
UPHOLD = {"outcome": "uphold", "reasons": "Too close."}


@pytest.fixture
def placing(site: Site) -> Placing:
    placing = placing_on(site)
    placing.inspection("INS-1", team_size=4)
    return placing


def page_of(ref: str, finding: int = 0) -> str:
    return f"/decisions/assignments/{ref}" + (f"/findings/{finding}" if finding else "")


def test_the_first_page_puts_questioned_first_then_the_ordinary_then_exceptions(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.DECISION_MAKER)
    assert "Nothing waits for your decision" in get(client, "/decisions").text
    for staff_no, name, connection in (("T1", "Rea", OWN_JOB), ("T2", "Per", PARTNERS_JOB), ("T3", "Und", OTHER)):
        placing.inspector(staff_no, name, connection)
        placing.proposed("INS-1", staff_no)
    placing.inspector("T4", "Quinn")
    placing.proposed("INS-1", "T4", confirmed=True)
    placing.declares("T4", PARTNERS_JOB)
    page = get(client, "/decisions")
    parsed(page)
    parts = ["Questioned (1)", "Quinn for", "Waiting for your decision (2)", "Per for", "exception (1)", "Rea for"]
    assert [page.text.index(each) for each in parts] == sorted(page.text.index(each) for each in parts)
    assert "Connections that await a grade (1)" in page.text
    assert "Nothing has been decided yet" in page.text


def test_a_perceived_finding_is_allowed_with_reasons_and_leaves_the_list(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Per", PARTNERS_JOB)
    ref = placing.proposed("INS-1", "T1")
    client = site.client_for(Role.DECISION_MAKER)
    form = page_of(ref, placing.finding(ref))
    assert "releases Per from INS-1 at once" in get(client, form).text
    bare = post(client, form, {})
    assert bare.status_code == 422
    assert "Choose what you decide" in bare.text
    assert "Give your reasons" in bare.text
    parsed(bare)
    answer = post(client, form, ALLOW)
    assert answer.status_code == 303
    page = get(client, answer.headers["Location"])
    parsed(page)
    assert "Allowed: it does not stand in the way" in page.text
    assert ALLOW["reasons"] in page.text
    first = get(client, "/decisions").text
    assert "Nothing waits for your decision" in first
    assert "Allowed: Per for inspection INS-1" in first
    assert "Allowed: Per for inspection INS-1" in get(client, "/decisions/decided").text


def test_to_uphold_is_to_release_and_is_said_plainly(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Per", PARTNERS_JOB)
    ref = placing.proposed("INS-1", "T1")
    client = site.client_for(Role.DECISION_MAKER)
    answer = post(client, page_of(ref, placing.finding(ref)), UPHOLD)
    assert "Per is released from INS-1" in get(client, answer.headers["Location"]).text
    assert placing.state(ref) == "released"
    page = get(client, page_of(ref))
    assert "there is nothing left to decide" in page.text
    told = get(site.client_for(Role.SCHEDULER), f"/inspections/assignments/{ref}").text
    assert "It was not allowed before Per was released." in told
    assert "Needs a decision" not in told
    assert "Open whose it is" not in page.text


def test_a_decision_that_the_same_person_replaced_is_told_as_such(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Per", PARTNERS_JOB)
    ref = placing.proposed("INS-1", "T1")
    client = site.client_for(Role.DECISION_MAKER)
    form = page_of(ref, placing.finding(ref))
    post(client, form, ALLOW)
    assert "replaced since by the same person" not in get(client, page_of(ref)).text
    post(client, form, {**ALLOW, "seen": "1", "reasons": "A better reason."})
    assert get(client, page_of(ref)).text.count("Allowed (replaced since by the same person)") == 1


def test_the_address_of_a_note_leads_back_to_the_assignment(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Per", PARTNERS_JOB)
    ref = placing.proposed("INS-1", "T1")
    again = get(site.client_for(Role.DECISION_MAKER), f"{page_of(ref)}/notes/CON-X")
    assert again.headers["Location"] == page_of(ref)


def test_nobody_overturns_unseen_what_another_decided_a_moment_ago(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Per", PARTNERS_JOB)
    ref = placing.proposed("INS-1", "T1")
    one, other = site.client_for(Role.DECISION_MAKER), site.client_for(Role.DECISION_MAKER, Role.AUDITOR)
    form = page_of(ref, placing.finding(ref))
    assert 'name="seen" type="hidden" value="0"' in get(other, form).text
    post(one, form, ALLOW)
    stale = post(other, form, {**UPHOLD, "seen": "0"})
    parsed(stale)
    assert stale.status_code == 409
    assert "Somebody decided on this finding after you opened the page" in stale.text
    assert ALLOW["reasons"] in stale.text
    assert f">{UPHOLD['reasons']}</textarea>" in stale.text
    assert placing.state(ref) == "proposed"
    assert 'name="seen" type="hidden" value="1"' in stale.text
    assert post(other, form, {**UPHOLD, "seen": "1"}).status_code == 303
    assert placing.state(ref) == "released"


def test_a_real_conflict_needs_two_decision_makers(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Rea", OWN_JOB)
    ref = placing.proposed("INS-1", "T1")
    one, other = site.client_for(Role.DECISION_MAKER), site.client_for(Role.DECISION_MAKER, Role.AUDITOR)
    form = page_of(ref, placing.finding(ref))
    assert "yours is number 1, so it stays in the way" in get(one, form).text
    post(one, form, ALLOW)
    assert "1 allowed it so far, you among them" in get(one, page_of(ref)).text
    assert "Waiting for another decision-maker (1)" in get(one, "/decisions").text
    assert "only as an exception (1)" in get(other, "/decisions").text
    post(other, form, ALLOW)
    assert "Allowed: it does not stand in the way" in get(other, page_of(ref)).text


def test_the_exact_holder_and_the_note_are_shown_once_they_are_opened(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Per", PARTNERS_JOB)
    ref = placing.proposed("INS-1", "T1")
    client = site.client_for(Role.DECISION_MAKER)
    page = get(client, page_of(ref)).text
    assert "Of close family or household" in page
    assert "Partner" not in page
    assert NOTE not in page
    action = page.split('action="/decisions/assignments/')[1].split('"')[0]
    opened = post(client, f"/decisions/assignments/{action}", of=page_of(ref))
    assert opened.status_code == 200
    parsed(opened)
    assert NOTE in opened.text
    assert "Partner" in opened.text
    assert NOTE not in get(client, page_of(ref)).text
    with site.engine.connect() as connection:
        (entry,) = connection.exec_driver_sql("SELECT entry FROM history_entry WHERE event = 'connection:opened'").all()
    assert f"assignment:{ref}" in entry[0]
    assert NOTE not in entry[0]


def test_a_note_that_no_finding_here_rests_on_stays_closed(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Per", PARTNERS_JOB)
    placing.inspector("T2", "Rea", OWN_JOB)
    ref, other = placing.proposed("INS-1", "T1"), placing.proposed("INS-1", "T2")
    client = site.client_for(Role.DECISION_MAKER)
    sent = {"csrf_token": token(client, page_of(ref))}
    foreign = get(client, page_of(other)).text.split("/notes/")[1].split('"')[0]
    for path in (
        f"{page_of(ref)}/notes/{foreign}",
        f"{page_of(ref)}/notes/CON-NONE",
        f"/decisions/connections/{foreign}/note",
    ):
        answer = client.post(path, data=sent, base_url=HTTPS)
        assert answer.status_code == 404
        assert NOTE not in answer.text


def test_whoever_proposed_is_told_why_not_to_decide_and_cannot(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Per", PARTNERS_JOB)
    client = site.client_for(Role.SCHEDULER, Role.DECISION_MAKER)
    made = post(client, "/inspections/propose/INS-1?q=Per", {"staff_no": "T1", "role": "team"})
    ref = made.headers["Location"].rpartition("/")[2]
    page = get(client, page_of(ref)).text
    assert "You proposed Per for this inspection, so you cannot decide on it" in page
    assert "Partner" not in page
    assert "Open whose it is" not in page
    assert "Waiting for another decision-maker (1)" in get(client, "/decisions").text
    form = page_of(ref, placing.finding(ref))
    assert get(client, form).headers["Location"].endswith(page_of(ref))
    sent = {**ALLOW, "csrf_token": token(client, "/decisions")}
    late = client.post(form, data=sent, base_url=HTTPS)
    assert late.status_code == 404
    assert sent["reasons"] in late.text
    assert placing.state(ref) == "proposed"


def test_nobody_sees_or_decides_what_is_his_or_hers(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.DECISION_MAKER, Role.INSPECTOR)
    staff_no = f"W{len(site.added)}00"
    placing.declares(staff_no, PARTNERS_JOB, OTHER)
    ref = placing.proposed("INS-1", staff_no)
    form = page_of(ref, placing.finding(ref))
    first = get(client, "/decisions").text
    assert ref not in first
    assert "Nothing waits for your decision" in first
    assert get(client, page_of(ref)).status_code == 404
    assert get(client, form).status_code == 404
    sent = {**ALLOW, "csrf_token": token(client, "/decisions")}
    assert client.post(form, data=sent, base_url=HTTPS).status_code == 404
    assert "Every connection that needs a grade has one" in get(client, "/decisions/connections").text


def test_facts_that_changed_meanwhile_end_the_page_and_not_the_decision_maker(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Per", PARTNERS_JOB)
    ref = placing.proposed("INS-1", "T1")
    client = site.client_for(Role.DECISION_MAKER)
    form = page_of(ref, placing.finding(ref))
    sent = {**ALLOW, "csrf_token": token(client, form)}
    placing.declares("T1", OWN_JOB)
    answer = client.post(form, data=sent, base_url=HTTPS)
    assert answer.status_code == 409
    assert "The facts changed" in answer.text
    assert "What you wrote" in answer.text
    assert ALLOW["reasons"] in answer.text
    parsed(answer)
    assert get(client, form).headers["Location"].endswith(page_of(ref))


def test_another_connection_is_graded_and_what_it_touches_follows(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Und", OTHER)
    ref = placing.proposed("INS-1", "T1")
    client = site.client_for(Role.DECISION_MAKER)
    listed = get(client, "/decisions/connections").text
    assert "Und and Ridge Academy" in listed
    path = "/decisions/connections/" + listed.split('href="/decisions/connections/')[1].split('"')[0]
    page = get(client, path)
    parsed(page)
    assert "Close friend" not in page.text
    assert NOTE not in page.text
    opened = post(client, f"{path}/note", of=path).text
    assert NOTE in opened
    assert "Close friend" in opened
    bare = post(client, path, {"verdict": "undetermined"})
    assert bare.status_code == 422
    assert "Choose one of the answers on the list" in bare.text
    assert "Give your reasons" in bare.text
    answer = post(client, path, {"verdict": "perceived", "reasons": "A close friend leads it."})
    assert "1 assignment changed" in get(client, answer.headers["Location"]).text
    assert "(0)" in get(client, "/decisions/connections").text
    assert "Perceived" in get(client, page_of(ref)).text
    assert "Graded before" in get(client, path).text


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.SCHEDULER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_other_roles_find_nothing_here(site: Site, placing: Placing, role: Role) -> None:
    placing.inspector("T1", "Rea", OWN_JOB)
    ref = placing.proposed("INS-1", "T1")
    client = site.client_for(role)
    form = page_of(ref, placing.finding(ref))
    for path in ("/decisions", "/decisions/queue", "/decisions/decided", "/decisions/connections", page_of(ref), form):
        answer = get(client, path)
        assert answer.status_code == 404
        assert "Rea" not in answer.text


def test_lists_are_paged_and_bounded_in_statements(site: Site, placing: Placing) -> None:
    for number in range(23):
        placing.inspector(f"T{number}", f"Per {number}", PARTNERS_JOB)
        placing.proposed("INS-1", f"T{number}")
    client = site.client_for(Role.DECISION_MAKER)
    with counted(site.engine) as statements:
        page = get(client, "/decisions")
    assert len(statements) <= 26
    assert "Waiting for your decision (23)" in page.text
    assert page.text.count('class="app-work__item"') == 5
    assert get(client, "/decisions/queue?need=decision").text.count('class="app-work__item"') == 20
    assert get(client, "/decisions/queue?need=decision&page=2").text.count('class="app-work__item"') == 3
    assert get(client, "/decisions/queue?need=nonsense").status_code == 404
    assert "none on this page" in get(client, "/decisions/queue?need=decision&page=3").text


def test_one_who_upheld_cannot_be_undone_by_a_second_try(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Per", PARTNERS_JOB)
    ref = placing.proposed("INS-1", "T1")
    decider = site.person(Role.DECISION_MAKER)
    client = site.client_for(Role.DECISION_MAKER)
    form = page_of(ref, placing.finding(ref))
    sent = {**ALLOW, "csrf_token": token(client, form)}
    placing.decided(ref, decider, Ruling.UPHOLD)
    answer = client.post(form, data=sent, base_url=HTTPS)
    assert answer.status_code == 409
    assert "nothing left to decide" in answer.text
    assert ALLOW["reasons"] in answer.text
