"""What the registers suggest: asked on the inspector's pages, answered once, and listed for reviewers when it stays."""

import re
from datetime import date

import pytest
from sqlalchemy import select, update

from tests.support.declaring import BASE, HILLTOP, RIDGE, UNTIL, Desk, desk
from tests.support.web import HTTPS, Site, get, parsed, post, token
from tests.support.world import SYSTEM, employed_at
from tracker.domain.access import Role
from tracker.domain.leads import GovernorDetails
from tracker.models import Inspector, LeadAnswer, LeadOpen, OutboxMessage, ProviderRow
from tracker.services import leads
from tracker.services.keys import rebuild_keys

OAK = "gias:900004"
QUESTIONS = f"{BASE}/questions"


@pytest.fixture
def ines(site: Site) -> Desk:
    """An inspector who states a lasting job at a school that has become an academy."""
    made = desk(site)
    made.begins()
    made.adds(HILLTOP)
    made.files()
    return made


def answers(ines: Desk, answer: str, place: int = 0) -> str:
    page = ines.opens("/questions").text
    asked = re.findall(r'name="question" value="([0-9a-f]+)"', page)
    sent = {
        "csrf_token": token(ines.client, QUESTIONS),
        "question": list(dict.fromkeys(asked))[place],
        "answer": answer,
    }
    sent_to = ines.client.post(QUESTIONS, data=sent, base_url=HTTPS)
    assert sent_to.status_code == 303
    return str(sent_to.headers["Location"]).removeprefix(BASE)


def answers_to(ines: Desk, place: int) -> str:
    return answers(ines, "declare", place)


def test_a_question_is_asked_on_the_first_page_with_its_reason(ines: Desk) -> None:
    assert "Answer a question" in ines.opens("").text
    page = ines.opens("/questions").text
    assert "Did it go on at Ridge Academy?" in page
    assert "You stated employment with Hilltop Primary School as lasting." in page
    assert "count for nothing in any check" in page


def test_a_no_is_kept_with_the_words_that_were_asked_and_not_asked_again(ines: Desk) -> None:
    assert answers(ines, "nothing to declare") == "/questions"
    assert "There is none now" in ines.opens("/questions").text
    assert "Answer a question" not in ines.opens("").text
    with ines.site.sessions() as session:
        (row,) = session.scalars(select(LeadAnswer)).all()
        assert (row.kind, row.answer) == ("converted", "nothing to declare")
        assert session.scalars(select(LeadOpen)).all() == []
    entries = get(ines.site.client_for(Role.AUDITOR), "/audit/entries").text
    assert "answered a question that the registers raise." in entries
    # An entry cannot be erased: it says neither what was asked nor what was answered.
    with ines.site.engine.connect() as connection:
        (entry,) = connection.exec_driver_sql("SELECT entry FROM history_entry WHERE event = 'lead:answered'").one()
    for word in ("Ridge", "converted", "nothing"):
        assert word not in entry


def test_an_answer_is_shown_and_may_be_taken_back(ines: Desk) -> None:
    answers(ines, "nothing to declare")
    page = ines.opens("/questions").text
    assert "you said: <strong>nothing to declare</strong>" in page
    assert answers(ines, "taken back") == "/questions"
    assert "Did it go on at Ridge Academy?" in ines.opens("/questions").text
    answers(ines, "nothing to declare")
    assert "There is none now" in ines.opens("/questions").text
    with ines.site.sessions() as session:
        assert len(session.scalars(select(LeadAnswer)).all()) == 3


def test_a_yes_that_is_not_filed_leaves_the_question_open(ines: Desk) -> None:
    answers(ines, "declare")
    ines.sends("/draft/discard")
    assert "Did it go on at Ridge Academy?" in ines.opens("/questions").text
    with ines.site.sessions() as session:
        assert len(session.scalars(select(LeadOpen)).all()) == 1


def test_the_end_is_asked_of_the_very_connection_that_the_question_is_about(ines: Desk) -> None:
    with ines.site.staging() as stage:
        stage.session.execute(
            update(ProviderRow).where(ProviderRow.ref == OAK).values(status="closed", closed_on=date(2026, 1, 31))
        )
        rebuild_keys(stage.session)
    ines.begins()
    ines.adds(OAK, "employment")
    ines.adds(OAK, "service_use", "child")
    ines.files()
    page = ines.opens("/questions").text
    assert page.count("The register says that it closed on 31 January 2026.</p>") == 2
    places = [place for place in range(3) if answers_to(ines, place).endswith("/dates")]
    assert {answers_to(ines, place) for place in places} == {
        "/draft/connections/2/dates",
        "/draft/connections/3/dates",
    }


def test_a_yes_leads_to_the_connection_with_its_target_and_kind(ines: Desk) -> None:
    to = answers(ines, "declare")
    assert to == f"/draft/add?target={RIDGE}&nature=employment"
    assert "Ridge Academy" in ines.opens(to).text
    ines.sends(to, ines.told(to))
    ines.files()
    assert "There is none now" in ines.opens("/questions").text


def test_what_vanished_is_asked_for_its_end(ines: Desk) -> None:
    ines.begins()
    ines.sends("/draft/connections/1/remove")
    ines.sends("/draft/question", {"natures": "none"})
    ines.files()
    page = ines.opens("/questions").text
    assert "Does it still last, or when did it end?" in page
    assert "Declare it again, with its end if it ended" in page
    assert "you stated employment with Hilltop Primary School as lasting" in page
    ines.begins()
    ines.adds(HILLTOP, **UNTIL)
    ines.files()
    assert "There is none now" in ines.opens("/questions").text


def test_an_answer_that_is_sent_twice_or_too_late_harms_nothing(ines: Desk) -> None:
    page = ines.opens("/questions").text
    asked = re.findall(r'name="question" value="([0-9a-f]+)"', page)[0]
    sent = {"csrf_token": token(ines.client, QUESTIONS), "question": asked, "answer": "nothing to declare"}
    for _ in range(2):
        assert ines.client.post(QUESTIONS, data=sent, base_url=HTTPS).status_code == 303
    assert "You answered just this already" in ines.opens("/questions").text
    gone = {**sent, "question": "0" * 32}
    ines.client.post(QUESTIONS, data=gone, base_url=HTTPS)
    assert "That question has gone meanwhile" in ines.opens("/questions").text
    assert ines.client.post(QUESTIONS, data={**sent, "answer": "perhaps"}, base_url=HTTPS).status_code == 422
    with ines.site.sessions() as session:
        assert len(session.scalars(select(LeadAnswer)).all()) == 1


def test_no_lead_counts_in_a_check(ines: Desk) -> None:
    with ines.site.staging() as stage:
        inspector = stage.session.get(Inspector, ines.number)
        assert inspector is not None
        inspector.employer, inspector.name = "gias:900004", "Ines Pector"
        rows = [GovernorDetails("gias:900004", inspector.name, "Chair")]
        leads.import_governors(stage.session, SYSTEM, rows, at=stage.tick())
        assignment = stage.proposes(stage.inspection("INS-1", "gias:900004"), inspector)
        assert assignment.verdict == "clear"
        ref = assignment.ref
    assert "3 questions" in ines.opens("").text
    page = ines.opens("/questions").text
    assert "The staff list names Lone Oak School as your employer" in page
    assert "No: that is somebody else" in page
    assert "Nothing that stands in your way" in ines.opens(f"/assignments/{ref}").text


def test_reviewers_see_what_stays_unanswered_and_what_is_overdue_with_age_and_date(ines: Desk) -> None:
    with ines.site.staging() as stage:
        other = stage.inspector("T900", "Otto Other")
        odd = employed_at("gias:900004", "2020", nature="other", note="Sings there.")
        stage.declares(other, odd, employed_at("org:Makers UK", "2020", nature="consultancy"))
        stage.inspector("T901", "Nora None")
    client = ines.site.client_for(Role.DECISION_MAKER)
    page = get(client, "/decisions/to-review")
    parsed(page)
    # The lead is the inspector's alone for two weeks.
    assert "To review (3)" in page.text
    assert "1 not answered" not in page.text
    ines.site.set(session_minutes=10**6)
    ines.site.wait(days=15)
    page = get(client, "/decisions/to-review")
    parsed(page)
    assert "To review (4)" in page.text
    assert "Otto Other and Lone Oak School" in page.text
    assert "since 2 March 2026, 15 days · due 7 March 2026" in page.text
    assert "1 not answered: what is declared has become another." in page.text
    assert "There is none in force." in page.text
    assert "3 should have been settled by now" in page.text
    assert "Ridge" not in page.text
    for what, number in (("grade", 1), ("organisation", 1), ("question", 1), ("declaration", 1)):
        assert f"To review ({number})" in get(client, f"/decisions/to-review?what={what}").text
    assert get(client, "/decisions/to-review?what=nonsense").status_code == 404
    assert "To review, with days and dates (4)" in get(client, "/decisions").text


def test_a_reviewer_reminds_and_sets_apart_and_the_list_grows_shorter(ines: Desk) -> None:
    with ines.site.staging() as stage:
        other = stage.inspector("T900", "Otto Other")
        stage.declares(other, employed_at("org:A Charity", "2020", nature="consultancy"))
    client = ines.site.client_for(Role.DECISION_MAKER)
    page = get(client, "/decisions/to-review").text
    organisation = re.findall(r'href="(/decisions/organisations/[^"]+)"', page)[0]
    apart = f"{organisation}/judge?act=apart"
    assert "It belongs with nothing on a register" in get(client, organisation).text
    assert post(client, apart, {"reasons": " "}).status_code == 422
    assert post(client, apart, {"reasons": "A charity for cats."}).status_code == 303
    shown = get(client, organisation)
    parsed(shown)
    assert "A reviewer found that it belongs with nothing on a register." in shown.text
    assert "To review (0)" in get(client, "/decisions/to-review").text

    ines.site.set(session_minutes=10**6)
    ines.site.wait(days=15)
    page = get(client, "/decisions/to-review").text
    (remind,) = re.findall(r'action="(/decisions/to-review/question/[^"]+/remind)"', page)
    for _ in range(2):
        assert post(client, remind, of="/decisions/to-review").status_code == 303
    with ines.site.sessions() as session:
        assert [each.kind for each in session.scalars(select(OutboxMessage))] == ["question-open"]
    assert post(client, "/decisions/to-review/grade/T900/remind", of="/decisions/to-review").status_code == 404
    assert post(client, "/decisions/to-review/question/NOBODY/remind", of="/decisions/to-review").status_code == 404
    assert post(client, "/decisions/to-review/question/T900/remind", of="/decisions/to-review").status_code == 422


def test_nobody_reviews_what_is_about_oneself(site: Site) -> None:
    with site.staging() as stage:
        stage.policy()
    client = site.client_for(Role.INSPECTOR, Role.DECISION_MAKER)
    assert "To review (0)" in get(client, "/decisions/to-review").text
    assert "To review (1)" in get(site.client_for(Role.DECISION_MAKER), "/decisions/to-review").text


def test_a_declaration_that_went_out_of_date_is_overdue_from_the_day_after(ines: Desk) -> None:
    client = ines.site.client_for(Role.DECISION_MAKER)
    ines.site.set(session_minutes=10**6)
    with ines.site.staging() as stage:
        stage.session.execute(update(LeadOpen).values(arisen_at=stage.now.replace(year=2030)))
    for day, number in ((date(2027, 3, 2), 0), (date(2027, 3, 3), 1)):
        ines.site.set(now=ines.site.config.now.replace(year=day.year, month=day.month, day=day.day))  # type: ignore[union-attr]
        assert f"To review ({number})" in get(client, "/decisions/to-review").text
    assert "since 3 March 2027" in get(client, "/decisions/to-review").text
    assert post(client, "/decisions/to-review", of="/notices").status_code == 405
