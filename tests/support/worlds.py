"""Small random worlds that hit the hard shapes often, for Hypothesis to shrink and for long seeded runs.

Both kinds of run draw through the same `Chooser`, so that they make the same shapes. The universes are small and all
days come from one pool around the policy's boundaries, so that things collide.
"""

from datetime import date, timedelta
from random import Random

from hypothesis import strategies as st

from tests.support.random_links import NOWHERE, SHAPES, Chooser
from tracker.domain.dates import PartialDate
from tracker.domain.facts import (
    Confirmation,
    Connection,
    Facts,
    Group,
    Holder,
    Membership,
    Nature,
    Objection,
    OrganisationLink,
    Provider,
    Standing,
    Status,
    Verdict,
    Visit,
    World,
    folded,
)

UNKNOWN_DAY = date(1900, 1, 1)
STARTS = [date(2026, 3, 3), date(2026, 3, 1), date(2026, 2, 28), date(2024, 2, 29), date(2025, 3, 1), date(2028, 3, 1)]
LENGTHS = [1, 0, 2, 30]
YEARS_BACK = [1, 0, 2, 3, 5, 6]
AUTHORITIES = ["la:201", "la:202"]
# Beside each other: exactly 5,000 m, a step more, exactly 8,000 m, a step more; and all ways to be nowhere.
PLACES: list[tuple[int | None, int | None]] = [
    (530_000, 180_000),
    (533_000, 184_000),
    (535_000, 180_000),
    (535_001, 180_000),
    (534_800, 186_400),
    (538_000, 180_000),
    (538_000, 180_001),
    (530_000, 172_000),
    (None, None),
    (0, 0),
    (None, 180_000),
    (530_000, None),
    (0, 180_000),
    (530_000, 0),
]
SCHEMES = ["gias", "gias", "gias", "ofsted-ey", "ofsted-ey", "ofsted-sc", "ukprn"]
# Facts hold an organisation under its folded name, as the services keep it; several ways to write it are one.
ORGANISATIONS = [
    folded(name)
    for name in ("org:Makers UK", "org:makers  uk", "org: MAKERS UK ", "org:Straße Advice", "org:STRASSE ADVICE")
]
TYPE_GROUPS = ["Local authority maintained schools", "Academies", ""]
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
        areas=(world,),
        visits=tuple(visits(pick, world, provider, starts_on)) if made_on else (),
        confirmation=_confirmation(pick, starts_on),
        objections=_objections(pick, starts_on),
    )


def worlds(pick: Chooser, days: list[date]) -> World:
    """Return 5 to 12 providers with the links, groups and memberships of all the hard shapes, and two authorities."""
    alike = pick([False, True])
    schools = [_provider(pick, days, n, alike=alike) for n in range(pick([5, 6, 7, 12]))]
    refs = [each.ref for each in schools]
    links = [link for _ in range(pick([1, 0, 2, 3, 4])) for link in pick(SHAPES)(pick, refs)]
    names = pick(NAMES)
    groups = [_group(pick, names, days, number) for number in range(pick([1, 0, 2, 3, 4]))]
    memberships = [_membership(pick, refs, groups, days) for _ in range(pick([2, 4, 8, 14]) if groups else 0)]
    authorities = [Provider(ref, f"Authority {ref[3:]}", authority=ref[3:]) for ref in AUTHORITIES]
    linked = [_organisation(pick, refs, groups) for _ in range(pick([0, 1, 2, 4]))]
    return World(
        (*schools, *authorities), tuple(links), tuple(groups), tuple(memberships), tuple(dict.fromkeys(linked))
    )


def near(world: World, provider: str) -> list[str]:
    """Return what a connection may be to: the provider and what it has to do with, each often, and all else."""
    linked = [ref for link in world.links if provider in (link.of, link.to) for ref in (link.of, link.to)]
    own = {each.group for each in world.memberships if each.provider == provider}
    fellows = [each.provider for each in world.memberships if each.group in own]
    here = world.by_ref.get(provider)
    keepers = [f"la:{here.authority}"] * 2 if here and here.authority else []
    alike = [x.ref for x in world.providers if here and (x.register, x.phase) == (here.register, here.phase)]
    everything = [*(each.ref for each in world.providers), *(each.ref for each in world.groups), NOWHERE]
    organisations = [*[each.organisation for each in world.organisation_links] * 2, *ORGANISATIONS[:2]]
    return [
        *[provider] * 6,
        *linked,
        *fellows,
        *sorted(own) * 3,
        *keepers,
        *alike * 2,
        *everything,
        *everything,
        *organisations,
    ]


def visits(pick: Chooser, world: World, provider: str, starts_on: date) -> list[Visit]:
    """Return inspections of the provider and of what is linked to it, of which the inspector took part in most."""
    linked = [ref for link in world.links if provider in (link.of, link.to) for ref in (link.of, link.to)]
    where = [provider, provider, *linked, *[each.ref for each in world.providers[:2]]]
    ends = [starts_on - timedelta(days=days) for days in (400, 800, 1, 30, 31, 365, 366, 1200, 1500, 2000)]
    ends += [starts_on, starts_on + timedelta(days=20)]
    found = []
    for number in range(pick([0, 2, 3, 5])):
        ended_on = pick(ends)
        began_on = ended_on - timedelta(days=pick([1, 0, 2, 40]))
        found.append(Visit(f"inspection:{number}", pick(where), began_on, ended_on, pick([True, True, True, False])))
    return found


def _confirmation(pick: Chooser, starts_on: date) -> Confirmation | None:
    checked_on = starts_on + timedelta(days=pick([-1, -2, 0, -30, 1, 400]))
    return pick([None, Confirmation(checked_on, given=False), Confirmation(checked_on, given=True)])


def _objections(pick: Chooser, starts_on: date) -> tuple[Objection, ...]:
    days = [starts_on - timedelta(days=pick([1, 0, 9])) for _ in range(pick([0, 0, 0, 0, 1, 2]))]
    return tuple(Objection(f"objection:{number}", day) for number, day in enumerate(days))


def _organisation(pick: Chooser, refs: list[str], groups: list[Group]) -> OrganisationLink:
    return OrganisationLink(pick(ORGANISATIONS), pick([*refs, *[each.ref for each in groups] * 3, NOWHERE]))


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


def _provider(pick: Chooser, days: list[date], number: int, *, alike: bool) -> Provider:
    """Return a school, or a childminder or a home whose digits are those of the school before it.

    Where all are alike, they are schools of one phase, so that they may be neighbours.
    """
    scheme = pick(SCHEMES) if number and not alike else "gias"
    easting, northing = pick(PLACES)
    ref = f"{scheme}:{100000 + number - (scheme != 'gias')}"
    status = pick([Status.OPEN, Status.CLOSED, Status.CLOSED, Status.CLOSING, Status.PROPOSED])
    return Provider(
        ref,
        f"Provider {number}",
        status,
        _day(pick, days[:4]) if status is not Status.OPEN else None,
        authority=pick(["201", "201", "202", None]),
        type_group=pick(TYPE_GROUPS),
        phase="Primary" if alike else pick(["Primary", "Primary", "Secondary", "Not applicable", ""]),
        easting=easting,
        northing=northing,
    )


def _group(pick: Chooser, names: list[str], days: list[date], number: int) -> Group:
    status = pick([Status.OPEN, Status.OPEN, Status.CLOSED, Status.CLOSING])
    closed_on = _day(pick, days) if status is not Status.OPEN else None
    return Group(f"group:{5000 + number}", pick(names), pick(GROUP_KINDS), status, closed_on)


def _membership(pick: Chooser, refs: list[str], groups: list[Group], days: list[date]) -> Membership:
    provider = pick([*refs, *refs, NOWHERE])
    return Membership(provider, pick(groups).ref, _day(pick, days), pick([None, _day(pick, days)]))


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """Return the strategy of random situations for Hypothesis."""
    return situations(lambda options: draw(st.sampled_from(options)))


def seeded_facts(seed: int) -> Facts:
    """Return the situation of this seed: fast, always the same, for runs of a million."""
    return situations(Random(seed).choice)
