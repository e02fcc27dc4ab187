"""Planning a whole term on the pages: asking, waiting, reading, keeping a choice, and applying."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.support.placing import OWN_JOB, PARTNERS_JOB, Placing, placing_on
from tests.support.web import NOW, Site, get, parsed, post
from tracker.allocation import term_auditing
from tracker.cli import planning_work
from tracker.cli.planning_work import work
from tracker.domain.access import Role
from tracker.domain.fitting import Bar, why_not
from tracker.domain.plan_states import PlanState
from tracker.models import AllocationPlan, Assignment, HistoryEntry, Inspector, RoleGrant
from tracker.web.scheduler import term_background as background

TERM = "/inspections/term"
ASK = f"{TERM}/ask"
PERIOD = {
    "first_on-day": "2",
    "first_on-month": "3",
    "first_on-year": "2026",
    "last_on-day": "15",
    "last_on-month": "4",
    "last_on-year": "2026",
}


@pytest.fixture
def started(site: Site, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The plans whose work was begun; nobody does it until a test says so."""
    begun: list[str] = []
    monkeypatch.setattr(background, "start", lambda _config, ref: begun.append(ref))
    return begun


@pytest.fixture
def placing(site: Site) -> Placing:
    """Four inspectors: one clear, one with a perceived conflict, one with a real one, one who has declared nothing."""
    placing = placing_on(site)
    placing.inspector("T1", "Rea Clear")
    placing.inspector("T2", "Perce Ived", PARTNERS_JOB)
    placing.inspector("T3", "Rex Conflicted", OWN_JOB)
    placing.inspector("T4", "Una Clared", declares=False)
    placing.inspection("INS-1", team_size=4)
    return placing


@pytest.fixture
def scheduler(site: Site, placing: Placing) -> FlaskClient:
    return site.client_for(Role.SCHEDULER)


def does(site: Site, started: list[str]) -> str:
    """Do the work that was begun last, and return its plan."""
    ref = started[-1]
    work(site.sessions, site.config, ref)
    return ref


def asked(client: FlaskClient) -> str:
    answer = post(client, ASK, PERIOD)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def plan_of(site: Site, ref: str) -> AllocationPlan:
    with site.sessions() as session:
        return session.scalars(select(AllocationPlan).filter_by(ref=ref)).one()


def test_a_plan_is_asked_for_made_and_read(site: Site, scheduler: FlaskClient, started: list[str]) -> None:
    page = get(scheduler, ASK)
    parsed(page)
    assert "4 places are open in 1 inspection" in page.text
    assert "Nobody with a real conflict is ever placed" in page.text
    assert "schools: HMI or OI" in page.text
    where = asked(scheduler)
    waiting = get(scheduler, where)
    parsed(waiting)
    assert "Waiting to begin" in waiting.text
    ref = does(site, started)

    result = get(scheduler, where)
    parsed(result)
    assert "3 of 4 open places filled, 1 left open." in result.text
    assert "1 would be perceived conflicts to decide on; 1 would be undetermined." in result.text
    assert "No plan under these rules fills more places" in result.text
    assert "over all 4 pairs of 4 inspectors and 1 inspections" in result.text
    places = get(scheduler, f"{where}/places")
    parsed(places)
    assert re.findall(r"(T\d)</span>", places.text).count("T3") == 0
    assert {"T1", "T2", "T4"} <= set(re.findall(r"(T\d)</span>", places.text))
    stays_open = get(scheduler, f"{where}/open")
    parsed(stays_open)
    # The lead's place or one of the others: both weigh the same.
    assert re.search(
        r"Of 4 who (may lead it|have the remit), 1 has a real conflict, 3 are in the team already\.", stays_open.text
    )
    assert "It would take one more inspector with the remit schools" in stays_open.text
    with site.sessions() as session:
        assert session.scalars(select(Assignment)).all() == [], "nothing is proposed by asking"
    assert ref in get(scheduler, TERM).text
    assert TERM in get(scheduler, "/inspections").text


def test_applying_proposes_and_tells_what_was_left_out(
    site: Site, placing: Placing, scheduler: FlaskClient, started: list[str]
) -> None:
    where = asked(scheduler)
    ref = does(site, started)
    placing.declares("T1", OWN_JOB)
    confirm = get(scheduler, f"{where}/apply")
    parsed(confirm)
    assert "This proposes 3 inspectors" in confirm.text
    assert "1 declaration since this plan was made" in confirm.text
    assert post(scheduler, f"{where}/apply").status_code == 303
    again = post(scheduler, f"{where}/apply", of=ASK)
    assert again.status_code == 409
    assert "This plan is being applied, or was, by somebody else" in again.text
    does(site, started)

    result = get(scheduler, where)
    parsed(result)
    assert "2 places were proposed, 1 place was left out" in result.text
    assert "Rea Clear: a check made now finds a real conflict." in result.text
    with site.sessions() as session:
        rows = session.scalars(select(Assignment)).all()
        told = session.scalars(select(HistoryEntry.entry).filter_by(event="assignment:proposed")).all()
    assert len(rows) == 2
    assert {json.loads(each)["data"]["plan"] for each in told} == {ref}


def test_a_place_that_the_second_look_finds_wrong_is_said_and_counts_as_open(
    site: Site, scheduler: FlaskClient, started: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        term_auditing, "why_not", lambda case: Bar.WEEK if case.person.staff_no == "T2" else why_not(case)
    )
    where = asked(scheduler)
    does(site, started)
    result = get(scheduler, where)
    parsed(result)
    assert "2 of 4 open places filled, 2 left open." in result.text
    assert "A second look found that 1 place cannot be. It is left out, and counts as open." in result.text
    assert re.search(r"Perce Ived for Ridge Academy \(INS-1\), \w+: the inspector’s week is full\.", result.text)
    stays_open = get(scheduler, f"{where}/open")
    parsed(stays_open)
    assert "A second look left out whom the plan had here: the inspector’s week is full." in stays_open.text


def test_a_choice_is_kept_and_its_cost_told(site: Site, scheduler: FlaskClient, started: list[str]) -> None:
    where = asked(scheduler)
    does(site, started)
    keep = f"{where}/keep?inspection=INS-1&role=lead&staff_no=T2"
    page = get(scheduler, keep)
    parsed(page)
    assert "The plan has Perce Ived here" in page.text
    sent = {"inspection": "INS-1", "role": "lead", "staff_no": "T2"}
    answer = post(scheduler, f"{where}/keep", sent, of=keep)
    assert answer.status_code == 303
    does(site, started)
    result = get(scheduler, answer.headers["Location"])
    parsed(result)
    assert re.search(r"Perce Ived for Ridge Academy \(INS-1\), lead: it costs ", result.text)

    wrong = post(scheduler, f"{where}/keep", {**sent, "staff_no": "T3"}, of=keep)
    does(site, started)
    assert (
        "What you want to keep breaks a rule of allocating: T3 for INS-1, lead"
        in get(scheduler, wrong.headers["Location"]).text
    )
    unknown = post(scheduler, f"{where}/keep", {**sent, "staff_no": "T9"}, of=keep)
    assert unknown.status_code == 422
    assert "Nobody on the staff list has the number T9: look it up and enter it again" in unknown.text


def test_work_can_be_cancelled_and_begun_again(site: Site, scheduler: FlaskClient, started: list[str]) -> None:
    where = asked(scheduler)
    busy = post(scheduler, ASK, PERIOD)
    assert busy.status_code == 422
    assert "still being made" in busy.text
    assert post(scheduler, f"{where}/cancel", of=where).status_code == 303
    cancelled = get(scheduler, where)
    parsed(cancelled)
    assert "This plan was cancelled" in cancelled.text
    does(site, started)
    assert plan_of(site, started[-1]).state is PlanState.CANCELLED
    assert post(scheduler, f"{where}/cancel", of=where).status_code == 409
    assert post(scheduler, f"{where}/again", of=where).status_code == 303
    does(site, started)
    assert "How good it is" in get(scheduler, where).text


def test_work_that_nobody_does_any_more_is_shown_as_stopped(
    site: Site, scheduler: FlaskClient, started: list[str]
) -> None:
    where = asked(scheduler)
    silent(site)
    page = get(scheduler, where)
    parsed(page)
    assert "The work on this plan stopped" in page.text
    assert "Start again" in page.text
    assert "Stopped" in get(scheduler, TERM).text
    assert post(scheduler, f"{where}/again", of=where).status_code == 303
    does(site, started)
    assert post(scheduler, f"{where}/apply").status_code == 303
    silent(site)
    stopped = get(scheduler, where)
    parsed(stopped)
    assert "Applying stopped after 0 of 3 places" in stopped.text
    assert post(scheduler, f"{where}/again", of=where).status_code == 303
    does(site, started)
    assert "3 places were proposed, 0 places were left out" in get(scheduler, where).text


def test_who_applied_it_loses_the_role_and_somebody_else_goes_on(
    site: Site, scheduler: FlaskClient, started: list[str]
) -> None:
    where = asked(scheduler)
    ref = does(site, started)
    assert post(scheduler, f"{where}/apply").status_code == 303
    with site.engine.begin() as connection:
        connection.execute(update(RoleGrant).values(revoked_at=NOW))
    work(site.sessions, site.config, ref)
    assert plan_of(site, ref).state is PlanState.STOPPED

    other = site.client_for(Role.SCHEDULER, Role.AUDITOR)
    page = get(other, where)
    parsed(page)
    assert "Applying stopped after 0 of 3 places. Whoever applied it may no longer propose inspectors." in page.text
    assert post(other, f"{where}/again", of=where).status_code == 303
    does(site, started)
    assert "3 places were proposed, 0 places were left out" in get(other, where).text
    with site.sessions() as session:
        told = session.scalars(select(HistoryEntry).filter_by(event="assignment:proposed")).all()
        begun = session.scalars(select(HistoryEntry).filter_by(event="plan:restarted")).one()
    assert {each.actor for each in told} == {begun.actor}


def test_a_fault_while_applying_is_said_and_the_other_places_can_be_left(
    site: Site, scheduler: FlaskClient, started: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    where = asked(scheduler)
    ref = does(site, started)
    assert post(scheduler, f"{where}/apply").status_code == 303

    monkeypatch.setattr(planning_work, "apply_batch", None)
    with pytest.raises(TypeError):
        work(site.sessions, site.config, ref)
    page = get(scheduler, where)
    parsed(page)
    assert "The tracker met a fault of its own." in page.text
    assert post(scheduler, f"{where}/cancel", of=where).status_code == 303
    assert "0 places were proposed" in get(scheduler, where).text


def silent(site: Site) -> None:
    with site.engine.begin() as connection:
        connection.execute(update(AllocationPlan).values(beat_at=datetime.now(UTC) - timedelta(minutes=2)))


def test_a_scheduler_who_inspects_neither_sees_nor_gets_an_own_place(
    site: Site, placing: Placing, scheduler: FlaskClient, started: list[str]
) -> None:
    placing.is_oneself(site.added[Role.SCHEDULER,], "T1")
    where = asked(scheduler)
    does(site, started)
    result, places = get(scheduler, where), get(scheduler, f"{where}/places")
    assert "1 place concerns you: another scheduler looks after this." in result.text
    assert "Rea Clear" not in result.text + places.text
    assert post(scheduler, f"{where}/apply").status_code == 303
    does(site, started)
    applied = get(scheduler, where)
    assert "Rea Clear" not in applied.text
    assert "2 places were proposed, 1 place was left out" in applied.text
    with site.sessions() as session:
        own = session.scalars(select(Inspector.id).filter_by(staff_no="T1")).one()
        assert own not in {each.inspector_id for each in session.scalars(select(Assignment))}
    other = site.client_for(Role.SCHEDULER, Role.AUDITOR)
    assert "Rea Clear" in get(other, where).text


def test_a_wrong_period_is_refused_where_it_is_to_be_mended(scheduler: FlaskClient, started: list[str]) -> None:
    for changes, says in (
        ({"last_on-year": "2025"}, "The last day is before the first"),
        ({"last_on-year": "2028"}, "Choose at most a year and a month"),
        ({"last_on-day": ""}, "must include a day"),
    ):
        answer = post(scheduler, ASK, {**PERIOD, **changes})
        assert answer.status_code == 422
        assert says in answer.text
    assert started == []
    for path in (f"{TERM}/plan/PLN-NONE", f"{TERM}/plan/PLN-NONE/places", f"{TERM}/plan/PLN-NONE/keep"):
        assert get(scheduler, path).status_code == 404
