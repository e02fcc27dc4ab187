"""The inverted index: a connection can touch an assignment only if the two share a key. Candidates only; rules decide.

Keys do not depend on the policy, so that adopting another one needs no new keys.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.domain.facts import Connection, Link, World
from tracker.domain.groups import MAINTAINING, Groups, bodies, is_group
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
    area_of = areas_of(world.links, (each.ref for each in world.providers))
    body_of = bodies(world.groups)
    twins: dict[str, list[str]] = {}
    for group in world.groups:
        twins.setdefault(body_of[group.ref], []).append(group.ref)
        area_of[group.ref] = f"line:{body_of[group.ref]}"
    parts = _parts(world, area_of)
    groups = {group.ref: group for group in world.groups}
    areas = {}
    for key, part in parts.items():
        named = {each.group for each in part.memberships} & groups.keys() | {each.ref for each in part.groups}
        wanted = sorted(twin for body in {body_of[ref] for ref in named} for twin in twins[body])
        areas[key] = World(part.providers, part.links, tuple(groups[ref] for ref in wanted), part.memberships)
    keys = {ref: {area} for ref, area in area_of.items()}
    for membership in world.memberships:
        group = groups.get(membership.group)
        if group is not None and is_group(group):
            keys.setdefault(membership.provider, set()).add(body_of[group.ref])
    for provider in world.providers:
        if provider.authority and provider.type_group.casefold() == MAINTAINING:
            keys[provider.ref].add(f"la:{provider.authority}")
    return Index(areas, area_of, {ref: frozenset(each) for ref, each in keys.items()})


def _parts(world: World, area_of: dict[str, str]) -> dict[str, World]:
    """Return the world's providers, links, groups and memberships by area, each in a stable order."""
    cut: dict[str, tuple[list, list, list, list]] = {}  # type: ignore[type-arg]
    for each in sorted(world.providers, key=lambda each: each.ref):
        cut.setdefault(area_of[each.ref], ([], [], [], []))[0].append(each)
    for each in sorted(world.links, key=lambda each: (each.of, each.to, each.kind)):
        cut.setdefault(area_of[each.of], ([], [], [], []))[1].append(each)
    for each in sorted(world.groups, key=lambda each: each.ref):
        cut.setdefault(area_of[each.ref], ([], [], [], []))[2].append(each)
    for each in sorted(world.memberships, key=lambda each: (each.provider, each.group, str(each.joined_on))):
        key = area_of.get(each.provider)
        if key is not None:
            cut.setdefault(key, ([], [], [], []))[3].append(each)
    return {key: World(*map(tuple, lists)) for key, lists in cut.items()}


def keys_of_connection(connection: Connection, around: World) -> frozenset[str]:
    """Return the keys of a connection: its target's area, the groups of its target's line, the authority itself.

    `around` must hold the target's whole area, as `index` cut it.
    """
    target = connection.target
    if target.startswith(("group:", "rp:")):
        return frozenset({Groups(around).body(target)})
    groups, lines = Groups(around), Lines(around)
    area = areas_of(around.links, (target,))[target]
    bodies_there = {each.body for ref in lines.line(target) for each in groups.belongings(ref)}
    return frozenset({area, *bodies_there, *([target] if target.startswith("la:") else [])})
