"""The inverted index: a connection can reach a provider only by a key that its target and the provider share.

Keys are exact but for days and distance, which the check judges; they do not depend on the policy, so that adopting
another one needs no new keys. A provider's own reference is a key; so is each body of groups that it is or was in.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tracker.domain.facts import (
    GROUPS,
    ORGANISATION,
    Group,
    Link,
    Membership,
    OrganisationLink,
    Provider,
    World,
)
from tracker.domain.groups import MAINTAINING, Belonging, Groups, bodies, is_group, order
from tracker.domain.horizon import EARLIEST, LATEST
from tracker.domain.succession import Lines

AUTHORITY = "la:"
KEPT = "kept:"


@dataclass(frozen=True, slots=True)
class TargetKey:
    """What a target reaches by one rule: whoever holds the key, on the days from `first` to `last` (ordinals).

    `belonging` is the membership through which it does, if through one; hits of one `slot` are one finding.
    """

    key: str
    slot: str = ""
    first: int = EARLIEST
    last: int = LATEST
    belonging: Belonging | None = None


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A provider's hold on a key, on the days from `first` to `last` (ordinals)."""

    first: int = EARLIEST
    last: int = LATEST
    belonging: Belonging | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """All that a target reaches, by rule in the order of the policy; what of its line is, which has rules of its own.

    `line` is the target, what it became and what it came from: neither same-group nor neighbour are for these.
    """

    by_rule: tuple[tuple[str, tuple[TargetKey, ...]], ...]
    line: frozenset[str]

    @property
    def keys(self) -> frozenset[str]:
        """The keys alone."""
        return frozenset(each.key for _, keys in self.by_rule for each in keys)


def reach_of(around: World, target: str) -> Reach:
    """Return what a target reaches; `around` must be its whole area."""
    return around.made(_reach, target)


def holds_of(around: World, provider: str) -> dict[str, tuple[OwnKey, ...]]:
    """Return the keys that a provider holds; `around` must be its whole area."""
    return around.made(_holds, provider)


def _reach(around: World, target: str) -> Reach:
    if around.is_plain and not target.startswith((AUTHORITY, *GROUPS)):
        return Reach((("direct", (TargetKey(target),)),), frozenset((target,)))
    if target.startswith(GROUPS):
        return _reach_by((("group", (TargetKey(around.made(Groups).body(target)),)),), target)
    if target.startswith(ORGANISATION):
        return _reach_by((("organisation", tuple(_linked(around, target))),), target)
    lines = around.made(Lines)
    line = lines.line(target)
    by_rule = (
        ("direct", (TargetKey(target),)),
        ("succession", tuple(TargetKey(ref) for ref in line if ref != target)),
        ("shared-line", tuple(TargetKey(ref) for ref in sorted(lines.beside(target)))),
        ("associated", tuple(TargetKey(ref) for ref in sorted(lines.associated(target)))),
        ("same-group", tuple(_fellows(around, line))),
        ("maintained-by", (TargetKey(f"{KEPT}{target}"),) if target.startswith(AUTHORITY) else ()),
    )
    return _reach_by(by_rule, *line)


def _reach_by(by_rule: tuple[tuple[str, tuple[TargetKey, ...]], ...], *line: str) -> Reach:
    return Reach(tuple((rule, keys) for rule, keys in by_rule if keys), frozenset(line))


def _linked(around: World, organisation: str) -> Iterator[TargetKey]:
    """Yield the keys of an organisation: what a reviewer linked it with."""
    groups = around.made(Groups)
    for link in sorted(around.organisation_links, key=lambda each: each.target):
        if link.organisation == organisation:
            key = groups.body(link.target) if link.target.startswith(GROUPS) else link.target
            yield TargetKey(key, slot=link.target)


def _fellows(around: World, line: Iterable[str]) -> Iterator[TargetKey]:
    """Yield the memberships of a line, the nearest member's first."""
    groups = around.made(Groups)
    for ref in line if around.memberships else ():
        for each in groups.belongings(ref):
            yield TargetKey(each.body, each.body, each.first, each.last, each)


def _holds(around: World, provider: str) -> dict[str, tuple[OwnKey, ...]]:
    result: dict[str, tuple[OwnKey, ...]] = {provider: (OwnKey(),)}
    for each in around.made(Groups).belongings(provider) if around.memberships else ():
        result[each.body] = (*result.get(each.body, ()), OwnKey(each.first, each.last, each))
    known = around.by_ref.get(provider)
    if known is not None and (keeper := keeper_of(known)):
        result[keeper] = (OwnKey(),)
    return result


def keeper_of(provider: Provider) -> str | None:
    """Return the key of the authority that maintains a provider, or maintained it when it closed; None for others."""
    if not provider.authority or provider.type_group.casefold() != MAINTAINING:
        return None
    return f"{KEPT}{AUTHORITY}{provider.authority}"


def joined(links: Iterable[Link]) -> dict[str, str]:
    """Return for each reference in these links the lowest of all that links of any kind join with it."""
    parent: dict[str, str] = {}

    def root(ref: str) -> str:
        while parent.get(ref, ref) != ref:
            parent[ref] = parent.get(parent[ref], parent[ref])
            ref = parent[ref]
        return ref

    for link in links:
        low, high = sorted((root(link.of), root(link.to)), key=lambda ref: (len(ref), ref))
        parent[high] = low
        parent.setdefault(low, low)
    return {ref: root(ref) for ref in parent}


@dataclass(frozen=True, slots=True)
class Index:
    """The world cut into areas: what one check may need to know of one place, where that is more than itself.

    An area is a succession line with all that links join to it, its memberships and groups; or the groups that are one
    body; or an organisation with what it is linked to. What stands alone has none. `keys` are the bodies of a member.
    """

    areas: dict[str, World]
    area_of: dict[str, str]
    keys: dict[str, frozenset[str]]


@dataclass(slots=True)
class _Part:
    providers: list[Provider] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    organisation_links: list[OrganisationLink] = field(default_factory=list)


def index(world: World) -> Index:
    """Cut the world into areas and give every member its keys."""
    body_of = bodies(world.groups)
    twins: dict[str, list[str]] = defaultdict(list)
    for group in sorted(world.groups, key=lambda each: each.ref):
        twins[body_of[group.ref]].append(group.ref)
    # A link or a membership may name what no register knows; its line and its groups count all the same.
    area_of = {ref: f"line:{low}" for ref, low in joined(world.links).items()}
    for membership in world.memberships:
        area_of.setdefault(membership.provider, f"line:{membership.provider}")
    area_of.update({ref: f"line:{body}" for body, several in twins.items() if len(several) > 1 for ref in several})
    area_of.update({each.organisation: f"line:{each.organisation}" for each in world.organisation_links})
    groups = {group.ref: group for group in world.groups}
    areas = {key: _area(part, groups, body_of, twins) for key, part in _parts(world, area_of).items()}
    keys: dict[str, set[str]] = {}
    for membership in world.memberships:
        if membership.group in groups and is_group(groups[membership.group]):
            keys.setdefault(membership.provider, set()).add(body_of[membership.group])
    return Index(areas, area_of, {ref: frozenset(each) for ref, each in keys.items()})


def _area(part: _Part, groups: dict[str, Group], body_of: dict[str, str], twins: dict[str, list[str]]) -> World:
    """Return an area with every group that is one body with one that it names."""
    named = {each.group for each in part.memberships} | {each.target for each in part.organisation_links}
    named |= {each.ref for each in part.groups}
    wanted = sorted(twin for body in {body_of[ref] for ref in named if ref in body_of} for twin in twins[body])
    return World(
        tuple(part.providers),
        tuple(part.links),
        tuple(groups[ref] for ref in wanted),
        tuple(part.memberships),
        tuple(part.organisation_links),
    )


def _parts(world: World, area_of: dict[str, str]) -> dict[str, _Part]:
    """Return the world's facts by area, each kind in a stable order; what stands alone is left out."""
    cut: dict[str, _Part] = defaultdict(_Part)
    for provider in sorted(world.providers, key=lambda each: each.ref):
        if provider.ref in area_of:
            cut[area_of[provider.ref]].providers.append(provider)
    for link in sorted(world.links, key=lambda each: (each.of, each.to, each.kind)):
        cut[area_of[link.of]].links.append(link)
    for group in sorted(world.groups, key=lambda each: each.ref):
        if group.ref in area_of:
            cut[area_of[group.ref]].groups.append(group)
    for membership in sorted(world.memberships, key=order):
        cut[area_of[membership.provider]].memberships.append(membership)
    for tie in sorted(world.organisation_links, key=lambda each: (each.organisation, each.target)):
        cut[area_of[tie.organisation]].organisation_links.append(tie)
    return cut
