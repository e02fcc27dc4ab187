"""What becomes of schools: conversions, chains, mergers, amalgamations, splits and closures."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from tracker.cli.demo.builder import ACADEMY_SINCE, Builder
from tracker.cli.demo.places import Place

PRIMARY_ENDINGS = ("Primary School", "Community Primary School", "C of E Primary School", "Primary School")
MAINTAINED = ("Community school", "Community school", "Voluntary controlled school", "Voluntary aided school")
ACADEMY = ("Academy converter", "Academy converter", "Academy sponsor led")
ENDING = {"Primary": "Primary School", "Secondary": "High School"}
Fate = Callable[[Builder, Place, str], None]


def maintained(make: Builder, place: Place, phase: str) -> None:
    """It stays what it was; now and then it grew, or a former number is linked to it as an expansion."""
    ending = make.rng.choice(PRIMARY_ENDINGS) if phase == "Primary" else ENDING[phase]
    stays = make.school(place, f"{make.stem(place)} {ending}", make.rng.choice(MAINTAINED), phase)
    if make.chance(2):
        other = make.school(
            place,
            f"{stays.name} (Annexe)",
            stays.kind,
            phase,
            closed_on=make.day(make.years(2, 12)) - timedelta(days=1),
        )
        make.link(stays, other, make.rng.choice(("Expansion", "Closure", "Other")), other.closed_on)


def converted(make: Builder, place: Place, phase: str) -> None:
    """A maintained school becomes an academy under another number, with or without another name."""
    stem = make.stem(place)
    old = make.school(place, f"{stem} {ENDING[phase]}", make.rng.choice(MAINTAINED), phase)
    name = make.rng.choice((old.name, f"{stem} Academy", f"{stem} Academy"))
    new = make.moved(old, name, make.rng.choice(ACADEMY), make.day(make.years(0, ACADEMY_SINCE - 2)))
    make.succeed(old, new)


def chained(make: Builder, place: Place, phase: str) -> None:
    """Two or three changes, one after the other."""
    stem, year = make.stem(place), make.years(14, 18)
    here = make.school(place, f"{stem} County {phase} School", "Community school", phase)
    steps = [(f"{stem} {ENDING[phase]}", "Foundation school"), (f"{stem} Academy", "Academy converter")]
    if make.chance(40):
        steps.append((f"{stem} {make.rng.choice(('Beacon', 'Compass', 'Keystone'))} Academy", "Academy sponsor led"))
    for name, kind in steps:
        there = make.moved(here, name, kind, make.day(year))
        make.succeed(here, there)
        here, year = there, max(0, year - make.years(3, 7))


def merged(make: Builder, place: Place, phase: str) -> None:
    """An infant and a junior school, or two schools, become one."""
    stem = make.stem(place)
    names = (
        (f"{stem} Infant School", f"{stem} Junior School") if phase == "Primary" else (f"{stem} Boys", f"{stem} Girls")
    )
    day = make.day(make.years(1, 15))
    one = make.school(place, names[0], "Community school", phase)
    new = make.moved(one, f"{stem} {ENDING[phase]}", make.rng.choice((*MAINTAINED, *ACADEMY)), day)
    two = make.school(place, names[1], "Community school", phase, closed_on=day - timedelta(days=1))
    for old in (one, two):
        make.succeed(old, new, " - merged")


def amalgamated(make: Builder, place: Place, phase: str) -> None:
    """Two schools are amalgamated; the register names the result without a direction at one of them."""
    stem = make.stem(place)
    day = make.day(make.years(2, 15))
    one = make.school(place, f"{stem} Infant School", "Community school", phase)
    new = make.moved(one, f"{stem} {ENDING[phase]}", "Community school", day)
    two = make.school(place, f"{stem} Junior School", "Community school", phase, closed_on=day - timedelta(days=1))
    make.succeed(one, new, " - amalgamated")
    make.link(two, new, "Result of Amalgamation", day)


def enlarged(make: Builder, place: Place, phase: str) -> None:
    """One school closes into another that was there already, which grows."""
    stem = make.stem(place)
    day = make.day(make.years(1, 12))
    stays = make.school(place, f"{stem} {ENDING[phase]}", "Community school", phase)
    goes = make.school(place, f"{stem} Lower School", "Community school", phase, closed_on=day - timedelta(days=1))
    kinds = (
        "Merged - expansion of school capacity",
        "Merged - change in age range",
        "Merged - expansion in school capacity and changer in age range",
    )
    make.link(stays, goes, make.rng.choice(kinds), day)


def split(make: Builder, place: Place, phase: str) -> None:
    """One school becomes two."""
    stem = make.stem(place)
    day = make.day(make.years(1, 10))
    whole = make.school(place, f"{stem} {ENDING[phase]}", "Foundation school", phase)
    halves = [make.moved(whole, f"{stem} {half}", make.rng.choice(ACADEMY), day) for half in ("Lower", "Upper")]
    for half in halves:
        make.succeed(whole, half, " - Split School")


def closed(make: Builder, place: Place, phase: str) -> None:
    """It closes, and nothing comes after it; of a few the day is not known."""
    day: date | None = make.day(make.years(0, 15)) - timedelta(days=1)
    if make.chance(6):
        day = None
    make.school(place, f"{make.stem(place)} {ENDING[phase]}", "Community school", phase, closed_on=day, status="Closed")


def closing(make: Builder, place: Place, phase: str) -> None:
    """It is to close at the end of the school year, and is open until then."""
    day = date(make.today.year + 1, 8, 31)
    status = "Open, but proposed to close"
    make.school(place, f"{make.stem(place)} {ENDING[phase]}", "Community school", phase, closed_on=day, status=status)


def proposed(make: Builder, place: Place, phase: str) -> None:
    """It is to open next year."""
    day = date(make.today.year + 1, 9, 1)
    name = f"{make.stem(place)} Free School"
    make.school(place, name, "Free schools", phase, day, status="Proposed to open")


# How many of a hundred schools of the phase meet each fate.
FATES: dict[str, Mapping[Fate, float]] = {
    "Primary": {
        maintained: 52, converted: 25, chained: 4, merged: 5, amalgamated: 3, enlarged: 1.5, split: 0.5, closed: 6,
        closing: 1.5, proposed: 1.5,
    },
    "Secondary": {
        maintained: 22, converted: 50, chained: 8, merged: 5, enlarged: 2, split: 3, closed: 8, closing: 1, proposed: 1,
    },
}  # fmt: skip


def settle(make: Builder, place: Place, phase: str) -> None:
    """Add a school at a place, with whatever became of it."""
    fates = FATES[phase]
    make.rng.choices(list(fates), list(fates.values()))[0](make, place, phase)
