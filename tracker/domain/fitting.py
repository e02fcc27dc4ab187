"""Whether somebody may take a place beside all that stands: the rules of allocating, one place at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import hypot

from tracker.domain.allocation_rules import Again, AllocationRules
from tracker.domain.dates import in_words, years_after
from tracker.domain.lifecycle import IN_THE_TEAM, LEAD, OBSERVER
from tracker.domain.remits import covers

WEEK = timedelta(days=7)
Place = tuple[int, int]


class Bar(StrEnum):
    """What stands in the way of a place."""

    GONE = "gone"
    OFF = "off"
    MOVED = "moved"
    BEGUN = "begun"
    LEFT = "left"
    THERE = "there"
    LEAD_TAKEN = "lead-taken"
    FULL = "full"
    REMIT = "remit"
    TITLE = "title"
    FAR = "far"
    BUSY = "busy"
    WEEK = "week"
    TERM = "term"
    PROVIDER = "provider"
    GROUP = "group"
    APART = "apart"
    REAL = "real"
    HEAVIER = "heavier"
    OWN = "own"


# Each as a sentence goes on after who was left out.
BAR_WORDS = {
    Bar.GONE: "the inspection or the inspector is no longer on record",
    Bar.OFF: "the inspection was called off",
    Bar.MOVED: "the inspection was moved to other days after the plan was made",
    Bar.BEGUN: "the inspection has begun",
    Bar.LEFT: "the inspector leaves before the inspection ends",
    Bar.THERE: "the inspector is already proposed for this inspection",
    Bar.LEAD_TAKEN: "somebody else leads it meanwhile",
    Bar.FULL: "the team is full meanwhile",
    Bar.REMIT: "the inspector no longer has the remit",
    Bar.TITLE: "the inspector’s title may not lead it",
    Bar.FAR: "it is further away than anybody travels",
    Bar.BUSY: "the inspector is on another inspection on one of its days",
    Bar.WEEK: "the inspector’s week is full",
    Bar.TERM: "the inspector’s term is full",
    Bar.PROVIDER: "the inspector would go to this provider too often",
    Bar.GROUP: "the inspector would go to this group too often",
    Bar.APART: "somebody is in the team whom the rules keep apart from the inspector",
    Bar.REAL: "a check made now finds a real conflict",
    Bar.HEAVIER: "a check made now finds more than the plan knew of",
    Bar.OWN: "another scheduler must propose this one",
}


@dataclass(frozen=True, slots=True)
class Person:
    """An inspector, as far as the rules ask."""

    number: int
    staff_no: str
    title: str
    engagement: str
    remits: str
    place: Place | None = None
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """An inspection that an inspector has, or may get; `line` are the providers that count as the same one.

    `groups` are those that the provider is in on the first day.
    """

    reference: str
    provider: str
    starts_on: date
    ends_on: date
    role: str
    line: frozenset[str]
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Case:
    """A place that somebody may get: the inspection's remit, location, team and size; and all that the person has."""

    rules: AllocationRules
    today: date
    person: Person
    seat: Stay
    remit: str
    place: Place | None
    size: int
    team: Sequence[tuple[str, str]]
    stays: Sequence[Stay]


def why_not(case: Case) -> Bar | None:
    """Return the first thing that stands in the way of a place, None where nothing does."""
    return next((bar for bar, stands in _TESTS if stands(case)), None)


def weeks_of(starts_on: date, ends_on: date) -> Iterator[date]:
    """Yield the Monday of each week that an inspection touches."""
    monday = starts_on - timedelta(days=starts_on.weekday())
    while monday <= ends_on:
        yield monday
        monday += WEEK


def metres_between(one: Place | None, other: Place | None) -> int | None:
    """Return the whole metres between two places in a straight line, None where either is unknown."""
    if one is None or other is None:
        return None
    return round(hypot(one[0] - other[0], one[1] - other[1]))


def is_within(one: date, other: date, years: int) -> bool:
    """Tell whether two days are less than so many years apart."""
    first, last = sorted((one, other))
    return last < years_after(first, years)


def leaves(left_on: date | None, ends_on: date) -> bool:
    """Tell whether somebody leaves before an inspection's last day is over: the day of leaving is no day of work."""
    return left_on is not None and left_on <= ends_on


def absences(left_on: date | None, ends_on: date, elsewhere: Sequence[str]) -> Iterator[str]:
    """Yield why somebody cannot be at an inspection, as a sentence goes on after the name; new days can bring it about.

    `elsewhere` are the other inspections that he or she is on, on one of its days.
    """
    if elsewhere:
        yield f"is on {' and '.join(elsewhere)} then"
    if left_on is not None and leaves(left_on, ends_on):
        yield f"leaves on {in_words(left_on)}, before it ends"


def counted(stays: Iterable[Stay], seat: Stay, years: int, is_same: Callable[[Stay], bool]) -> list[date]:
    """Return the first days of the stays that count with a place: less than so many years from it, before or after."""
    near = (each for each in stays if each.role != OBSERVER and is_within(each.starts_on, seat.starts_on, years))
    return [each.starts_on for each in near if is_same(each)]


def at_provider(seat: Stay) -> Callable[[Stay], bool]:
    """Return what tells whether a stay is at the provider of a place, or at one that counts as the same."""
    return lambda each: each.provider in seat.line


def at_group(group: str) -> Callable[[Stay], bool]:
    """Return what tells whether a stay is at a group: each as it was on its own first day."""
    return lambda each: group in each.groups


def _leaves(case: Case) -> bool:
    return leaves(case.person.left_on, case.seat.ends_on)


def _is_full(case: Case) -> bool:
    taken = sum(role in IN_THE_TEAM for _, role in case.team)
    # A place is kept for whoever will lead.
    kept = case.seat.role != LEAD and not any(role == LEAD for _, role in case.team)
    return taken + kept >= case.size


def _is_far(case: Case) -> bool:
    most, metres = case.rules.most_metres, metres_between(case.person.place, case.place)
    return most is not None and metres is not None and metres > most


def _is_busy(case: Case) -> bool:
    return any(each.starts_on <= case.seat.ends_on and each.ends_on >= case.seat.starts_on for each in case.stays)


def _has_full_week(case: Case) -> bool:
    most = case.rules.load_of(case.person.engagement).week
    return any(
        sum(each.starts_on < monday + WEEK and each.ends_on >= monday for each in case.stays) >= most
        for monday in weeks_of(case.seat.starts_on, case.seat.ends_on)
    )


def _has_full_term(case: Case) -> bool:
    term = case.rules.term_of(case.seat.starts_on)
    taken = sum(each.starts_on >= term and case.rules.term_of(each.starts_on) == term for each in case.stays)
    return taken >= case.rules.load_of(case.person.engagement).term


def _too_often(case: Case, again: Again, is_same: Callable[[Stay], bool]) -> bool:
    return len(counted(case.stays, case.seat, again.years, is_same)) >= again.times


def _is_kept_apart(case: Case) -> bool:
    team = {staff for staff, _ in case.team}
    return any(
        case.person.staff_no in each.staff and not team.isdisjoint({*each.staff} - {case.person.staff_no})
        for each in case.rules.apart
    )


_TESTS: tuple[tuple[Bar, Callable[[Case], bool]], ...] = (
    (Bar.BEGUN, lambda case: case.seat.starts_on < case.today),
    (Bar.LEFT, _leaves),
    (Bar.THERE, lambda case: any(staff == case.person.staff_no for staff, _ in case.team)),
    (Bar.LEAD_TAKEN, lambda case: case.seat.role == LEAD and any(role == LEAD for _, role in case.team)),
    (Bar.FULL, _is_full),
    (Bar.REMIT, lambda case: not covers(case.person.remits, case.remit)),
    (Bar.TITLE, lambda case: case.seat.role == LEAD and not case.rules.may_lead(case.person.title, case.remit)),
    (Bar.FAR, _is_far),
    (Bar.BUSY, _is_busy),
    (Bar.WEEK, _has_full_week),
    (Bar.TERM, _has_full_term),
    (Bar.PROVIDER, lambda case: _too_often(case, case.rules.provider, at_provider(case.seat))),
    # Each group is counted by itself: who was once in either of two has been to neither twice.
    (Bar.GROUP, lambda case: any(_too_often(case, case.rules.group, at_group(each)) for each in case.seat.groups)),
    (Bar.APART, _is_kept_apart),
)
