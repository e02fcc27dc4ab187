"""A connection that comes to mind when one inspection is asked about: raised, filed and weighed at once."""

import pytest

from tests.support.declaring import HILLTOP, RIDGE, SINCE, VALE, Desk, desk
from tests.support.web import Site, get
from tracker.domain.access import Role
from tracker.domain.lifecycle import State
from tracker.models import Assignment, Inspector
from tracker.web.inspector.words import RAISED

WORK = {"nature": "employment", "holder": "self", "note": "Supply teacher.", **SINCE}


@pytest.fixture
def ines(site: Site) -> Desk:
    """An inspector who declares a connection elsewhere."""
    made = desk(site)
    made.begins()
    made.adds(VALE, "gift")
    made.files()
    return made


def placed(ines: Desk) -> str:
    """Propose and confirm her for the inspection of Ridge Academy."""
    with ines.site.staging() as stage:
        inspector = stage.session.get(Inspector, ines.number)
        assert inspector is not None
        assignment = stage.proposes(stage.inspection(), inspector)
        stage.confirms(assignment)
        ines.site.set(now=stage.now)
        return f"/assignments/{assignment.ref}"


def raises(ines: Desk, page: str, answers: dict[str, object] | None = None, query: str = "") -> str:
    sent = {"declaration": ines.in_force or "", **(answers or WORK)}
    return ines.sends(f"{page}/raise{query}", sent, of=f"{page}/raise")


def test_it_is_filed_beside_the_rest_and_the_inspection_is_questioned_at_once(ines: Desk) -> None:
    page = placed(ines)
    assert "Raise a connection first" in ines.opens(page).text
    form = ines.opens(f"{page}/raise").text
    assert "Ridge Academy" in form
    assert "Vale Academy: Gift, hospitality or sponsorship; Me" in form
    assert raises(ines, page) == page
    shown = ines.opens(page).text
    assert "It is filed, and this inspection was checked again." in shown
    assert "works at Ridge Academy" in shown
    latest = ines.recorded[0]
    assert [each.target for each in latest.connections] == [VALE, RIDGE]
    assert latest.wording is not None
    assert latest.wording.words == RAISED
    with ines.site.sessions() as session:
        assert session.query(Assignment).one().state is State.QUESTIONED
    entries = get(ines.site.client_for(Role.AUDITOR), "/audit/entries").text
    assert "raised a connection for inspection INS-1" in entries


def test_it_may_be_with_something_else_than_the_provider(ines: Desk) -> None:
    page = placed(ines)
    found = ines.opens(f"{page}/raise/find?q=hilltop").text
    assert f"{page}/raise?target={HILLTOP}" in found
    assert "Hilltop Primary School" in ines.opens(f"{page}/raise?target={HILLTOP}").text
    raises(ines, page, query=f"?target={HILLTOP}")
    assert ines.recorded[0].connections[1].target == HILLTOP
    assert "Hilltop Primary School became Ridge Academy" in ines.opens(page).text


def test_sent_twice_it_is_filed_once(ines: Desk) -> None:
    page = placed(ines)
    raises(ines, page)
    assert raises(ines, page) == page
    assert "Nothing was filed a second time" in ines.opens(page).text
    assert len(ines.recorded) == 2


def test_a_draft_that_is_being_written_stays_and_has_it_too(ines: Desk) -> None:
    page = placed(ines)
    ines.begins()
    ines.adds(HILLTOP, "governance")
    raises(ines, page)
    draft = ines.opens("/draft").text
    assert "What is in force changed" not in draft
    assert "You have entered 3 connections" in draft
    ines.files()
    assert [each.target for each in ines.recorded[0].connections] == [VALE, HILLTOP, RIDGE]


def test_what_was_declared_meanwhile_must_be_read_first_and_what_was_typed_stays(ines: Desk) -> None:
    page, shown = placed(ines), ines.in_force
    ines.begins()
    ines.adds(HILLTOP, "governance")
    ines.files()
    late = ines.tries(f"{page}/raise", {"declaration": shown or "", **WORK}, of=f"{page}/raise")
    assert late.status_code == 409
    assert "What you declare changed" in late.text
    assert "Supply teacher." in late.text
    assert "Hilltop Primary School: Governing role" in late.text


@pytest.mark.parametrize(
    ("changes", "target"),
    [({"nature": ""}, "nature"), ({"holder": "dog"}, "holder"), ({"began_on-year": "15"}, "began_on-year")],
)
def test_a_bad_answer_is_refused_at_its_field_and_nothing_is_filed(
    ines: Desk, changes: dict[str, object], target: str
) -> None:
    page = placed(ines)
    refused = ines.tries(f"{page}/raise", {"declaration": ines.in_force, **WORK, **changes}, of=f"{page}/raise")
    assert refused.status_code == 422
    assert f'href="#{target}"' in refused.text
    assert len(ines.recorded) == 1


def test_without_a_declaration_in_force_one_is_made_first(site: Site) -> None:
    nobody = desk(site)
    page = placed(nobody)
    assert get(nobody.client, f"/declarations{page}/raise").headers["Location"] == f"/declarations{page}"
    assert nobody.tries(f"{page}/raise", WORK, of=page).status_code == 422
    assert nobody.recorded == []
