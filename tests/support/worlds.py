"""Small random worlds that hit the hard shapes often, for Hypothesis to shrink and for long seeded runs.

Both kinds of run draw through the same `Chooser`, so that they make the same shapes. The universes are small and all
days come from one pool around the policy's boundaries, so that things collide.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Protocol, TypeVar

from hypothesis import strategies as st

from tracker.domain.dates import PartialDate
from tracker.domain.facts import (
    Connection,
    Facts,
    Group,
    Holder,
    Link,
    Membership,
    Nature,
    Provider,
    Standing,
    Status,
    Verdict,
    World,
)

T = TypeVar("T")


class Chooser(Protocol):
    """Picks one of the options; Hypothesis shrinks towards the first."""

    def __call__(self, options: Sequence[T], /) -> T: ...


UNKNOWN_DAY = date(1900, 1, 1)
STARTS = [date(2026, 3, 3), date(2026, 3, 1), date(2026, 2, 28), date(2024, 2, 29), date(2025, 3, 1), date(2028, 3, 1)]
LENGTHS = [1, 0, 2, 30]
YEARS_BACK = [1, 0, 2, 3, 5, 6]
AUTHORITIES = ["la:201", "la:202"]
NOWHERE = "gias:999999"  # is on no register, yet links may name it
TYPE_GROUPS = ["Local authority maintained schools", "Academies", ""]
UNDIRECTED = ["Result of Amalgamation", "Merged - change in age range", "Merged - expansion of school capacity"]
ASSOCIATED = ["Sixth Form Centre Link", "Sixth Form Centre School", "Closure", "Expansion", "Other"]
VARIANTS = ["", " - merged", " - amalgamated", " - Split School"]
NAMES = [["Acorn Trust", "ACORN  TRUST", " acorn trust"], ["Straße Trust", "STRASSE TRUST"], ["Ash", "Birch", "Cedar"]]
GROUP_KINDS = [
    "Multi-academy trust",
    "School sponsor",
    "School sponsor",
    "Single-academy trust",
    "Federation",
    "Trust",
    "Umbrella trust",
    "Children's Centres Group",
    "Children's Centres Collaboration",
]
GRADES = [None, Verdict.REAL, Verdict.PERCEIVED, Verdict.CLEAR]


def years_before(day: date, years: int) -> date:
    """Return the same calendar day that many years earlier; 1 March for a 29 February that is not there."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


def boundaries(starts_on: date, ends_on: date) -> list[date]:
    """Return the days on and beside every boundary of the policy, seen from one assignment."""
    edges = [starts_on, ends_on, years_before(ends_on, -1), years_before(starts_on, -1)]
    edges += [years_before(starts_on, years) for years in YEARS_BACK]
    return [edge + timedelta(days=off) for edge in edges for off in (0, -1, 1)]


def pool_of_days(pick: Chooser, starts_on: date, ends_on: date) -> list[date]:
    """Return the few days on which everything in one world happens, some of them from far off."""
    leap = [date(year, 2, 29) for year in range(2016, 2029, 4)]
    some = [*boundaries(starts_on, ends_on), *leap, date(2012, 5, 9), date(2031, 1, 1)]
    return [starts_on, ends_on, *(pick(some) for _ in range(pick([3, 5, 8])))]


def situations(pick: Chooser) -> Facts:
    """Return the facts of one random check: an assignment, a declaration and the world around both."""
    starts_on = pick(STARTS)
    ends_on = starts_on + timedelta(days=pick(LENGTHS))
    days = pool_of_days(pick, starts_on, ends_on)
    world = worlds(pick, days)
    provider = pick([*[each.ref for each in world.providers] * 3, NOWHERE])
    yearly = years_before(starts_on, 1)
    made_on = pick([starts_on, starts_on, yearly, yearly, yearly - timedelta(days=1), None, pick(days)])
    targets, when = near(world, provider), [*days, *pick([[], boundaries(starts_on, ends_on)])]
    connections = [connection(pick, targets, when, number) for number in range(pick([1, 3, 5, 8]))]
    return Facts(
        inspector="inspector:1",
        provider=provider,
        starts_on=starts_on,
        ends_on=ends_on,
        declaration=Standing("declaration:1", made_on) if made_on else None,
        connections=tuple(connections if made_on else ()),
        world=world,
    )


def worlds(pick: Chooser, days: list[date]) -> World:
    """Return 5 to 12 providers with the links, groups and memberships of all the hard shapes, and two authorities."""
    schools = [_provider(pick, days, n) for n in range(pick([5, 6, 7, 12]))]
    refs = [each.ref for each in schools]
    links = [link for _ in range(pick([1, 0, 2, 3, 4])) for link in pick(SHAPES)(pick, refs)]
    names = pick(NAMES)
    groups = [_group(pick, names, days, number) for number in range(pick([1, 0, 2, 3, 4]))]
    memberships = [_membership(pick, refs, groups, days) for _ in range(pick([2, 4, 8, 14]) if groups else 0)]
    authorities = [Provider(ref, f"Authority {ref[3:]}", authority=ref[3:]) for ref in AUTHORITIES]
    return World((*schools, *authorities), tuple(links), tuple(groups), tuple(memberships))


def near(world: World, provider: str) -> list[str]:
    """Return what a connection may be to: the provider and what it has to do with, each often, and all else."""
    linked = [ref for link in world.links if provider in (link.of, link.to) for ref in (link.of, link.to)]
    own = {each.group for each in world.memberships if each.provider == provider}
    fellows = [each.provider for each in world.memberships if each.group in own]
    everything = [*(each.ref for each in world.providers), *(each.ref for each in world.groups), NOWHERE]
    return [*[provider] * 6, *linked, *fellows, *sorted(own) * 3, *everything, *everything]


def connection(pick: Chooser, targets: list[str], days: list[date], number: int) -> Connection:
    """Return a connection of any nature and holder to one of the targets, near the boundaries."""
    nature, target = pick([*Nature, Nature.OTHER]), pick(targets)
    holder = pick([Holder.SELF, *Holder, Holder.SELF, Holder.SELF])
    began_on, ended_on = (
        _partial(pick, pick(days)),
        pick([None, _partial(pick, pick(days)), _partial(pick, pick(days))]),
    )
    if ended_on and ended_on.last < began_on.first:
        began_on, ended_on = ended_on, began_on
    grade = pick(GRADES) if nature is Nature.OTHER else None
    return Connection(f"connection:{number}", nature, holder, target, target, began_on, ended_on, grade)


def _partial(pick: Chooser, day: date) -> PartialDate:
    return PartialDate.parse(day.isoformat()[: pick([10, 10, 10, 7, 4])])


def _day(pick: Chooser, days: list[date]) -> date | None:
    return pick([None, UNKNOWN_DAY, pick(days), pick(days)])


def _provider(pick: Chooser, days: list[date], number: int) -> Provider:
    """Return a school, or a childminder whose digits are those of the school before it."""
    scheme = pick(["gias"] * 5 + ["ofsted-ey"]) if number else "gias"
    ref = f"{scheme}:{100000 + number - (scheme != 'gias')}"
    status = pick([Status.OPEN, Status.CLOSED, Status.CLOSED, Status.CLOSING, Status.PROPOSED])
    return Provider(
        ref,
        f"Provider {number}",
        status,
        _day(pick, days[:4]) if status is not Status.OPEN else None,
        authority=pick(["201", "201", "202", None]),
        type_group=pick(TYPE_GROUPS),
        phase=pick(["Primary", "Secondary", "Not applicable"]),
    )


def _group(pick: Chooser, names: list[str], days: list[date], number: int) -> Group:
    status = pick([Status.OPEN, Status.OPEN, Status.CLOSED, Status.CLOSING])
    closed_on = _day(pick, days) if status is not Status.OPEN else None
    return Group(f"group:{5000 + number}", pick(names), pick(GROUP_KINDS), status, closed_on)


def _membership(pick: Chooser, refs: list[str], groups: list[Group], days: list[date]) -> Membership:
    provider = pick([*refs, *refs, NOWHERE])
    return Membership(provider, pick(groups).ref, _day(pick, days), pick([None, _day(pick, days)]))


def _recorded(pick: Chooser, before: str, after: str) -> list[Link]:
    """Record one succession from either side or from both, in any of its variants."""
    variant = pick(VARIANTS)
    old, new = Link(before, after, f"Successor{variant}"), Link(after, before, f"Predecessor{variant}")
    return pick([[old, new], [old], [new]])


def _chain(pick: Chooser, refs: list[str]) -> list[Link]:
    line = [pick(refs) for _ in range(pick([2, 3, 4, 5, 6]))]
    return [link for before, after in pairwise(line) for link in _recorded(pick, before, after)]


def _split(pick: Chooser, refs: list[str]) -> list[Link]:
    whole = pick(refs)
    return [link for _ in range(pick([2, 3])) for link in _recorded(pick, whole, pick(refs))]


def _merger(pick: Chooser, refs: list[str]) -> list[Link]:
    whole = pick(refs)
    return [link for _ in range(pick([2, 3])) for link in _recorded(pick, pick(refs), whole)]


def _cycle(pick: Chooser, refs: list[str]) -> list[Link]:
    """Two numbers that each succeed the other, as the register has it of some."""
    one, two = pick(refs), pick(refs)
    return [*_recorded(pick, one, two), *_recorded(pick, two, one)]


def _undirected(pick: Chooser, refs: list[str]) -> list[Link]:
    """One or several links that name no direction; the closing days decide."""
    return [Link(pick(refs), pick(refs), pick(UNDIRECTED)) for _ in range(pick([1, 2, 3]))]


def _beside(pick: Chooser, refs: list[str]) -> list[Link]:
    """A link without a direction beside an explicit one of the same pair, agreeing or opposite."""
    one, two = pick(refs), pick(refs)
    return [Link(one, two, pick(UNDIRECTED)), *_recorded(pick, *pick([(one, two), (two, one)]))]


def _associated(pick: Chooser, refs: list[str]) -> list[Link]:
    return [Link(pick(refs), pick(refs), pick(ASSOCIATED))]


def _dangling(pick: Chooser, refs: list[str]) -> list[Link]:
    """A link to or from something that is on no register, of any kind."""
    one, kind = pick(refs), pick(["Successor", "Predecessor", *UNDIRECTED, *ASSOCIATED])
    return pick([[Link(one, NOWHERE, kind)], [Link(NOWHERE, one, kind)], _chain(pick, [one, NOWHERE])])


SHAPES: list[Callable[[Chooser, list[str]], list[Link]]] = [
    _chain,
    _split,
    _merger,
    _cycle,
    _undirected,
    _beside,
    _associated,
    _dangling,
]


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """Return the strategy of random situations for Hypothesis."""
    return situations(lambda options: draw(st.sampled_from(options)))


def seeded_facts(seed: int) -> Facts:
    """Return the situation of this seed: fast, always the same, for runs of a million."""
    return situations(Random(seed).choice)
