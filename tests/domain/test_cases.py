"""Runs the situations of tests/cases, which a policy owner can read, through the check and through the slow oracle."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.support.case_table import table
from tests.support.cases import NOTHING, RULES, Case, all_cases, facts_of, findings_and_near_misses
from tests.support.oracle import expected, worst
from tests.support.policy import example_policy
from tests.support.policy_variants import policy_variants
from tracker.domain.check import check
from tracker.domain.facts import Facts, Verdict
from tracker.domain.findings import Finding, Outcome

# Which file holds a table of the policy; a rule's own file holds the rule's.
FILE_OF_TABLE = {
    "declaration": "out-of-date",
    "confirmation": "not-confirmed",
    "natures": "natures-and-holders",
    "holders": "natures-and-holders",
}


def every_case() -> list[Any]:
    return [pytest.param(case, id=f"{case['file']}: {case['name']}") for case in all_cases()]


@pytest.mark.parametrize("case", every_case())
def test_a_situation_is_answered_as_the_policy_says(case: Case) -> None:
    facts = facts_of(case)
    outcome, second_opinion = check(facts, example_policy()), expected(facts)
    wanted = {(each["rule"], Verdict(each["verdict"])) for each in case["expect"]}
    assert answers(outcome) == second_opinion
    assert {(each.rule, each.verdict) for each in outcome.findings} == wanted
    assert outcome.verdict is worst(("", verdict, "") for _, verdict in wanted)
    assert_each_is_told_as_expected(case, outcome)
    assert_each_connection_gives_what_it_says(case, outcome)


def assert_each_is_told_as_expected(case: Case, outcome: Outcome) -> None:
    for wanted in case["expect"]:
        found = [each for each in outcome.findings if (each.rule, each.verdict) == (wanted["rule"], wanted["verdict"])]
        assert any(is_told_so(each, wanted) for each in found), (wanted, [told(each) for each in found])
    assert len(outcome.findings) == case.get("findings", len(outcome.findings))


def is_told_so(finding: Finding, wanted: dict[str, Any]) -> bool:
    actual = told(finding)
    return wanted.get("says", "") in actual["says"] and all(
        wanted.get(key, actual[key]) == actual[key] for key in ("path", "words")
    )


def told(finding: Finding) -> dict[str, Any]:
    """What a reader is told: the sentence, and the kind and the few words of each fact of the chain."""
    chain = finding.reasons
    return {"says": finding.sentence, "path": [each.fact for each in chain], "words": [each.words for each in chain]}


def assert_each_connection_gives_what_it_says(case: Case, outcome: Outcome) -> None:
    for number, given in enumerate(case.get("connections", ()), start=1):
        found = [each for each in outcome.findings if each.connection == f"connection:{number}"]
        if "gives" in given:
            verdict = worst((each.rule, each.verdict, "") for each in found)
            assert given["gives"] == (str(verdict) if found else NOTHING), given
        if "says" in given:
            assert any(given["says"] in each.sentence for each in found), (given, [told(each) for each in found])


def test_every_rule_has_two_situations_that_it_finds_and_two_that_it_nearly_does() -> None:
    found, missed = findings_and_near_misses(all_cases())
    assert set(found) == set(RULES)
    assert set(missed) == set(RULES)
    assert min(found.values()) >= 2
    assert min(missed.values()) >= 2


def test_the_table_shows_an_owner_every_rule_and_its_counts() -> None:
    found, missed = findings_and_near_misses(all_cases())
    rows = [line.split() for line in table(all_cases()).splitlines()]
    assert [row for row in rows if row[0] in RULES] == [[rule, str(found[rule]), str(missed[rule])] for rule in RULES]


def test_a_situation_that_finds_nothing_says_what_it_nearly_finds_and_none_says_that_of_what_it_finds() -> None:
    for case in all_cases():
        assert case["expect"] or case.get("misses"), case["name"]
        assert case.get("misses") not in {each["rule"] for each in case["expect"]}, case["name"]


def test_every_name_is_a_sentence_of_its_own() -> None:
    names = [case["name"] for case in all_cases()]
    assert [name for name, count in Counter(name.casefold() for name in names).items() if count > 1] == []
    assert [name for name in names if not name[:1].isupper() or name.endswith(".") or len(name.split()) < 4] == []


def test_each_value_of_the_policy_is_held_to_a_step_by_a_situation_in_the_file_of_its_table() -> None:
    variants = list(policy_variants())
    facts: dict[str, list[Facts]] = {}
    for case in all_cases():
        facts.setdefault(case["file"], []).append(facts_of(case))
    unheld = [
        f"{table}: {changed}"
        for table, changed, policy in variants
        if all(answers(check(each, policy)) == answers(check(each, example_policy())) for each in facts[file_of(table)])
    ]
    assert unheld == []
    assert len(variants) > 80


def file_of(table: str) -> str:
    first, _, rest = table.partition(".")
    return rest.partition(".")[0] if first == "rules" else FILE_OF_TABLE.get(first, first)


def answers(outcome: Outcome) -> set[tuple[str, Verdict, str]]:
    return {(each.rule, each.verdict, each.connection) for each in outcome.findings}


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        ('assignment = { provider = "oak", begins_on = 2026-03-03 }', "assignment has no begins_on"),
        ('assignment = { provider = "oak" }\nconection = []', "the case has no conection"),
        ('assignment = { provider = "oak" }\nproviders = { oak = { easing = 1 } }', "providers has no easing"),
        ('assignment = { provider = "oka" }', "no provider or group is called oka"),
        ('assignment = { provider = "oak" }\ndeclared_on = "never"\nconnections = [{ target = "oak" }]', "in force"),
    ],
)
def test_a_mistake_in_a_situation_is_refused_and_named(tmp_path: Path, mistake: str, message: str) -> None:
    (tmp_path / "some.toml").write_text(f'[providers]\noak = {{}}\n\n[[case]]\nname = "A case"\n{mistake}\nexpect = []')
    with pytest.raises(ValueError, match=f"A case: .*{message}"):
        [facts_of(case) for case in all_cases(tmp_path)]
