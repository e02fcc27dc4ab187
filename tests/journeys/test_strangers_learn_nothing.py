"""Whoever may not see a record gets the very page that a record which never was would give."""

import pytest

from tests.journeys.town import Town
from tests.support.world import employed_at
from tracker.domain.access import Role

pytestmark = pytest.mark.browser


def records(town: Town) -> dict[str, str]:
    """Return every address of Ines's records, and the same of ones that never were."""
    if "Ines Pector" not in town.emails:
        town.declares("Ines Pector", employed_at("gias:900003", "2015", holder="partner"))
        town.proposed("INS-1", "Ines Pector")
    (declaration,) = town.declared("Ines Pector")
    assignment, staff_no = town.assignment("INS-1"), town.staff_nos["Ines Pector"]
    finding = town.finding(assignment)
    decisions = "/decisions/assignments"
    never, nobody = "DEC-0000-0000", "ASN-0000-0000"
    return {
        f"/declarations/{declaration}": f"/declarations/{never}",
        f"/declarations/{declaration}/recorded": f"/declarations/{never}/recorded",
        f"/declarations/assignments/{assignment}": f"/declarations/assignments/{nobody}",
        "/inspections/inspection/INS-1": "/inspections/inspection/INS-0",
        "/inspections/propose/INS-1": "/inspections/propose/INS-0",
        f"/inspections/assignments/{assignment}": f"/inspections/assignments/{nobody}",
        f"{decisions}/{assignment}": f"{decisions}/{nobody}",
        f"{decisions}/{assignment}/findings/{finding}": f"{decisions}/{nobody}/findings/{finding}",
        f"/audit/declarations/{declaration}": f"/audit/declarations/{never}",
        f"/audit/assignments/{assignment}": f"/audit/assignments/{nobody}",
        f"/audit/inspectors/{staff_no}": "/audit/inspectors/T999",
        "/audit/of/inspection/INS-1": "/audit/of/inspection/INS-0",
    }


def test_an_inspector_gets_the_same_404_for_anothers_records_as_for_none_at_all(town: Town) -> None:
    paths = records(town)
    nia = town.person("Nia Curious", Role.INSPECTOR)
    town.proposed("INS-2", "Nia Curious")
    for real, made_up in paths.items():
        status, words = nia.asks_for(real)
        assert status == 404, real
        assert (status, words) == nia.asks_for(made_up), real
        assert "Ines" not in words
    nia.opens(next(iter(paths)), 404)
    nia.reads("Page not found")
    nia.opens(f"/declarations/assignments/{town.assignment('INS-2')}")
    nia.does_not_read("Ines")


def test_a_stranger_is_led_to_the_door_whether_or_not_there_is_such_a_record(town: Town) -> None:
    paths = records(town)
    stranger = town.seat()
    for real, made_up in paths.items():
        status, words = stranger.asks_for(real)
        assert status == 302, real
        assert (status, words.replace(real, made_up)) == stranger.asks_for(made_up), real
    stranger.opens(next(iter(paths)))
    assert stranger.path == "/sign-in"
    stranger.opens("/nowhere", 404)


def test_a_scheduler_and_a_decision_maker_are_told_of_no_record_that_is_not_theirs(town: Town) -> None:
    paths = records(town)
    for who, own in (("Sam Scheduler", "/inspections"), ("Dee Decider", "/decisions")):
        person = town.person(who, Role.SCHEDULER if own == "/inspections" else Role.DECISION_MAKER)
        for real, made_up in paths.items():
            if not real.startswith(own):
                assert person.asks_for(real) == person.asks_for(made_up), real
                assert person.asks_for(real)[0] == 404
