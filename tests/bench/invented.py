"""Invented registers of any size: providers in lines, trusts and authorities, always the same for the same seed."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from tracker.domain.facts import Group, Link, Membership, Provider, Status, World

PROVIDERS_AN_AUTHORITY = 800
LARGEST_TRUST = 40
# Of a hundred providers: how many an authority maintains, are in a trust, and became another one.
MAINTAINED, IN_A_TRUST, SUCCEEDED = 55, 35, 8
# Metres: where authorities are seated, and how far from there their providers are; of a hundred, some have no place.
EASTINGS, NORTHINGS, SPREAD, UNLOCATED = (300_000, 600_000), (100_000, 500_000), 20_000, 3
_FIRST = (
    "Otter",
    "Heron",
    "Bramble",
    "Lark",
    "Tarn",
    "Sorrel",
    "Quill",
    "Saffron",
    "Copper",
    "Yarrow",
    "Ember",
    "Wren",
)
_LAST = ("wick", "combe", "mere", "den", "stead", "thorpe", "holt", "garth", "fold", "marsh", "ness", "beck")
_KINDS = ("Primary School", "Church of England Primary School", "Junior School", "Academy", "High School", "Nursery")
_BEFORE = ("", "", "", "St Orwen's ", "The ", "Upper ", "North ", "Our Lady of ")


def names(number: int, seed: int = 7) -> list[str]:
    """Return that many names of schools, many of them shared, as in the real register."""
    pick = Random(seed).choice
    return [f"{pick(_BEFORE)}{pick(_FIRST)}{pick(_LAST)} {pick(_KINDS)}" for _ in range(number)]


def day(rng: Random, first: int, last: int) -> date:
    """Return a day of the years from `first` to `last`."""
    return date(first, 1, 1) + timedelta(days=rng.randrange(366 * (last - first + 1) - 1))


def registers(number: int, seed: int = 7) -> World:
    """Return so many providers, each tenth or so with a successor, a third in trusts, and their authorities."""
    rng = Random(seed)
    codes = [f"{each:03}" for each in range(100, 102 + number // PROVIDERS_AN_AUTHORITY)]
    seats = {code: (rng.randrange(*EASTINGS), rng.randrange(*NORTHINGS)) for code in codes}
    called = names(number, seed)
    providers, links = [], []
    for place in range(number):
        succeeded = place + 1 < number and rng.randrange(100) < SUCCEEDED
        status, closed_on = (Status.CLOSED, day(rng, 2005, 2025)) if succeeded else (Status.OPEN, None)
        group = "Local authority maintained schools" if rng.randrange(100) < MAINTAINED else "Academies"
        authority, phase = rng.choice(codes), rng.choice(("Primary", "Primary", "Secondary"))
        ref, after = f"gias:{200_000 + place}", f"gias:{200_001 + place}"
        easting, northing = (metres + rng.randint(-SPREAD, SPREAD) for metres in seats[authority])
        if rng.randrange(100) < UNLOCATED:
            easting = northing = None
        providers.append(Provider(ref, called[place], status, closed_on, authority, group, phase, easting, northing))
        if succeeded:
            links += [Link(ref, after, "Successor"), Link(after, ref, "Predecessor")]
    groups, memberships = [], []
    for group_ref, members in _trusts(rng, [each.ref for each in providers]):
        groups.append(Group(group_ref, f"Trust {group_ref[6:]}", "Multi-academy trust"))
        memberships += [Membership(each, group_ref, day(rng, 2011, 2024)) for each in members]
    authorities = [Provider(f"la:{code}", f"Authority {code}") for code in codes]
    return World((*providers, *authorities), tuple(links), tuple(groups), tuple(memberships))


def _trusts(rng: Random, refs: list[str]) -> Iterator[tuple[str, list[str]]]:
    left = rng.sample(refs, len(refs) * IN_A_TRUST // 100)
    number = 5_000
    while left:
        number += 1
        size = rng.randint(1, LARGEST_TRUST)
        yield f"group:{number}", left[:size]
        left = left[size:]
