"""Situations of neighbouring providers: on both sides of each distance that a policy calls near."""

from collections.abc import Iterator
from dataclasses import replace

from tracker.domain.dates import in_words
from tracker.domain.explained.scene import DAY, WHOSE, Scene, Situation
from tracker.domain.facts import Connection, Facts, Holder, Nature, Provider, World
from tracker.domain.policy import Policy

# Register -> what its providers are called in the cases.
KINDS = {"gias": "Primary School", "ofsted-ey": "Nursery", "ofsted-sc": "House", "ukprn": "College"}
TOLD_FIRST = (Nature.COMPETITION, Nature.EMPLOYMENT, Nature.GOVERNANCE, Nature.OWNERSHIP, Nature.SERVICE_USE)
LITTLE = 10
METRES = 1_000
EAST, NORTH = 100_000, 200_000


def of_neighbours(policy: Policy, scene: Scene) -> tuple[Situation, ...]:
    """Return the situations of the rule; none where the policy has no distance, or applies it to no nature."""
    nature = next((each for each in TOLD_FIRST if each in policy.reaches["neighbour"].natures), None)
    if nature is None:
        return ()
    found: list[Situation] = []
    for place, (register, metres) in enumerate(policy.neighbour_metres.items()):
        there, here = _pair(register)
        for apart in (metres - LITTLE, metres, metres + LITTLE):
            near = replace(here, easting=EAST + apart)
            words = f"{there.name} and {here.name} are {apart / METRES:.2f} km apart, and are of one register and phase"
            found.append(Situation(words, _facts(scene, scene.connection(nature, target=here.ref), there, near)))
        if place == 0:
            found += _others(nature, register, metres, scene)
    return tuple(found)


def _pair(register: str) -> tuple[Provider, Provider]:
    """Return the provider to be inspected and its neighbour."""
    names = (f"{name} {KINDS[register]}" for name in ("Elm", "Ash"))
    one, other = (
        Provider(f"{register}:{number}", name, authority="1", phase="Primary", easting=EAST, northing=NORTH)
        for number, name in enumerate(names, start=1)
    )
    return one, other


def _facts(scene: Scene, connection: Connection, there: Provider, here: Provider) -> Facts:
    named = replace(connection, target_name=here.name)
    return replace(scene.facts(named, world=World((there, here))), provider=there.ref)


def _others(nature: Nature, register: str, metres: int, scene: Scene) -> Iterator[Situation]:
    """Yield what else decides, told of one register, at half the distance."""
    there, here = _pair(register)
    here = replace(here, easting=EAST + metres // 2)
    own = scene.connection(nature, target=here.ref)
    near = f"{metres / 2 / METRES:.2f} km apart"
    ended = scene.connection(nature, target=here.ref, ended_on=scene.starts_on - DAY)
    friend = scene.connection(nature, Holder.CLOSE_FRIEND, target=here.ref)
    lost = replace(here, easting=None)
    day = in_words(scene.starts_on - DAY)
    yield Situation(f"{near}; {WHOSE[Holder.SELF]}, ended on {day}, the day before", _facts(scene, ended, there, here))
    yield Situation(f"{near}; {WHOSE[Holder.CLOSE_FRIEND]}, still so", _facts(scene, friend, there, here))
    words = "the register has them in two phases"
    yield Situation(f"{near}; {words}", _facts(scene, own, there, replace(here, phase="Secondary")))
    words = "the register has no location of one of them; both are in one local authority"
    yield Situation(words, _facts(scene, own, there, lost))
    words = "the register has no location of one of them; they are in two local authorities"
    yield Situation(words, _facts(scene, own, there, replace(lost, authority="2")))
