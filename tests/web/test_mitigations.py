"""Allowing with mitigations, seeing to them, and who reads what of it."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from tests.support.mitigating import (
    DECIDER,
    EVIDENCE,
    REASONS,
    SCHEDULER,
    WHAT,
    allows,
    mitigation,
    owner,
    page_of,
    wanted,
)
from tests.support.placing import PARTNERS_JOB, Placing, placing_on
from tests.support.web import HTTPS, Site, get, parsed, post, shown, token
from tracker.domain.access import Role
from tracker.models import Account, Mitigation, OutboxMessage
from tracker.web import mitigations as mitigation_pages


@pytest.fixture
def placing(site: Site) -> Placing:
    placing = placing_on(site)
    placing.inspection("INS-1", team_size=4)
    placing.inspector("T1", "Per", PARTNERS_JOB)
    return placing


def test_another_mitigation_is_added_and_left_out_without_scripts_and_nothing_is_recorded(
    site: Site, placing: Placing
) -> None:
    ref = placing.proposed("INS-1", "T1")
    client = site.client_for(*DECIDER)
    form = page_of(ref, placing.finding(ref))
    assert "What must be done?" not in get(client, form).text
    sam = owner(site, *SCHEDULER)
    page = post(client, form, {"add": "1", "outcome": "allow", "reasons": "Kept as it is."})
    parsed(page)
    assert page.status_code == 200
    assert "Kept as it is." in page.text
    assert "There is a problem" not in page.text
    page = post(client, form, {"add": "1", **wanted(sam)})
    assert page.text.count("What must be done?") == 2
    assert WHAT in page.text
    page = post(client, form, {"remove": "0", **wanted(sam), **wanted(sam, 1, "Something else.")})
    assert page.text.count("What must be done?") == 1
    assert WHAT not in page.text
    many = {name: value for number in range(5) for name, value in wanted(sam, number).items()}
    page = post(client, form, {"add": "1", **many})
    assert page.text.count("What must be done?") == 5
    assert "Add another mitigation" not in page.text
    many = {name: value for number in range(7) for name, value in wanted(sam, number).items()}
    assert "at most 5" in post(client, form, {"outcome": "allow", "reasons": "No.", **many}).text
    assert placing.state(ref) == "proposed"
    with site.sessions() as session:
        assert session.scalars(select(Mitigation)).all() == []


def test_each_error_names_the_field_to_mend_and_of_which_mitigation(site: Site, placing: Placing) -> None:
    ref = placing.proposed("INS-1", "T1")
    client, sam = site.client_for(*DECIDER), owner(site, *SCHEDULER)
    form = page_of(ref, placing.finding(ref))
    late = wanted(sam, 1, day=date(2026, 3, 1))
    page = post(client, form, {"outcome": "allow", "reasons": REASONS, "mitigations-0-what": WHAT, **late})
    parsed(page)
    assert page.status_code == 422
    for target, says in (
        ("mitigations-0-owner", "Choose who is to see to it (mitigation 1)"),
        ("mitigations-0-due_on-day", "Enter the day by which it must be done (mitigation 1)"),
        ("mitigations-1-due_on-day", "The due date must be today or later (mitigation 2)"),
    ):
        assert f'<a href="#{target}">{says}</a>' in page.text
    stranger = owner(site, Role.AUDITOR)
    page = post(client, form, {"outcome": "allow", "reasons": REASONS, **wanted(stranger)})
    assert "Choose one of the answers on the list" in page.text
    page = post(client, form, {"outcome": "uphold", "reasons": REASONS, **wanted(sam)})
    assert "leave out the mitigations, or allow it" in page.text


@pytest.mark.parametrize("what", ["", "  \n "])
def test_a_mitigation_that_was_added_and_left_empty_is_asked_about_and_never_dropped(
    site: Site, placing: Placing, what: str
) -> None:
    ref = placing.proposed("INS-1", "T1")
    client, sam = site.client_for(*DECIDER), owner(site, *SCHEDULER)
    form = page_of(ref, placing.finding(ref))
    sent = {"outcome": "allow", "reasons": REASONS, **empty(0, what)}
    page = post(client, form, sent)
    parsed(page)
    assert page.status_code == 422
    says = "Say what must be done, or leave this mitigation out"
    assert f'<a href="#mitigations-0-what">{says}</a>' in page.text
    assert page.text.count('<a href="#mitigations-') == 1, "one error, not one for each field"
    page = post(client, form, {**sent, **wanted(sam, 0), **empty(1, what)})
    assert f'<a href="#mitigations-1-what">{says} (mitigation 2)</a>' in page.text
    assert placing.state(ref) == "proposed"
    # Left out, it asks for nothing; and to uphold never asked for anything.
    page = post(client, form, {"remove": "0", **sent})
    assert "What must be done?" not in page.text
    assert post(client, form, {**sent, "outcome": "uphold"}).status_code == 303
    with site.sessions() as session:
        assert session.scalars(select(Mitigation)).all() == []


def empty(number: int, what: str) -> dict[str, object]:
    return {name: what if name.endswith("what") else "" for name in wanted("", number)}


def test_a_mitigation_that_seems_to_name_somebody_is_asked_about_once_since_schedulers_read_it(
    site: Site, placing: Placing
) -> None:
    ref = placing.proposed("INS-1", "T1")
    client, sam = site.client_for(*DECIDER), owner(site, *SCHEDULER)
    form = page_of(ref, placing.finding(ref))
    sent = {"outcome": "allow", "reasons": REASONS, **wanted(sam, what="Her husband Tom Goosefoot must leave.")}
    warned = post(client, form, sent)
    parsed(warned)
    assert warned.status_code == 422
    assert "This seems to hold a name: “Tom Goosefoot”" in warned.text
    assert post(client, form, {**sent, "keep": "yes"}).status_code == 303


def test_the_owner_finds_it_on_the_first_page_and_says_once_that_it_is_done(site: Site, placing: Placing) -> None:
    ref = placing.proposed("INS-1", "T1")
    sam = site.client_for(*SCHEDULER)
    assert "see to" not in get(sam, "/inspections").text
    allows(site, placing, ref)
    assert "You are asked to see to something" in get(sam, "/inspections").text
    assert "see what is yours" not in get(sam, "/policy").text
    listed = get(sam, "/mitigations")
    parsed(listed)
    assert "due 10 March 2026, before the inspection begins" in listed.text
    assert "Per for Ridge Academy, inspection INS-1" in listed.text
    path = mitigation(site)
    bare = post(sam, path, {"evidence": " "})
    assert bare.status_code == 422
    assert "Say what was done and what shows it" in bare.text
    parsed(bare)
    sent = {"evidence": EVIDENCE, "csrf_token": token(sam, path)}
    for says in ("It is recorded as done.", "It was recorded as done already"):
        answer = sam.post(path, data=sent, base_url=HTTPS)
        assert answer.status_code == 303
        page = get(sam, path)
        parsed(page)
        assert says in page.text
    assert EVIDENCE in page.text, "one's own words"
    assert "see to" not in get(sam, "/inspections").text
    assert "There is nothing for you to see to" in get(sam, "/mitigations").text


def test_what_is_to_be_seen_to_comes_page_by_page_and_what_is_past_comes_last(
    site: Site, placing: Placing, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = placing.proposed("INS-1", "T1")
    days = [date(2026, 3, day) for day in (12, 10, 11)]
    sue = owner(site, *SCHEDULER)
    more: dict[str, object] = {}
    for number, day in enumerate(days):
        more |= wanted(sue, number, f"What is due on the {day.day}th.", day)
    allows(site, placing, ref, **more)
    sam = site.client_for(*SCHEDULER)
    with site.sessions() as session:
        first = session.scalars(select(Mitigation.ref).where(Mitigation.due_on == date(2026, 3, 10))).one()
    assert post(sam, f"/mitigations/{first}", {"evidence": EVIDENCE}).status_code == 303
    monkeypatch.setattr(mitigation_pages, "SIZE", 1)
    seen = []
    for number in (1, 2, 3):
        page = get(sam, f"/mitigations?page={number}")
        parsed(page)
        assert "To do (2)" in page.text
        seen.append(re.findall(r"What is due on the (\d+)th", page.text))
    assert seen == [["11"], ["12"], ["10"]]
    assert "Done, or no longer called for (1)" in page.text


def test_the_evidence_is_for_decision_makers_and_auditors_alone(site: Site, placing: Placing) -> None:
    ref = placing.proposed("INS-1", "T1")
    sue = site.client_for(Role.SCHEDULER, Role.INSPECTOR)
    dee = allows(site, placing, ref)
    post(site.client_for(*SCHEDULER), mitigation(site), {"evidence": EVIDENCE})
    page = get(sue, page_of(ref, room="inspections"))
    parsed(page)
    for told in (WHAT, "Pat Person", "due 10 March 2026", "done on 2 March 2026"):
        assert told in page.text
    assert EVIDENCE not in page.text
    assert REASONS not in page.text
    assert get(sue, mitigation(site)).status_code == 404
    site.set(now=placing.now + timedelta(hours=1), session_minutes=600)
    audrey = site.client_for(Role.AUDITOR)
    for client, path in ((dee, page_of(ref)), (dee, mitigation(site)), (audrey, page_of(ref, room="audit"))):
        found = get(client, path)
        parsed(found)
        assert EVIDENCE in found.text, path
    timeline = get(audrey, page_of(ref, room="audit")).text
    acts = ["said that a mitigation of the finding on Per", "to see to a mitigation", "allowed the perceived finding"]
    assert [timeline.index(each) for each in acts] == sorted(timeline.index(each) for each in acts)


def test_what_is_overdue_is_on_the_first_page_of_decision_makers_until_the_inspector_is_released(
    site: Site, placing: Placing
) -> None:
    ref = placing.proposed("INS-1", "T1")
    dee = allows(site, placing, ref)
    assert "Mitigations overdue" not in get(dee, "/decisions").text
    site.set(now=placing.now.replace(day=13), session_minutes=60 * 24 * 30)
    page = get(dee, "/decisions")
    parsed(page)
    assert "Mitigations overdue (1)" in page.text
    assert "overdue by 3 days" in page.text
    assert "Nothing waits for your decision" not in page.text
    assert "Mitigations overdue (1)" in get(dee, "/decisions/mitigations?overdue=1").text
    assert "overdue by 3 days" in get(dee, page_of(ref)).text
    sam = site.client_for(*SCHEDULER)
    assert "and it is overdue" in get(sam, "/inspections").text
    post(sam, f"/inspections/assignments/{ref}/release", {"reason": "Ill."})
    assert "Mitigations overdue" not in get(dee, "/decisions").text
    assert "see to" not in get(sam, "/inspections").text
    page = get(sam, mitigation(site))
    assert "no longer called for" in page.text
    assert "It is done" not in page.text
    sent = {"evidence": EVIDENCE, "csrf_token": token(sam, "/inspections")}
    assert sam.post(mitigation(site), data=sent, base_url=HTTPS).status_code == 409


def test_an_owner_who_may_not_know_of_the_inspection_any_more_is_told_the_deed_alone(
    site: Site, placing: Placing
) -> None:
    ref = placing.proposed("INS-1", "T1")
    allows(site, placing, ref)
    with site.staging() as stage:
        account = stage.session.scalars(select(Account).where(Account.email == site.added[SCHEDULER])).one()
        sent = stage.session.scalars(select(OutboxMessage.about).where(OutboxMessage.account_id == account.id)).all()
        assert mitigation(site) in sent
    ada = site.client_for(Role.ADMINISTRATOR)
    with site.staging() as stage:
        admin = stage.session.scalars(select(Account).where(Account.email == site.added[(Role.ADMINISTRATOR,)])).one()
        stage.session.connection().exec_driver_sql("DROP TRIGGER mitigation_update")
        stage.session.execute(update(Mitigation).values(owner_id=admin.id))
    for path in ("/mitigations", mitigation(site)):
        page = get(ada, path)
        assert WHAT in page.text
        assert "INS-1" not in page.text
        assert "Per" not in page.text.replace("Pat Person", "")


def test_a_schedulers_pages_are_the_same_whatever_was_said_in_words(site: Site, placing: Placing) -> None:
    told = []
    sam, dee = site.client_for(*SCHEDULER), site.client_for(*DECIDER)
    sue = owner(site, Role.DECISION_MAKER, Role.AUDITOR)
    refs = []
    for number, words in enumerate(("short", "words that go on and on, with one thing and then another")):
        staff_no = f"X{number}"
        placing.inspector(staff_no, "Xan", PARTNERS_JOB)
        placing.inspection(f"INS-X{number}")
        ref = placing.proposed(f"INS-X{number}", staff_no)
        ask = f"{page_of(ref, placing.finding(ref))}/ask"
        assert post(dee, ask, {"words": words}).status_code == 303
        allows(site, placing, ref, reasons=words, **wanted(sue))
        assert post(dee, mitigation(site), {"evidence": words}).status_code == 303
        refs.append(ref)
        page = shown(get(sam, page_of(ref, room="inspections")))[1]
        told.append(page.replace(ref, "REF").replace(staff_no, "NUMBER").replace(f"INS-X{number}", "INS"))
    clock = [re.sub(r"[0-9]+:[0-9]+[ap]m", "TIME", each) for each in told]
    assert clock[0] == clock[1]
    assert refs[0] != refs[1]


def test_the_inspections_page_calls_its_scheduler_to_the_mitigation_that_is_due(site: Site, placing: Placing) -> None:
    ref = placing.proposed("INS-1", "T1")
    allows(site, placing, ref)
    scheduler = site.client_for(*SCHEDULER)
    assert post(scheduler, f"/inspections/assignments/{ref}/confirm", of=f"/inspections/assignments/{ref}")
    where = f'href="{mitigation(site)}"'
    for days, says in ((0, "due on 10 March 2026"), (9, "overdue, it was due on 10 March 2026")):
        site.set(now=placing.now + timedelta(days=days), session_minutes=60 * 24 * 30)
        page = get(scheduler, "/inspections/inspection/INS-1")
        parsed(page)
        assert f"{where}>See to your mitigation: {says}</a>" in page.text
        assert "Nothing to do" not in page.text
    page = get(site.client_for(Role.SCHEDULER, Role.AUDITOR), "/inspections/inspection/INS-1")
    assert "A mitigation is overdue: " in page.text
    assert where not in page.text
