"""The schools and groups that the story names: one of each way in which a connection can reach further."""

from dataclasses import dataclass
from datetime import date, timedelta

from tracker.cli.demo.builder import Builder
from tracker.cli.demo.gias import GroupRecord, School
from tracker.cli.demo.places import Authority, Place


@dataclass(frozen=True, slots=True)
class Landmarks:
    """What the story needs to know by name."""

    authority: Authority
    # Larkholt Primary School became Larkholt Ridge Academy.
    before_conversion: School
    after_conversion: School
    # Five numbers in a row, four hops.
    first_of_chain: School
    last_of_chain: School
    # Two schools merged, one school split, two schools amalgamated.
    infants: School
    juniors: School
    after_merger: School
    before_split: School
    lower_half: School
    upper_half: School
    before_amalgamation: School
    after_amalgamation: School
    # Each succeeds the other, as the register has it of a few.
    one_of_cycle: School
    other_of_cycle: School
    # The succession is recorded at the later one only.
    before_one_sided: School
    after_one_sided: School
    # A school and the sixth form centre that it is linked to.
    with_sixth_form: School
    sixth_form: School
    # A trust and the sponsor of the same name; the sponsored school is a member of the sponsor alone.
    trust: GroupRecord
    sponsor: GroupRecord
    trust_members: tuple[School, School, School]
    sponsored: School
    # A federation that has closed, and two of its members.
    former_federation: GroupRecord
    once_federated: tuple[School, School]
    # Plain ones.
    maintained: School
    special: School
    nursery: School
    independent: School
    closing: School


def _place(make: Builder, authority: Authority, name: str) -> Place:
    """Return a reserved village near one of the authority's towns."""
    town = make.rng.choice(make.places[authority.code][:4])
    return Place(authority, name, town.district, town.easting + 4_000, town.northing - 3_000)


def _september(make: Builder, years_ago: int) -> date:
    return date(make.today.year - years_ago, 9, 1)


def _lines(make: Builder, authority: Authority) -> dict[str, School]:
    """Add the schools with a past: conversion, chain, cycle, one-sided link."""
    made: dict[str, School] = {}
    kind, phase = "Community school", "Primary"
    place = _place(make, authority, "Larkholt")
    made["before_conversion"] = make.school(place, "Larkholt Primary School", kind, phase, date(1974, 9, 1))
    made["after_conversion"] = make.moved(
        made["before_conversion"], "Larkholt Ridge Academy", "Academy converter", _september(make, 2)
    )
    make.succeed(made["before_conversion"], made["after_conversion"], sides="both")

    names = ("County Primary School", "Community Primary School", "Primary School", "Academy", "Lodestar Academy")
    kinds = (kind, kind, "Foundation school", "Academy converter", "Academy sponsor led")
    here = make.school(_place(make, authority, "Tarnbeck"), f"Tarnbeck {names[0]}", kinds[0], phase)
    made["first_of_chain"] = here
    for name, each, years in zip(names[1:], kinds[1:], (16, 11, 7, 3), strict=True):
        there = make.moved(here, f"Tarnbeck {name}", each, _september(make, years))
        make.succeed(here, there)
        here = there
    made["last_of_chain"] = here

    one = make.school(_place(make, authority, "Embercombe"), "Embercombe School", kind, "Secondary")
    other = make.moved(one, "Embercombe Community School", "Foundation school", _september(make, 5))
    for first, second in ((one, other), (other, one)):
        make.link(first, second, "Successor", other.opened_on)
        make.link(first, second, "Predecessor", other.opened_on)
    made["one_of_cycle"], made["other_of_cycle"] = one, other

    middle = make.school(_place(make, authority, "Heronfold"), "Heronfold Middle School", kind, "Secondary")
    made["before_one_sided"] = middle
    made["after_one_sided"] = make.moved(middle, "Heronfold Academy", "Academy sponsor led", _september(make, 4))
    make.succeed(middle, made["after_one_sided"], sides="new")
    return made


def _joined_and_parted(make: Builder, authority: Authority) -> dict[str, School]:
    """Add the schools that merged, split, were amalgamated, or share a sixth form."""
    made: dict[str, School] = {}
    kind = "Community school"
    place = _place(make, authority, "Quillmarsh")
    day = _september(make, 3)
    eve = day - timedelta(days=1)
    made["infants"] = make.school(place, "Quillmarsh Infant School", kind, "Primary")
    made["after_merger"] = make.moved(made["infants"], "Quillmarsh Primary School", kind, day)
    made["juniors"] = make.school(place, "Quillmarsh Junior School", kind, "Primary", closed_on=eve)
    for part in ("infants", "juniors"):
        make.succeed(made[part], made["after_merger"], " - merged", sides="both")

    whole = make.school(_place(make, authority, "Otterwold"), "Otterwold High School", "Foundation school", "Secondary")
    made["before_split"] = whole
    for half, name in (("lower_half", "Otterwold Lower School"), ("upper_half", "Otterwold Upper School")):
        made[half] = make.moved(whole, name, "Academy converter", day)
        make.succeed(whole, made[half], " - Split School", sides="both")

    made["before_amalgamation"] = make.school(
        _place(make, authority, "Saffronstead"), "Saffronstead Girls' School", kind, "Secondary"
    )
    made["after_amalgamation"] = make.moved(made["before_amalgamation"], "Saffronstead School", kind, day)
    make.link(made["before_amalgamation"], made["after_amalgamation"], "Result of Amalgamation", day)

    place = _place(make, authority, "Pebblewick")
    made["with_sixth_form"] = make.school(place, "Pebblewick School", kind, "Secondary", date(1988, 9, 1))
    made["sixth_form"] = make.school(
        place, "Pebblewick Sixth Form Centre", "Sixth form centres", "Not applicable", _september(make, 9)
    )
    make.link(made["with_sixth_form"], made["sixth_form"], "Sixth Form Centre Link", made["sixth_form"].opened_on)
    make.link(made["sixth_form"], made["with_sixth_form"], "Sixth Form Centre School", made["sixth_form"].opened_on)
    return made


def _plain(make: Builder, authority: Authority) -> dict[str, School]:
    """Add schools without a past, one of each kind that the story visits."""
    village, town = _place(make, authority, "Otterholt Vale"), _place(make, authority, "Candlemere Quay")
    maintained = make.school(village, "Otterholt Vale Primary School", "Community school", "Primary", date(1981, 4, 1))
    special = make.school(village, "Otterholt Field School", "Community special school", "Not applicable")
    nursery = make.school(town, "Candlemere Quay Nursery School", "Local authority nursery school", "Nursery")
    independent = make.school(town, "Candlemere House", "Other independent school", "Not applicable", date(1926, 1, 1))
    end = date(make.today.year + 1, 8, 31)
    closing = make.school(
        town,
        "Candlemere Quay School",
        "Community school",
        "Secondary",
        closed_on=end,
        status="Open, but proposed to close",
    )
    return {
        "maintained": maintained,
        "special": special,
        "nursery": nursery,
        "independent": independent,
        "closing": closing,
    }


def _former_federation(make: Builder, place: Place) -> tuple[GroupRecord, list[School]]:
    """Add two schools that were federated once, and the federation, which has closed."""
    federated = [
        make.school(place, f"Bellhaven {name} Primary School", "Voluntary controlled school", "Primary")
        for name in ("East", "West")
    ]
    former = make.group(
        "The Bellhaven Federation",
        "Federation",
        _september(make, 10),
        [(each, _september(make, 10)) for each in federated],
        closed_on=_september(make, 2) - timedelta(days=1),
    )
    return former, federated


def add_landmarks(make: Builder, authority: Authority) -> Landmarks:
    """Add the schools and groups of the story to one authority."""
    schools = {**_lines(make, authority), **_joined_and_parted(make, authority), **_plain(make, authority)}
    quay = _place(make, authority, "Bellhaven Quay")
    founded = _september(make, 8)
    academies = [
        make.school(quay, f"Bellhaven {name}", "Academy sponsor led", phase, founded)
        for name, phase in (
            ("Quay Academy", "Primary"),
            ("Strand Academy", "Secondary"),
            ("Point Academy", "Primary"),
            ("Reach Academy", "Secondary"),
        )
    ]
    *members, sponsored = academies
    trust = make.group("BELLHAVEN HARBOUR TRUST", "Multi-academy trust", founded, [(each, founded) for each in members])
    # Two spaces and another case: the register writes a trust and the sponsor that it is in ways like these.
    sponsor = make.group(
        "Bellhaven  Harbour Trust", "School sponsor", founded, [(sponsored, founded), (members[0], None)]
    )
    former, federated = _former_federation(make, quay)
    return Landmarks(
        authority=authority,
        trust=trust,
        sponsor=sponsor,
        trust_members=(members[0], members[1], members[2]),
        sponsored=sponsored,
        former_federation=former,
        once_federated=(federated[0], federated[1]),
        **schools,
    )


def numbers(landmarks: Landmarks) -> set[int]:
    """Return the numbers of the schools whose groups the story has settled."""
    own = [value for name in Landmarks.__slots__ if isinstance(value := getattr(landmarks, name), School)]
    return {each.urn for each in (*own, *landmarks.trust_members, landmarks.sponsored, *landmarks.once_federated)}


def named(landmarks: Landmarks) -> set[str]:
    """Return the references of everything that the story names, and of the authority that it is in."""
    groups = (landmarks.trust, landmarks.sponsor, landmarks.former_federation)
    schools = {f"gias:{urn}" for urn in numbers(landmarks)}
    return schools | {each.ref for each in groups} | {f"la:{landmarks.authority.code}"}
