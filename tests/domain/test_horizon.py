"""The questions of days and weights hold for all numbers, and for policies that differ from the example."""

from itertools import product

from tests.support.policy import changed
from tracker.domain.facts import Circle, Nature, Verdict
from tracker.domain.horizon import Horizon, capped, is_current_or_ahead, meet, terms
from tracker.domain.policy import parse

FEW = range(4)
PUBLIC = "[natures.public_position]\nevent = true\nperceived_years = "
EMPLOYMENT = '[natures.employment]\ncurrent = "real"\nreal_years = 3\n'


def test_a_rule_answers_no_more_than_its_ceiling_and_leaves_what_is_less() -> None:
    for heavy, most in product(FEW, FEW):
        assert capped(heavy, most) == min(heavy, most)


def test_two_spans_meet_just_where_they_share_a_day() -> None:
    for first, last, other_first, other_last in product(FEW, repeat=4):
        shared = set(range(first, last + 1)) & set(range(other_first, other_last + 1))
        assert meet(first, last, other_first, other_last) == bool(shared)


def test_a_connection_is_current_or_ahead_from_when_it_counts_to_its_last_day() -> None:
    for opens, last, starts, ends in product(FEW, repeat=4):
        of = Horizon(opens, opens, last, last, last, 3, 3, 2)
        assert is_current_or_ahead(of, starts, ends) == (opens <= ends and starts <= last)


def test_what_happened_to_close_family_counts_no_longer_than_anything_else_of_theirs() -> None:
    policy = parse(changed((f"{PUBLIC}2", f"{PUBLIC}5")))
    own, of_family = (terms(Nature.PUBLIC_POSITION, each, None, policy) for each in (Circle.SELF, Circle.FAMILY))
    assert own is not None
    assert of_family is not None
    assert (own.late_years, of_family.late_years) == (5, policy.family_past_years)


def test_what_an_early_policy_could_not_determine_weighs_no_more_for_someone_further() -> None:
    policy = parse(changed((EMPLOYMENT, EMPLOYMENT.replace('"real"', '"undetermined"'))))
    of_friend = terms(Nature.EMPLOYMENT, Circle.WIDER, None, policy)
    assert of_friend is not None
    assert of_friend.now == Verdict.UNDETERMINED.weight
