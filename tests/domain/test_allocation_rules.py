"""The rules for allocating are read whole, or refused with the table, the key and the cure."""

from datetime import date

import pytest

from config import EXAMPLE_ALLOCATION
from tracker.domain.allocation_rules import Load, parse
from tracker.domain.errors import RefusedError
from tracker.domain.remits import EARLY_YEARS, FURTHER_EDUCATION, INDEPENDENT, SCHOOLS, SOCIAL_CARE, covers, remit_of

EXAMPLE = EXAMPLE_ALLOCATION.read_text(encoding="utf-8")


def test_the_example_says_who_may_lead_and_how_much_anybody_takes() -> None:
    rules = parse(EXAMPLE)
    assert rules.may_lead("HMI", SCHOOLS)
    assert not rules.may_lead("OI", INDEPENDENT)
    assert rules.may_lead("EYRI", "")
    assert rules.load_of("contracted") == Load(1, 8)
    assert rules.load_of("unheard of") == rules.load_of("staff")


@pytest.mark.parametrize(
    ("day", "begins"),
    [
        (date(2026, 9, 1), date(2026, 9, 1)),
        (date(2026, 8, 31), date(2026, 4, 16)),
        (date(2026, 1, 1), date(2026, 1, 1)),
        (date(2026, 4, 15), date(2026, 1, 1)),
    ],
)
def test_a_day_is_in_the_term_that_began_last(day: date, begins: date) -> None:
    assert parse(EXAMPLE).term_of(day) == begins


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("week = 2", "week = 0", "[load.staff] week: give a whole number from 1"),
        ("week = 2", 'week = "2"', "[load.staff] week: give a whole number"),
        ('name = "Example rules"', "", "have no name"),
        ("most_km = 200", "most = 200", "[travel] most_km"),
        ('"09-01"', '"02-29"', "[terms] begin"),
        ('schools = ["HMI", "OI"]', 'schools = ["Head"]', "[leads] schools: give a list of titles"),
        ("[again.group]", "[again.trust]", "there is no trust"),
        ("unfilled_km = 100_000", "unfilled_km = -1", "[weights] unfilled_km"),
        ("unfilled_km = 100_000", "unfilled_km = 1_000", "[weights] unfilled_km: give more than perceived_km"),
        ("perceived_km = 1_000", "perceived_km = 399", "[weights] perceived_km: give no less than undetermined_km"),
        ("[travel]", '[[apart]]\nstaff = ["A", "A"]\nwhy = "x"\n[travel]', "two different staff numbers"),
        ("[travel]", '[[apart]]\nstaff = ["A", "B"]\nwhy = " "\n[travel]', "say why they are kept apart"),
        ("[travel]", "[travel", "not TOML"),
    ],
)
def test_a_fault_is_named_with_its_table_key_and_cure(was: str, becomes: str, says: str) -> None:
    assert was in EXAMPLE
    with pytest.raises(RefusedError, match=says.replace("[", r"\[").replace("]", r"\]")):
        parse(EXAMPLE.replace(was, becomes, 1))


@pytest.mark.parametrize(
    ("provider", "type_group", "remit"),
    [
        ("gias:100000", "Local authority maintained schools", SCHOOLS),
        ("gias:100001", "Independent schools", INDEPENDENT),
        ("gias:130000", "Colleges", FURTHER_EDUCATION),
        ("gias:999999", "", SCHOOLS),
        ("ofsted-ey:EY900001", "", EARLY_YEARS),
        ("ofsted-sc:SC900001", "", SOCIAL_CARE),
        ("la:201", "", SOCIAL_CARE),
        ("ukprn:19900009", "", FURTHER_EDUCATION),
        ("org:somewhere", "", ""),
    ],
)
def test_a_providers_register_and_type_tell_its_remit(provider: str, type_group: str, remit: str) -> None:
    assert remit_of(provider, type_group) == remit


def test_whoever_has_the_remit_is_qualified_and_nobody_is_kept_from_an_unknown_one() -> None:
    assert covers("schools; Independent", INDEPENDENT)
    assert not covers("schools", EARLY_YEARS)
    assert covers("schools", "")
