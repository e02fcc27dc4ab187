"""Proposing an inspector, being told why at once, confirming and releasing; and what a scheduler is not told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.placing import NOTE, OWN_JOB, PARTNERS_JOB, Placing, placing_on
from tests.support.statements import counted
from tests.support.web import HTTPS, Site, get, parsed, post, token
from tests.support.world import TODAY
from tracker.domain.access import Role
from tracker.domain.facts import Holder
from tracker.domain.lifecycle import Ruling
from tracker.models import Assignment, Inspection
from tracker.web.scheduler import choosing


@pytest.fixture
def placing(site: Site) -> Placing:
    placing = placing_on(site)
    placing.inspection("INS-1")
    return placing


def page_of(ref: str, act: str = "") -> str:
    return f"/inspections/assignments/{ref}{act}"


def test_a_proposal_shows_its_verdict_sentence_and_chain_at_once(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Rea Real", OWN_JOB)
    client = site.client_for(Role.SCHEDULER)
    form = "/inspections/propose/INS-1?q=rea"
    assert "Rea Real" in get(client, form).text
    answer = post(client, form, {"staff_no": "T1", "role": "team"})
    assert answer.status_code == 303
    page = get(client, answer.headers["Location"])
    parsed(page)
    assert "govuk-tag--red" in page.text
    assert "Hilltop Primary School became Ridge Academy" in page.text
    assert page.text.count("app-chain__link ") == 3
    assert "An exception" not in page.text
    assert "It can go ahead only as an exception, which needs two decision-makers" in page.text
    assert "/confirm" not in page.text
    again = post(client, form, {"staff_no": "T1", "role": "team"}, of="/inspections/propose/INS-1")
    assert again.headers["Location"] == answer.headers["Location"]
    assert "Already on the team" in get(client, form).text


def test_the_form_to_propose_says_what_is_missing(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Rea")
    client = site.client_for(Role.SCHEDULER)
    answer = post(client, "/inspections/propose/INS-1?q=T1", {"role": "emperor"})
    assert answer.status_code == 422
    assert "Choose an inspector from the list" in answer.text
    assert "Choose one of the answers on the list" in answer.text
    parsed(answer)
    assert "Nobody is found" in get(client, "/inspections/propose/INS-1?q=zz").text


def test_a_clear_proposal_is_confirmed_and_a_full_team_refuses_another(site: Site, placing: Placing) -> None:
    placing.inspection("INS-2", team_size=1)
    placing.inspector("T1", "Rea")
    placing.inspector("T2", "Sol")
    client = site.client_for(Role.SCHEDULER)
    first, second = placing.proposed("INS-2", "T1"), placing.proposed("INS-2", "T2")
    answer = post(client, page_of(first, "/confirm"), of=page_of(first))
    assert answer.status_code == 303
    assert "Rea is confirmed" in get(client, answer.headers["Location"]).text
    refused = post(client, page_of(second, "/confirm"), of=page_of(second))
    assert refused.status_code == 422
    assert "The team of INS-2 is full. " in refused.text
    assert "was confirmed for its last place a moment ago, by " in refused.text
    assert placing.state(second) == "proposed"


def test_a_declaration_that_arrived_in_between_is_shown_and_nothing_is_confirmed(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Rea")
    ref = placing.proposed("INS-1", "T1")
    client = site.client_for(Role.SCHEDULER)
    sent = {"csrf_token": token(client, page_of(ref))}
    placing.declares("T1", PARTNERS_JOB)
    answer = client.post(page_of(ref, "/confirm"), data=sent, base_url=HTTPS)
    assert answer.status_code == 409
    parsed(answer)
    assert "It was not confirmed" in answer.text
    assert "a close family member of the inspector" in answer.text.casefold()
    assert placing.state(ref) == "proposed"


def test_two_schedulers_at_once_the_second_is_told_so(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Rea")
    ref = placing.proposed("INS-1", "T1")
    one, other = site.client_for(Role.SCHEDULER), site.client_for(Role.SCHEDULER, Role.AUDITOR)
    waiting = {"csrf_token": token(other, page_of(ref))}
    assert post(one, page_of(ref, "/release"), {"reason": "Ill."}).status_code == 303
    answer = other.post(page_of(ref, "/confirm"), data=waiting, base_url=HTTPS)
    assert answer.status_code == 409
    assert "This assignment is released" in answer.text
    path = page_of(ref, "/release")
    for late in (lambda: get(other, path), lambda: other.post(path, data=waiting, base_url=HTTPS)):
        landed = get(other, late().headers["Location"]).text
        assert all(each in landed for each in ("Rea was released from INS-1 already", "/inspections/propose/INS-1"))


def test_a_release_needs_a_reason(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Rea")
    ref = placing.proposed("INS-1", "T1")
    client = site.client_for(Role.SCHEDULER)
    answer = post(client, page_of(ref, "/release"), {"reason": " "})
    assert answer.status_code == 422
    assert 'href="#reason"' in answer.text
    answer = post(client, page_of(ref, "/release"), {"reason": "Is needed elsewhere."})
    assert "Rea is released" in get(client, answer.headers["Location"]).text
    assert placing.state(ref) == "released"


def test_a_scheduler_reads_neither_note_nor_holder_nor_reasons_on_any_page(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Rea", PARTNERS_JOB)
    ref = placing.proposed("INS-1", "T1")
    fingerprint = placing.fingerprint(ref)
    decider = site.person(Role.DECISION_MAKER)
    client = site.client_for(Role.SCHEDULER)
    for _ in ("before", "after"):
        for path in (
            "/inspections",
            "/inspections/inspection/INS-1",
            page_of(ref),
            "/inspections/assignments?need=waiting",
        ):
            said = get(client, path).text.casefold()
            for secret in (NOTE, "partner", "Reasons of weight", fingerprint, site.account(decider).name):
                assert secret.casefold() not in said, (path, secret)
        placing.decided(ref, decider)
    assert "Allowed by a decision-maker" in get(client, page_of(ref)).text
    assert "You can confirm" in get(client, page_of(ref)).text


def test_pages_do_not_tell_a_partner_from_a_child(site: Site, placing: Placing) -> None:
    placing.inspection("INS-2")
    placing.inspector("T1", "Rea", PARTNERS_JOB)
    ref = placing.proposed("INS-1", "T1")
    client = site.client_for(Role.SCHEDULER)

    def said() -> str:
        return get(client, page_of(ref)).text.split('id="next"')[1].split("Last checked")[0]

    before = said()
    placing.declares("T1", replace(PARTNERS_JOB, holder=Holder.CHILD, note="Another note."))
    assert said().split("csrf_token")[0] == before.split("csrf_token")[0]
    assert said().split('id="findings"')[1] == before.split('id="findings"')[1]


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.DECISION_MAKER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_other_roles_find_nothing_here(site: Site, placing: Placing, role: Role) -> None:
    placing.inspector("T1", "Rea", OWN_JOB)
    ref = placing.proposed("INS-1", "T1")
    client = site.client_for(role)
    for path in ("/inspections", "/inspections/plan", "/inspections/inspection/INS-1", page_of(ref)):
        answer = get(client, path)
        assert answer.status_code == 404
        assert "Rea" not in answer.text
    assert get(site.client(), page_of(ref)).status_code == 302


def test_a_scheduler_who_inspects_neither_sees_nor_handles_what_is_his_or_hers(site: Site, placing: Placing) -> None:
    email = site.person(Role.SCHEDULER, Role.INSPECTOR)
    client = site.client_for(Role.SCHEDULER, Role.INSPECTOR)
    staff_no = f"W{len(site.added)}00"
    placing.declares(staff_no, PARTNERS_JOB)
    ref = placing.proposed("INS-1", staff_no)
    for path in (page_of(ref), page_of(ref, "/release")):
        assert get(client, path).status_code == 404
    sent = {"csrf_token": token(client, "/inspections"), "reason": "Mine."}
    for act in ("/confirm", "/release"):
        assert client.post(page_of(ref, act), data=sent, base_url=HTTPS).status_code == 404
    for path in ("/inspections", "/inspections/assignments?need=waiting", "/inspections/inspection/INS-1"):
        said = get(client, path).text
        assert ref not in said
        assert "Perceived" not in said
    assert "Another scheduler looks after this" in get(client, "/inspections/inspection/INS-1").text
    assert 'name="staff_no"' not in get(client, f"/inspections/propose/INS-1?q={staff_no}").text
    assert site.account(email).inspector_id is not None


def test_a_questioned_one_that_a_decision_covers_is_confirmed_again(site: Site, placing: Placing) -> None:
    decider = site.person(Role.DECISION_MAKER)
    placing.inspector("T1", "Rea")
    ref = placing.proposed("INS-1", "T1", confirmed=True)
    placing.declares("T1", PARTNERS_JOB)
    client = site.client_for(Role.SCHEDULER)
    assert "was confirmed, and what is known now questions it" in get(client, page_of(ref)).text
    placing.decided(ref, decider, Ruling.ALLOW)
    assert "A decision covers what was found: confirm again" in get(client, "/inspections").text
    assert post(client, page_of(ref, "/confirm"), of=page_of(ref)).status_code == 303
    assert placing.state(ref) == "confirmed"


def test_lists_are_bounded_in_statements_and_nonsense_is_not_found(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)
    assert get(client, "/inspections/assignments?need=nonsense").status_code == 404
    assert get(client, "/inspections/inspection/INS-404").status_code == 404
    assert get(client, page_of("ASG-NONE")).status_code == 404
    assert "There is none now" in get(client, "/inspections/assignments?need=ready").text
    for number in range(24):
        placing.inspector(f"T{number}", f"Rea {number}", PARTNERS_JOB)
        placing.proposed("INS-1", f"T{number}")
    with counted(site.engine) as statements:
        page = get(client, "/inspections/assignments?need=waiting")
    assert len(statements) <= 14
    assert page.text.count('class="app-work__item"') == 20
    assert "(24)" in page.text
    assert get(client, "/inspections/assignments?need=waiting&page=2").text.count('class="app-work__item"') == 4
    with counted(site.engine) as statements:
        get(client, "/inspections/inspection/INS-1")
    assert len(statements) <= 14


def test_a_questioned_assignment_says_after_the_inspection_that_it_still_wants_a_decision(
    site: Site, placing: Placing
) -> None:
    placing.inspector("T1", "Quinn")
    placing.inspection("INS-9", starts_on=TODAY + timedelta(5), ends_on=TODAY + timedelta(6))
    ref = placing.proposed("INS-9", "T1", confirmed=True)
    placing.declares("T1", PARTNERS_JOB)
    site.wait(days=9)
    client = site.client_for(Role.SCHEDULER, Role.DECISION_MAKER)
    first = get(client, "/inspections")
    parsed(first)
    assert "Questioned assignments (1)" in first.text
    assert "It stays here until it is decided or released" in first.text
    assert "it stays on yours until they decide, or you release Quinn" in get(client, page_of(ref)).text
    assert "Needs a decision" in get(client, "/inspections/inspection/INS-9").text
    assert "inspection ended 8 March 2026" in get(client, "/decisions").text
    placing.decided(ref, site.person(Role.DECISION_MAKER))
    assert "Questioned assignments" not in get(client, "/inspections").text
    assert "Can be confirmed" not in get(client, "/inspections/inspection/INS-9").text


@pytest.mark.parametrize(
    ("first", "second"), [("team", "sign-off"), ("lead", "quality assurance"), ("sign-off", "team")]
)
def test_nobody_of_the_team_also_looks_at_its_work(site: Site, placing: Placing, first: str, second: str) -> None:
    placing.inspector("T1", "Clem Clear")
    client = site.client_for(Role.SCHEDULER)
    form = "/inspections/propose/INS-1?q=T1"
    assert post(client, form, {"staff_no": "T1", "role": first}).status_code == 303

    refused = post(client, form, {"staff_no": "T1", "role": second}, of="/inspections/propose/INS-1")

    assert refused.status_code == 422
    assert f"Clem Clear is on INS-1 as {first}: whoever inspects may not also look at that work" in refused.text
    parsed(refused)


def test_whoever_proposes_second_for_the_last_place_is_told_who_was_quicker(site: Site, placing: Placing) -> None:
    placing.inspection("INS-2", team_size=1)
    placing.inspector("T1", "Clem Clear")
    placing.inspector("T2", "Cora Clear")
    placing.proposed("INS-2", "T1")
    site.set(now=placing.now)
    client = site.client_for(Role.SCHEDULER)

    answer = post(client, "/inspections/propose/INS-2?q=Cora", {"staff_no": "T2", "role": "team"})

    page = get(client, answer.headers["Location"])
    assert "Somebody else was proposed for this place a moment ago: Clem Clear, by " in page.text
    assert "2 proposals wait for 1 place." in get(client, "/inspections/inspection/INS-2").text


def test_whoever_proposes_a_second_lead_is_told_of_the_first(site: Site, placing: Placing) -> None:
    client, page = site.client_for(Role.SCHEDULER), "/inspections/propose/INS-1"
    for staff_no, name in (("T1", "Clem Clear"), ("T2", "Cora Clear")):
        placing.inspector(staff_no, name)
        answer = post(client, page, {"staff_no": staff_no, "role": "lead"})

    assert "There is a lead already: Clem Clear, proposed by " in get(client, answer.headers["Location"]).text


def test_whoever_is_beaten_to_proposing_one_inspector_is_led_to_what_is_there(
    site: Site, placing: Placing, monkeypatch: pytest.MonkeyPatch
) -> None:
    placing.inspector("T1", "Clem Clear")
    client = site.client_for(Role.SCHEDULER)
    real, looks = choosing.open_of, []

    def looked_too_early(row: Inspection, staff_no: str) -> Assignment | None:
        looks.append(staff_no)
        if len(looks) == 1:
            return None
        return real(row, staff_no)

    sent = {"staff_no": "T1", "role": "team", "csrf_token": token(client, "/inspections/propose/INS-1?q=T1")}
    monkeypatch.setattr(choosing, "open_of", looked_too_early)
    ref = placing.proposed("INS-1", "T1")

    answer = client.post("/inspections/propose/INS-1?q=T1", data=sent, base_url=HTTPS)

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(ref)
