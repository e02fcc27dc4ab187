"""Every rule counts: without it, some situation of tests/cases that it decides gets a milder verdict."""

from collections.abc import Callable, Iterator

import pytest

from tests.support.cases import RULES as NAMES
from tests.support.cases import all_cases, facts_of
from tests.support.policy import example_policy
from tracker.domain.check import check
from tracker.domain.findings import Finding
from tracker.domain.reaches import CHAINS, Case
from tracker.domain.rules import RULES, connections

Rule = Callable[[Case], Iterator[Finding]]


@pytest.mark.parametrize("name", NAMES)
def test_without_a_rule_a_situation_that_it_decides_gets_a_milder_verdict(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = [facts_of(case) for case in all_cases() if name in {each["rule"] for each in case["expect"]}]
    before = [check(each, example_policy()).verdict.weight for each in own]
    monkeypatch.setattr("tracker.domain.check.RULES", [without(name, rule) for rule in RULES])
    after = [check(each, example_policy()).verdict.weight for each in own]
    assert any(milder < verdict for milder, verdict in zip(after, before, strict=True))


def without(name: str, rule: Rule) -> Rule:
    return lambda case: (each for each in rule(case) if each.rule != name)


def test_no_rule_is_left_out_here() -> None:
    of_the_inspector = {rule.__name__.replace("_", "-") for rule in RULES if rule is not connections}
    assert {*CHAINS, *of_the_inspector, "awaiting-review"} == set(NAMES)
