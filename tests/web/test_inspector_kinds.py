"""Declaring kind by kind: what there is and what there is none of, what each stops, and renewing line by line."""

import re

import pytest

from tests.support.declaring import HILLTOP, RIDGE, UNTIL, VALE, Desk, desk
from tests.support.web import Site
from tracker.domain.facts import Nature
from tracker.models import DeclarationKind
from tracker.web.inspector.words import CERTIFICATION, NATURES


@pytest.fixture
def ines(site: Site) -> Desk:
    """An inspector who has declared nothing yet."""
    return desk(site)


def progress(page: str) -> dict[str, str]:
    """Return each kind's state as the task list tells it."""
    rows = re.findall(
        r"govuk-task-list__link[^>]*>\s*(.*?)\s*</a>.*?task-list__status[^>]*>(.*?)</div>", page, re.DOTALL
    )
    return {kind: re.sub(r"<[^>]+>", "", state).strip() for kind, state in rows}


def test_each_kind_is_told_or_said_not_to_be_before_anything_is_filed(ines: Desk) -> None:
    ines.begins()
    assert ines.sends("/draft/question", {"natures": ["employment", "gift"]}) == "/draft"
    states = progress(ines.opens("/draft").text)
    assert len(states) == len(Nature)
    assert states["Work"] == states["Gift, hospitality or sponsorship"] == "Not started"
    assert states["Dispute"] == "None"
    ines.adds(HILLTOP)
    assert progress(ines.opens("/draft").text)["Work"] == "1 connection"
    assert "Continue to check your answers" not in ines.opens("/draft").text
    page = ines.opens("/draft/find?nature=gift").text
    assert "Who gave or sponsored it?" in page
    assert "There is none of this kind" in page
    assert "There is none of this kind" not in ines.opens("/draft/find?nature=employment").text
    assert ines.sends("/draft/kinds/gift/none", of="/draft/find?nature=gift") == "/draft"
    assert progress(ines.opens("/draft").text)["Gift, hospitality or sponsorship"] == "None"
    check = ines.opens("/draft/check").text
    assert check.count("govuk-list--bullet") == 1
    for label, _ in NATURES.values():
        assert label in check
    ines.files()


def test_the_certified_words_name_every_kind_that_was_asked_about() -> None:
    for label, _ in NATURES.values():
        assert label.lower() in CERTIFICATION


def test_none_of_the_only_kind_leaves_nothing_to_declare(ines: Desk) -> None:
    ines.begins()
    ines.sends("/draft/question", {"natures": ["gift"]})
    assert ines.sends("/draft/kinds/gift/none", of="/draft/find?nature=gift") == "/draft/check"
    ines.files()
    assert ines.recorded[0].kind is DeclarationKind.NIL


def test_a_kind_with_a_connection_is_not_taken_back_unseen(ines: Desk) -> None:
    ines.begins()
    ines.adds(HILLTOP)
    refused = ines.tries("/draft/question", {"natures": ["gift"]})
    assert refused.status_code == 422
    assert "Your draft has a connection of this kind: work" in refused.text
    late = ines.tries("/draft/kinds/employment/none", of="/draft/find?nature=gift")
    assert late.status_code == 409
    assert "1 connection" in ines.opens("/draft").text


def test_nothing_to_declare_takes_two_presses_from_the_first_page(ines: Desk) -> None:
    assert "I have nothing to declare" in ines.opens("").text
    assert ines.sends("/draft/nil", of="") == "/draft/check"
    ines.files()
    assert ines.recorded[0].kind is DeclarationKind.NIL
    assert "nothing to declare</button>" not in ines.opens("").text


def test_nothing_to_declare_throws_no_draft_away(ines: Desk) -> None:
    ines.begins()
    ines.adds(HILLTOP)
    assert ines.sends("/draft/nil", of="/start") == "/draft"
    assert "You have entered 1 connection" in ines.opens("/draft").text


def test_the_next_of_the_same_kind_is_asked_for_at_once(ines: Desk) -> None:
    ines.begins()
    path = f"/draft/add?target={HILLTOP}&nature=governance"
    assert ines.sends(path, {**ines.told(path), "more": "another"}) == "/draft/find?nature=governance"


def test_what_a_connection_would_stop_is_told_before_it_is_filed(ines: Desk) -> None:
    ines.begins()
    ines.adds(HILLTOP, **UNTIL)
    for page in (ines.opens("/draft").text, ines.opens("/draft/check").text):
        assert "What it would stop you inspecting" in page
        assert "1 school or college that Hilltop Primary School became or came from: Ridge Academy" in page
        assert "1 other school or college in one trust or other group with Hilltop Primary School: Vale" in page
        assert "real for inspections that begin up to 31 July 2026, then as perceived" in page
    ines.sends("/draft/connections/1/dates", {**UNTIL, "began_on-year": "2000", "ended_on-year": "2001"})
    assert "No inspection, as things stand today" in ines.opens("/draft").text


def renewing(ines: Desk) -> None:
    ines.begins()
    ines.adds(HILLTOP, note="Head of year.", **UNTIL)
    ines.adds(VALE, "governance")
    ines.files()
    ines.site.set(session_minutes=10**6)
    ines.site.wait(days=340)
    assert ines.begins() == "/draft/renew"


def test_a_renewal_asks_of_each_connection_whether_it_still_holds(ines: Desk) -> None:
    renewing(ines)
    page = ines.opens("/draft/renew").text
    assert "Which of these still hold, just as they stand here?" in page
    assert "Work; Me; From September 2015 until July 2023; Head of year." in page
    assert ines.sends("/draft/renew", {"keys": ["1"]}) == "/draft"
    assert progress(ines.opens("/draft").text)["Governing role"] == "To confirm"
    assert ines.tries("/draft/check", of="/draft").status_code == 422
    # What is changed is thereby confirmed.
    ines.sends("/draft/connections/2/dates", {"began_on-year": "2015", "state": "ended", "ended_on-year": "2026"})
    ines.files()
    assert [each.ended_on for each in ines.recorded[0].connections] == ["2023-07", "2026"]


def test_a_draft_that_was_begun_within_the_year_is_confirmed_line_by_line_once_it_is_due(ines: Desk) -> None:
    ines.begins()
    ines.adds(HILLTOP, **UNTIL)
    ines.files()
    ines.begins()
    ines.adds(VALE, "governance")
    ines.site.set(session_minutes=10**6)
    ines.site.wait(days=340)
    assert ines.begins() == "/draft/renew"
    page = ines.opens("/draft/renew").text
    assert "Hilltop Primary School" in page
    # What was entered since is said anew anyhow.
    assert "Vale Academy" not in page
    ines.sends("/draft/renew", {"keys": ["1"]})
    assert ines.begins() == "/draft"
    ines.files()


def test_an_amendment_within_the_year_asks_for_no_confirmation(ines: Desk) -> None:
    ines.begins()
    ines.adds(RIDGE)
    ines.files()
    assert ines.begins() == "/draft"
    assert "Continue to check your answers" in ines.opens("/draft").text
    assert ines.opens("/draft").text.count("To confirm") == 0


def test_a_nil_declaration_is_renewed_in_two_presses(ines: Desk) -> None:
    ines.declares_nothing()
    ines.site.set(session_minutes=10**6)
    ines.site.wait(days=340)
    assert "I still have nothing to declare" in ines.opens("").text
    assert ines.sends("/draft/nil", of="") == "/draft/check"
    ines.files()
    assert [each.kind for each in ines.recorded] == [DeclarationKind.NIL] * 2
