"""The keys find every connection that matters: judging the candidates among the areas equals judging everything."""

import json
from dataclasses import fields, replace
from itertools import permutations, product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.cases import all_cases, facts_of
from tests.support.policy import example_policy
from tests.support.worlds import facts as any_facts
from tests.support.worlds import seeded_facts
from tracker.domain.check import check
from tracker.domain.facts import Facts, Group, Link, Membership, Provider, World
from tracker.domain.findings import Outcome
from tracker.domain.keys import index, joined, keeper_of, reach_of
from tracker.domain.places import has_neighbours, may_be_near
from tracker.domain.plain import world_from_json, world_to_json

law = settings(deadline=None, max_examples=60)
SEEDS = 2_000


def through_the_keys(facts: Facts) -> Outcome:
    """Check as the database does: candidates by shared key or place, and only the areas of provider and targets."""
    world = facts.world
    found = index(world)

    def area(ref: str) -> World:
        if ref in found.area_of:
            return found.areas[found.area_of[ref]]
        return World(tuple(each for each in world.providers if each.ref == ref))

    provider = facts.provider
    own = world.by_ref.get(provider)
    held = {provider, *found.keys.get(provider, ()), *([keeper_of(own)] if own else [])}
    touching = []
    for each in facts.connections:
        here = world.by_ref.get(each.target)
        near = (
            has_neighbours(each.nature, each.holder) and here is not None and own is not None and may_be_near(here, own)
        )
        if near or held & reach_of(area(each.target), each.target).keys:
            touching.append(each)
    areas = {id(part): part for part in (area(provider), *(area(each.target) for each in touching))}
    return check(replace(facts, connections=tuple(touching), areas=tuple(areas.values())), example_policy())


def told(outcome: Outcome) -> list[tuple[str, str]]:
    return sorted((each.fingerprint, each.sentence) for each in outcome.findings)


@law
@given(any_facts())
def test_the_candidates_give_the_same_findings_as_all_connections_over_the_whole_world(facts: Facts) -> None:
    assert told(through_the_keys(facts)) == told(check(facts, example_policy()))


def test_the_candidates_give_the_same_findings_in_many_seeded_situations() -> None:
    for seed in range(SEEDS):
        facts = seeded_facts(seed)
        assert told(through_the_keys(facts)) == told(check(facts, example_policy())), f"seed {seed}"


def test_the_candidates_give_the_same_findings_in_every_situation_that_an_owner_reads() -> None:
    for case in all_cases():
        facts = facts_of(case)
        assert told(through_the_keys(facts)) == told(check(facts, example_policy())), case["name"]


@law
@given(any_facts(), st.randoms())
def test_areas_and_keys_do_not_depend_on_the_order_of_the_register(facts: Facts, random: Random) -> None:
    world = facts.world
    parts = [getattr(world, each.name) for each in fields(World)]
    shuffled = World(*(tuple(random.sample(part, len(part))) for part in parts))
    one, other = index(world), index(shuffled)
    assert one.keys == other.keys
    assert {key: world_to_json(part) for key, part in one.areas.items()} == {
        key: world_to_json(part) for key, part in other.areas.items()
    }


@law
@given(any_facts())
def test_an_area_survives_being_kept_as_json(facts: Facts) -> None:
    for part in index(facts.world).areas.values():
        assert world_from_json(json.loads(world_to_json(part))) == part


def test_what_links_join_bears_the_lowest_number_whichever_of_them_says_so() -> None:
    pairs = [("gias:99999", "gias:100000"), ("gias:100000", "gias:100001"), ("gias:100003", "gias:100002")]
    wanted = dict.fromkeys(("gias:99999", "gias:100000", "gias:100001"), "gias:99999")
    wanted |= dict.fromkeys(("gias:100002", "gias:100003"), "gias:100002")
    for turned in product((1, -1), repeat=len(pairs)):
        links = [Link(*pair[::turn], "Successor") for pair, turn in zip(pairs, turned, strict=True)]
        assert all(joined(order) == wanted for order in permutations(links))


def test_what_stands_alone_has_no_area_and_what_links_or_names_join_has_one() -> None:
    trust, sponsor = Group("group:1", "Acorn", "Multi-academy trust"), Group("group:2", "Acorn", "School sponsor")
    oak = Provider("gias:100000", "Oak")
    alone = index(World(providers=(oak,), groups=(trust,)))
    assert (alone.areas, alone.area_of, alone.keys) == ({}, {}, {})
    assert index(World(groups=(trust, sponsor))).area_of == {trust.ref: "line:group:1", sponsor.ref: "line:group:1"}


def test_a_group_that_is_none_and_one_that_no_register_has_are_no_keys() -> None:
    centres, trust = Group("group:1", "Centres", "Children's Centres Group"), Group("group:2", "Acorn", "Trust")
    members = tuple(Membership("gias:100000", ref) for ref in (centres.ref, trust.ref, "group:3"))
    assert index(World(groups=(centres, trust), memberships=members)).keys == {"gias:100000": {trust.ref}}
