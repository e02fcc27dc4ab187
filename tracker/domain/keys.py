"""The inverted index: a connection can touch an assignment only if the two share a key. Candidates only; rules decide.

Keys do not depend on the policy, so that adopting another one needs no new keys.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tracker.domain.facts import (
    GROUPS,
    ORGANISATION,
    Circle,
    Connection,
    Group,
    Link,
    Membership,
    OrganisationLink,
    Provider,
    World,
)
from tracker.domain.groups import MAINTAINING, Groups, bodies, is_group, order
from tracker.domain.places import keys_nearby, keys_of_place
from tracker.domain.policy import NEIGHBOUR_NATURES
from tracker.domain.succession import Lines


def areas_of(links: Iterable[Link], refs: Iterable[str]) -> dict[str, str]:
    """Return for each reference the key of its area: all that links of any kind join, named by the lowest of them."""
    parent: dict[str, str] = {}

    def root(ref: str) -> str:
        while parent.get(ref, ref) != ref:
            parent[ref] = parent.get(parent[ref], parent[ref])
            ref = parent[ref]
        return ref

    for link in links:
        one, other = root(link.of), root(link.to)
        low, high = sorted((one, other), key=lambda ref: (len(ref), ref))
        parent[high] = low
        parent.setdefault(low, low)
    return {ref: f"line:{root(ref)}" for ref in dict.fromkeys((*refs, *parent))}


@dataclass(frozen=True, slots=True)
class Index:
    """The world cut into areas, and the keys of everything in it.

    An area is what one check may need to know of one place: a succession line with its links, memberships and groups,
    or the groups that are one body.
    """

    areas: dict[str, World]
    area_of: dict[str, str]
    keys: dict[str, frozenset[str]]


def index(world: World) -> Index:
    """Cut the world into areas and give every provider and group its keys."""
    # A link or a membership may name what no register knows; its line and its groups count all the same.
    members = (each.provider for each in world.memberships)
    area_of = areas_of(world.links, (*(each.ref for each in world.providers), *members))
    body_of = bodies(world.groups)
    twins: dict[str, list[str]] = {}
    for group in world.groups:
        twins.setdefault(body_of[group.ref], []).append(group.ref)
        area_of[group.ref] = f"line:{body_of[group.ref]}"
    area_of.update({each.organisation: f"line:{each.organisation}" for each in world.organisation_links})
    parts = _parts(world, area_of)
    groups = {group.ref: group for group in world.groups}
    areas = {}
    for key, part in parts.items():
        linked = {each.target for each in part.organisation_links}
        named = (({each.group for each in part.memberships} | linked) & groups.keys()) | {x.ref for x in part.groups}
        wanted = sorted(twin for body in {body_of[ref] for ref in named} for twin in twins[body])
        areas[key] = World(
            tuple(part.providers),
            tuple(part.links),
            tuple(groups[ref] for ref in wanted),
            tuple(part.memberships),
            tuple(part.organisation_links),
        )
    keys = {ref: {area} for ref, area in area_of.items()}
    for membership in world.memberships:
        if membership.group in groups and is_group(groups[membership.group]):
            keys.setdefault(membership.provider, set()).add(body_of[membership.group])
    for provider in world.providers:
        if provider.authority and provider.type_group.casefold() == MAINTAINING:
            keys[provider.ref].add(f"la:{provider.authority}")
        if not provider.is_closed:
            keys[provider.ref] |= keys_of_place(provider)
    for link in world.organisation_links:
        if not link.target.startswith(GROUPS):
            keys.setdefault(link.target, set()).add(link.organisation)
    return Index(areas, area_of, {ref: frozenset(each) for ref, each in keys.items()})


@dataclass(slots=True)
class _Part:
    providers: list[Provider] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    organisation_links: list[OrganisationLink] = field(default_factory=list)


def _parts(world: World, area_of: dict[str, str]) -> dict[str, _Part]:
    """Return the world's providers, links, groups and memberships by area, each in a stable order."""
    cut: dict[str, _Part] = defaultdict(_Part)
    for provider in sorted(world.providers, key=lambda each: each.ref):
        cut[area_of[provider.ref]].providers.append(provider)
    for link in sorted(world.links, key=lambda each: (each.of, each.to, each.kind)):
        cut[area_of[link.of]].links.append(link)
    for group in sorted(world.groups, key=lambda each: each.ref):
        cut[area_of[group.ref]].groups.append(group)
    for membership in sorted(world.memberships, key=order):
        cut[area_of[membership.provider]].memberships.append(membership)
    for tie in sorted(world.organisation_links, key=lambda each: (each.organisation, each.target)):
        cut[area_of[tie.organisation]].organisation_links.append(tie)
    return cut


def keys_of_connection(connection: Connection, around: World) -> frozenset[str]:
    """Return the keys of a connection: its target's area, the groups of its target's line, the authority, the place.

    `around` must hold the target's whole area, as `index` cut it.
    """
    target = connection.target
    groups = Groups(around)
    if target.startswith(GROUPS):
        return frozenset({groups.body(target)})
    if target.startswith(ORGANISATION):
        linked = (each.target for each in around.organisation_links if each.target.startswith(GROUPS))
        return frozenset({target, *map(groups.body, linked)})
    lines = Lines(around)
    area = areas_of(around.links, (target,))[target]
    bodies_there = {each.body for ref in lines.line(target) for each in groups.belongings(ref)}
    return frozenset(
        {area, *bodies_there, *([target] if target.startswith("la:") else []), *_nearby(connection, around)}
    )


def _nearby(connection: Connection, around: World) -> frozenset[str]:
    if connection.nature not in NEIGHBOUR_NATURES or connection.holder.circle is Circle.WIDER:
        return frozenset()
    here = next((each for each in around.providers if each.ref == connection.target), None)
    return keys_nearby(here) if here is not None else frozenset()


def keys_of_stranger(ref: str) -> frozenset[str]:
    """Return the keys of a provider that no imported register knows: it is its own line, and no more is known."""
    return frozenset({f"line:{ref}"})
