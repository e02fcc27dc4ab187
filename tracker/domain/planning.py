"""Inspections and places as a file lists them, each with the number of its row; and what is wrong with one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracker.domain.facts import Verdict
from tracker.domain.schemes import fault_of

LARGEST_TEAM = 50
# No inspection lasts longer; and what begins outside these years is a slip of the pen.
LONGEST_VISIT = timedelta(days=60)
EARLIEST, LATEST = 1990, 2099
# What begins later than so is planned by nobody yet: the year is a slip of the pen, or wants a second look.
FAR_AHEAD = timedelta(days=400)
LONGEST_REFERENCE = 40


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One inspection of a file, and why it is called off or moved to these days; each is empty where it is not."""

    row: int
    reference: str
    provider: str
    framework: str
    starts_on: date
    ends_on: date
    team_size: int
    called_off: str = ""
    moved_because: str = ""


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place of a file: who is to go where, and as what; `faults` are of its cells, as they are written."""

    row: int
    inspection: str
    staff_no: str
    role: str
    faults: tuple[str, ...] = ()


class Fate(StrEnum):
    """What would become of a row."""

    NEW = "new"
    MOVED = "moved"
    OFF = "off"
    UNCHANGED = "unchanged"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would become of one row: its words, and what is wrong with it, or the verdict of its check and the rules.

    Of an inspection that is moved or called off, `says` tells what becomes of it, and `means` what that does to its
    team; of a new place, `says` tells the days. `warns` is what is to be looked at and stops nothing; `is_unknown` is
    where its provider is on no register.
    """

    row: int
    what: str
    fate: Fate
    says: str = ""
    warns: str = ""
    is_unknown: bool = False
    verdict: Verdict | None = None
    rules: tuple[str, ...] = ()
    means: tuple[str, ...] = ()


def faults(
    reference: str, provider: str, framework: str, days: tuple[date, date] | None, team_size: int | None
) -> Iterator[tuple[str, str]]:
    """Yield each field of an inspection to plan that is bad, and its cure; None for what could not be read at all."""
    parts = {part.strip() for part in reference.split("/")}
    if not reference.strip():
        yield "reference", "Give the inspection a reference"
    elif parts & {"", ".", ".."}:
        yield "reference", "Give letters or numbers before and after each / of the reference"
    if len(reference) > LONGEST_REFERENCE:
        yield "reference", f"Use at most {LONGEST_REFERENCE} characters"
    if not framework.strip():
        yield "framework", "Give the framework it is done under"
    if days is not None:
        yield from faulty_days(*days)
    if team_size is not None and not 1 <= team_size <= LARGEST_TEAM:
        yield "team_size", f"Give a team size from 1 to {LARGEST_TEAM}"
    if ":" not in provider:
        yield "provider", "Choose a provider, or write scheme:number, as in gias:100000"
    elif fault := fault_of(provider):
        yield "provider", fault


def far_ahead(starts_on: date, today: date) -> str:
    """Return what to look at where an inspection would begin in more than 400 days; else an empty text."""
    days = (starts_on - today).days
    return f"It would begin in {days:,} days, in {starts_on.year}: check the year" if days > FAR_AHEAD.days else ""


def faulty_days(starts_on: date, ends_on: date) -> Iterator[tuple[str, str]]:
    """Yield each of two days that cannot be an inspection's first and last, and its cure."""
    if ends_on < starts_on:
        yield "ends_on", "It cannot end before it starts: mend one of the dates"
    elif ends_on - starts_on > LONGEST_VISIT:
        yield "ends_on", f"It would last more than {LONGEST_VISIT.days} days: mend one of the dates"
    if not EARLIEST <= starts_on.year <= LATEST:
        yield "starts_on", f"Give a year from {EARLIEST} to {LATEST}"
