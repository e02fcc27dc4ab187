"""Laws of the check, tried on random worlds: it agrees with the slow oracle, and no order or wording moves it."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.cases import RULES
from tests.support.oracle import Answer, expected, worst
from tests.support.policy import example_policy
from tests.support.worlds import facts as any_facts
from tests.support.worlds import seeded_facts
from tracker.domain.check import check
from tracker.domain.dates import PartialDate
from tracker.domain.facts import Facts, Holder, World
from tracker.domain.findings import Finding, Outcome
from tracker.domain.plain import facts_from_json, facts_to_json

law = settings(deadline=None, max_examples=40)
SEEDS = 2_500
ORDERS = 1_000


def outcome_of(facts: Facts) -> Outcome:
    return check(facts, example_policy())


def answers(outcome: Outcome) -> set[Answer]:
    return {(each.rule, each.verdict, each.connection) for each in outcome.findings}


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    return sorted(each.fingerprint for each in findings)


@law
@given(any_facts())
def test_the_check_agrees_with_the_oracle(facts: Facts) -> None:
    outcome = outcome_of(facts)
    assert answers(outcome) == expected(facts)
    assert outcome.verdict == worst(expected(facts))


def test_the_check_agrees_with_the_oracle_on_many_seeded_situations() -> None:
    for seed in range(SEEDS):
        facts = seeded_facts(seed)
        assert answers(outcome_of(facts)) == expected(facts), f"seed {seed}"


def test_the_seeded_situations_find_every_rule_often() -> None:
    found = Counter(rule for seed in range(SEEDS) for rule in set(outcome_of(seeded_facts(seed)).rules))
    assert [rule for rule in RULES if found[rule] < 20] == []


@law
@given(any_facts())
def test_a_connection_more_never_lowers_the_verdict(facts: Facts) -> None:
    verdicts = [
        outcome_of(replace(facts, connections=facts.connections[:count])).verdict.weight
        for count in range(len(facts.connections) + 1)
    ]
    assert verdicts == sorted(verdicts)


@law
@given(any_facts(), st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(facts: Facts, random: Random) -> None:
    assert_the_order_does_not_matter(facts, random)


def test_the_order_of_facts_does_not_matter_in_many_seeded_situations() -> None:
    for seed in range(ORDERS):
        assert_the_order_does_not_matter(seeded_facts(seed), Random(seed))


def assert_the_order_does_not_matter(facts: Facts, random: Random) -> None:
    def shuffled(values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(random.sample(values, len(values)))

    world = World(*(shuffled(getattr(facts.world, field.name)) for field in fields(World)))
    parts = {
        "connections": shuffled(facts.connections),
        "visits": shuffled(facts.visits),
        "objections": shuffled(facts.objections),
    }
    outcome, other = outcome_of(facts), outcome_of(replace(facts, **parts, areas=(world,)))
    assert other == outcome
    assert fingerprints(other.findings) == fingerprints(outcome.findings)


@law
@given(any_facts())
def test_facts_are_the_same_after_a_round_trip_through_json(facts: Facts) -> None:
    again = facts_from_json(json.loads(json.dumps(facts_to_json(facts))))
    assert again == facts
    assert outcome_of(again) == outcome_of(facts)


@law
@given(any_facts())
def test_restating_a_declaration_leaves_every_fingerprint(facts: Facts) -> None:
    restated = replace(
        facts,
        declaration=facts.declaration and replace(facts.declaration, ref="declaration:restated"),
        connections=tuple(
            replace(each, ref=f"restated:{number}", target_name=f"{each.target_name}, as it is called now")
            for number, each in enumerate(reversed(facts.connections))
        ),
    )
    assert fingerprints(outcome_of(restated).findings) == fingerprints(outcome_of(facts).findings)


@law
@given(any_facts())
def test_a_later_declaration_of_the_same_content_leaves_the_fingerprints_of_its_connections(facts: Facts) -> None:
    if facts.declaration is None:
        return
    later = replace(facts.declaration, ref="declaration:later", made_on=facts.declaration.made_on + timedelta(days=400))
    before, after = (outcome_of(each).findings for each in (facts, replace(facts, declaration=later)))
    assert fingerprints(each for each in after if each.connection) == fingerprints(
        each for each in before if each.connection
    )


@law
@given(any_facts())
def test_a_connection_that_changed_keeps_none_of_its_fingerprints(facts: Facts) -> None:
    for each in facts.connections:
        earlier = PartialDate.parse((each.began_on.first - timedelta(days=1)).isoformat())
        relative = Holder.PARENT if each.holder is Holder.CHILD else Holder.CHILD
        before = fingerprints(outcome_of(replace(facts, connections=(each,))).findings)
        for changed in (replace(each, began_on=earlier), replace(each, holder=relative)):
            findings = outcome_of(replace(facts, connections=(changed,))).findings
            assert not {finding.fingerprint for finding in findings if finding.connection} & set(before)


@law
@given(any_facts())
def test_connections_are_judged_one_by_one(facts: Facts) -> None:
    alone = [
        finding
        for each in facts.connections
        for finding in outcome_of(replace(facts, connections=(each,))).findings
        if finding.connection
    ]
    together = [finding for finding in outcome_of(facts).findings if finding.connection]
    assert fingerprints(alone) == fingerprints(together)


@law
@given(any_facts())
def test_every_reason_rests_on_facts_of_the_world(facts: Facts) -> None:
    known = known_refs(facts)
    for finding in outcome_of(facts).findings:
        assert finding.reasons
        assert finding.sentence
        for reason in finding.reasons:
            assert set(reason.refs) <= known, (finding.rule, reason)


@law
@given(any_facts())
def test_a_chain_of_reasons_leads_link_by_link_to_the_provider(facts: Facts) -> None:
    pairs = {frozenset((link.of, link.to)) for link in facts.world.links}
    by_ref = {each.ref: each for each in facts.connections}
    for finding in outcome_of(facts).findings:
        if finding.rule not in {"succession", "associated", "shared-line"}:
            continue
        hops = [frozenset(reason.refs) for reason in finding.reasons if reason.fact == "link"]
        assert hops
        assert set(hops) <= pairs
        assert by_ref[finding.connection].target in hops[0]
        assert facts.provider in hops[-1]
        assert all(one & two for one, two in pairwise(hops))


def known_refs(facts: Facts) -> set[str]:
    world = facts.world
    refs = {facts.provider, facts.inspector}
    refs |= {facts.declaration.ref} if facts.declaration else set()
    refs |= {ref for each in facts.connections for ref in (each.ref, each.target)}
    refs |= {each.ref for each in world.providers} | {each.ref for each in world.groups}
    refs |= {ref for link in world.links for ref in (link.of, link.to)}
    refs |= {ref for link in world.organisation_links for ref in (link.organisation, link.target)}
    refs |= {each.ref for each in facts.objections}
    refs |= {ref for visit in facts.visits for ref in (visit.reference, visit.provider)}
    return refs | {ref for each in world.memberships for ref in (each.provider, each.group)}
