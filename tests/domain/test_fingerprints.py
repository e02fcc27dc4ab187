"""A decision rests on a finding's fingerprint: what silence meant on one day is not what it means on another."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from tests.support.policy import example_policy
from tracker.domain.check import check
from tracker.domain.facts import Confirmation, Facts, Provider, Standing, Visit, World
from tracker.domain.findings import Finding

OAK = Provider("gias:100000", "Oak")
FACTS = Facts(
    inspector="inspector:1",
    provider=OAK.ref,
    starts_on=date(2026, 3, 3),
    ends_on=date(2026, 3, 4),
    declaration=Standing("declaration:1", date(2026, 1, 10)),
    areas=(World((OAK,)),),
)
OLD = replace(FACTS, declaration=Standing("declaration:1", date(2024, 1, 10)))
UNCONFIRMED = replace(FACTS, confirmation=Confirmation(date(2026, 3, 3), given=False))


def only_finding(facts: Facts) -> Finding:
    (finding,) = check(facts, example_policy()).findings
    return finding


@pytest.mark.parametrize(
    ("rule", "facts", "other"),
    [
        ("out-of-date", OLD, replace(OLD, declaration=Standing("declaration:2", date(2024, 1, 11)))),
        ("not-confirmed", UNCONFIRMED, replace(UNCONFIRMED, starts_on=date(2026, 3, 2))),
        ("unknown-provider", replace(FACTS, provider="gias:1"), replace(FACTS, provider="gias:2")),
    ],
)
def test_other_days_or_another_provider_end_a_decision(rule: str, facts: Facts, other: Facts) -> None:
    one, two = only_finding(facts), only_finding(other)
    assert (one.rule, two.rule) == (rule, rule)
    assert one.fingerprint != two.fingerprint


@pytest.mark.parametrize(
    ("facts", "refs"),
    [
        (OLD, [("declaration:1",), (OAK.ref,)]),
        (replace(FACTS, declaration=None), [(), (OAK.ref,)]),
        (replace(FACTS, provider="gias:1"), [("gias:1",)]),
    ],
)
def test_each_fact_of_what_silence_means_names_what_it_rests_on(facts: Facts, refs: Sequence[tuple[str, ...]]) -> None:
    assert [each.refs for each in only_finding(facts).reasons] == refs


def test_of_inspections_on_the_same_days_the_same_ones_are_told_in_whatever_order_they_come() -> None:
    days = (date(2025, 2, 4), date(2025, 2, 5))
    visits = [Visit(f"inspection:{number}", OAK.ref, *days, took_part=True) for number in range(3)]
    orders = [replace(FACTS, visits=order) for order in permutations(visits)]
    assert len({only_finding(each).fingerprint for each in orders}) == 1
