"""The register under construction: schools, links and groups, drawn from one seeded source of chance."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Literal

from tracker.cli.demo.gias import GroupRecord, LinkRecord, School
from tracker.cli.demo.places import SAINTS, STREETS, VIRTUES, Place

FIRST_URN, FIRST_UID = 900_001, 970_001
ACADEMY_SINCE = 16
# The story runs for a year and some days, up to today.
STORY = timedelta(days=371)
# Of a hundred schools, so many have no easting, and so many a zero for one.
NO_EASTING, ZERO_EASTING = 3.5, 0.6
PUPILS = {"Nursery": 80, "Primary": 260, "Secondary": 950, "16 plus": 1900, "All-through": 1200, "Not applicable": 120}

Sides = Literal["both", "old", "new"]


@dataclass
class Builder:
    """What has been made so far. `today` is the day of the extract."""

    rng: Random
    today: date
    places: dict[str, tuple[Place, ...]]
    schools: list[School] = field(default_factory=list)
    links: list[LinkRecord] = field(default_factory=list)
    groups: list[GroupRecord] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)

    def day(self, years_ago: int) -> date:
        """Return the first of a month, about so many years before the story begins: nothing happens while it runs."""
        begins = self.today - STORY
        month = self.rng.choice((9, 9, 9, 1, 4, 11))
        return date(begins.year - years_ago - (month >= begins.month), month, 1)

    def years(self, least: int, most: int) -> int:
        """Return a number of years between these two, both included."""
        return self.rng.randint(least, most)

    def chance(self, percent: float) -> bool:
        """Tell whether something happens that happens to so many of a hundred."""
        return self.rng.random() * 100 < percent

    def stem(self, place: Place) -> str:
        """Return the part of a school's name that nobody else has: the place, a saint, or a quarter of it."""
        name = place.name
        quarters = [f"{name} {each}" for each in ("Green", "Park", "Road", "Hill", "Bridge")]
        others = [f"North {name}", f"South {name}", f"Upper {name}", *(f"{each} {name}" for each in VIRTUES)]
        rest = [*quarters, *others, *(f"{saint}'s {name}" for saint in SAINTS)]
        self.rng.shuffle(rest)
        stem = next(each for each in (name, *rest) if each not in self._names)
        self._names.add(stem)
        return stem

    def school(
        self,
        place: Place,
        name: str,
        kind: str,
        phase: str,
        opened_on: date | None = None,
        *,
        closed_on: date | None = None,
        status: str = "",
    ) -> School:
        """Add a school near the middle of a place; a few have no location, as in the register."""
        location: tuple[int | None, int | None] = (
            place.easting + round(self.rng.gauss(0, 600)),
            place.northing + round(self.rng.gauss(0, 600)),
        )
        if self.chance(NO_EASTING):
            location = (None, None)
        elif self.chance(ZERO_EASTING):
            location = (0, 0)
        made = School(
            urn=FIRST_URN + len(self.schools),
            name=name,
            authority=place.authority,
            town=place.name,
            postcode=f"{place.district} {self.rng.randint(1, 9)}{self.rng.choice('AB')}{self.rng.choice('DEFGH')}",
            street=f"{self.rng.randint(1, 120)} {self.rng.choice(STREETS)}",
            easting=location[0],
            northing=location[1],
            kind=kind,
            phase=phase,
            status=status or ("Closed" if closed_on else "Open"),
            opened_on=opened_on,
            closed_on=closed_on,
            pupils=None if closed_on else round(PUPILS[phase] * self.rng.uniform(0.5, 1.5)),
        )
        self.schools.append(made)
        return made

    def moved(self, old: School, name: str, kind: str, opened_on: date, *, closed_on: date | None = None) -> School:
        """Close a school on the day before another opens at its place, and add that other."""
        self.close(old, opened_on - timedelta(days=1))
        made = School(
            urn=FIRST_URN + len(self.schools),
            name=name,
            authority=old.authority,
            town=old.town,
            postcode=old.postcode,
            street=old.street,
            easting=old.easting,
            northing=old.northing,
            kind=kind,
            phase=old.phase,
            status="Closed" if closed_on else "Open",
            opened_on=opened_on,
            closed_on=closed_on,
            pupils=None if closed_on else round(PUPILS[old.phase] * self.rng.uniform(0.5, 1.5)),
        )
        self.schools.append(made)
        return made

    def close(self, school: School, closed_on: date) -> None:
        """Close a school."""
        school.status, school.closed_on, school.pupils = "Closed", closed_on, None

    def succeed(self, old: School, new: School, how: str = "", *, sides: Sides | None = None) -> None:
        """Record that one school came after another: mostly at both, at times at one; the date is often missing."""
        recorded = sides or self.rng.choices(("both", "old", "new"), (88, 6, 6))[0]
        day = new.opened_on
        if day is not None and self.chance(15):
            day -= timedelta(days=self.rng.randint(20, 200))
        if self.chance(26):
            day = None
        if recorded in ("both", "old"):
            self.link(old, new, f"Successor{how}", day)
        if recorded in ("both", "new"):
            self.link(new, old, f"Predecessor{how}", day)

    def link(self, of: School, to: School, kind: str, on: date | None = None) -> None:
        """Add one row of the links."""
        self.links.append(LinkRecord(of, to, kind, on))

    def group(
        self,
        name: str,
        kind: str,
        opened_on: date | None,
        members: list[tuple[School, date | None]],
        *,
        closed_on: date | None = None,
    ) -> GroupRecord:
        """Add a group with its members."""
        made = GroupRecord(FIRST_UID + len(self.groups), name, kind, opened_on, closed_on, members)
        self.groups.append(made)
        return made
