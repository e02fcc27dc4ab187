"""The oracle's reading of the register: succession lines, bodies of groups, and the days of a membership."""

from datetime import date
from functools import lru_cache

from tests.support.oracle_grades import Days
from tracker.domain.facts import Group, Link, Membership, Status, World

UNKNOWN_DAY = date(1900, 1, 1)
NO_GROUPS = {"Children's Centres Group", "Children's Centres Collaboration"}
TRUSTS = {"Multi-academy trust", "Single-academy trust"}


def arrow(world: World, link: Link) -> tuple[str, str] | None:
    """Return (earlier, later) for a link of succession, None for any other."""
    if link.kind.startswith("Predecessor"):
        return link.to, link.of
    if link.kind.startswith("Successor"):
        return link.of, link.to
    if link.kind != "Result of Amalgamation" and not link.kind.startswith("Merged - "):
        return None
    closed = {each.ref: each.closed_on for each in world.providers if each.status is Status.CLOSED}
    if link.of in closed and link.to not in closed:
        return link.of, link.to
    if link.to in closed and link.of not in closed:
        return link.to, link.of
    if link.of not in closed:
        return None
    of_day, to_day = known(closed[link.of]), known(closed[link.to])
    if of_day is None or to_day is None or of_day == to_day:
        return None
    return (link.of, link.to) if of_day < to_day else (link.to, link.of)


# The last world only: a check asks for its lines many times.
@lru_cache(maxsize=1)
def reach(world: World) -> frozenset[tuple[str, str]]:
    """Return every (earlier, later) over any number of hops, by joining until nothing new comes."""
    hops = {hop for link in world.links if link.of != link.to and (hop := arrow(world, link))}
    pairs = set(hops)
    while True:
        more = {(one, three) for one, two in pairs for again, three in hops if two == again}
        if more <= pairs:
            return frozenset(pairs)
        pairs |= more


def line_of(world: World, provider: str) -> set[str]:
    """Return the provider, what reaches it and what it reaches."""
    before = {one for one, two in reach(world) if two == provider}
    return {provider} | before | {two for one, two in reach(world) if one == provider}


def known(day: date | None) -> date | None:
    """Return a day of the register, or None where it stands for no known day."""
    return None if day == UNKNOWN_DAY else day


def bodies(world: World) -> list[set[str]]:
    """Return the groups as bodies: a sponsor and the open trusts of its name are one."""
    found = [{group.ref} for group in world.groups if group.kind not in NO_GROUPS]
    for one in world.groups:
        for two in world.groups:
            if _twins(one, two):
                joined = [body for body in found if one.ref in body or two.ref in body]
                found = [body for body in found if body not in joined] + [set().union(*joined)]
    return found


def _twins(sponsor: Group, trust: Group) -> bool:
    is_open = trust.status in (Status.OPEN, Status.CLOSING)
    same_name = " ".join(sponsor.name.casefold().split()) == " ".join(trust.name.casefold().split())
    return sponsor.kind == "School sponsor" and trust.kind in TRUSTS and is_open and same_name


def member_days(world: World, body: set[str], provider: str) -> list[Days]:
    """Return the spans of days on which the provider was a member of the body, by any of its groups."""
    return [_days(world, each) for each in world.memberships if each.provider == provider and each.group in body]


def _days(world: World, membership: Membership) -> Days:
    ends = [known(membership.left_on)]
    ends += [g.closed_on for g in world.groups if g.ref == membership.group and g.status is Status.CLOSED]
    ends += [p.closed_on for p in world.providers if p.ref == membership.provider and p.status is Status.CLOSED]
    days = [day for end in ends if (day := known(end)) is not None]
    return known(membership.joined_on) or date.min, min(days, default=date.max)


def share_a_day(*many: list[Days]) -> bool:
    """Tell whether there is a day in each of the lists: if there is, one of the first days is such a day."""
    firsts = {first for spans in many for first, _ in spans}
    return any(all(any(first <= day <= last for first, last in spans) for spans in many) for day in firsts)
