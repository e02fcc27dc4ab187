"""Somebody drops out an hour before the call: a new scheduler replaces the inspector, in few presses and no detours."""

import pytest

from tests.journeys.town import Town
from tests.support.world import employed_at
from tracker.domain.access import Role

pytestmark = pytest.mark.browser


def test_a_dropped_out_inspector_is_replaced_and_the_other_confirmed_in_four_presses(town: Town) -> None:
    town.declares("Gia Gone")
    town.declares("Cal Comes")
    town.declares("Ria Real", employed_at("gias:900002", note="Whom nobody need know."))
    town.confirmed("INS-61", "Gia Gone")
    new = town.person("Nell Newcomer", Role.SCHEDULER)
    new.reads("Coming inspections", "INS-61")
    pages = len(new.visited)

    new.arrives(new.page.locator(".app-board__row", has_text="INS-61").get_by_role("link").first.click)
    new.follows("Replace Gia Gone")
    new.reads("Replace Gia Gone", "is released as you choose somebody", "In order: clear first", "a real conflict")
    new.does_not_read("Whom nobody need know.")
    new.chooses("Ill")
    new.presses("Propose instead Cal Comes")
    new.reads("Gia Gone is released, and Cal Comes is proposed instead", "Clear", "Nothing was found")
    new.presses("Confirm")
    new.reads("Cal Comes is confirmed")

    # Four presses and one answer; every page that opened was one on the way.
    assert len(new.visited) - pages == 4


def test_without_scripts_on_a_small_screen_the_enter_key_in_the_reason_chooses_nobody(town: Town) -> None:
    town.declares("Una Up")
    town.declares("Val Next")
    ref = town.proposed("INS-62", "Una Up").ref
    small = town.person("Sal Small", Role.SCHEDULER, java_script_enabled=False, viewport={"width": 320, "height": 640})
    small.opens(f"/inspections/propose/INS-62?instead={ref}")
    small.types("More about it, if need be", "Rang at eight.")
    small.page.get_by_label("More about it, if need be").press("Enter")
    assert small.path == "/inspections/propose/INS-62"
    small.chooses("Other commitments")
    small.presses("Propose instead Val Next")
    small.reads("Una Up is released, and Val Next is proposed instead")
