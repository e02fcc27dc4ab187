"""The keys find every connection that matters: judging the candidates among the areas equals judging everything."""

import json
from dataclasses import fields, replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.policy import example_policy
from tests.support.worlds import facts as any_facts
from tests.support.worlds import seeded_facts
from tracker.domain.check import check
from tracker.domain.facts import Facts, World
from tracker.domain.findings import Outcome
from tracker.domain.keys import index, keys_of_connection, keys_of_stranger
from tracker.domain.plain import world_from_json, world_to_json

law = settings(deadline=None, max_examples=60)
SEEDS = 2_000


def through_the_keys(facts: Facts) -> Outcome:
    """Check as the database does: candidates by shared key, and only the areas of the provider and the targets."""
    found = index(facts.world)

    def area(ref: str) -> World:
        return found.areas.get(found.area_of.get(ref, ""), World())

    mine = found.keys.get(facts.provider, keys_of_stranger(facts.provider))
    touching = tuple(each for each in facts.connections if keys_of_connection(each, area(each.target)) & mine)
    world = area(facts.provider)
    for each in touching:
        world = world.with_all(area(each.target))
    return check(replace(facts, connections=touching, world=world), example_policy())


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
