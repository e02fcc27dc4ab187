"""The cases and bands of a policy say what the check answers under that policy, on both sides of its boundaries."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.policy import changed, example_policy
from tracker.domain.explained import Explained, explain
from tracker.domain.explained.bands import Row, Stretch, band
from tracker.domain.explained.scene import Scene
from tracker.domain.facts import Nature, Verdict
from tracker.domain.policy import EVENTS, REACHES, Policy, parse

YEAR = 2027
EMPLOYMENT = '[natures.employment]\ncurrent = "real"\nreal_years = 3\nperceived_years = 6'
# Both differ from the example in every number that a case or a band can show.
STRICTER = changed(
    (EMPLOYMENT, EMPLOYMENT.replace("3", "5").replace("6", "10")),
    ("past_years = 2\npast", "past_years = 4\npast"),
    ("ahead_years = 1", "ahead_years = 3"),
    ("valid_months = 12", "valid_months = 6"),
    ("gias = 5.0", "gias = 7.5"),
    ("visits = 2", "visits = 1"),
    ("days_before = 1", "days_before = 7"),
    ("real = 2", "real = 3"),
    ("weaker_by = 1", "weaker_by = 0"),
)
MILDER = changed(
    (EMPLOYMENT, EMPLOYMENT.replace('"real"', '"perceived"').replace("real_years = 3\n", "").replace("6", "1")),
    ("past_years = 2\npast", "past_years = 0\npast"),
    ("ahead_years = 1", "ahead_years = 0"),
    ("valid_months = 12", "valid_months = 24"),
    ("gias = 5.0\n", ""),
    ("ofsted-ey = 8.0", "ofsted-ey = 0.5"),
    ("visits = 2", "visits = 3"),
    ("real = 2", "real = 1"),
)


@cache
def explained_by(text: str) -> Explained:
    return explain(parse(text), YEAR)


def answers(explained: Explained, key: str) -> dict[str, str]:
    return {each.words: str(each.outcome.verdict) for each in explained.cases[key]}


def answer(explained: Explained, key: str, *parts: str) -> str:
    """The one answer of the cases of which the words hold all these parts."""
    (found,) = [verdict for words, verdict in answers(explained, key).items() if all(part in words for part in parts)]
    return found


@pytest.fixture(scope="module")
def shipped() -> Explained:
    return explain(example_policy(), YEAR)


def test_employment_is_explained_to_the_day_on_both_sides_of_every_boundary(shipped: Explained) -> None:
    assert answers(shipped, "natures.employment") == {
        "The inspector’s own, still so.": "real",
        "The inspector’s own, ended on 15 June 2027, the inspection’s first day.": "real",
        "The inspector’s own, ended on 14 June 2027, the day before the inspection.": "real",
        "The inspector’s own, ended on 15 June 2024, 3 years before to the day.": "real",
        "The inspector’s own, ended on 14 June 2024, 3 years and a day before.": "perceived",
        "The inspector’s own, ended on 15 June 2021, 6 years before to the day.": "perceived",
        "The inspector’s own, ended on 14 June 2021, 6 years and a day before.": "clear",
        "The inspector’s own, begins on 16 June 2028, 1 year after the inspection to the day.": "real",
        "The inspector’s own, begins on 17 June 2028, 1 year and a day after the inspection.": "clear",
        "A partner’s, still so.": "real",
        "A partner’s, ended on 15 June 2027, the inspection’s first day.": "real",
        "A partner’s, ended on 14 June 2027, the day before the inspection.": "perceived",
        "A partner’s, ended on 15 June 2025, 2 years before to the day.": "perceived",
        "A partner’s, ended on 14 June 2025, 2 years and a day before.": "clear",
        "A close friend’s, still so.": "perceived",
        "A close friend’s, ended on 15 June 2027, the inspection’s first day.": "perceived",
        "A close friend’s, ended on 14 June 2027, the day before the inspection.": "clear",
    }


@pytest.mark.parametrize(
    ("key", "parts", "verdict"),
    [
        ("natures.gift", ("own", "first day"), "perceived"),
        ("natures.gift", ("own", "1 year before to the day"), "perceived"),
        ("natures.gift", ("own", "1 year and a day before"), "clear"),
        ("natures.gift", ("own", "day after the inspection"), "clear"),
        ("natures.gift", ("friend", "first day"), "clear"),
        ("natures.other", ("own", "not graded yet", "still so"), "undetermined"),
        ("natures.other", ("own", "graded clear"), "clear"),
        ("natures.service_use", ("child’s", "still so"), "real"),
        ("rules.succession", ("worked at Ash",), "real"),
        ("rules.succession", ("no link",), "clear"),
        ("rules.shared-line", ("Yew was split",), "perceived"),
        ("rules.associated", ("works at Ash",), "perceived"),
        ("rules.group", ("day that it began",), "real"),
        ("rules.group", ("day before it began",), "clear"),
        ("rules.same-group", ("works at", "are in Birch"), "perceived"),
        ("rules.same-group", ("took a gift",), "clear"),
        ("rules.same-group", ("close friend",), "clear"),
        ("rules.maintained-by", ("works at", "maintains"), "perceived"),
        ("rules.maintained-by", ("academy",), "clear"),
        ("rules.organisation", ("no reviewer",), "clear"),
        ("rules.neighbour", ("School", "4.99 km"), "perceived"),
        ("rules.neighbour", ("School", "5.00 km"), "perceived"),
        ("rules.neighbour", ("School", "5.01 km"), "clear"),
        ("rules.neighbour", ("Nursery", "8.00 km"), "perceived"),
        ("rules.neighbour", ("Nursery", "8.01 km"), "clear"),
        ("rules.neighbour", ("no location", "one local authority"), "undetermined"),
        ("rules.familiarity", ("latest 2 inspections of the school",), "perceived"),
        ("rules.familiarity", ("not in the latest",), "clear"),
        ("dates", ("ended in 2021", "31 December 2021"), "perceived"),
        ("dates", ("29 February 2020", "begins on 1 March 2026"), "perceived"),
        ("dates", ("29 February 2020", "begins on 2 March 2026"), "clear"),
        ("declaration", ("12 months before to the day",), "clear"),
        ("declaration", ("12 months and a day before",), "undetermined"),
        ("declaration", ("never declared",), "undetermined"),
        ("review", ("not graded",), "undetermined"),
        ("registers", ("no imported register",), "undetermined"),
        ("confirmation", ("13 June 2027",), "clear"),
        ("confirmation", ("14 June 2027",), "undetermined"),
        ("confirmation", ("has confirmed",), "clear"),
        ("objection", ("objected on 8 June 2027",), "perceived"),
        ("objection", ("did not object",), "clear"),
    ],
)
def test_the_example_s_cases_answer_as_its_page_of_meaning_says(
    shipped: Explained, key: str, parts: tuple[str, ...], verdict: str
) -> None:
    assert answer(shipped, key, *parts) == verdict


@pytest.mark.parametrize(
    ("text", "key", "parts", "verdict"),
    [
        (STRICTER, "natures.employment", ("own", "5 years before to the day"), "real"),
        (STRICTER, "natures.employment", ("own", "10 years before to the day"), "perceived"),
        (STRICTER, "natures.employment", ("own", "10 years and a day"), "clear"),
        (STRICTER, "natures.employment", ("partner", "4 years before to the day"), "perceived"),
        (STRICTER, "natures.employment", ("friend", "still so"), "real"),
        (STRICTER, "natures.employment", ("begins", "3 years after the inspection to the day"), "real"),
        (STRICTER, "rules.neighbour", ("School", "7.50 km"), "perceived"),
        (STRICTER, "rules.neighbour", ("School", "7.51 km"), "clear"),
        (STRICTER, "rules.familiarity", ("latest inspection of the school",), "perceived"),
        (STRICTER, "declaration", ("6 months and a day",), "undetermined"),
        (STRICTER, "confirmation", ("8 June 2027", "7 days before"), "undetermined"),
        (STRICTER, "holders.family", ("4 years and a day",), "clear"),
        (MILDER, "natures.employment", ("own", "still so"), "perceived"),
        (MILDER, "natures.employment", ("own", "1 year and a day before"), "clear"),
        (MILDER, "natures.employment", ("partner", "day before"), "clear"),
        (MILDER, "natures.employment", ("begins", "day after"), "clear"),
        (MILDER, "rules.neighbour", ("Nursery", "0.51 km"), "clear"),
        (MILDER, "rules.familiarity", ("latest 3 inspections of the school",), "perceived"),
        (MILDER, "declaration", ("24 months before to the day",), "clear"),
        (MILDER, "dates", ("ended in 2026",), "perceived"),
    ],
)
def test_a_policy_with_other_numbers_shows_other_cases(
    text: str, key: str, parts: tuple[str, ...], verdict: str
) -> None:
    assert answer(explained_by(text), key, *parts) == verdict


def test_a_register_without_a_distance_has_no_neighbours_in_the_cases() -> None:
    told = answers(explained_by(MILDER), "rules.neighbour")
    assert told
    assert not [words for words in told if "School" in words]


def test_decisions_are_told_as_the_assignments_ask_them(shipped: Explained) -> None:
    def said(explained: Explained) -> list[tuple[str, str, bool]]:
        return [(str(each.verdict), each.words, each.may_go_ahead) for each in explained.decisions][:3]

    assert said(shipped) == [
        ("real", "1 decision-maker allowed it", False),
        ("real", "2 decision-makers allowed it", True),
        ("real", "2 decision-makers allowed it, and 1 upheld it", False),
    ]
    assert said(explained_by(STRICTER))[1] == ("real", "3 decision-makers allowed it", True)


def test_every_part_of_a_policy_has_cases_each_told_once_and_a_finding_has_its_sentence(shipped: Explained) -> None:
    assert set(shipped.cases) >= {f"natures.{nature}" for nature in Nature} | {f"rules.{rule}" for rule in REACHES}
    for key, cases in shipped.cases.items():
        words = [each.words for each in cases]
        assert len(words) >= 2, key
        assert len(set(words)) == len(words), key
        assert {each.outcome.verdict for each in cases} >= {Verdict.CLEAR} or key == "rules.shared-line", key
        for each in cases:
            assert bool(each.outcome.findings) == (each.outcome.verdict is not Verdict.CLEAR)
    for rule in REACHES:
        assert any(rule in each.outcome.rules for each in shipped.cases[f"rules.{rule}"]), rule


# Bands


def told(stretches: tuple[Stretch, ...]) -> list[tuple[str, str]]:
    return [(str(each.verdict), each.until) for each in stretches]


def rows(nature: Nature, policy: Policy) -> dict[str, Row]:
    return {each.words: each for each in band(nature, policy, Scene(YEAR)).rows}


def test_the_bands_of_three_policies_are_their_own() -> None:
    own = rows(Nature.EMPLOYMENT, example_policy())["Inspector"]
    assert (told(own.ahead), own.current) == ([("real", "1 year"), ("clear", "")], Verdict.REAL)
    assert told(own.past) == [("real", "3 years"), ("perceived", "6 years"), ("clear", "")]
    own = rows(Nature.EMPLOYMENT, parse(STRICTER))["Inspector"]
    assert told(own.ahead) == [("real", "3 years"), ("clear", "")]
    assert told(own.past) == [("real", "5 years"), ("perceived", "10 years"), ("clear", "")]
    own = rows(Nature.EMPLOYMENT, parse(MILDER))["Inspector"]
    assert (told(own.ahead), own.current) == ([("clear", "")], Verdict.PERCEIVED)
    assert told(own.past) == [("perceived", "1 year"), ("clear", "")]
    assert told(rows(Nature.GIFT, example_policy())["Close family"].past) == [("perceived", "1 year"), ("clear", "")]
    other = rows(Nature.OTHER, example_policy())
    assert told(other["Inspector, not graded"].past) == [("undetermined", "2 years"), ("clear", "")]
    assert told(other["Wider circle, graded real"].past) == [("clear", "")]


PERIODS = st.integers(0, 12)


@given(real=st.none() | PERIODS, more=PERIODS, family=PERIODS, ahead=st.integers(0, 4), nature=st.sampled_from(Nature))
@settings(max_examples=40)
def test_a_band_changes_just_where_the_periods_of_its_policy_end(
    real: int | None, more: int, family: int, ahead: int, nature: Nature
) -> None:
    if nature in EVENTS or nature is Nature.OTHER:
        real = None
    perceived = (real or 0) + more
    shipped = example_policy()
    rule = replace(shipped.natures[nature], real_years=real, perceived_years=perceived)
    policy = replace(shipped, natures={**shipped.natures, nature: rule}, family_past_years=family, ahead_years=ahead)
    # Told by years alone, as the policy's owner reads them; a period of no years ends with the connection itself.
    worth = str(Verdict.UNDETERMINED if nature is Nature.OTHER else Verdict.PERCEIVED)
    own = [(verdict, years) for verdict, years in (("real", real), (worth, perceived)) if years]
    own = [each for number, each in enumerate(own) if number == 0 or each[1] > own[number - 1][1]]
    drawn = rows(nature, policy)
    mine = next(row for words, row in drawn.items() if words.startswith("Inspector"))
    theirs = next(row for words, row in drawn.items() if words.startswith("Close family"))
    shown = [*((verdict, f"{years} year{'s' if years > 1 else ''}") for verdict, years in own), ("clear", "")]
    assert told(mine.past) == shown
    least = perceived if nature is Nature.OTHER else min(perceived, family)
    assert [until for _, until in told(theirs.past)] == (
        [f"{least} year{'s' if least > 1 else ''}"] if least else []
    ) + [""]
    if nature not in EVENTS:
        assert [until for _, until in told(mine.ahead)] == (
            [f"{ahead} year{'s' if ahead > 1 else ''}"] if ahead else []
        ) + [""]


def test_the_stretches_of_a_band_leave_no_day_out() -> None:
    for nature in Nature:
        for row in rows(nature, example_policy()).values():
            for stretches in (row.ahead, row.past):
                assert stretches[0].first == 1
                assert stretches[-1].last is None
                assert all(one.last is not None and other.first == one.last + 1 for one, other in pairwise(stretches))
                assert all(one.verdict is not other.verdict for one, other in pairwise(stretches))


def test_the_emptiest_and_the_widest_policy_are_explained_too() -> None:
    shipped = example_policy()
    none = {rule: replace(reach, natures=frozenset()) for rule, reach in shipped.reaches.items()}
    nothing = {nature: replace(rule, real_years=None, perceived_years=0) for nature, rule in shipped.natures.items()}
    empty = replace(
        shipped,
        reaches=none,
        natures=nothing,
        familiar_visits=0,
        confirm_days=None,
        neighbour_metres={},
        valid_months=1,
    )
    assert not any(explain(empty, YEAR).cases[f"rules.{rule}"] for rule in (*REACHES, "familiarity"))
    widest = {
        nature: replace(rule, real_years=rule.real_years and 100, perceived_years=100)
        for nature, rule in shipped.natures.items()
    }
    explained = explain(replace(shipped, natures=widest, family_past_years=100, ahead_years=100), YEAR)
    assert answer(explained, "natures.employment", "own", "100 years before to the day") == "real"
    only_gifts = {**shipped.reaches, "direct": replace(shipped.reaches["direct"], natures=frozenset({Nature.GIFT}))}
    told = answers(explain(replace(shipped, reaches=only_gifts), YEAR), "rules.direct")
    assert sorted(set(told.values())) == ["clear", "perceived"]
