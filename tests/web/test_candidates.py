"""The candidates of an inspection: who may go, best first; who cannot and why; and one who is replaced in one step."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from tests.support.placing import NOTE, OWN_JOB, PARTNERS_JOB, Placing, placing_on
from tests.support.statements import counted
from tests.support.web import HTTPS, Site, get, parsed, post, token
from tracker.domain.access import Role
from tracker.models import HistoryEntry, Inspector

PAGE = "/inspections/propose/INS-1"


@pytest.fixture
def placing(site: Site) -> Placing:
    placing = placing_on(site)
    placing.inspection("INS-1")
    return placing


def names(text: str) -> list[str]:
    return re.findall(r'<h3 class="app-work__heading">(.*?) <', text)


def part(text: str, name: str) -> str:
    return " ".join(text.split(f'<h3 class="app-work__heading">{name} ')[1].split("</li>", maxsplit=1)[0].split())


def change(site: Site, staff_no: str, **values: object) -> None:
    with site.staging() as stage:
        row = stage.session.scalars(select(Inspector).filter_by(staff_no=staff_no)).one()
        for name, value in values.items():
            setattr(row, name, value)


def test_candidates_stand_best_first_each_with_verdict_reason_distance_load_and_a_button(
    site: Site, placing: Placing
) -> None:
    for staff_no, name, *said in (
        ("T1", "Per", PARTNERS_JOB),
        ("T2", "Rea", OWN_JOB),
        ("T3", "Far"),
        ("T4", "Near"),
        ("T5", "Unknown"),
    ):
        placing.inspector(staff_no, name, *said)
    change(site, "T3", easting=540_000, northing=200_000)
    change(site, "T4", easting=500_000, northing=201_000, home_postcode="WE9 9ZZ")
    elsewhere = {"provider": "gias:900004", "starts_on": date(2026, 3, 19), "ends_on": date(2026, 3, 19)}
    placing.inspection("INS-2", **elsewhere)
    placing.proposed("INS-2", "T4")
    page = get(site.client_for(Role.SCHEDULER), PAGE)
    parsed(page)
    assert names(page.text) == ["Near", "Far", "Unknown", "Per"]
    assert "clear first; then whoever keeps within the limits" in page.text
    near = part(page.text, "Near")
    assert "1 km from home in a straight line" in near
    assert "1 inspection that week (at most 2), 1 this term (at most 26)" in near
    assert "not here before" in near
    assert "WE9" not in page.text
    assert 'Propose<span class="govuk-visually-hidden"> Near</span>' in near
    assert "40 km" in part(page.text, "Far")
    assert "distance not known" in part(page.text, "Unknown")
    per = part(page.text, "Per")
    assert "Connection with another provider of the same group" in per
    assert "close family member" in per
    assert "1 cannot go: a real conflict" in page.text
    assert "Hilltop Primary School became Ridge Academy" in page.text.split("<details")[1]
    assert NOTE not in page.text
    assert "partner" not in page.text.casefold()


def test_who_was_at_another_school_of_the_group_is_told_and_comes_after_who_was_not(
    site: Site, placing: Placing
) -> None:
    placing.inspector("T1", "Often")
    placing.inspector("T2", "Never")
    placing.inspection("INS-2", provider="gias:900003", starts_on=date(2026, 5, 5), ends_on=date(2026, 5, 5))
    placing.inspection("INS-3", provider="gias:900004", starts_on=date(2026, 5, 6), ends_on=date(2026, 5, 6))
    placing.proposed("INS-2", "T1")
    placing.proposed("INS-3", "T2")
    page = get(site.client_for(Role.SCHEDULER), PAGE)
    assert names(page.text) == ["Never", "Often"]
    assert "at its group once, last on 5 May 2026" in part(page.text, "Often")
    assert "not here before" in part(page.text, "Never")


def test_filters_stand_in_the_address_and_the_role_begins_with_the_lead(site: Site, placing: Placing) -> None:
    for staff_no, name in (("T1", "Rea"), ("T2", "Sol"), ("T3", "Tay")):
        placing.inspector(staff_no, name, *([PARTNERS_JOB] if name == "Tay" else []))
    change(site, "T2", title="RI", easting=500_000, northing=201_000)
    client = site.client_for(Role.SCHEDULER)
    assert names(get(client, PAGE).text) == ["Rea", "Tay"]
    assert "Candidates for the lead" in get(client, PAGE).text
    assert names(get(client, f"{PAGE}?role=team").text) == ["Sol", "Rea", "Tay"]
    assert names(get(client, f"{PAGE}?role=team&clear=1").text) == ["Sol", "Rea"]
    assert names(get(client, f"{PAGE}?role=team&km=5").text) == ["Sol"]
    assert "Nobody fits what you asked for" in get(client, f"{PAGE}?km=0").text
    assert names(get(client, f"{PAGE}?role=cook&km=x").text) == ["Rea", "Tay"]
    with site.staging() as stage:
        change_to = stage.session.scalars(select(Inspector).filter_by(staff_no="T1")).one()
        stage.proposes(stage.inspection("INS-3"), change_to, "lead")
    assert "Candidates for the team" in get(client, "/inspections/propose/INS-3").text


def test_a_search_by_name_finds_also_who_cannot_go_and_says_why_but_never_where_somebody_is(
    site: Site, placing: Placing
) -> None:
    for number, name in enumerate(("Rea One", "Rea Two", "Rea Three", "Rea Four", "Sol"), start=1):
        placing.inspector(f"T{number}", name, *([OWN_JOB] if number == 4 else []))
    change(site, "T2", remits="early years")
    placing.inspection("INS-SECRET", provider="gias:900004")
    placing.proposed("INS-SECRET", "T3")
    client = site.client_for(Role.SCHEDULER)
    page = get(client, f"{PAGE}?q=rea")
    parsed(page)
    assert names(page.text) == ["Rea One", "Rea Four", "Rea Two", "Rea Three"]
    assert "Does not have the remit “schools”" in part(page.text, "Rea Two")
    assert "Busy on those days" in part(page.text, "Rea Three")
    assert "needs two decision-makers" in part(page.text, "Rea Four")
    for gone in ("SECRET", "Lone Oak"):
        assert gone not in page.text
    for name, offered in (("Rea One", True), ("Rea Two", False), ("Rea Three", False), ("Rea Four", True)):
        assert ("<button" in part(page.text, name)) is offered
    assert "2 other inspectors are on the team, busy" in get(client, PAGE).text
    assert "Nobody is found for" in get(client, f"{PAGE}?q=zz").text


def test_whoever_schedules_and_inspects_is_not_on_the_list(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Rea")
    email = site.person(Role.SCHEDULER)
    placing.is_oneself(email, "T1")
    client = site.client_for(Role.SCHEDULER)
    assert names(get(client, PAGE).text) == []
    assert names(get(client, f"{PAGE}?q=rea").text) == []


def test_the_list_costs_as_many_statements_for_many_as_for_few_and_has_pages(site: Site, placing: Placing) -> None:
    client = site.client_for(Role.SCHEDULER)

    def sent() -> int:
        with counted(site.engine) as statements:
            assert get(client, PAGE).status_code == 200
        return len(statements)

    for number in range(2):
        placing.inspector(f"T{number}", f"Rea {number}", PARTNERS_JOB)
    sent()
    few = sent()
    with site.staging() as stage:
        for number in range(2, 25):
            stage.declares(stage.inspector(f"T{number}", f"Rea {number}"), PARTNERS_JOB)
    sent()
    assert sent() == few
    assert few <= 14
    assert len(names(get(client, PAGE).text)) == 20
    assert len(names(get(client, f"{PAGE}?page=2&role=team").text)) == 5
    assert "page=2" in get(client, PAGE).text


def test_one_press_replaces_an_inspector_and_the_next_confirms_the_other(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Rea Gone")
    placing.inspector("T2", "Sol Comes")
    ref = placing.proposed("INS-1", "T1", confirmed=True)
    client = site.client_for(Role.SCHEDULER)
    for page in (f"/inspections/assignments/{ref}", "/inspections/inspection/INS-1"):
        assert f"{PAGE}?instead={ref}" in get(client, page).text
    form = f"{PAGE}?instead={ref}"
    shown = get(client, form)
    parsed(shown)
    assert "Replace Rea Gone" in shown.text
    assert names(shown.text) == ["Sol Comes"]
    missing = post(client, form, {"staff_no": "T2", "role": "team"})
    assert missing.status_code == 422
    parsed(missing)
    assert "Choose why the inspector is replaced" in missing.text
    assert placing.state(ref) == "confirmed"
    sent = {"staff_no": "T2", "role": "team", "why": "ill", "words": "Rang at eight."}
    answer = post(client, form, sent)
    assert answer.status_code == 303
    landed = get(client, answer.location)
    assert "Rea Gone is released, and Sol Comes is proposed instead" in landed.text
    assert "/confirm" in landed.text
    assert placing.state(ref) == "released"
    with site.sessions() as session:
        told = [row.event for row in session.scalars(select(HistoryEntry).order_by(HistoryEntry.seq.desc()).limit(3))]
    assert told == ["assignment:replaced", "assignment:checked", "assignment:proposed"]
    site.wait(minutes=30)
    auditor = get(site.client_for(Role.AUDITOR), f"/audit/assignments/{ref}").text
    assert "proposed Sol Comes for inspection INS-1 of Ridge Academy, as team, instead of Rea Gone" in auditor
    # The same form sent twice leads to what it made.
    again = client.post(form, data={**sent, "csrf_token": token(client, PAGE)}, base_url=HTTPS)
    assert again.location == answer.location


def test_a_second_scheduler_is_told_who_replaced_the_inspector(site: Site, placing: Placing) -> None:
    for staff_no, name in (("T1", "Rea Gone"), ("T2", "Sol Comes"), ("T3", "Tay Late")):
        placing.inspector(staff_no, name)
    ref = placing.proposed("INS-1", "T1")
    form = f"{PAGE}?instead={ref}"
    one, other = site.client_for(Role.SCHEDULER), site.client_for(Role.SCHEDULER, Role.AUDITOR)
    waiting = {"csrf_token": token(other, form), "role": "team", "why": "ill"}
    assert post(one, form, {"staff_no": "T2", "role": "team", "why": "ill"}).status_code == 303
    who = site.account(site.added[Role.SCHEDULER,]).name
    for staff_no in ("T3", "T2"):
        late = other.post(form, data={**waiting, "staff_no": staff_no}, base_url=HTTPS)
        assert late.status_code == 409
        assert f"{who} has released Rea Gone already, and proposed Sol Comes instead" in late.text


def test_whoever_opens_the_page_of_somebody_already_replaced_is_told_so_at_once(site: Site, placing: Placing) -> None:
    for staff_no, name in (("T1", "Rea Gone"), ("T2", "Sol Comes")):
        placing.inspector(staff_no, name)
    form = f"{PAGE}?instead={placing.proposed('INS-1', 'T1')}"
    one, other = site.client_for(Role.SCHEDULER), site.client_for(Role.SCHEDULER, Role.AUDITOR)
    assert post(one, form, {"staff_no": "T2", "role": "team", "why": "ill"}).status_code == 303
    page = get(other, form)
    parsed(page)
    who = site.account(site.added[Role.SCHEDULER,]).name
    assert f"{who} has released Rea Gone already, and proposed Sol Comes instead." in page.text
    assert f"{PAGE}?role=team" in page.text
    assert "Propose instead" not in page.text


def test_whoever_proposes_the_same_inspector_second_is_told_who_was_quicker(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Rea Both")
    one, other = site.client_for(Role.SCHEDULER), site.client_for(Role.SCHEDULER, Role.AUDITOR)
    sent = {"staff_no": "T1", "role": "team"}
    made = post(one, PAGE, sent)
    twice = post(one, PAGE, sent)
    assert "was quicker" not in get(one, twice.location).text
    late = post(other, PAGE, sent)
    assert late.location == made.location
    page = get(other, late.location).text
    who = site.account(site.added[Role.SCHEDULER,]).name
    assert f"{who} was quicker: Rea Both has been proposed since" in page
    assert "Success" not in page


@pytest.mark.parametrize("instead", ["ASG-NONE", "other"])
def test_nobody_is_replaced_from_another_inspections_page(site: Site, placing: Placing, instead: str) -> None:
    placing.inspector("T1", "Rea")
    placing.inspection("INS-2", provider="gias:900004")
    ref = placing.proposed("INS-2", "T1")
    answer = get(site.client_for(Role.SCHEDULER), f"{PAGE}?instead={ref if instead == 'other' else instead}")
    assert answer.status_code == 404
    assert "Rea" not in answer.text


def test_who_cannot_go_is_refused_also_from_whoever_posts_past_the_page(site: Site, placing: Placing) -> None:
    placing.inspector("T1", "Rea")
    placing.inspection("INS-2", provider="gias:900004", starts_on=date(2026, 3, 18), ends_on=date(2026, 3, 19))
    first, second = site.client_for(Role.SCHEDULER), site.client_for(Role.SCHEDULER, Role.AUDITOR)
    sent = {"staff_no": "T1", "role": "team"}
    assert post(first, "/inspections/propose/INS-2", sent).status_code == 303
    late = post(second, PAGE, sent)
    assert late.status_code == 422
    parsed(late)
    assert "Pat Person 1 was quicker: Rea was proposed for another inspection on those days a moment ago" in late.text
    assert "Rea cannot go (busy on those days): choose somebody else" in late.text
    change(site, "T1", remits="early years", title="RI")
    both = post(second, PAGE, {"staff_no": "T1", "role": "lead"})
    assert "does not have the remit “schools”" in both.text
    assert "with the title RI, may not lead" in both.text
