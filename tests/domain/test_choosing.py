"""Who cannot go and why, which rules of allocating a choice bends, and who comes first."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from config import EXAMPLE_ALLOCATION
from tracker.domain.allocation_rules import parse
from tracker.domain.choosing import Person, Times, bends, place, why_not
from tracker.domain.facts import Verdict

RULES = parse(EXAMPLE_ALLOCATION.read_text("utf-8"))
HMI = Person("HMI", "staff", "schools;social care")


@pytest.mark.parametrize(
    ("person", "role", "remit", "says"),
    [
        (HMI, "lead", "schools", ""),
        (HMI, "team", "early years", "Does not have the remit “early years”"),
        (HMI, "observer", "early years", ""),
        (HMI, "sign-off", "early years", "Does not have the remit “early years”"),
        (HMI, "team", "", ""),
        (replace(HMI, title="OI"), "lead", "schools", ""),
        (replace(HMI, title="RI"), "team", "schools", ""),
        (replace(HMI, title="RI"), "lead", "schools", "With the title RI, may not lead an inspection of the remit"),
        (replace(HMI, is_busy=True), "team", "schools", "Busy on those days"),
        (replace(HMI, leaves=True), "observer", "", "Leaves before the inspection ends"),
        (replace(HMI, is_in_team=True, is_busy=True), "team", "schools", "Already on the team"),
    ],
)
def test_whoever_cannot_go_is_told_why(person: Person, role: str, remit: str, says: str) -> None:
    said = why_not(person, role, remit, RULES)
    assert said.startswith(says)
    assert bool(said) == bool(says)


@pytest.mark.parametrize(
    ("changes", "metres", "says"),
    [
        ({"week": 1, "term": 25}, 199_999, []),
        ({"week": 2}, None, ["Over the limit: 2 inspections that week, at most 2"]),
        ({"term": 26}, None, ["Over the limit: 26 inspections this term, at most 26"]),
        ({"week": 1, "engagement": "contracted"}, None, ["Over the limit: 1 inspection that week, at most 1"]),
        (
            {"here": Times(1, date(2025, 3, 4))},
            None,
            ["Here once in 3 years, last on 4 March 2025: at most once"],
        ),
        ({"group": Times(3, date(2025, 3, 4))}, None, []),
        (
            {"group": Times(4, date(2025, 3, 4))},
            None,
            ["At its group 4 times in a year, last on 4 March 2025: at most 4 times"],
        ),
        ({}, 200_001, ["Further away than 200 km"]),
        ({"apart": ("Kept apart from Rea",)}, None, ["Kept apart from Rea"]),
    ],
)
def test_a_choice_says_which_rules_it_bends(changes: dict[str, object], metres: float | None, says: list[str]) -> None:
    assert list(bends(replace(HMI, **changes), metres, RULES)) == says


def test_the_clear_come_first_then_who_keeps_the_limits_then_the_least_familiar_then_the_nearest() -> None:
    seen = replace(HMI, group=Times(1, date(2025, 3, 4)))
    ordered = [
        place(HMI, "E", Verdict.CLEAR, 10.0, is_bent=False),
        place(HMI, "D", Verdict.CLEAR, 20.0, is_bent=False),
        place(HMI, "A", Verdict.CLEAR, None, is_bent=False),
        place(seen, "B", Verdict.CLEAR, 1.0, is_bent=False),
        place(HMI, "C", Verdict.CLEAR, 1.0, is_bent=True),
        place(HMI, "A", Verdict.UNDETERMINED, 1.0, is_bent=False),
        place(HMI, "A", Verdict.PERCEIVED, 1.0, is_bent=False),
    ]
    assert sorted(ordered) == ordered


def test_a_term_ends_where_the_next_begins_over_the_turn_of_the_year_too() -> None:
    assert RULES.term_ends(date(2026, 3, 2)) + timedelta(days=1) == date(2026, 4, 16)
    assert RULES.term_ends(date(2026, 12, 31)) + timedelta(days=1) == date(2027, 1, 1)
    assert RULES.term_ends(date(2026, 9, 1)) + timedelta(days=1) == date(2027, 1, 1)
