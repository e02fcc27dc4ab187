"""An inspection's independence file tells all that was asked, answered, shown and questioned, on page and as a file."""

import csv
import dataclasses
import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.queries.test_compliance import OWNER, allows
from tests.support.databases import Fresh
from tests.support.placing import OWN_JOB, PARTNERS_JOB
from tests.support.web import Site, get, parsed, post, running_site
from tests.support.world import ALLOCATION, DECIDER, SCHEDULER, SYSTEM, staged
from tracker.domain.access import Role
from tracker.models import FindingRow, HistoryEntry, Mitigation
from tracker.services import calling_off, mitigations, moving, people, questions, replacing
from tracker.services.calling_off import CallOff
from tracker.services.mitigations import Mitigate, SayDone
from tracker.services.moving import Move
from tracker.services.passwords import LOWEST_COST
from tracker.services.questions import AnswerQuestion, AskInspector
from tracker.services.replacing import Replace

PATH = "/audit/independence/INS-1"
QUESTION, ANSWER, EVIDENCE = "Do you still meet them?", "Nobody, since the spring.", "Quin read it on Monday."


def filed(session: Session) -> None:
    """Let a finding be asked about and allowed, one mitigation be done and one not, and a place be questioned."""
    stage = staged(session)
    owner = people.add(session, SYSTEM, OWNER, at=stage.tick(), cost=LOWEST_COST).ref
    ines = stage.inspector()
    stage.declares(ines, PARTNERS_JOB)
    place = stage.proposes(stage.inspection(), ines)
    fingerprint = session.scalars(select(FindingRow.fingerprint).filter_by(check_id=place.check_id)).one()
    put = questions.ask(session, DECIDER, AskInspector(place.ref, fingerprint, QUESTION), at=stage.tick())
    questions.answer(session, stage.actor(ines), AnswerQuestion(put.ref, ANSWER), at=stage.tick())
    wanted = [
        Mitigate(what, owner, stage.now.date() + timedelta(days=1)) for what in ("Another reads.", "Nobody does.")
    ]
    allows(stage, place, DECIDER, *wanted)
    first = session.scalars(select(Mitigation.ref).order_by(Mitigation.id)).first() or ""
    mitigations.say_done(session, DECIDER, SayDone(first, EVIDENCE), at=stage.tick())
    assert stage.confirms(place).confirmed
    stage.declares(ines, PARTNERS_JOB, OWN_JOB)
    stage.now += timedelta(days=3)
    calling_off.call_off(session, SCHEDULER, CallOff("INS-1", "A storm."), at=stage.tick())


def stale(session: Session) -> None:
    """Propose somebody whose declaration will be out of date on the first day."""
    stage = staged(session)
    ines = stage.inspector()
    stage.declares(ines)
    days = {"starts_on": date(2027, 3, 17), "ends_on": date(2027, 3, 18)}
    stage.proposes(stage.inspection(**days), ines)


def moved_up(session: Session) -> None:
    """Allow somebody if something is done before the inspection, and let it begin sooner."""
    stage = staged(session)
    owner = people.add(session, SYSTEM, OWNER, at=stage.tick(), cost=LOWEST_COST).ref
    ines = stage.inspector()
    stage.declares(ines, PARTNERS_JOB)
    place = stage.proposes(stage.inspection(starts_on=date(2026, 5, 4), ends_on=date(2026, 5, 5)), ines)
    allows(stage, place, DECIDER, Mitigate("Another reads.", owner, date(2026, 5, 1)))
    sooner = Move("INS-1", date(2026, 4, 13), date(2026, 4, 14), "The school asked for it.")
    moving.move(session, SCHEDULER, sooner, at=stage.tick())


def declared_after_midnight(session: Session) -> None:
    """Let somebody declare in the first hour of the first day, in summer, when UTC still has the day before."""
    stage = staged(session)
    ines = stage.inspector()
    stage.proposes(stage.inspection(starts_on=date(2026, 6, 3), ends_on=date(2026, 6, 4)), ines)
    stage.now = datetime(2026, 6, 2, 23, 30, tzinfo=UTC)
    stage.declares(ines)


@pytest.fixture(scope="module")
def site(fresh: Fresh) -> Iterator[Site]:
    with running_site(fresh(filed)) as site:
        site.wait(days=5)
        yield site


def words(site: Site) -> str:
    page = get(site.client_for(Role.AUDITOR), PATH)
    parsed(page)
    return " ".join(re.sub("<[^>]*>", " ", page.text.partition("<main")[2]).split())


def rows(site: Site) -> list[tuple[str, str, str]]:
    return [(row["What"], row["Who"], row["Detail"]) for row in filed_rows(site)]


def filed_rows(site: Site, path: str = "/audit/independence-file/export?reference=INS-1") -> list[dict[str, str]]:
    answer = post(site.client_for(Role.AUDITOR), path, {"as": "csv"}, of=PATH)
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_a_question_and_its_answer_are_in_it_also_after_the_finding_was_allowed(site: Site) -> None:
    told = words(site)
    assert QUESTION in told
    assert f"Answered on 2 March 2026 at 9:08am: “{ANSWER}”" in told
    about = "Question to the inspector: perceived, "
    assert any(what.startswith(about) and detail == f"“{QUESTION}”" for what, _, detail in rows(site))
    assert ("Answer of the inspector", "", f"“{ANSWER}”") in rows(site)


def test_a_mitigation_bears_its_evidence_and_one_that_ended_says_so(site: Site) -> None:
    told = words(site)
    assert f"Evidence, by person:DECIDER: “{EVIDENCE}”" in told
    assert "“Nobody does.” – by Sue Scheduler, due on 3 March 2026: ended, no longer called for (" in told
    assert "not done" not in told
    assert ("Mitigation done: evidence", "person:DECIDER", f"“{EVIDENCE}”") in rows(site)
    assert ("Mitigation due: ended, no longer called for", "Sue Scheduler", "“Nobody does.”") in rows(site)


def test_that_it_was_questioned_stands_between_confirmed_and_released_with_its_cause(site: Site) -> None:
    told = words(site)
    assert re.search(
        "confirmed by person:SCHEDULER .* questioned, after a new declaration .* released by person:SCHEDULER", told
    )
    assert ("Questioned", "", "after a new declaration") in rows(site)


def test_it_says_whether_the_declaration_serves_and_that_the_first_day_is_to_come(site: Site) -> None:
    assert "it would be in date on the first day" in words(site)
    assert "Declaration in force now" in words(site)
    assert "Declaration known on its first day" not in words(site)
    site.wait(days=30)
    site.set(session_minutes=60 * 24 * 90)
    try:
        assert re.search("Declaration known on its first day DEC-[^;]+; in date on that day", words(site))
        known = next(detail for what, _, detail in rows(site) if what == "Declaration known on its first day")
        assert known.endswith("; in date on that day")
    finally:
        site.wait(days=-30)


def test_a_declaration_that_will_not_serve_any_more_is_told_as_such(fresh: Fresh) -> None:
    with running_site(fresh(stale)) as other:
        other.wait(hours=1)
        assert "it will be out of date on the first day" in words(other)


def test_a_mitigation_of_an_inspection_that_was_moved_up_is_due_before_that_begins_and_says_since_when(
    fresh: Fresh,
) -> None:
    with running_site(fresh(moved_up)) as other:
        since = "asked for by 1 May 2026, before the inspection was moved: not done yet"
        assert f"due on 12 April 2026, {since}" in words(other)
        assert (f"Mitigation due, {since}", "Sue Scheduler", "“Another reads.”") in rows(other)


def test_the_first_day_begins_by_the_clock_in_the_united_kingdom(fresh: Fresh) -> None:
    with running_site(fresh(declared_after_midnight)) as other:
        other.set(now=datetime(2026, 6, 8, 9, tzinfo=UTC))
        assert "Declaration known on its first day None was in force" in words(other)


def test_nothing_is_printed_that_only_a_screen_can_follow(site: Site) -> None:
    page = get(site.client_for(Role.AUDITOR), PATH).text
    assert '<span class="govuk-!-display-none-print"> Use your browser to print it' in page


def replaced(session: Session) -> None:
    """Plan by the command line an inspection of a provider without a name, and let one stand in for another."""
    stage = staged(session)
    ines, ida = stage.inspector(), stage.inspector("T2", name="Ida")
    for each in (ines, ida):
        stage.declares(each)
    place = stage.proposes(stage.inspection(), ines)
    by = dataclasses.replace(SYSTEM, ref="system:command-line")
    replacing.replace(session, by, Replace(place.ref, ida.staff_no, "ill"), rules=ALLOCATION, at=stage.tick())


def test_each_row_bears_the_entry_that_tells_it_and_they_stand_in_the_order_of_the_entries(site: Site) -> None:
    told = filed_rows(site)
    with site.sessions() as session:
        events = {row.seq: row.event for row in session.execute(select(HistoryEntry.seq, HistoryEntry.event))}
    of_member = [(int(row["Entry"]), row["What"]) for row in told if row["Inspector"]]
    assert of_member == sorted(of_member, key=lambda each: each[0])
    said = {events[number]: what for number, what in of_member}
    assert said["assignment:confirmed"] == "Confirmed"
    assert said["finding:allowed"].startswith("Allowed: ")
    assert said["question:answered"] == "Answer of the inspector"
    assert said["mitigation:done"] == "Mitigation done: evidence"
    whats = [what for _, what in of_member]
    assert whats[whats.index("Confirmed") - 2].startswith("Checked: ")
    assert "Checked: " in " ".join(whats[whats.index("Proposed") : whats.index("Questioned")])
    page = get(site.client_for(Role.AUDITOR), PATH).text
    number = next(number for number, what in of_member if what == "Confirmed")
    assert f'href="/audit/entries?before={number + 1}">entry {number}</a>' in page
    assert "Take this file away." in page


def test_it_says_who_stood_in_for_whom_and_calls_what_acts_by_itself_by_its_name(fresh: Fresh) -> None:
    with running_site(fresh(replaced)) as other:
        other.wait(hours=1)
        told = words(other)
        gone, came = dict.fromkeys(row["Inspector"] for row in filed_rows(other) if row["Inspector"])
        assert f"instead of {gone}" in told
        assert f"who proposed {came} instead" in told
        assert "by the command line" in told
        assert "system:" not in told
        whats = {row["What"]: row["Who"] for row in filed_rows(other)}
        assert whats[f"Proposed, instead of {gone}"] == "the command line"
        assert f"Released, and {came} proposed instead" in whats
