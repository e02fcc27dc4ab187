"""Declaring, step by step without scripts: from nothing, through every question, to what was recorded."""

import pytest

from tests.support.declaring import BASE, HILLTOP, UNTIL, Desk, desk
from tests.support.web import Site, get
from tests.support.world import employed_at
from tracker.domain.access import Role
from tracker.domain.facts import Holder, Nature
from tracker.domain.lifecycle import State
from tracker.models import Assignment, DeclarationKind, Inspector
from tracker.services.history import words_of
from tracker.web.inspector.words import CERTIFICATION, HOLDERS, NATURES


@pytest.fixture
def ines(site: Site) -> Desk:
    """An inspector who has declared nothing yet."""
    return desk(site)


def test_the_first_page_says_what_must_be_done_at_each_stage(ines: Desk) -> None:
    assert "You have none in force" in ines.opens("").text
    ines.begins()
    assert "You have a draft that is not filed yet" in ines.opens("").text
    ines.sends("/draft/question", {"natures": "none"})
    ines.files()
    assert "It serves for inspections that begin up to 2 March 2027" in ines.opens("").text
    ines.site.set(session_minutes=10**6)
    ines.site.wait(days=340)
    assert "Renew your declaration by 2 March 2027" in ines.opens("").text
    ines.site.wait(days=60)
    assert "Renew your declaration.</strong>" in ines.opens("").text


def test_the_start_page_says_what_is_asked_why_and_who_sees_it(ines: Desk) -> None:
    page = ines.opens("/start").text
    assert "declare all actual and perceived conflicts of interest" in page
    assert "4 March 2020" in page
    assert "more than 6 years ago" in page
    assert "Never write the name" in page


def test_nothing_to_declare_is_a_declaration_with_the_words_that_were_certified(ines: Desk) -> None:
    ref = ines.declares_nothing()
    (row,) = ines.recorded
    assert (row.ref, row.kind) == (ref, DeclarationKind.NIL)
    assert row.wording is not None
    assert row.wording.words == CERTIFICATION
    page = ines.opens(f"/{ref}/recorded").text
    assert ref in page
    assert "nothing to declare" in page
    assert "2 March 2026 at 9:00am" in page
    view = ines.opens(f"/{ref}").text
    assert CERTIFICATION.split("\n\n")[0] in view


def test_a_connection_is_found_by_a_part_of_its_name_and_declared_in_steps(ines: Desk) -> None:
    assert ines.begins() == "/draft/question"
    ines.opens("/draft/question")
    assert ines.sends("/draft/question", {"natures": ["employment"]}) == "/draft"
    assert "/declarations/draft/find?nature=employment" in ines.opens("/draft").text
    found = ines.opens("/draft/find?nature=employment&q=hillt").text
    details = f"/draft/add?nature=employment&target={HILLTOP}"
    assert details.replace("&", "&amp;") in found
    assert "Closed" in found
    assert "Hilltop Primary School" in ines.opens(details).text
    assert ines.sends(details, ines.told(details, note="Head of year.", **UNTIL)) == "/draft"
    page = ines.opens("/draft").text
    assert "Saved: work, Hilltop Primary School." in page
    assert "From September 2015 until July 2023" in page
    check = ines.opens("/draft/check").text
    for paragraph in CERTIFICATION.split("\n\n"):
        assert paragraph in check
    ref = ines.files()
    (row,) = ines.recorded
    (said,) = row.connections
    assert (said.nature, said.holder, said.target) == (Nature.EMPLOYMENT, Holder.SELF, HILLTOP)
    assert (said.began_on, said.ended_on, words_of(said.note)) == ("2015-09", "2023-07", "Head of year.")
    assert "Head of year." in ines.opens(f"/{ref}").text
    assert ines.draft is None


def test_every_nature_and_every_holder_can_be_declared_and_is_read_back(ines: Desk) -> None:
    ines.begins()
    holders = [*Holder, *Holder][: len(Nature)]
    for nature, holder in zip(Nature, holders, strict=True):
        once = {"began_on-day": "1", "began_on-month": "Feb", "began_on-year": "2026"}
        ines.adds(nature=nature, holder=holder, note="What it is.", **({**once, "state": "still"}))
    ref = ines.files()
    (row,) = ines.recorded
    assert [each.nature for each in row.connections] == list(Nature)
    assert [each.holder for each in row.connections] == holders
    page = ines.opens(f"/{ref}").text
    for label, _ in (*NATURES.values(), *HOLDERS.values()):
        assert label in page
    assert "1 February 2026</dd>" in page.replace("\n", "").replace("  ", "")
    assert set(NATURES) == set(Nature)
    assert set(HOLDERS) == set(Holder)


def test_a_draft_is_gone_on_with_on_another_device(ines: Desk) -> None:
    ines.begins()
    ines.adds(nature="governance")
    ines.sends("/draft/connections/1/nature", {"nature": "other"})
    other = Desk(ines.site, ines.site.client_for(Role.INSPECTOR), ines.number)
    assert other.begins() == "/draft"
    page = other.opens("/draft").text
    assert "To finish" in page
    assert "Continue to check" not in page
    assert get(other.client, f"{BASE}/draft/check").status_code == 302
    other.sends("/draft/connections/1/holder", {"holder": "partner"})
    other.sends("/draft/connections/1/note", {"note": "Sings there."})
    assert "My partner" in ines.opens("/draft/check").text


def test_an_answer_is_changed_from_the_check_page_and_leads_back_there(ines: Desk) -> None:
    ines.begins()
    ines.adds()
    page = ines.opens("/draft/connections/1/dates?then=check").text
    assert 'value="2015"' in page
    assert ines.sends("/draft/connections/1/dates?then=check", UNTIL) == "/draft/check"
    assert ines.sends("/draft/connections/1/nature?then=check&target=gias:900003", {"nature": "gift"}) == "/draft/check"
    assert "Vale Academy" in ines.opens("/draft/check").text
    assert ines.sends("/draft/connections/1/nature?then=check", {"nature": "other"}).startswith(
        "/draft/connections/1/note"
    )


def test_an_amendment_begins_with_what_is_in_force_and_says_what_it_changed(ines: Desk) -> None:
    ines.begins()
    ines.adds(note="Head of year.")
    ines.adds("gias:900004", "governance")
    first = ines.files()
    ines.site.wait(minutes=5)
    assert ines.begins() == "/draft"
    assert "Head of year." in ines.opens("/draft").text
    ines.opens("/draft/connections/2/remove")
    ines.sends("/draft/connections/2/remove")
    ines.sends("/draft/connections/1/dates", UNTIL)
    ines.adds("la:990", "consultancy")
    second = ines.files()
    page = ines.opens(f"/{second}").text
    assert "Added:" in page
    assert "the end was not stated (it still held), and is now July 2023" in page
    assert "No longer stated:" in page
    assert [each.ref for each in ines.recorded] == [second, first]
    assert "Not in force" in ines.opens(f"/{first}").text
    assert "no longer in force" in ines.opens(f"/{first}/recorded").text


def test_removing_everything_asks_the_question_again(ines: Desk) -> None:
    ines.begins()
    ines.adds()
    ines.files()
    ines.begins()
    ines.sends("/draft/connections/1/remove")
    assert get(ines.client, f"{BASE}/draft").headers["Location"] == f"{BASE}/draft/question"
    ines.sends("/draft/question", {"natures": "none"})
    ines.files()
    assert ines.recorded[0].kind is DeclarationKind.NIL


def test_a_draft_is_discarded_and_what_was_filed_stands(ines: Desk) -> None:
    ref = ines.declares_nothing()
    ines.begins()
    ines.opens("/draft/discard")
    assert ines.sends("/draft/discard") == ""
    assert "The draft is discarded" in ines.opens("").text
    assert (ines.draft, ines.in_force) == (None, ref)


def test_a_withdrawal_needs_a_reason_and_leaves_no_declaration(ines: Desk) -> None:
    ref = ines.declares_nothing()
    ines.opens("/withdraw")
    refused = ines.tries("/withdraw", {"reason": "  "})
    assert refused.status_code == 422
    assert 'href="#reason"' in refused.text
    to = ines.sends("/withdraw", {"reason": "I no longer inspect."})
    assert "You now have no declaration in force" in ines.opens(to).text
    assert "I no longer inspect." in ines.opens(to.removesuffix("/recorded")).text
    again = ines.sends_again("/withdraw", {"reason": "Again", "based_on": ref})
    assert again.headers["Location"] == BASE + to
    assert len(ines.recorded) == 2
    assert "You have none in force" in ines.opens("").text


def test_a_job_at_the_predecessor_is_real_for_the_academy_and_the_inspector_reads_both_facts(ines: Desk) -> None:
    ines.begins()
    ines.adds(HILLTOP, **UNTIL)
    ines.files()
    with ines.site.staging() as stage:
        inspector = stage.session.get(Inspector, ines.number)
        assert inspector is not None
        ref = stage.proposes(stage.inspection(), inspector).ref
    page = ines.opens("").text
    assert "Real" in page
    assert "Hilltop Primary School became Ridge Academy" in page
    detail = ines.opens(f"/assignments/{ref}").text
    assert "worked at Hilltop Primary School from September 2015 until July 2023" in detail
    assert "app-chain" in detail


def test_a_late_declaration_says_which_assignment_it_questions(ines: Desk) -> None:
    ines.declares_nothing()
    with ines.site.staging() as stage:
        inspector = stage.session.get(Inspector, ines.number)
        assert inspector is not None
        assignment = stage.proposes(stage.inspection("INS-2026-7"), inspector)
        assert stage.confirms(assignment).confirmed
    assert "You are confirmed for it." in ines.opens("").text
    ines.site.wait(minutes=30)
    ines.begins()
    ines.adds(HILLTOP)
    page = ines.opens(f"/{ines.files()}/recorded").text
    assert "INS-2026-7 at Ridge Academy" in page
    assert "is now questioned: your scheduler sees this, you need do nothing." in page
    with ines.site.sessions() as session:
        row = session.get(Assignment, assignment.id)
        assert row is not None
        assert row.state is State.QUESTIONED


def test_a_declaration_that_clears_a_questioned_assignment_says_that_it_waits_to_be_confirmed_again(ines: Desk) -> None:
    ines.declares_nothing()
    with ines.site.staging() as stage:
        inspector = stage.session.get(Inspector, ines.number)
        assert inspector is not None
        assert stage.confirms(stage.proposes(stage.inspection("INS-2026-8"), inspector)).confirmed
        stage.declares(inspector, employed_at(HILLTOP, "2015-09", "2023-07"))
        filed = stage.declares(inspector).declaration.ref
    page = ines.opens(f"/{filed}/recorded").text
    assert "was questioned, and nothing stands in its way any more. Your scheduler confirms it again" in page
    assert "is now questioned" not in page
