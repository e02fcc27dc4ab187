"""The demonstration's register: some two thousand invented providers with a lifelike past. Equal seeds, equal files."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from tracker.cli.demo import gias
from tracker.cli.demo.builder import Builder
from tracker.cli.demo.gias import Files, GroupRecord, LinkRecord, School
from tracker.cli.demo.landmarks import Landmarks, add_landmarks, numbers
from tracker.cli.demo.lines import settle
from tracker.cli.demo.places import AUTHORITIES, TOWNS, Place, places
from tracker.cli.demo.trusts import found_groups

SEED = 2026
PRIMARIES, SECONDARIES = 112, 22
INDEPENDENT = ("House", "College Preparatory School", "Hall School", "Grange School", "Lodge School")


@dataclass(frozen=True, slots=True)
class DemoRegister:
    """Everything that the four files say, and what the story needs to know by name."""

    schools: tuple[School, ...]
    links: tuple[LinkRecord, ...]
    groups: tuple[GroupRecord, ...]
    landmarks: Landmarks

    def write(self, folder: Path, day: date) -> Files:
        """Write the four files as extracts of a day.

        Children's centres are named by links and groups only, as their publisher has it.
        """
        listed = [each for each in self.schools if each.kind != "Children's centre"]
        return gias.write(folder, day, listed, self.links, self.groups)


def make_register(today: date, seed: int = SEED) -> DemoRegister:
    """Make the register that a story up to today plays in; what became of its schools lies before the story."""
    rng = Random(seed)  # noqa: S311 (an invented world needs to be the same each time, not secret)
    make = Builder(rng, today, places(rng))
    for authority in AUTHORITIES:
        _schools(make, make.places[authority.code])
    landmarks = add_landmarks(make, AUTHORITIES[0])
    found_groups(make, numbers(landmarks))
    return DemoRegister(tuple(make.schools), tuple(make.links), tuple(make.groups), landmarks)


def _schools(make: Builder, there: tuple[Place, ...]) -> None:
    towns = there[:TOWNS]
    for _ in range(PRIMARIES):
        settle(make, make.rng.choice(there), "Primary")
    for _ in range(SECONDARIES):
        settle(make, make.rng.choice(towns), "Secondary")
    for _ in range(8):
        _other(make, make.rng.choice(towns), "Community special school", "{} School")
    for _ in range(11):
        name = "{} " + make.rng.choice(INDEPENDENT)
        _other(make, make.rng.choice(there), "Other independent school", name)
    for _ in range(4):
        _other(make, make.rng.choice(there), "Other independent special school", "{} Farm School")
    for _ in range(3):
        _other(make, make.rng.choice(towns), "Pupil referral unit", "{} Learning Centre")
    _early_years(make, towns)
    _colleges(make, towns)


def _other(make: Builder, place: Place, kind: str, name: str, phase: str = "Not applicable") -> School:
    """Add a school of a kind that seldom changes; one of six has closed, and a special one may become an academy."""
    closed_on = make.day(make.years(0, 12)) if make.chance(16) else None
    school = make.school(
        place, name.format(make.stem(place)), kind, phase, make.day(make.years(18, 50)), closed_on=closed_on
    )
    if kind == "Community special school" and school.status == "Open" and make.chance(30):
        academy = make.moved(school, school.name, "Academy special converter", make.day(make.years(0, 9)))
        make.succeed(school, academy)
    return school


def _early_years(make: Builder, towns: tuple[Place, ...]) -> None:
    for place in towns:
        nursery = _other(make, place, "Local authority nursery school", "{} Nursery School", "Nursery")
        centre = make.school(place, f"{place.name} Children's Centre", "Children's centre", "Not applicable")
        make.link(nursery, centre, "Children's Centre Link", nursery.opened_on)


def _colleges(make: Builder, towns: tuple[Place, ...]) -> None:
    for place in towns[:2]:
        make.school(place, f"{place.name} College", "Further education", "16 plus", make.day(make.years(20, 60)))
    centre = _other(make, towns[2], "Sixth form centres", "{} Sixth Form Centre")
    near = [each for each in make.schools if each.phase == "Secondary" and each.town == towns[2].name and each.is_open]
    for school in near[:3]:
        make.link(school, centre, "Sixth Form Centre Link", centre.opened_on)
        make.link(centre, school, "Sixth Form Centre School", centre.opened_on)
