"""The inspector's word for one inspection: asked, given, shown to whom it concerns, and to nobody else."""

from datetime import date

import pytest

from tests.support.declaring import BASE, HILLTOP, Desk, desk
from tests.support.web import HTTPS, Site, get, parsed, token
from tests.support.world import SCHEDULER, TODAY
from tracker.domain.access import Role
from tracker.models import Inspector, InspectorConfirmation, Wording
from tracker.services import moving
from tracker.services.moving import Move
from tracker.web.inspector.words import VOUCHED

BUTTON = "Confirm for this inspection"
LATE = "the inspection had begun"


@pytest.fixture
def ines(site: Site) -> Desk:
    return desk(site)


def placed(ines: Desk, *, confirmed: bool = True) -> str:
    with ines.site.staging() as stage:
        inspector = stage.session.get(Inspector, ines.number)
        assert inspector is not None
        assignment = stage.proposes(stage.inspection(), inspector)
        assert not confirmed or stage.confirms(assignment).confirmed
        return assignment.ref


def test_it_is_asked_on_the_first_page_and_given_with_the_words_that_were_shown(ines: Desk) -> None:
    ines.declares_nothing()
    ref = placed(ines)
    assert "Confirm for an inspection" in ines.opens("").text
    page = ines.opens(f"/assignments/{ref}").text
    assert VOUCHED in page
    assert "Nothing: you have no connection to declare." in page
    scheduler = ines.site.client_for(Role.SCHEDULER)
    assert "Not given yet" in get(scheduler, f"/inspections/assignments/{ref}").text

    sent = {"declaration": ines.in_force or ""}
    assert ines.sends(f"/assignments/{ref}/confirm", sent, of=f"/assignments/{ref}") == f"/assignments/{ref}"

    page = ines.opens(f"/assignments/{ref}").text
    assert "You confirmed on 2 March 2026 at 9:00am, in these words" in page
    assert BUTTON not in page
    assert "Confirm for an inspection" not in ines.opens("").text
    shown = get(scheduler, f"/inspections/assignments/{ref}")
    parsed(shown)
    assert "Given on 2 March 2026 at 9:00am" in shown.text
    with ines.site.sessions() as session:
        (kept,) = session.query(InspectorConfirmation).all()
        assert session.get_one(Wording, kept.wording_id).words == VOUCHED
    auditor = get(ines.site.client_for(Role.AUDITOR), "/audit/entries").text
    assert "confirmed having no connection beyond those declared" in auditor


def test_whoever_has_no_declaration_is_asked_to_make_one_first(ines: Desk) -> None:
    ref = placed(ines, confirmed=False)
    page = ines.opens(f"/assignments/{ref}").text
    assert BUTTON not in page
    assert "make one first" in page
    assert ines.tries(f"/assignments/{ref}/confirm", of=f"/assignments/{ref}").status_code == 422


def test_what_changed_after_the_page_was_shown_must_be_looked_at_again(ines: Desk) -> None:
    shown = ines.declares_nothing()
    ref = placed(ines)
    ines.site.wait(minutes=30)
    ines.begins()
    ines.adds(HILLTOP)
    ines.files()
    answer = ines.tries(f"/assignments/{ref}/confirm", {"declaration": shown}, of=f"/assignments/{ref}")
    assert answer.status_code == 409
    assert "What you declare changed after this page was shown" in answer.text
    assert "Hilltop Primary School: Work" in answer.text
    assert BUTTON in answer.text


def test_given_late_it_is_taken_and_shown_as_late(ines: Desk) -> None:
    ines.site.set(session_minutes=10**6)
    ines.declares_nothing()
    ref = placed(ines)
    ines.site.wait(days=15)
    ines.sends(f"/assignments/{ref}/confirm", {"declaration": ines.in_force or ""}, of=f"/assignments/{ref}")
    assert "late: the inspection had begun" in ines.opens(f"/assignments/{ref}").text
    scheduler = ines.site.client_for(Role.SCHEDULER)
    assert "late, the inspection had begun" in get(scheduler, f"/inspections/assignments/{ref}").text


def test_for_everybody_else_there_is_nothing_to_confirm(ines: Desk) -> None:
    ines.declares_nothing()
    path = f"{BASE}/assignments/{placed(ines)}"
    for roles in ((Role.INSPECTOR, Role.SCHEDULER), *((role,) for role in Role if role is not Role.INSPECTOR)):
        client = ines.site.client_for(*roles)
        assert get(client, path).status_code == 404
        values = {"csrf_token": token(client, "/privacy"), "declaration": ines.in_force or ""}
        assert client.post(f"{path}/confirm", data=values, base_url=HTTPS).status_code == 404
    with ines.site.sessions() as session:
        assert session.query(InspectorConfirmation).count() == 0


def test_a_word_that_was_given_in_time_is_not_called_late_when_the_inspection_is_brought_forward(ines: Desk) -> None:
    ines.declares_nothing()
    ref = placed(ines)
    ines.sends(f"/assignments/{ref}/confirm", {"declaration": ines.in_force or ""}, of=f"/assignments/{ref}")
    brings_forward(ines)
    assert [page for page, text in pages_of_the_word(ines, ref).items() if LATE in text] == []


def test_a_word_that_was_given_on_its_first_day_is_late_also_when_the_inspection_is_put_off(ines: Desk) -> None:
    ines.declares_nothing()
    ref = placed(ines)
    brings_forward(ines)
    ines.sends(f"/assignments/{ref}/confirm", {"declaration": ines.in_force or ""}, of=f"/assignments/{ref}")
    ines.site.wait(minutes=5)
    brings_forward(ines, date(2026, 3, 2), date(2026, 3, 20))
    told = pages_of_the_word(ines, ref)
    assert [page for page, text in told.items() if LATE not in text] == []


def brings_forward(ines: Desk, first: date = TODAY, last: date = TODAY) -> None:
    with ines.site.staging() as stage:
        moving.move(stage.session, SCHEDULER, Move("INS-1", first, last, "The school asked."), at=stage.tick())


def pages_of_the_word(ines: Desk, ref: str) -> dict[str, str]:
    """Return what each page says from where it tells of the word, in a few words."""
    auditor, scheduler = ines.site.client_for(Role.AUDITOR), ines.site.client_for(Role.SCHEDULER)
    pages = {
        "own": (ines.opens(f"/assignments/{ref}").text, "You confirmed on"),
        "own history": (ines.opens("/history").text, "Your words for single inspections"),
        "scheduler": (get(scheduler, f"/inspections/assignments/{ref}").text, "Inspector’s own word"),
        "file": (get(auditor, "/audit/independence/INS-1").text, "Own word"),
    }
    assert [name for name, (text, mark) in pages.items() if mark not in text] == []
    return {name: text.partition(mark)[2][:400] for name, (text, mark) in pages.items()}
