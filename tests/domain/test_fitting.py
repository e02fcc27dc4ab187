"""Each thing that can stand in the way of a place, met by itself; and what a plan comes to, in words."""

from dataclasses import replace
from datetime import date

import pytest

from config import EXAMPLE_ALLOCATION
from tracker.domain.allocation_rules import Apart, parse
from tracker.domain.allocation_words import in_words
from tracker.domain.fitting import Bar, Case, Person, Stay, weeks_of, why_not
from tracker.domain.plan_words import proof_in_words

RULES = parse(EXAMPLE_ALLOCATION.read_text("utf-8"))
TODAY = date(2026, 3, 2)
PERSON = Person(1, "T1", "HMI", "contracted", "schools;independent", (500_000, 200_000))


def stay(first: date, last: date, provider: str = "gias:9", role: str = "team", group: str = "") -> Stay:
    return Stay("X", provider, first, last, role, frozenset({provider}), frozenset({group} if group else ()))


SEAT = replace(
    stay(date(2026, 3, 17), date(2026, 3, 18), "gias:1", "lead", "group:1"), line=frozenset({"gias:1", "gias:2"})
)
CASE = Case(RULES, TODAY, PERSON, SEAT, "schools", (510_000, 200_000), 2, (), ())
TEAM = replace(CASE, seat=replace(SEAT, role="team"))
OTHER = date(2026, 3, 24)


@pytest.mark.parametrize(
    ("case", "bar"),
    [
        (CASE, None),
        (TEAM, None),
        (replace(CASE, today=date(2026, 3, 18)), Bar.BEGUN),
        (replace(CASE, person=replace(PERSON, left_on=date(2026, 3, 18))), Bar.LEFT),
        (replace(CASE, person=replace(PERSON, left_on=date(2026, 3, 19))), None),
        (replace(CASE, team=[("T1", "observer")]), Bar.THERE),
        (replace(CASE, team=[("T2", "lead")]), Bar.LEAD_TAKEN),
        (replace(CASE, team=[("T2", "team"), ("T3", "team")]), Bar.FULL),
        (replace(TEAM, team=[("T2", "team")]), Bar.FULL),
        (replace(TEAM, team=[("T2", "lead")]), None),
        (replace(CASE, remit="social care"), Bar.REMIT),
        (replace(CASE, remit="independent", person=replace(PERSON, title="OI")), Bar.TITLE),
        (replace(TEAM, remit="independent", person=replace(PERSON, title="OI")), None),
        (replace(CASE, place=(700_001, 200_000)), Bar.FAR),
        (replace(CASE, place=None), None),
        (replace(CASE, stays=[stay(date(2026, 3, 18), OTHER)]), Bar.BUSY),
        (replace(CASE, stays=[stay(date(2026, 3, 20), date(2026, 3, 20))]), Bar.WEEK),
        (replace(CASE, stays=[stay(OTHER, OTHER)]), None),
        (replace(CASE, stays=[stay(date(2026, 1, day), date(2026, 1, day)) for day in range(5, 13)]), Bar.TERM),
        (replace(CASE, stays=[stay(date(2025, 12, day), date(2025, 12, day)) for day in range(5, 13)]), None),
        (replace(CASE, stays=[stay(date(2023, 3, 18), date(2023, 3, 18), "gias:2")]), Bar.PROVIDER),
        (replace(CASE, stays=[stay(date(2023, 3, 17), date(2023, 3, 17), "gias:2")]), None),
        (replace(CASE, stays=[stay(date(2024, 3, 18), date(2024, 3, 18), "gias:2", "observer")]), None),
        (
            replace(
                CASE, stays=[stay(date(2025, 5, day), date(2025, 5, day), group="group:1") for day in (1, 2, 3, 4)]
            ),
            Bar.GROUP,
        ),
        (
            replace(CASE, stays=[stay(date(2025, 5, day), date(2025, 5, day), group="group:1") for day in (1, 2, 3)]),
            None,
        ),
        (replace(CASE, rules=replace(RULES, apart=(Apart(("T2", "T1"), "x"),)), team=[("T2", "team")]), Bar.APART),
        (replace(CASE, rules=replace(RULES, apart=(Apart(("T2", "T3"), "x"),)), team=[("T2", "team")]), None),
    ],
)
def test_what_stands_in_the_way_is_named(case: Case, bar: Bar | None) -> None:
    assert why_not(case) is bar


def test_an_inspection_over_a_sunday_is_in_two_weeks() -> None:
    assert list(weeks_of(date(2026, 3, 6), date(2026, 3, 9))) == [date(2026, 3, 2), date(2026, 3, 9)]


def test_the_rules_are_said_in_words() -> None:
    said = in_words(RULES)
    assert "How many inspections one takes: staff at most 2 in a week and 26 in a term; contracted at most 1" in said[2]
    assert "more than once in 3 years, nor to one group more than 4 times in a year." in said[3]


def test_a_term_ends_on_the_day_before_the_next_begins() -> None:
    assert RULES.term_ends(date(2026, 4, 15)) == date(2026, 4, 15)
    assert RULES.term_ends(date(2026, 11, 27)) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("gap", "unfilled", "most", "says"),
    [
        # Four places that weigh at most 4,000 together: less than one open place.
        (
            0,
            2,
            1_000,
            "No plan under these rules fills more places, and none is better as the rules weigh it: proved over",
        ),
        (10, 2, 1_000, "No plan under these rules fills more places; one could weigh at most 1.00 % less: proved"),
        # Nothing is open, so nothing can be filled.
        (
            0,
            0,
            60_000,
            "No plan under these rules fills more places, and none is better as the rules weigh it: proved over",
        ),
        # Travel weighs so much that an open place may be the lighter one: how many are filled was not proved.
        (0, 2, 60_000, "No plan under these rules is better as the rules weigh it: proved over"),
        (0, None, None, "No plan under these rules is better as the rules weigh it: proved over"),
        (99_000, 2, 1_000, "Another plan could weigh at most as much less as 99 km of travel, and fill at most 1 more"),
        (200_000, 3, 1_000, "Another plan could weigh at most as much less as 200 km of travel, and fill at most 2"),
    ],
)
def test_how_good_a_plan_is_for_certain_is_said_in_words(
    gap: int, unfilled: int | None, most: int | None, says: str
) -> None:
    cost = 1_000 + (unfilled or 0) * 100_000
    proof = {"cost": cost, "bound": cost - gap, "unfilled_weight": 100_000, "pairs": 6, "inspectors": 2}
    proof |= {"inspections": 3} if unfilled is None else {"inspections": 3, "unfilled": unfilled, "most": most or 0}
    (line,) = proof_in_words(proof, 4)
    assert line.startswith(says)
    assert line.endswith("over all 6 pairs of 2 inspectors and 3 inspections.")


def test_what_was_tried_is_told_from_what_prices_prove() -> None:
    proof = {"cost": 201_000, "bound": 1_000, "unfilled_weight": 100_000, "pairs": 6, "inspectors": 2, "inspections": 3}
    says, counted = proof_in_words(proof | {"left": 5}, 4)
    assert says.startswith("No plan under these rules is better as the rules weigh it. Of all 6 pairs")
    assert says.endswith("the prices leave 5 choices open, and all ways to combine them were tried.")
    assert "takes the program’s word" in counted
    assert "leave one choice open, and it was tried." in proof_in_words(proof | {"left": 1}, 4)[0]
